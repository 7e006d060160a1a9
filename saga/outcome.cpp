#include "saga/outcome.hpp"

#include <algorithm>

namespace skald::saga {
namespace {

bool is_listed(int status, graph::EffectPolicy const& policy) {
  return std::find(policy.done_on.begin(), policy.done_on.end(), status) != policy.done_on.end();
}

// Statuses by which a participant says "not now": nothing may be concluded from them.
bool is_not_now(int status) {
  return status == 408 || status == 425 || status == 429;
}

Outcome outcome_of_status(int status, Direction direction, bool is_delete,
                          graph::EffectPolicy const& policy) {
  if (status >= 200 && status < 300) return Outcome::succeeded;
  if (direction == Direction::undo) {
    bool const gone = status == 410 || (status == 404 && is_delete);
    if (gone || is_listed(status, policy)) return Outcome::succeeded;
  }
  if (status >= 400 && status < 500 && !is_not_now(status)) return Outcome::refused;
  return Outcome::in_doubt;
}

}  // namespace

char const* to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::not_sent: return "not sent";
    case Outcome::refused: return "refused";
    case Outcome::in_doubt: return "in doubt";
    case Outcome::succeeded: return "succeeded";
  }
  return "in doubt";
}

char const* to_string(Direction direction) noexcept {
  return direction == Direction::forward ? "forward" : "undo";
}

bool is_ongoing(Answer const& answer, graph::EffectPolicy const& policy) {
  if (answer.kind != Answer::Kind::response) return false;
  if (answer.ongoing) return true;
  if (!policy.ongoing) return false;
  auto const& listed = policy.ongoing->status;
  return std::find(listed.begin(), listed.end(), answer.status) != listed.end();
}

Outcome outcome_of(Answer const& answer, Direction direction, bool is_delete,
                   graph::EffectPolicy const& policy) {
  if (is_ongoing(answer, policy)) return Outcome::in_doubt;
  switch (answer.kind) {
    case Answer::Kind::response:
      return outcome_of_status(answer.status, direction, is_delete, policy);
    case Answer::Kind::returned: return Outcome::succeeded;
    case Answer::Kind::refused: return Outcome::refused;
    case Answer::Kind::failed:
    case Answer::Kind::lost: return Outcome::in_doubt;
    case Answer::Kind::not_sent: return Outcome::not_sent;
  }
  return Outcome::in_doubt;
}

Outcome combine(Outcome before, Outcome attempt) noexcept {
  return std::max(before, attempt);
}

bool retriable(Answer const&, Outcome attempt) noexcept {
  return attempt == Outcome::in_doubt || attempt == Outcome::not_sent;
}

Outcome outcome_of_probe(int error_status) noexcept {
  return error_status == 404 || error_status == 410 ? Outcome::refused : Outcome::in_doubt;
}

bool must_undo(Outcome outcome, graph::EffectPolicy const& policy) noexcept {
  switch (outcome) {
    case Outcome::succeeded:
    case Outcome::in_doubt: return true;
    case Outcome::refused: return policy.undo_on_refused;
    case Outcome::not_sent: return false;
  }
  return true;
}

}  // namespace skald::saga
