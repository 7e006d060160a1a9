// Following a run on a server: the picture that changes, or one line for each change.

#include <fmt/format.h>

#include <map>
#include <ostream>
#include <utility>

#include "runtime/cli/clock.hpp"
#include "runtime/cli/interrupt.hpp"
#include "runtime/cli/live_screen.hpp"
#include "runtime/cli/run_output.hpp"
#include "runtime/cli/server.hpp"

namespace skald::cli {
namespace {

using Clock = std::chrono::steady_clock;

// How long one question to the server lasts at most: a picture is never older.
constexpr std::chrono::milliseconds kPatience{500};

// Prints a line on stderr whenever a step's state changes. For pipes and logs.
class ChangePrinter {
 public:
  explicit ChangePrinter(Console& console) : console_(console) {}

  void print(Json const& view) {
    auto const& steps = view["steps"];
    for (std::size_t i = 0; i < steps.size(); ++i) {
      auto const& step = steps[i];
      if (!step["task"].is_string() || !step["state"].is_string()) continue;
      auto const state = std::string(step["state"].as_string());
      auto& known = states_[i];
      if (known == state) continue;
      known = state;
      console_.note(fmt::format("{} {}", step["task"].as_string(), state));
    }
  }

 private:
  Console& console_;
  std::map<std::size_t, std::string> states_;
};

class Follower {
 public:
  Follower(Console& console, Client& client, std::string const& run, bool live)
      : console_(console),
        client_(client),
        run_(run),
        live_(live && console.format() == Format::table),
        screen_(console.out(), console.width(), console.height()),
        changes_(console),
        watch_(interrupt_, [&client] { client.abandon(); }) {}

  // For pipes: the server tells of every change.
  Exit print_changes() {
    auto const outcome = client_.watch(run_, [this](Json const& view) {
      changes_.print(view);
      return view["status"] != Json("suspended");
    });
    if (interrupt_.raised()) return interrupted();
    bool const over = outcome || outcome.error().code == ErrorCode::cancelled;
    return over ? end() : fail_on_server(console_, outcome.error());
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
      if (outcome) return end();
      if (outcome.error().code != ErrorCode::timed_out) {
        screen_.clear();
        return fail_on_server(console_, outcome.error());
      }
      if (last) return stop(Exit::timed_out, "the time is up");
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

  Exit end() {
    screen_.clear();
    auto view = client_.describe(run_);
    if (interrupt_.raised()) return interrupted();
    if (!view) return fail_on_server(console_, view.error());
    return show_end(console_, *view);
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
  bool live_;
  bool said_silent_ = false;
  LiveScreen screen_;
  ChangePrinter changes_;
  Interrupt interrupt_;
  InterruptWatch watch_;  // the last member: it uses the others
};

}  // namespace

Exit follow_run(Console& console, Client& client, std::string const& run, FollowOptions options) {
  Follower follower(console, client, run, options.live);
  bool const changes = !options.live && !options.quiet && !options.timeout;
  return changes ? follower.print_changes() : follower.follow(options.timeout);
}

}  // namespace skald::cli
