#pragma once

// Tries a service that workflows are to call: sends it what networks make of calls (duplicates, an
// undo before its action, an action after its undo, both at once) with the headers an engine
// sends, and says in words which promises of docs/participants.md it keeps.
//
//   trial::Service service;
//   service.action = {"PUT", "http://127.0.0.1:8081/reservations/{id}", body};
//   service.undo = {"DELETE", "http://127.0.0.1:8081/reservations/{id}", {}};
//   auto report = trial::try_participant(service, {}, [](trial::Finding const& each) { ... });
//
// It books and cancels real things under ids of its own: point it at a test system.
// Thread-safety: try_participant may be called from any thread; it calls back from that thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace skald::trial {

// "{id}" in the URL and in the texts of the body stands for an id that is new in each check.
struct Request {
  std::string method;
  std::string url;
  Json body;  // null: none
};

struct Service {
  Request action;
  Request undo;
  // A read that tells whether the thing is there: 2xx when it is, 404 or 410 when it is not.
  // Without one, effects are judged by the answers alone.
  std::optional<Request> state;
};

struct Options {
  unsigned rounds = 20;  // of each check that sends calls at once; 1 to 10,000
  unsigned at_once = 4;  // calls in such a round; 2 to 64
  Duration timeout = Duration::from_seconds(10);  // of one call
};

struct Finding {
  std::string check;  // "the same action again does nothing and gets the same answer"
  bool passed = false;
  std::string why;     // what went wrong, with the answers that came; empty when it passed
  std::string advice;  // how services get this right; empty when it passed
};

// Every check in order; `found` hears each one as it ends. Ends early when the first action does
// not succeed, as nothing can be said then. Errors: invalid_argument (a URL, a limit).
Result<std::vector<Finding>> try_participant(Service const& service, Options const& options,
                                             std::function<void(Finding const&)> const& found);

}  // namespace skald::trial
