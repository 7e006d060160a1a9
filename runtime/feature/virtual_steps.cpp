#include "runtime/feature/virtual_steps.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "dsl/yaml/reader.hpp"

namespace skald::feature {
namespace {

std::optional<std::string_view> between(std::string_view text, std::string_view begin,
                                        std::string_view end) {
  if (!text.starts_with(begin) || !text.ends_with(end)) return std::nullopt;
  if (text.size() < begin.size() + end.size()) return std::nullopt;
  return text.substr(begin.size(), text.size() - begin.size() - end.size());
}

std::optional<std::size_t> number(std::string_view text) {
  if (text == "a" || text == "an" || text == "one" || text == "once") return 1;
  if (text == "no" || text == "never") return 0;
  std::size_t value = 0;
  auto const [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

// "5 minutes", "1 day", "PT5M".
std::optional<Duration> length_of(std::string_view text) {
  if (auto const iso = parse_iso8601_duration(text); iso.ok()) return *iso;
  struct Unit {
    std::string_view name;
    std::int64_t us;
  };
  constexpr std::array<Unit, 5> kUnits = {{{"millisecond", 1'000},
                                           {"second", 1'000'000},
                                           {"minute", 60'000'000},
                                           {"hour", 3'600'000'000},
                                           {"day", 86'400'000'000}}};
  auto const space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  auto const count = number(text.substr(0, space));
  auto unit = text.substr(space + 1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (auto const& each : kUnits) {
    if (!count || unit != each.name) continue;
    // What ISO 8601 allows as well: more is no length of time.
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    if (*count > static_cast<std::size_t>(kMost / each.us)) return std::nullopt;
    return Duration{static_cast<std::int64_t>(*count) * each.us};
  }
  return std::nullopt;
}

// True when all that is wanted is there; of objects more may be.
bool includes(Json const& found, Json const& wanted) {
  if (!wanted.is_object() || !found.is_object()) return found == wanted;
  return std::all_of(wanted.members().begin(), wanted.members().end(), [&](auto const& member) {
    auto const* value = found.find(member.key.as_string());
    return value != nullptr && includes(*value, member.value);
  });
}

// How a step that only this file knows begins or ends.
bool known(std::string_view text) {
  constexpr std::array<std::string_view, 7> kBegins = {
      "the participant calls back", "calls of '",   "an event is received",
      "the engine is restarted",    "the time is ", "the workflow is started",
      "the workflow is deployed"};
  for (auto const begin : kBegins) {
    if (text.starts_with(begin)) return true;
  }
  return text == "the workflow is cancelled" || text.find(" should have taken ") != text.npos ||
         text.find(" should have been emitted") != text.npos || text.ends_with(" passes") ||
         text.ends_with(" pass");
}

std::string expected(std::string const& what, std::string const& found) {
  return "expected " + what + ", found " + found;
}

// What is wrong with an answer of a call; "" when nothing is.
std::string fault_of(Json const& answer) {
  constexpr std::array<std::string_view, 8> kKeys = {"status",  "content", "body", "returns",
                                                     "refused", "failed",  "lost", "message"};
  if (answer == Json("timeout") || answer == Json("unreachable")) return {};
  if (!answer.is_object()) {
    return "an answer is a map, 'timeout' or 'unreachable'; it is " + to_text(answer);
  }
  for (auto const& [key, value] : answer.members()) {
    if (std::ranges::find(kKeys, key.as_string()) != kKeys.end()) continue;
    return "unknown key " + to_text(key) +
           " in an answer; the keys are status, content, returns, refused, failed, lost, message";
  }
  return {};
}

}  // namespace

bool is_virtual(Scenario const& scenario) {
  return std::any_of(scenario.steps.begin(), scenario.steps.end(),
                     [](Step const& step) { return known(step.text); });
}

Result<Json> text_block(Step const& step) {
  if (!step.doc) return Error{ErrorCode::invalid_argument, "the step wants a text block", ""};
  auto read = dsl::read_yaml(*step.doc, "text block");
  if (!read.document) {
    return Error{ErrorCode::invalid_argument, dsl::render(read.diagnostics), ""};
  }
  return dsl::to_json(read.document->root);
}

std::optional<std::string> VirtualSteps::perform(Step const& step, std::string const& definition,
                                                 Json const& input) {
  auto const text = std::string_view(step.text);
  Json doc;
  if (step.doc && text != "a workflow with definition:") {
    auto value = text_block(step);
    if (!value) return value.error().message;
    doc = std::move(*value);
  }
  if (text.starts_with("calls of '")) return answers(text, doc);
  if (text == "the workflow is deployed") return deploy(definition);
  if (text == "the workflow is started") return start(definition, input);
  if (text == "the workflow is cancelled") {
    engine_.cancel(current());
    return "";
  }
  if (text == "the engine is restarted") {
    engine_.restart();
    return "";
  }
  if (text == "an event is received:") {
    if (!doc.is_object()) return "the step wants an event in its text block";
    engine_.publish(doc);
    return "";
  }
  if (text == "the participant calls back with:") {
    return engine_.call_back(doc) ? "" : "nobody waits for a callback";
  }
  if (auto const moment = between(text, "the time is ", "")) {
    auto const at = parse_iso8601(*moment);
    if (!at.ok()) return at.error().message;
    engine_.set_clock(*at);
    return "";
  }
  if (auto const length = between(text, "", " passes")) return pass(*length);
  if (auto const length = between(text, "", " pass")) return pass(*length);
  if (auto const wanted = between(text, "the workflow should be ", "")) return status(*wanted);
  if (text == "an event should have been emitted with:") return emitted(doc);
  return text.find(" should have ") == std::string_view::npos ? std::nullopt
                                                              : std::optional(counted(text));
}

// calls of 'TARGET' answer: """ ... """; calls of 'TARGET' are not answered
std::string VirtualSteps::answers(std::string_view text, Json const& script) {
  auto const open = text.find('\'');
  auto const close = text.rfind('\'');
  std::string target(text.substr(open + 1, close - open - 1));
  auto const what = text.substr(close + 1);
  std::vector<Json> answers;
  if (script.is_array()) {
    answers.assign(script.items().begin(), script.items().end());
  } else if (!script.is_null()) {
    answers.push_back(script);
  }
  if (what == " are not answered") answers.clear();
  if (what != " are not answered" && what != " are answered with:") return kUnknownStep;
  for (auto const& answer : answers) {
    if (auto why = fault_of(answer); !why.empty()) return why;
  }
  engine_.answer_calls(std::move(target), std::move(answers));
  return {};
}

std::string VirtualSteps::deploy(std::string const& definition) {
  auto deployed = engine_.deploy(definition);
  if (!deployed) return deployed.error().message;
  workflow_ = std::move(*deployed);
  engine_.rest();
  return {};
}

std::string VirtualSteps::start(std::string const& definition, Json const& input) {
  if (auto why = deploy(definition); !why.empty()) return why;
  started_ = engine_.now();
  auto run = engine_.start(workflow_, input);
  if (!run) return run.error().message;
  run_ = std::move(*run);
  return {};
}

std::string VirtualSteps::pass(std::string_view text) {
  auto const length = length_of(text);
  if (!length) return "'" + std::string(text) + "' is not a length of time";
  engine_.pass(*length);
  return {};
}

std::string VirtualSteps::current() const {
  if (!run_.empty()) return run_;
  auto const all = engine_.runs();
  return all.empty() ? std::string() : all.back();
}

Result<Execution> VirtualSteps::execute(std::string const& definition, Json const& input) {
  if (auto why = start(definition, input); !why.empty()) {
    return Error{ErrorCode::invalid_argument, std::move(why), ""};
  }
  constexpr int kMost = 10'000;
  for (int i = 0; i < kMost; ++i) {
    auto const report = engine_.report(run_);
    if (report.ok() && report->over) return execution();
    if (!engine_.next()) break;
  }
  return Error{ErrorCode::timed_out, "the workflow does not end by itself",
               "let events come, or answer its calls"};
}

Result<Execution> VirtualSteps::execution() const {
  auto const run = current();
  if (run.empty()) return Error{ErrorCode::not_found, "no run has been started", ""};
  auto report = engine_.report(run);
  if (!report.ok()) return std::move(report).error();
  return Execution{report->status, std::move(report->output), std::move(report->error),
                   engine_.order(run)};
}

std::string VirtualSteps::status(std::string_view wanted) const {
  auto const now = execution();
  if (!now) return now.error().message;
  if (now->status == wanted) return {};
  return expected(std::string(wanted),
                  now->status + (now->error.is_null() ? "" : " with " + to_text(now->error)));
}

std::string VirtualSteps::emitted(Json const& wanted) const {
  Json all = Json::array();
  for (auto const& event : engine_.emitted()) {
    if (includes(event, wanted)) return {};
    all.push_back(event);
  }
  return expected("an event with " + to_text(wanted), to_text(all));
}

// N runs should have been started; N events should have been emitted; 'TARGET' should have been
// called N times; the workflow should have taken LENGTH; the last run should have the id ID
std::string VirtualSteps::counted(std::string_view text) const {
  auto const check = [](std::optional<std::size_t> wanted, std::size_t found) {
    if (!wanted) return std::string(kUnknownStep);
    return *wanted == found ? std::string()
                            : expected(std::to_string(*wanted), std::to_string(found));
  };
  for (auto const* noun : {" runs", " run"}) {
    auto const end = std::string(noun) + " should have been started";
    if (auto const n = between(text, "", end)) return check(number(*n), engine_.runs().size());
  }
  for (auto const* noun : {" events", " event"}) {
    auto const end = std::string(noun) + " should have been emitted";
    if (auto const n = between(text, "", end)) return check(number(*n), engine_.emitted().size());
  }
  if (auto const id = between(text, "the last run should have the id ", "")) {
    auto const runs = engine_.runs();
    auto const found = runs.empty() ? std::string("none") : runs.back();
    return found == *id ? std::string() : expected(std::string(*id), found);
  }
  if (auto const length = between(text, "the workflow should have taken ", "")) {
    auto const wanted = length_of(*length);
    auto const took = engine_.now() - started_;
    if (!wanted) return kUnknownStep;
    return took == *wanted ? std::string() : expected(std::string(*length), to_human(took));
  }
  auto const middle = text.find("' should have been called ");
  if (!text.starts_with('\'') || middle == std::string_view::npos) return kUnknownStep;
  auto const target = std::string(text.substr(1, middle - 1));
  auto count = text.substr(middle + 26);
  for (auto const* word : {" times", " time"}) {
    if (count.ends_with(word)) count.remove_suffix(std::string_view(word).size());
  }
  return check(number(count), engine_.calls_of(target));
}

}  // namespace skald::feature
