// Following a run on a server: the picture that changes, or one line for each change.

#include <fmt/format.h>

#include <map>
#include <ostream>
#include <utility>

#include "runtime/cli/clock.hpp"
#include "runtime/cli/interrupt.hpp"
#include "runtime/cli/live_screen.hpp"
#include "runtime/cli/next_verbs.hpp"
#include "runtime/cli/run_output.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/view/draw_run.hpp"
#include "runtime/view/paint.hpp"

namespace skald::cli {
namespace {

using Clock = std::chrono::steady_clock;

// How long one question to the server lasts at most: a picture is never older.
constexpr std::chrono::milliseconds kPatience{500};

// How long a server may be away, and how often it is looked for.
constexpr std::chrono::minutes kAway{1};
constexpr int kPauseMs = 300;

// The end of a run with more facts than this is told in words: its picture would take long.
constexpr std::uint64_t kMostDrawn = 20'000;

std::string_view text(Json const& object, std::string_view member) {
  auto const& value = object[member];
  return value.is_string() ? value.as_string() : std::string_view{};
}

// What a fact says to people who look on; empty when it is of no interest to them.
std::string words_of(Json const& fact) {
  static std::map<std::string_view, std::string_view> const kWords{
      {"TaskEntered", "started"},
      {"TaskSkipped", "skipped"},
      {"TaskCompleted", "completed"},
      {"AttemptStarted", "tried again"},
      {"AttemptResent", "sent again"},
      {"UndoStarted", "undoing"},
      {"TryRestarted", "tried again"},
      {"AttemptOngoing", "is not finished yet"},
      {"ProbeStarted", "is in doubt: its probe is asked"},
      {"StepRetried", "retried by an operator"},
      {"StepCompleted", "completed by an operator"}};
  auto const type = text(fact, "type");
  if (auto const known = kWords.find(type); known != kWords.end()) {
    return fmt::format("{} {}", view::step_text(fact), known->second);
  }
  if (type == "AttemptEnded" && text(fact, "outcome") != "succeeded") {
    return fmt::format("{} {} {}", view::step_text(fact), text(fact, "outcome"),
                       text(fact, "message"));
  }
  if (type == "UndoEnded") {
    bool const done = text(fact, "result") == "done";
    return fmt::format("{} {}", view::step_text(fact), done ? "undone" : "not undone: skipped");
  }
  if (type == "ProbeEnded") {
    return fmt::format("{} {}, says its probe", view::step_text(fact), text(fact, "outcome"));
  }
  if (type == "Stopping") return fmt::format("stopping after {}", text(fact, "cause"));
  if (type == "RunSuspended") return fmt::format("suspended: {}", text(fact, "reason"));
  if (type == "RunResumed") return "resumed";
  return {};
}

class Follower {
 public:
  Follower(Console& console, Client& client, std::string const& run, FollowOptions const& options)
      : console_(console),
        client_(client),
        run_(run),
        after_(options.after),
        live_(options.live && console.format() == Format::table),
        screen_(console.out(), console.width(), console.height()),
        watch_(interrupt_, [&client] { client.abandon(); }) {}

  // For pipes: a line for every fact as it comes. With -o jsonl it is data, else commentary.
  Exit print_facts() {
    bool const data = console_.format() == Format::jsonl;
    auto seen = static_cast<double>(after_);  // the last fact that was told
    bool answers = false;
    auto const tell = [&](Json const& fact) {
      answers = true;
      if (fact["seq"].is_number() && fact["seq"].as_number() <= seen) return true;
      away_since_.reset();
      if (fact["seq"].is_number()) seen = fact["seq"].as_number();
      if (data) {
        console_.data(fact);
      } else if (auto const words = words_of(fact); !words.empty()) {
        console_.note(words);
      }
      return fact["type"] != Json("RunSuspended") || !is_suspended();
    };
    auto const stand = [this](Outcome const&) { return !is_suspended(); };
    auto outcome = client_.watch_facts(run_, tell, stand);
    while (!outcome && answers && comes_back(outcome.error())) {
      outcome = client_.watch_facts(run_, tell, stand);
    }
    if (interrupt_.raised()) return interrupted();
    if (outcome) return data ? exit_of_status(to_string(outcome->status)) : end();
    if (outcome.error().code != ErrorCode::cancelled) {
      return fail_on_server(console_, outcome.error());
    }
    return data ? Exit::suspended : end();
  }

  // Short questions, so that the durations in a picture go on.
  Exit follow(std::optional<std::chrono::milliseconds> timeout) {
    auto const begun = Clock::now();
    while (true) {
      auto patience = kPatience;
      bool last = false;  // a timeout of 0 asks once
      if (timeout) {
        auto const left =
            *timeout - std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
        last = left <= patience;
        patience = std::clamp(left, std::chrono::milliseconds(0), kPatience);
      }
      auto const asked = Clock::now();
      auto const outcome = client_.wait(run_, patience);
      if (interrupt_.raised()) return interrupted();
      if (outcome) return end_of(*outcome);
      if (answered_ && !last && comes_back(outcome.error())) continue;
      if (outcome.error().code != ErrorCode::timed_out) {
        screen_.clear();
        return fail_on_server(console_, outcome.error());
      }
      if (last) return stop(Exit::timed_out, "the time is up");
      answered_ = true;
      away_since_.reset();
      bool const answered = Clock::now() - asked < patience + kPatience;
      if (!answered) say_silent();
      if (live_ && answered) show();
    }
  }

 private:
  void show() {
    if (auto const view = client_.describe(run_)) screen_.draw(draw_now(console_, *view));
  }

  void say_silent() {
    if (std::exchange(said_silent_, true)) return;
    screen_.clear();
    console_.note(client_.url() + " does not answer; still waiting");
  }

  // The server may be starting again, and the run goes on when it is back: waits a little, for a
  // minute in all. False when it is not worth it.
  bool comes_back(Error const& error) {
    bool const away = error.code == ErrorCode::unavailable || error.code == ErrorCode::io;
    if (!away) return false;
    if (!away_since_) {
      away_since_ = Clock::now();
      screen_.clear();
      console_.note(client_.url() + " is away; trying again for a minute");
    }
    return Clock::now() - *away_since_ < kAway && !interrupt_.wait_ms(kPauseMs);
  }

  // It may have been resumed since.
  bool is_suspended() {
    auto const now = client_.status(run_);
    return now && now->status == RunStatus::suspended;
  }

  Exit end() {
    auto const outcome = client_.status(run_);
    if (interrupt_.raised()) return interrupted();
    return outcome ? end_of(*outcome) : fail_on_server(console_, outcome.error());
  }

  Exit end_of(Outcome const& outcome) {
    screen_.clear();
    if (outcome.records > kMostDrawn) return tell(outcome);
    auto view = client_.describe(run_);
    if (interrupt_.raised()) return interrupted();
    if (!view) return fail_on_server(console_, view.error());
    auto const code = show_end(console_, *view);
    if (console_.format() == Format::table) console_.out() << next_verbs(*view);
    return code;
  }

  Exit tell(Outcome const& outcome) {
    auto const* status = to_string(outcome.status);
    auto const& value = outcome.completed() ? outcome.output : outcome.error;
    console_.show(Json::object({{"id", outcome.id},
                                {"workflow", outcome.workflow},
                                {"status", status},
                                {"output", outcome.output},
                                {"error", outcome.error}}),
                  fmt::format("{} {} {} {}\n", outcome.id, outcome.workflow, status,
                              view::fit(to_text(value), 400)));
    console_.note(fmt::format("it has {} facts: skald show {}, skald history {} --last 20",
                              outcome.records, shell_word(run_), shell_word(run_)));
    return exit_of_status(status);
  }

  Exit interrupted() { return stop(Exit::interrupted, "interrupted"); }

  Exit stop(Exit code, std::string const& why) {
    screen_.clear();
    console_.note(why + "; run " + run_ + " goes on. See it with: skald show " + run_);
    return code;
  }

  Console& console_;
  Client& client_;
  std::string const& run_;
  std::uint64_t after_;
  bool live_;
  bool said_silent_ = false;
  bool answered_ = false;  // the server has, at least once
  std::optional<Clock::time_point> away_since_;
  LiveScreen screen_;
  Interrupt interrupt_;
  InterruptWatch watch_;  // the last member: it uses the others
};

}  // namespace

Exit follow_run(Console& console, Client& client, std::string const& run, FollowOptions options) {
  Follower follower(console, client, run, options);
  bool const facts = !options.live && !options.quiet && !options.timeout;
  return facts ? follower.print_facts() : follower.follow(options.timeout);
}

}  // namespace skald::cli
