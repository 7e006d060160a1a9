#include "runtime/cli/test_participant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/trial/participant_trial.hpp"

namespace skald::cli {
namespace {

// "DELETE http://..." or, with a default method, "http://...".
Result<trial::Request> parse_request(std::string const& text, std::string const& method) {
  auto const space = text.find(' ');
  trial::Request request;
  request.method = space == std::string::npos ? method : text.substr(0, space);
  request.url = space == std::string::npos ? text : text.substr(space + 1);
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return Error{ErrorCode::invalid_argument, "'" + text + "' is no request",
                 "write it as \"PUT http://127.0.0.1:8081/reservations/{id}\""};
  }
  if (request.url.find("{id}") == std::string::npos) {
    request.url += request.url.ends_with("/") ? "{id}" : "/{id}";
  }
  return request;
}

Result<trial::Service> parse_service(ParticipantOptions const& options) {
  trial::Service service;
  auto action = parse_request(options.action.value_or(options.url), "PUT");
  if (!action) return std::move(action).error();
  service.action = std::move(*action);
  auto undo = parse_request(options.undo.value_or(options.url), "DELETE");
  if (!undo) return std::move(undo).error();
  service.undo = std::move(*undo);
  if (options.state) {
    auto state = parse_request(*options.state, "GET");
    if (!state) return std::move(state).error();
    service.state = std::move(*state);
  }
  if (options.body) {
    auto body = read_json_argument(*options.body, "--body");
    if (!body) return std::move(body).error();
    service.action.body = std::move(*body);
  }
  return service;
}

Json finding_json(trial::Finding const& finding) {
  return Json::object({{"check", finding.check},
                       {"passed", finding.passed},
                       {"why", finding.why},
                       {"advice", finding.advice}});
}

void print(Console& console, trial::Finding const& finding) {
  auto const paint = console.paint();
  if (finding.passed) {
    console.out() << fmt::format("{} {}\n", paint.green("✓"), finding.check);
  } else {
    console.out() << fmt::format("{} {}\n    {}\n    {}\n", paint.red("✗"), finding.check,
                                 finding.why, paint.dim(finding.advice));
  }
  console.out().flush();
}

}  // namespace

Exit test_participant(Console& console, ParticipantOptions const& options) {
  auto const service = parse_service(options);
  if (!service) return console.fail(service.error());
  auto timeout = parse_time_span(options.timeout);
  if (!timeout) return console.fail(timeout.error());
  bool const drawn = console.format() == Format::table;
  trial::Options limits;
  limits.rounds = static_cast<unsigned>(std::min<std::uint64_t>(options.rounds, 1'000'000));
  limits.timeout = *timeout;
  auto const findings = trial::try_participant(*service, limits, [&](trial::Finding const& each) {
    if (drawn) print(console, each);
  });
  if (!findings) return console.fail(findings.error());
  auto const failed = std::count_if(findings->begin(), findings->end(),
                                    [](trial::Finding const& each) { return !each.passed; });
  if (drawn) {
    console.out() << fmt::format("{} passed, {} failed\n",
                                 findings->size() - static_cast<std::size_t>(failed), failed);
  } else {
    Json all = Json::array();
    for (auto const& finding : *findings) all.push_back(finding_json(finding));
    console.data(all);
  }
  console.out().flush();
  return failed == 0 ? Exit::ok : Exit::error;
}

}  // namespace skald::cli
