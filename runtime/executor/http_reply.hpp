#pragma once

// HttpReply is what a participant answered; answer_of says what it means for the attempt. Pure.

#include <string>

#include "base/time.hpp"
#include "runtime/executor/http_call.hpp"
#include "runtime/executor/opened.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

struct HttpReply {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

// True when the call follows redirections and the reply is one that says where to.
bool is_redirection(HttpCall const& call, HttpReply const& reply);

// The answer of a reply. A success carries the output the call asks for; any other status a
// message with the reason the participant gave. `now` is the wall clock, for Retry-After dates.
// With `redirect: true` a 3xx that can not be followed is a success, as OWS has it.
//
// `opened` hides the call's secrets in what is cut or encoded here; whoever delivers the answer
// hides them in the rest of it.
saga::Answer answer_of(HttpCall const& call, HttpReply&& reply, Time now,
                       Opened const& opened = {});

}  // namespace skald::runtime
