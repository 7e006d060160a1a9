#pragma once

// The rows of the table of outcomes (SAGA 2, docs/sagas): kinds of answers that are treated alike.
// One test writes the table from them, another one executes each row in every way.

#include <string>
#include <vector>

#include "saga/outcome.hpp"

namespace skald::testing {

struct OutcomeRow {
  std::string words;
  std::vector<saga::Answer> answers;  // all of them are treated alike
  bool is_delete = false;
  bool function = false;  // what a function says, not an HTTP service
};

inline saga::Answer response(int status) {
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::response;
  answer.status = status;
  return answer;
}

inline saga::Answer answer_of(saga::Answer::Kind kind) {
  saga::Answer answer;
  answer.kind = kind;
  return answer;
}

inline std::vector<OutcomeRow> outcome_rows() {
  using Kind = saga::Answer::Kind;
  return {
      {"2xx", {response(200), response(201), response(202), response(204)}},
      {"a function returned", {answer_of(Kind::returned)}, false, true},
      {"3xx that is not followed", {response(301), response(304)}},
      {"4xx, but for the next three rows",
       {response(400), response(401), response(403), response(409), response(422)}},
      {"404 to a DELETE", {response(404)}, true},
      {"410", {response(410)}},
      {"408, 425, 429", {response(408), response(425), response(429)}},
      {"5xx", {response(500), response(502), response(503), response(504)}},
      {"a function said `refused(…)`", {answer_of(Kind::refused)}, false, true},
      {"a function returned another error, or threw", {answer_of(Kind::failed)}, false, true},
      {"the deadline passed, or the connection was lost after the request may have left",
       {answer_of(Kind::lost)}},
      {"no such name, no connection, withdrawn from a queue", {answer_of(Kind::not_sent)}},
  };
}

}  // namespace skald::testing
