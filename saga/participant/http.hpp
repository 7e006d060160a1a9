#pragma once

// The barrier in a handler of an HTTP server in the style of cpp-httplib (request with
// get_header_value, response with status and set_content). No HTTP library is included here:
//
//   server.Put("/tickets/(.+)", http_action(barrier, [](auto& request, SqliteTx& tx) { ... }));
//   server.Delete("/tickets/(.+)", http_undo(barrier, [](auto& request, SqliteTx& tx) { ... }));
//
// The work gives a Result<Reply>. The answer carries Skald-Verdict: worked, duplicate, ...
// Thread-safety: as the barrier's. Lifetime: the barrier must outlive the handlers.

#include <string>
#include <utility>

#include "base/json.hpp"
#include "saga/participant/barrier.hpp"

namespace skald::participant {

// The keys of a call, from its headers.
template <class Request>
Keys keys_of(Request const& request) {
  return {request.get_header_value("Idempotency-Key"), request.get_header_value("Skald-Undoes")};
}

// The HTTP status for an error of the barrier or the work: 400, 413, 503 (try again), else 500,
// which an engine takes as "in doubt" and repeats.
int http_status(Error const& error) noexcept;

template <class Response>
void answer(Response& response, Result<Outcome> const& outcome) {
  if (outcome.ok()) {
    response.status = outcome->reply.status;
    response.set_header("Skald-Verdict", to_string(outcome->verdict));
    response.set_content(outcome->reply.body, "application/json");
    return;
  }
  response.status = http_status(outcome.error());
  if (response.status == 503) response.set_header("Retry-After", "1");
  response.set_content(to_text(Json::object({{"title", outcome.error().message},
                                             {"status", response.status},
                                             {"detail", outcome.error().hint}})),
                       "application/problem+json");
}

// A handler whose calls go forward: the work runs once per Idempotency-Key.
template <class Barrier, class Work>
auto http_action(Barrier& barrier, Work work) {
  return [&barrier, work = std::move(work)](auto const& request, auto& response) {
    answer(response, barrier.action(keys_of(request), [&](auto& tx) { return work(request, tx); }));
  };
}

// A handler that undoes what this service has taken under Skald-Undoes.
template <class Barrier, class Work>
auto http_undo(Barrier& barrier, Work work) {
  return [&barrier, work = std::move(work)](auto const& request, auto& response) {
    answer(response, barrier.undo(keys_of(request), [&](auto& tx) { return work(request, tx); }));
  };
}

}  // namespace skald::participant
