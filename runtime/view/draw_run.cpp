#include "runtime/view/draw_run.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "runtime/view/drawing.hpp"
#include "runtime/view/paint.hpp"

namespace skald::view {

namespace {

// Children of one step beyond this are counted, not drawn.
constexpr std::size_t kMostChildren = 14;
constexpr std::size_t kShownAtEachEnd = 5;

std::string_view text(Json const& object, std::string_view member) {
  auto const& value = object[member];
  return value.is_string() ? value.as_string() : std::string_view{};
}

std::int64_t number(Json const& object, std::string_view member, std::int64_t fallback = -1) {
  auto const& value = object[member];
  return value.is_number() ? static_cast<std::int64_t>(value.as_number()) : fallback;
}

// Of "HTTP 402 Payment Required: declined" what is behind the first word, since the number tells
// where it is from; of any other message all of it.
constexpr std::string_view kHttp = "HTTP ";
bool says_status(std::string_view message, std::int64_t status) {
  return message.starts_with(kHttp) &&
         message.substr(kHttp.size()).starts_with(std::to_string(status));
}
std::string message_text(std::string_view message, std::int64_t status) {
  return std::string(says_status(message, status) ? message.substr(kHttp.size()) : message);
}

// "cancel: called off (olga)", "error 402 Payment Required"
std::string cause_text(Json const& stop) {
  std::string cause(text(stop, "cause"));
  if (auto const& error = stop["error"]; error.is_object()) cause += " " + error_text(error);
  if (auto const reason = text(stop, "reason"); !reason.empty()) {
    cause += ": " + std::string(reason);
  }
  if (auto const actor = text(stop, "actor"); !actor.empty()) {
    cause += " (" + std::string(actor) + ")";
  }
  return cause;
}

// Where the steps of saga.finally stand in the tree of steps.
constexpr std::int64_t kFinally = -2;

class RunDrawing {
 public:
  RunDrawing(Json const& view, DrawOptions const& options)
      : view_(view), options_(options), paint_{options.colour}, clock_(options.now) {
    auto const& steps = view["steps"];
    if (!steps.is_array()) return;
    for (auto const& step : steps.items()) {
      bool const outermost = step.find("parent") == nullptr;
      if (outermost && text(step, "direction") == "undo") {
        undo_steps_[{number(step, "unwinding"), number(step, "undo")}].push_back(&step);
      } else if (outermost && step["finally"].truthy()) {
        children_[kFinally].push_back(&step);
      } else {
        children_[number(step, "parent")].push_back(&step);
      }
    }
  }

  std::string draw() {
    heading();
    std::string out = head_;
    Lines lines(paint_, options_.width);
    draw_children(lines, -1, "  ", true);
    auto const& unwindings = view_["unwinding"];
    for (std::size_t i = 0; i < unwindings.size(); ++i) lane(lines, unwindings[i]);
    if (children_.contains(kFinally)) {
      lines.add({});
      lines.add({.tree = paint_.dim("  finally")});
      draw_children(lines, kFinally, "  ", false);
    }
    if (auto const body = lines.text(); !body.empty()) out += "\n" + body;
    footer(out);
    return out;
  }

 private:
  using Steps = std::vector<Json const*>;

  void heading() {
    auto const status = text(view_, "status");
    head_ = fmt::format("{} {} {} {}\n", mark_of(status), paint_.bold(text(view_, "id")),
                        paint_.dim(text(view_, "workflow")), paint_.status(status));
    auto const started = text(view_, "started");
    if (started.empty()) return;
    auto line = "started " + clock_.moment(started);
    if (auto const took = clock_.between(started, text(view_, "ended")); !took.empty()) {
      line += (text(view_, "ended").empty() ? ", for " : ", took ") + took;
    }
    fact(line);
    if (auto const parent = text(view_, "parent"); !parent.empty()) {
      fact("child of " + std::string(parent));
    }
    if (auto const& error = view_["error"]; error.is_object()) {
      auto where = text(error, "instance");
      fact(paint_.red("error ") + error_text(error) +
           (where.empty() ? "" : paint_.dim(" at " + std::string(where))));
    }
    if (auto const& exceptions = view_["exceptions"]; exceptions.is_array()) {
      for (auto const& one : exceptions.items()) fact(paint_.yellow("exception ") + by_whom(one));
    }
    if (auto const reason = text(view_, "reason"); !reason.empty()) {
      fact("reason " + std::string(reason));
    }
    if (auto const* stops = view_.find("keptStops"); stops != nullptr && stops->is_array()) {
      for (auto const& stop : stops->items()) fact(kept_stop(stop));
    }
    if (auto const* locks = view_.find("locks")) {
      for (auto const& lock : locks->items()) fact(lock_text(lock));
    }
  }

  // "waiting cancel: called off (olga); it acts if the pivot has not happened"
  std::string kept_stop(Json const& stop) const {
    return paint_.yellow("waiting ") + cause_text(stop) + "; it acts if the pivot has not happened";
  }

  // "holds lock seat:7A since 12:00:03; trip-2 waits for it"
  std::string lock_text(Json const& lock) const {
    constexpr std::size_t kMostNames = 3;
    auto line = "holds lock " + std::string(text(lock, "name")) + " since " +
                clock_.moment(text(lock, "since"));
    auto const& waiting = lock["waiting"];
    auto const count = waiting.is_array() ? waiting.size() : 0;
    std::string names;
    for (std::size_t i = 0; i < std::min(count, kMostNames); ++i) {
      names += (i > 0 ? ", " : "") + std::string(text(waiting[i], "run"));
    }
    if (count > kMostNames) names += fmt::format(" and {} others", count - kMostNames);
    if (count > 0) line += "; " + names + (count == 1 ? " waits for it" : " wait for it");
    return line;
  }

  // "hotel was not undone: refunded by hand (olga)"
  static std::string by_whom(Json const& exception) {
    auto line = step_text(exception) + " was not undone";
    auto const reason = text(exception, "reason");
    auto const actor = text(exception, "actor");
    if (!reason.empty()) line += ": " + std::string(reason);
    return actor.empty() ? line : line + " (" + std::string(actor) + ")";
  }

  void fact(std::string const& line) { head_ += "  " + line + "\n"; }

  void footer(std::string& out) const {
    if (auto const omitted = number(view_, "omitted", 0); omitted > 0) {
      auto const words = fmt::format("{} steps that have ended are left out", omitted);
      out += "\n  " + paint_.dim(words + "; skald history has every fact") + "\n";
    }
    auto const& output = view_["output"];
    if (text(view_, "status") != "completed" || output.is_null()) return;
    auto told = to_text(output);
    if (options_.width > 0) {
      told = fit(told, static_cast<std::size_t>(std::max(options_.width - 9, 20)));
    }
    out += "\n  " + paint_.dim("output ") + told + "\n";
  }

  std::string mark_of(std::string_view state) const {
    if (state == "completed" || state == "done") return paint_.green("✓");
    if (state == "failed" || state == "faulted" || state == "killed") return paint_.red("✗");
    if (state == "suspended") return paint_.red("‖");
    if (state == "waiting") return paint_.cyan("◷");
    if (state == "running") return paint_.cyan("●");
    if (state == "retrying") return paint_.yellow("↻");
    if (state == "in doubt") return paint_.yellow("?");
    if (state == "undone" || state == "undoing" || state == "compensated" ||
        state == "compensating" || state == "cancelled") {
      return paint_.yellow("↶");
    }
    if (state == "stopped") return paint_.dim("■");
    return paint_.dim("○");
  }

  void draw_children(Lines& lines, std::int64_t parent, std::string const& prefix, bool top) {
    auto const found = children_.find(parent);
    if (found == children_.end()) return;
    auto const& steps = found->second;
    bool const many = steps.size() > kMostChildren;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (many && i == kShownAtEachEnd) {
        auto const skipped = steps.size() - 2 * kShownAtEachEnd;
        lines.add(
            {.tree = paint_.dim(prefix + (top ? "" : "├─ ") + fmt::format("… {} more", skipped))});
        i += skipped;
      }
      bool const last = i + 1 == steps.size();
      draw_step(lines, *steps[i], prefix, top, last);
    }
  }

  void draw_step(Lines& lines, Json const& step, std::string const& prefix, bool top, bool last) {
    auto const branch = top ? "" : last ? "└─ " : "├─ ";
    auto const below = prefix + (top ? "" : last ? "   " : "│  ");
    Line line;
    line.tree = paint_.dim(prefix + branch) + mark_of(text(step, "result")) + " " + step_text(step);
    line.state = std::string(text(step, "state"));
    if (line.state != "skipped") {
      line.time = clock_.between(text(step, "started"), text(step, "ended"));
    }
    line.note = note_of(step);
    if (text(step, "result") == "stopped" && text(step, "outcome") == "in doubt") {
      line.note = "in doubt" + (line.note.empty() ? "" : " · " + line.note);
    }
    if (step.find("item") != nullptr) {
      auto const item = fmt::format("item {}", number(step, "item"));
      line.note = line.note.empty() ? item : item + " · " + line.note;
    }
    if (step["pivot"].truthy() && line.state == "completed") {
      line.note += (line.note.empty() ? "" : " · ") + std::string("pivot: no way back");
    }
    lines.add(std::move(line));
    auto const id = number(step, "activation", -3);
    auto const has_children = children_.contains(id);
    draw_attempts(lines, step, below + (has_children ? "│  " : "   "));
    draw_children(lines, id, below, false);
  }

  std::string note_of(Json const& step) const {
    if (auto const what = text(step, "waitingFor"); !what.empty()) {
      auto note = "for " + std::string(what);
      auto const since = text(step, "since");
      if (step.find("lock") != nullptr) {  // its holder has it since another moment
        note = "since " + clock_.moment(since) + " " + note;
        if (auto const until = text(step, "until"); !until.empty()) {
          note += ", until " + clock_.moment(until);
        }
        return note;
      }
      note += " since " + clock_.moment(since);
      if (auto const until = text(step, "until"); !until.empty()) {
        note += ", until " + clock_.moment(until);
      }
      return note;
    }
    if (auto const& error = step["error"]; error.is_object()) return error_text(error);
    if (auto const& evidence = step["evidence"]; evidence.is_object()) {
      auto const actor = text(evidence, "actor");
      auto const reason = text(evidence, "reason");
      return "by evidence" + (actor.empty() ? "" : " of " + std::string(actor)) +
             (reason.empty() ? "" : ": " + std::string(reason));
    }
    auto const& attempts = step["attempts"];
    auto call = std::string(text(step, "call"));
    if (attempts.size() == 0) return call;
    auto const& final = attempts[attempts.size() - 1];
    auto note = call;
    if (attempts.size() == 1 && !options_.attempts) note = outcome_note(final, call);
    return note;
  }

  // "201 · PUT http://…"; for what went wrong the message first.
  static std::string outcome_note(Json const& attempt, std::string const& call) {
    auto const status = number(attempt, "status", 0);
    if (text(attempt, "outcome") != "succeeded" && !text(attempt, "message").empty()) {
      return message_text(text(attempt, "message"), status) + " · " + call;
    }
    if (status > 0) return fmt::format("{} · {}", status, call);
    return text(attempt, "outcome") == "not sent" ? "not sent · " + call : call;
  }

  void draw_attempts(Lines& lines, Json const& step, std::string const& prefix) {
    auto const& attempts = step["attempts"];
    if (attempts.size() == 0) return;
    // Of one that is to be repeated, how the first has ended is why.
    bool const repeated = attempts.size() > 1 || (attempts[0].find("ended") != nullptr &&
                                                  step.find("waitingFor") != nullptr);
    if (!repeated && !options_.attempts) return;
    for (auto const& attempt : attempts.items()) {
      Line line;
      line.tree = paint_.dim(prefix + fmt::format("attempt {}", number(attempt, "attempt")));
      auto const outcome = text(attempt, "outcome");
      bool const over = attempt.find("ended") != nullptr;
      line.state = outcome.empty() ? (over ? "unknown" : "open") : std::string(outcome);
      if (attempt["ongoing"].truthy()) line.state = "not finished";
      line.time = clock_.between(text(attempt, "started"), text(attempt, "ended"));
      line.note = attempt_note(attempt);
      lines.add(std::move(line));
    }
  }

  std::string attempt_note(Json const& attempt) const {
    auto const status = number(attempt, "status", 0);
    std::string note = status > 0 ? fmt::format("{}", status) : "";
    if (auto const message = text(attempt, "message"); says_status(message, status)) {
      note = message_text(message, status);
    } else if (!message.empty()) {
      note += (note.empty() ? "" : " ") + std::string(message);
    }
    if (attempt["late"].truthy()) note += (note.empty() ? "" : ", ") + std::string("late");
    auto const retry_at = text(attempt, "retryAt");
    auto const again =
        retry_at.empty() ? std::string() : clock_.between(text(attempt, "ended"), retry_at);
    if (!again.empty()) note += (note.empty() ? "" : "; ") + std::string("again after ") + again;
    return note;
  }

  // One unwinding: why, what comes after, and its undos from the first to the last.
  void lane(Lines& lines, Json const& unwinding) {
    auto const& plan = unwinding["plan"];
    bool const nothing = plan.size() == 0 && text(unwinding, "next") == "end";
    if (nothing && text(unwinding, "status") == "done") return;  // the heading has the error
    lines.add({});
    Line title;
    title.tree = paint_.yellow("  ↶ unwinding");
    auto const status = text(unwinding, "status");
    title.state = std::string(status);
    title.time = clock_.between(text(unwinding, "started"), text(unwinding, "ended"));
    title.note = unwinding_text(unwinding);
    lines.add(std::move(title));
    for (std::size_t i = 0; i < plan.size(); ++i) {
      undo(lines, unwinding, plan[i], i, i + 1 == plan.size());
    }
    if (plan.size() > 0) return;
    auto const* words = status == "stopping" ? "open calls settle first" : "nothing to undo";
    lines.add({.tree = paint_.dim(std::string("  └─ ") + words)});
  }

  // In a plan that is not one after the other: what an undo waits for.
  static std::string behind_of(Json const& plan, Json const& item) {
    constexpr int kMostNames = 3;
    auto const gate = number(item, "waitsFor", 0);
    std::string names;
    int count = 0;
    for (std::size_t i = 0; gate > 0 && i < plan.size() && count <= kMostNames; ++i) {
      if (number(plan[i], "opens", 0) != gate) continue;
      if (++count > kMostNames) return "after " + names + " …";
      names += (count > 1 ? ", " : "") + step_text(plan[i]);
    }
    return names.empty() ? names : "after " + names;
  }

  // How often the call was made that was made most often.
  static std::int64_t tries(Json const& item, Steps const* steps) {
    if (steps == nullptr) return number(item, "attempts", 0);
    std::size_t most = 0;
    for (auto const* step : *steps) most = std::max(most, (*step)["attempts"].size());
    return static_cast<std::int64_t>(most);
  }

  static std::string undo_note(Json const& unwinding, Json const& item, Steps const* steps) {
    std::string note;
    auto add = [&note](std::string const& words) {
      if (!words.empty()) note += (note.empty() ? "" : ", ") + words;
    };
    if (auto const child = text(item, "child"); !child.empty()) {
      add("by the child run " + std::string(child));
    }
    auto const count = tries(item, steps);
    if (count > 1) add(fmt::format("{} attempts", count));
    auto why = std::string(text(item, "reason"));
    if (auto const actor = text(item, "actor"); !actor.empty()) {
      why += (why.empty() ? "" : " ") + fmt::format("({})", actor);
    }
    add(why);
    if (item["amended"].truthy()) add("once more: it succeeded late");
    add(behind_of(unwinding["plan"], item));
    return note;
  }

  void undo(Lines& lines, Json const& unwinding, Json const& item, std::size_t index, bool last) {
    auto const status = text(item, "status");
    Line line;
    line.tree = paint_.dim(last ? "  └─ " : "  ├─ ") + mark_of(status) + " " + step_text(item);
    line.state = std::string(status);
    line.time = clock_.between(text(item, "started"), text(item, "ended"));
    auto const below = std::string(last ? "     " : "  │  ");
    auto const found =
        undo_steps_.find({number(unwinding, "unwinding"), static_cast<std::int64_t>(index)});
    bool const has_steps = found != undo_steps_.end();
    line.note = undo_note(unwinding, item, has_steps ? &found->second : nullptr);
    lines.add(std::move(line));
    if (!has_steps) return;
    for (std::size_t i = 0; i < found->second.size(); ++i) {
      draw_step(lines, *found->second[i], below, false, i + 1 == found->second.size());
    }
  }

  Json const& view_;
  DrawOptions const& options_;
  Paint paint_;
  DrawingClock clock_;
  std::string head_;
  std::map<std::int64_t, Steps> children_;                             // -1: of the run
  std::map<std::pair<std::int64_t, std::int64_t>, Steps> undo_steps_;  // unwinding, undo
};

}  // namespace

std::string unwinding_text(Json const& unwinding) {
  auto const next = text(unwinding, "next");
  auto const handler = text(unwinding, "handler");
  auto const name = std::string(handler.substr(handler.rfind('/') + 1));
  auto words = "after " + cause_text(unwinding);
  if (next == "retry") words += "; then " + name + " is tried again";
  if (next == "handle") words += "; then " + name + " handles it";
  if (next == "win") words += "; " + name + " has its winner";
  return words;
}

std::string step_text(Json const& about) {
  auto const count = number(about, "number", 1);
  auto name = std::string(text(about, "task"));
  return count > 1 ? fmt::format("{}:{}", name, count) : name;
}

std::string error_text(Json const& error) {
  auto const status = number(error, "status", 0);
  auto detail = text(error, "detail");
  auto const title = text(error, "title");
  if (title == "Communication Error" && says_status(detail, status)) {
    auto words = message_text(detail, status);
    if (words.find(' ') != std::string::npos) return words;
    detail = {};
  }
  std::string result = status > 0 ? fmt::format("{} ", status) : "";
  auto const type = text(error, "type");
  result += title.empty() ? std::string(type.substr(type.rfind('/') + 1)) : std::string(title);
  if (!detail.empty() && detail != title) result += ": " + std::string(detail);
  return result;
}

std::string draw_run(Json const& view, DrawOptions const& options) {
  return RunDrawing(view, options).draw();
}

}  // namespace skald::view
