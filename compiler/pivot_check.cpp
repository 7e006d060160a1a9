// Pivots: a step behind which there is no way back stands where nothing goes back, once on each
// path. And the lint of what stands behind one.

#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/fallible.hpp"
#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::ListRole;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

class PivotCheck {
 public:
  PivotCheck(Outline const& outline, Report& report)
      : outline_(outline),
        report_(report),
        behind_(outline.tasks.size(), false),
        first_pivot_(outline.tasks.size(), kNone) {}

  std::vector<bool> run() {
    for (TaskInfo const& task : outline_.tasks) {
      Node const* key = pivot_key(task);
      if (key == nullptr || !kind(task, *key) || !place(task, *key)) continue;
      policies(task, *key);
      pivots_.push_back(&task);
    }
    for (std::size_t i = 0; i < pivots_.size(); ++i) behind(i);
    for (std::size_t i = 0; i < pivots_.size(); ++i) second(i);
    return std::move(behind_);
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  // `pivot: true` of a task; not of the wrapper of a function that gives it on.
  static Node const* pivot_key(TaskInfo const& task) {
    if (task.body == nullptr || !task.body->is_map() || task.gives_policies ||
        task.part == TaskInfo::Part::arguments) {
      return nullptr;
    }
    Node const* value = policy(task, "pivot");
    bool const is_set = value != nullptr && value->is_scalar() && value->scalar.is_boolean() &&
                        value->scalar.as_boolean();
    return is_set ? value : nullptr;
  }

  bool kind(TaskInfo const& task, Node const& key) {
    bool const fits = (task.kind == Kind::call && task.part != TaskInfo::Part::wrapper) ||
                      task.kind == Kind::run || task.kind == Kind::none;
    if (!fits) {
      report_.add(Code::pivot_kind, key.span, "only a call or a run can be a pivot",
                  "mark the call inside that can not be undone");
    }
    return fits;
  }

  // Why there is, or may be, a way back from where the task stands; empty when there is none.
  std::string_view way_back(ListInfo const& list) const {
    switch (list.role) {
      case ListRole::loop: return "in a 'for'";
      case ListRole::branch: return "in a 'fork'";
      case ListRole::handler: return "in a 'catch'";
      case ListRole::compensate: return "in a compensate block";
      case ListRole::finally: return "in saga.finally";
      case ListRole::probe: return "in a probe";
      case ListRole::attempt: {
        Node const* handler = outline_.task(list.owner).body->get("catch");
        bool const retries = handler != nullptr && handler->get("retry") != nullptr;
        if (retries) return "in a 'try' that is tried again";
        break;
      }
      case ListRole::root:
      case ListRole::body: break;
    }
    return list.jumps_back ? "in a list that jumps back" : "";
  }

  bool place(TaskInfo const& task, Node const& key) {
    for (TaskInfo const* at = &task;;) {
      ListInfo const& list = outline_.list(at->list);
      if (auto const where = way_back(list); !where.empty()) {
        bool const many = list.role == ListRole::loop || list.role == ListRole::branch;
        report_.add(Code::pivot_place, key.span, "a pivot can not stand " + std::string(where),
                    many ? "give each item or branch a run of its own: run: { workflow: ... }"
                         : "move it to where the flow passes once and goes on");
        return false;
      }
      if (!list.owner.valid()) return true;
      at = &outline_.task(list.owner);
    }
  }

  void policies(TaskInfo const& task, Node const& key) {
    Node const* undo = policy(task, "compensate");
    if (undo != nullptr && !undo->items.empty()) {
      auto& found = report_.add(Code::pivot_policy, undo->span,
                                "a pivot is never undone, so 'compensate' has no meaning here",
                                "remove 'compensate', or 'pivot'");
      found.notes.push_back({"the pivot", key.span});
    }
    Node const* again = policy(task, "redeliver");
    bool const never = again != nullptr && again->is_scalar() && again->scalar.is_boolean() &&
                       !again->scalar.as_boolean();
    if (Node const* probe = policy(task, "probe")) {
      auto& found = report_.add(Code::pivot_policy, probe->span,
                                "a pivot whose answer was lost is sent again, with the same key, "
                                "until it is known: no probe is asked",
                                "remove 'probe'");
      found.notes.push_back({"the pivot", key.span});
    }
    if (never) {
      auto& found = report_.add(
          Code::pivot_policy, again->span,
          "a pivot whose answer was lost is sent again until it is known; 'redeliver: false' "
          "forbids that",
          "leave 'redeliver' out");
      found.notes.push_back({"the pivot", key.span});
    }
  }

  // Marks what the flow can reach behind a pivot: in its list, and in the lists around it. What an
  // earlier pivot has marked already, with all that follows, is passed over.
  void behind(std::size_t number) {
    for (TaskInfo const* at = pivots_[number];;) {
      ListInfo const& list = outline_.list(at->list);
      std::vector<std::uint32_t> open = list.paths[at->position];
      while (!open.empty()) {
        TaskInfo const& task = outline_.task(list.tasks[open.back()]);
        open.pop_back();
        auto& first = first_pivot_[task.index.value];
        if (first <= number) continue;
        first = number;
        look(task, *pivots_[number]);
        auto const& next = list.paths[task.position];
        open.insert(open.end(), next.begin(), next.end());
      }
      if (!list.owner.valid()) return;
      at = &outline_.task(list.owner);
    }
  }

  // The first of the other pivots that the flow may have passed before it comes to this one.
  std::size_t passed(std::size_t number) const {
    std::size_t first = kNone;
    for (TaskInfo const* at = pivots_[number];;) {
      first = std::min(first, first_pivot_[at->index.value]);
      auto const owner = outline_.list(at->list).owner;
      if (!owner.valid()) return first;
      at = &outline_.task(owner);
    }
  }

  void second(std::size_t number) {
    auto const first = passed(number);
    if (first == kNone || first == number) return;
    TaskInfo const& other = *pivots_[first];
    auto& found = report_.add(Code::second_pivot, pivot_key(*pivots_[number])->span,
                              "the flow has passed the pivot " + quoted(other.name) +
                                  " when it comes here: there is no way back already",
                              "a path has one pivot at most: the last step that can not be undone");
    found.notes.push_back({"the first one is here", pivot_key(other)->span});
  }

  void look(TaskInfo const& task, TaskInfo const& pivot) {
    if (task.body == nullptr || !task.body->is_map()) return;
    if (behind_[task.index.value]) return;
    behind_[task.index.value] = true;
    unreachable(task, pivot);
    if (fails_by_itself(task) && pivot_key(task) == nullptr) {
      report_.add(Code::fallible_behind_pivot, task.key->span,
                  quoted(task.name) + " can fail behind the pivot " + quoted(pivot.name) +
                      ", where nothing is undone any more: refused, it suspends the run",
                  "put it in a try with a catch, or in front of the pivot");
    }
    for (auto const child : task.children) {
      // A catch opened behind the pivot takes what fails in its try.
      if (outline_.list(child).role == ListRole::attempt) continue;
      for (auto const inner : outline_.list(child).tasks) look(outline_.task(inner), pivot);
    }
  }

  void unreachable(TaskInfo const& task, TaskInfo const& pivot) {
    if (task.gives_policies || pivot_key(task) != nullptr) return;
    Node const* undo = policy(task, "compensate");
    if (undo == nullptr || undo->items.empty()) return;
    report_.add(Code::unreachable_undo, undo->span,
                "nothing ever undoes " + quoted(task.name) + ": it stands behind the pivot " +
                    quoted(pivot.name) + ", and in no try that began there",
                "remove the block, or put the task in a try whose catch gives it up");
  }

  Outline const& outline_;
  Report& report_;
  std::vector<TaskInfo const*> pivots_;
  std::vector<bool> behind_;
  std::vector<std::size_t> first_pivot_;  // of each task, the first that the flow has passed
};

}  // namespace

std::vector<bool> check_pivots(Outline const& outline, Report& report) {
  return PivotCheck(outline, report).run();
}

}  // namespace skald::compiler
