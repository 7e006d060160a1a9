#include "runtime/trial/participant_trial.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "runtime/trial/caller.hpp"

namespace skald::trial {
namespace {

constexpr char kOneTransaction[] =
    "note the key in the same transaction as the work, with a unique index "
    "(docs/participants.md)";

bool is_done(saga::Answer const& answer) {
  return answer.kind == saga::Answer::Kind::response && answer.status / 100 == 2;
}

// A clear no: nothing was done and nothing will be.
bool is_refused(saga::Answer const& answer) {
  auto const outcome = saga::outcome_of(answer, saga::Direction::forward, false, {});
  return outcome == saga::Outcome::refused;
}

// One thing that is booked and cancelled: its id and the keys of its calls.
struct Thing {
  std::string id;
  std::string action_key;
  std::string undo_key;
};

class Trial {
 public:
  Trial(Service const& service, Options const& options, Caller& caller,
        std::function<void(Finding const&)> const& found)
      : service_(service), options_(options), caller_(caller), found_(found) {
    std::random_device seed;
    prefix_ = "trial-" + std::to_string(seed()) + "-";
  }

  std::vector<Finding> run() {
    if (!action_works()) return std::move(findings_);
    duplicate_action();
    duplicates_at_once();
    undo_works();
    duplicate_undo();
    action_after_undo();
    undo_before_action();
    both_at_once();
    no_key();
    return std::move(findings_);
  }

 private:
  Thing new_thing() {
    auto const id = prefix_ + std::to_string(++things_);
    return {id, "action-" + id, "undo-" + id};
  }
  Call action(Thing const& thing) const {
    return {&service_.action, thing.id, thing.action_key, {}};
  }
  Call undo(Thing const& thing) const {
    return {&service_.undo, thing.id, thing.undo_key, thing.action_key};
  }

  bool report(std::string check, std::string why, std::string advice) {
    Finding finding{std::move(check), why.empty(), std::move(why), {}};
    if (!finding.passed) finding.advice = std::move(advice);
    findings_.push_back(std::move(finding));
    found_(findings_.back());
    return findings_.back().passed;
  }

  bool undone(saga::Answer const& answer) const {
    auto const& method = service_.undo.method;
    bool const is_delete = method == "DELETE" || method == "delete";
    return saga::outcome_of(answer, saga::Direction::undo, is_delete, {}) ==
           saga::Outcome::succeeded;
  }

  // Empty when the thing is there (or not), as it should be; without a read, always.
  std::string wrong_state(Thing const& thing, bool there) {
    if (!service_.state) return {};
    auto const answer = caller_.send({&*service_.state, thing.id, {}, {}});
    bool const gone = answer.status == 404 || answer.status == 410;
    if (there ? is_done(answer) : gone) return {};
    return there ? "the thing is not there afterwards: " + in_words(answer)
                 : "the thing is there afterwards: " + in_words(answer);
  }

  bool action_works() {
    thing_ = new_thing();
    first_ = caller_.send(action(thing_));
    std::string why;
    if (!is_done(first_)) why = "it answered " + in_words(first_);
    if (why.empty()) why = wrong_state(thing_, true);
    return report("an action is done", why,
                  "is the URL right, and the body one that the service takes? see --body");
  }

  void duplicate_action() {
    auto const again = caller_.send(action(thing_));
    std::string why;
    if (!same(first_, again)) {
      why = "first " + in_words(first_) + ", then " + in_words(again) +
            (again.status == first_.status ? " with another body" : "");
    }
    report("the same action again gets the same answer", why,
           "store the reply under the key, and answer with it");
  }

  void duplicates_at_once() {
    std::string why;
    for (unsigned round = 0; round < options_.rounds && why.empty(); ++round) {
      auto const thing = new_thing();
      auto const answers = caller_.send(std::vector<Call>(options_.at_once, action(thing)));
      auto const done = std::find_if(answers.begin(), answers.end(), is_done);
      if (done == answers.end()) why = "none was done: " + in_words(answers.front());
      for (auto const& answer : answers) {
        // "Not now" is no answer: an engine asks again.
        auto const later =
            is_done(answer) || is_refused(answer) ? answer : caller_.send(action(thing));
        if (why.empty() && !same(*done, later)) {
          why = "one call got " + in_words(*done) + ", another " + in_words(later);
        }
      }
    }
    report("the same action several times at once is done once", why, kOneTransaction);
  }

  void undo_works() {
    first_undo_ = caller_.send(undo(thing_));
    std::string why;
    if (!undone(first_undo_)) why = "it answered " + in_words(first_undo_);
    if (why.empty()) why = wrong_state(thing_, false);
    report("an undo is done", why, "an undo can not be refused: 2xx, 410, or 404 to a DELETE");
  }

  void duplicate_undo() {
    auto const again = caller_.send(undo(thing_));
    report("the same undo again is done", undone(again) ? "" : "it answered " + in_words(again),
           "store the reply under the undo's own key, and answer with it");
  }

  std::string refused_and_gone(Thing const& thing, saga::Answer const& late) {
    if (!is_refused(late)) return "it answered " + in_words(late);
    return wrong_state(thing, false);
  }

  void action_after_undo() {
    auto const late = caller_.send(action(thing_));
    report("an action that comes again after its undo does nothing, and says so",
           refused_and_gone(thing_, late),
           "answer 409 when an undo has been noted for the key of the action");
  }

  void undo_before_action() {
    auto const thing = new_thing();
    auto const empty = caller_.send(undo(thing));
    report("an undo whose action never came is done",
           undone(empty) ? "" : "it answered " + in_words(empty),
           "there is nothing to undo: note it, and answer 200");
    auto const late = caller_.send(action(thing));
    report("the action that comes after it does nothing, and says so",
           refused_and_gone(thing, late),
           "the undo notes the key of its action (Skald-Undoes) as blocked; the action finds it");
  }

  void both_at_once() {
    std::string why;
    for (unsigned round = 0; round < options_.rounds && why.empty(); ++round) {
      auto const thing = new_thing();
      auto const answers = caller_.send({action(thing), undo(thing)});
      auto const last = undone(answers[1]) ? answers[1] : caller_.send(undo(thing));
      if (!undone(last)) why = "the undo answered " + in_words(last);
      if (why.empty()) why = refused_and_gone(thing, caller_.send(action(thing)));
    }
    report("an action and its undo at once end with nothing done", why, kOneTransaction);
  }

  void no_key() {
    auto thing = new_thing();
    thing.action_key.clear();
    auto const answer = caller_.send(action(thing));
    report("an action without a key is refused",
           is_refused(answer) ? "" : "it answered " + in_words(answer),
           "400: without an Idempotency-Key a repetition can not be told from a new action");
  }

  static bool same(saga::Answer const& a, saga::Answer const& b) {
    return a.kind == b.kind && a.status == b.status && a.output == b.output;
  }

  Service const& service_;
  Options const& options_;
  Caller& caller_;
  std::function<void(Finding const&)> const& found_;
  std::vector<Finding> findings_;
  std::string prefix_;
  unsigned things_ = 0;
  Thing thing_;
  saga::Answer first_;
  saga::Answer first_undo_;
};

Result<void> check_options(Options const& options) {
  bool const good = options.rounds >= 1 && options.rounds <= 10'000 && options.at_once >= 2 &&
                    options.at_once <= 64;
  if (good) return {};
  return Error{ErrorCode::invalid_argument, "1 to 10,000 rounds of 2 to 64 calls at once", ""};
}

}  // namespace

Result<std::vector<Finding>> try_participant(Service const& service, Options const& options,
                                             std::function<void(Finding const&)> const& found) {
  SKALD_TRY(check_options(options));
  auto caller = Caller::make(options.timeout);
  if (!caller.ok()) return std::move(caller).error();
  return Trial(service, options, **caller, found).run();
}

}  // namespace skald::trial
