#include "tests/support/participant.hpp"

#include <csignal>
#include <utility>

#include <httplib.h>

#include "base/assert.hpp"

namespace skald::test {
namespace {

std::vector<std::string> command(std::string const& kind, std::string const& file, int port) {
  return {SKALD_BOOKING_SERVICE, "--kind", kind, "--db", file, "--port", std::to_string(port)};
}

}  // namespace

Participant::Participant(std::string kind, std::string file)
    : kind_(std::move(kind)), file_(std::move(file)), process_(command(kind_, file_, 0)) {
  auto const line = process_.wait_for_line(" ready at ", std::chrono::seconds(20));
  SKALD_ASSERT(line.has_value(), "the booking service did not start");
  port_ = std::stoi(line->substr(line->rfind(':') + 1));
}

void Participant::start() {
  process_ = Process(command(kind_, file_, port_));
  auto const line = process_.wait_for_line(" ready at ", std::chrono::seconds(20));
  SKALD_ASSERT(line.has_value(), "the booking service did not start again");
}

int Participant::stop() {
  process_.signal(SIGTERM);
  return process_.wait();
}

Participant::Reply Participant::call(std::string const& method, std::string const& path,
                                     Headers const& headers, std::string const& body) const {
  httplib::Client client("127.0.0.1", port_);
  client.set_read_timeout(30, 0);
  httplib::Request request;
  request.method = method;
  request.path = path;
  request.body = body;
  for (auto const& [name, value] : headers) request.set_header(name, value);
  httplib::Result const result = client.send(request);
  if (!result) return {};
  return {result->status, result->body, result->get_header_value("Skald-Verdict")};
}

bool Participant::control(std::string const& switches) const {
  return call("POST", "/control", {}, switches).status == 200;
}

Json Participant::booked() const {
  return parse_json(call("GET", "/bookings").body).value()["booked"];
}

Json Participant::calls() const {
  return parse_json(call("GET", "/calls").body).value()["calls"];
}

}  // namespace skald::test
