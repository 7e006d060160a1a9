// verify: every index, role and cross reference of a graph. The machine follows them unchecked.

#include <set>

#include "base/cron.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::graph {

namespace {

class Verifier {
 public:
  explicit Verifier(StepGraph const& graph) : graph_(graph) {}

  Result<void> run() {
    dense();
    if (ok()) lists();
    if (ok()) owners();
    if (ok()) tasks();
    if (ok()) {
      check(graph_.timeout);
      check(graph_.input_from);
      check(graph_.output_as);
      if (graph_.saga.retry) check(*graph_.saga.retry);
      if (graph_.schedule) check(*graph_.schedule);
    }
    if (ok()) return {};
    return Error{ErrorCode::corrupt, "the step graph is broken: " + problem_, ""};
  }

 private:
  bool ok() const { return problem_.empty(); }

  void expect(bool condition, std::string const& what, std::string const& where) {
    if (ok() && !condition) problem_ = what + " at " + where;
  }

  void dense() {
    for (std::size_t i = 0; i < graph_.tasks.size(); ++i) {
      expect(graph_.tasks[i].index.value == i, "wrong task index", std::to_string(i));
    }
    for (std::size_t i = 0; i < graph_.lists.size(); ++i) {
      expect(graph_.lists[i].index.value == i, "wrong list index", std::to_string(i));
    }
    expect(known(graph_.root) && graph_.list(graph_.root).role == ListRole::root, "no root list",
           "/");
    std::set<std::string_view> paths;
    for (Task const& task : graph_.tasks) {
      expect(!task.name.empty() && paths.insert(task.path).second, "name or path", task.path);
    }
  }

  bool known(TaskIndex index) const { return index.value < graph_.tasks.size(); }
  bool known(ListIndex index) const { return index.value < graph_.lists.size(); }

  // Each task stands once in the list it names, at the position it names.
  void lists() {
    std::size_t members = 0;
    for (List const& list : graph_.lists) {
      bool const is_root = list.index == graph_.root;
      bool const is_finally = list.index == graph_.saga.finally;
      expect(is_root == (list.role == ListRole::root), "a second root list", text(list));
      expect(is_finally == (list.role == ListRole::finally), "a second finally list", text(list));
      expect(is_root || is_finally ? !list.owner.valid() : known(list.owner), "list without owner",
             text(list));
      members += list.tasks.size();
      for (std::size_t i = 0; ok() && i < list.tasks.size(); ++i) {
        expect(known(list.tasks[i]), "unknown task in list", text(list));
        if (!ok()) return;
        Task const& task = graph_.task(list.tasks[i]);
        expect(task.list == list.index && task.position == i, "task in a wrong list", task.path);
      }
    }
    expect(members == graph_.tasks.size(), "task outside of all lists", "/");
  }

  // Each list is used once, by its owner, in its role; and everything hangs below the root.
  void owners() {
    used_.assign(graph_.lists.size(), false);
    std::vector<ListIndex> open = {graph_.root};
    used_[graph_.root.value] = true;
    if (graph_.saga.finally.valid()) {
      expect(known(graph_.saga.finally) && graph_.saga.finally != graph_.root, "finally", "/saga");
      if (!ok()) return;
      open.push_back(graph_.saga.finally);
      used_[graph_.saga.finally.value] = true;
    }
    std::size_t reached = 0;
    while (ok() && !open.empty()) {
      List const& list = graph_.list(open.back());
      open.pop_back();
      for (TaskIndex const index : list.tasks) {
        ++reached;
        children(graph_.task(index), open);
      }
    }
    expect(reached == graph_.tasks.size(), "task that can not be reached from the root", "/");
    for (List const& list : graph_.lists) {
      expect(used_[list.index.value], "list without user", text(list));
    }
  }

  void children(Task const& task, std::vector<ListIndex>& open) {
    auto const child = [&](ListIndex index, ListRole role) {
      expect(known(index) && !used_[index.value] && graph_.list(index).role == role &&
                 graph_.list(index).owner == task.index,
             "wrong child list", task.path);
      if (!ok()) return;
      used_[index.value] = true;
      open.push_back(index);
    };
    if (auto const* block = std::get_if<Do>(&task.kind)) child(block->body, ListRole::body);
    if (auto const* loop = std::get_if<For>(&task.kind)) child(loop->body, ListRole::loop);
    if (auto const* fork = std::get_if<Fork>(&task.kind)) {
      for (ListIndex const branch : fork->branches) {
        child(branch, ListRole::branch);
        expect(ok() && graph_.list(branch).tasks.size() == 1, "a branch of several tasks",
               task.path);
      }
    }
    if (auto const* attempt = std::get_if<Try>(&task.kind)) {
      child(attempt->body, ListRole::attempt);
      if (attempt->handler.body.valid()) child(attempt->handler.body, ListRole::handler);
    }
    if (auto const* listen = std::get_if<Listen>(&task.kind); listen && listen->foreach) {
      child(listen->foreach->body, ListRole::loop);
    }
    if (task.compensate.valid()) child(task.compensate, ListRole::compensate);
    if (task.probe.valid()) {
      child(task.probe, ListRole::probe);
      expect(std::holds_alternative<Call>(task.kind), "a probe of no call", task.path);
    }
  }

  void tasks() {
    for (Task const& task : graph_.tasks) {
      where_ = task.path;
      check(task.when);
      check(task.input_from);
      check(task.output_as);
      check(task.export_as);
      check(task.timeout);
      check(task.lock);
      if (task.retry) check(*task.retry);
      if (task.effect.ongoing) check(task.effect.ongoing->every);
      check(task.then, task);
      std::visit([&](auto const& kind) { check(kind, task); }, task.kind);
    }
  }

  void check(Expression const& expression) {
    expect(expression.program.has_value(), "expression without program", where_);
    for (auto const& use : expression.tasks) expect(known(use.task), "unknown task use", where_);
  }

  void check(Template const& value) {
    if (value.kind == Template::Kind::expression) check(value.expression);
    for (auto const& member : value.members) check(member.value);
    for (auto const& item : value.items) check(item);
  }

  void check(DurationValue const& value) {
    check(value.dynamic);
    expect(value.fixed.us >= 0, "negative duration", where_);
  }

  template <class T>
  void check(std::optional<T> const& value) {
    if (value) check(*value);
  }

  void check(RetryPolicy const& policy) {
    check(policy.delay);
    check(policy.when);
    check(policy.except_when);
    expect(policy.jitter_from <= policy.jitter_to && policy.multiplier >= 1, "retry policy",
           where_);
  }

  void check(Then const& then, Task const& task) {
    if (then.kind != Then::Kind::task) return;
    expect(known(then.target) && graph_.task(then.target).list == task.list, "jump out of its list",
           task.path);
  }

  void check(Call const& call, Task const& task) {
    check(call.with);
    expect(!call.function.empty(), "call without function", task.path);
  }
  void check(Do const&, Task const&) {}
  void check(Set const& set, Task const&) { check(set.value); }
  void check(Switch const& choice, Task const& task) {
    for (auto const& each : choice.cases) {
      check(each.when);
      check(each.then, task);
    }
  }
  void check(For const& loop, Task const& task) {
    check(loop.in);
    check(loop.while_);
    expect(!loop.each.empty() && !loop.at.empty(), "loop variable without name", task.path);
  }
  void check(Fork const& fork, Task const& task) {
    expect(!fork.branches.empty(), "fork without branches", task.path);
  }
  void check(Try const& attempt, Task const& task) {
    check(attempt.handler.then, task);
    for (auto const& member : attempt.handler.filter) check(member.value);
    check(attempt.handler.when);
    check(attempt.handler.except_when);
    check(attempt.handler.retry);
  }
  void check(Raise const& raise, Task const&) { check(raise.error); }
  void check(Wait const& wait, Task const&) { check(wait.duration); }
  void check(Listen const& listen, Task const& task) {
    check(listen.mode, listen.filters, task);
    check(listen.until);
    bool const any = listen.mode == Listen::Mode::any;
    expect(any || (!listen.until && !listen.until_events), "until of no any", task.path);
    if (listen.until_events) check(listen.until_events->mode, listen.until_events->filters, task);
    if (!listen.foreach) return;
    check(listen.foreach->output_as);
    check(listen.foreach->export_as);
    expect(!listen.foreach->item.empty() && !listen.foreach->at.empty(),
           "loop variable without name", task.path);
  }
  void check(Listen::Mode mode, std::vector<EventFilter> const& filters, Task const& task) {
    expect(mode != Listen::Mode::one || !filters.empty(), "listen without event", task.path);
    for (auto const& filter : filters) {
      for (auto const& attribute : filter.with) check(attribute.value);
      for (auto const& each : filter.correlate) {
        check(each.from);
        check(each.expect);
      }
    }
  }
  void check(Emit const& emit, Task const&) { check(emit.event); }
  void check(RunWorkflow const& run, Task const& task) {
    check(run.input);
    expect(!run.ns.empty() && !run.name.empty(), "run without workflow", task.path);
  }

  // The runtime parses cron and zone without looking at what comes of it.
  void check(Schedule const& schedule) {
    int const kinds = (schedule.cron.empty() ? 0 : 1) + (schedule.every ? 1 : 0) +
                      (schedule.after ? 1 : 0) + (schedule.on ? 1 : 0);
    expect(kinds == 1, "schedule of several kinds", "/schedule");
    bool const cron =
        schedule.cron.empty() || std::holds_alternative<Cron>(Cron::parse(schedule.cron));
    expect(cron && TimeZone::parse(schedule.zone_rule).ok(), "cron expression", "/schedule");
    expect(!schedule.every || schedule.every->us > 0, "interval", "/schedule");
    expect(!schedule.after || schedule.after->us >= 0, "interval", "/schedule");
    if (schedule.on) check(schedule.on->mode, schedule.on->filters, Task{});
  }

  static std::string text(List const& list) { return "list " + std::to_string(list.index.value); }

  StepGraph const& graph_;
  std::vector<bool> used_;
  std::string where_ = "/";
  std::string problem_;
};

}  // namespace

Result<void> verify(StepGraph const& graph) {
  return Verifier(graph).run();
}

}  // namespace skald::graph
