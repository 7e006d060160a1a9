#include "tests/simulation/workflow_text.hpp"

namespace skald::simulation {
namespace {

// Writes one workflow. Every block is a task list; `in_loop` says that $item may be used.
class Writer {
 public:
  Writer(Random& random, std::vector<ChildWorkflow> const& children)
      : random_(random),
        children_(children),
        sure_(random.chance(400)),
        locks_(random.chance(400)) {
    for (auto const& child : children) {
      if (child.sure) sure_children_.push_back(child);
    }
    if (sure_) children_ = sure_children_;
  }

  WorkflowText write(std::string const& name) {
    line(0, "document: { dsl: '1.0.3', namespace: sim, name: " + name + ", version: '1.0.0' }");
    bool const pivot = random_.chance(200);
    saga(pivot);
    if (!sure_ && random_.chance(80))
      line(0, "timeout: { after: { milliseconds: " + number(500, 9000) + " } }");
    line(0, "do:");
    bool const family = kin(pivot);
    if (family && random_.chance(500)) {
      list(1, 1, {});
    } else {
      for (auto parts = random_.between(1, 3); parts > 0; --parts) list(1, 3, {});
    }
    if (pivot) {
      this->pivot(1);
      for (auto parts = random_.between(0, 2); parts > 0; --parts) list(1, 2, {});
    }
    if (!forward_ && !sure_ &&
        random_.chance(family ? 700
                              : 250)) {  // a last step that often fails: the interesting unwindings
      line(1, "- last:");
      line(3, "raise: { error: { type: 'https://sim.example/errors/last', status: 400 } }");
    }
    return {std::move(text_), {name, sure_, pivot, false}};
  }

 private:
  // A child that keeps what it does, in a run that is likely to go back.
  bool kin(bool pivot) {
    if (pivot || forward_ || children_.empty() || !random_.chance(450)) return false;
    auto const& child = pick(children_);
    if (child.quick || child.pivot) return false;
    line(1, "- " + fresh("c") + ": { run: { " + child_workflow(child) + " } }");
    return true;
  }

  struct Where {
    bool loop = false;       // $item is there
    bool no_events = false;  // inside something that may be entered very often
    bool covered = false;    // inside a composite with its own undo
  };

  // The policy of the workflow. Where nothing leads back no task may fail for ever: the run would
  // be suspended for ever.
  void saga(bool pivot) {
    forward_ = pivot;
    if (random_.chance(300)) {
      line(0, "saga:");
      line(1, "retry: " + undo_policy());
      if (random_.chance(300)) line(1, "exhausted: continue");
    } else {
      line(0, "saga:");
    }
    line(1, random_.chance(300) ? "order: dependency" : "order: reverse");
    if (random_.chance(60)) {
      forward_ = true;
      line(1, "recover: forward");
    } else if (random_.chance(100)) {
      line(1, "recover: { forwardThenBackward: " + number(1, 3) + " }");
    }
    if (!random_.chance(200)) return;
    line(1, "finally:");
    for (auto count = random_.between(1, 2); count > 0; --count) {
      auto const name = fresh("z");
      if (!sure_children_.empty() && random_.chance(150)) {
        line(2, "- " + name + ": { run: { " + child_workflow(pick(sure_children_)) +
                    " }, output: { as: '${ {} }' } }");
        continue;
      }
      line(2, "- " + name + ": { call: act, with: { task: " + name + ", end: '${ .status }' } }");
    }
  }

  // By itself, in a group, or in a try that only handles.
  void pivot(int indent) {
    auto const how = random_.below(3);
    if (how == 1) line(indent, "- " + fresh("d") + ":");
    if (how == 1 && random_.chance(300)) {
      line(indent + 2, "timeout: { after: { milliseconds: " + number(100, 2000) + " } }");
    }
    if (how == 1) line(indent + 2, "do:");
    if (how == 2) line(indent, "- " + fresh("y") + ":");
    if (how == 2) line(indent + 2, "try:");
    auto const inner = how == 0 ? indent : indent + 3;
    pivot_step(inner);
    if (how != 0 && random_.chance(500)) list(inner, 1, {});
    if (how == 2) line(indent + 2, "catch: { do: [ { " + fresh("s") + ": { set: { n: 1 } } } ] }");
  }

  // A call, or a child.
  void pivot_step(int inner) {
    auto const name = fresh("v");
    line(inner, "- " + name + ":");
    line(inner + 2, "pivot: true");
    if (!sure_children_.empty() && random_.chance(300)) {
      return line(inner + 2, "run: { " + child_workflow(pick(sure_children_)) + " }");
    }
    bool const callback = random_.chance(250);
    line(inner + 2, "call: act");
    if (callback) line(inner + 2, "await: callback");
    line(inner + 2, "with: { task: " + name + " }");
    if (random_.chance(500)) {
      line(inner + 2,
           "timeout: { after: { milliseconds: " + number(callback ? 500 : 50, 800) + " } }");
    }
    if (random_.chance(450)) line(inner + 2, "retry: " + policy());
  }

  void line(int indent, std::string const& content) {
    text_.append(static_cast<std::size_t>(indent) * 2, ' ');
    text_ += content;
    text_ += '\n';
  }
  std::string number(std::int64_t low, std::int64_t high) {
    return std::to_string(random_.between(low, high));
  }
  std::string fresh(char const* prefix) { return prefix + std::to_string(++names_); }

  // `passes`: each attempt may have a limit of its own.
  std::string policy(bool passes = false) {
    std::string const duration =
        passes ? ", duration: { milliseconds: " + number(100, 2000) + " }" : "";
    return "{ delay: { milliseconds: " + number(0, 300) +
           " }, backoff: { exponential: {} }, limit: { attempt: { count: " + number(1, 3) +
           duration + " } } }";
  }
  // Mostly without end; sometimes limited, so that runs get suspended.
  std::string undo_policy() {
    std::string const limit =
        random_.chance(600) ? ", limit: { attempt: { count: " + number(1, 3) + " } }" : "";
    return "{ delay: { milliseconds: " + number(10, 400) + " }" + limit + " }";
  }

  void list(int indent, int depth, Where where) {
    auto const count = random_.between(1, depth == 3 ? 4 : 2);
    for (std::int64_t i = 0; i < count; ++i) task(indent, depth, where);
  }

  void task(int indent, int depth, Where where) {
    auto const kind = depth == 0 ? random_.below(60) : random_.below(100);
    auto const& children = forward_ ? sure_children_ : children_;
    if (!children.empty() && random_.chance(200)) return run(indent, where, pick(children));
    if (kind < 40) return call(indent, where);
    if (kind < 45) return wait(indent);
    if (kind < 50) return set(indent);
    if (kind < 55) return where.no_events || sure_ ? set(indent) : event(indent, where);
    if (kind < 60) return call(indent, where);
    if (kind < 68) return do_(indent, depth, where);
    if (kind < 77) return for_(indent, depth, where);
    if (kind < 88) return fork(indent, depth, where);
    try_(indent, depth, where);
  }

  void common(int indent) {
    if (random_.chance(40)) line(indent, "if: ${ false }");
    if (locks_ && may_fail() && random_.chance(500)) line(indent, "lock: sim-" + number(1, 3));
  }

  void call(int indent, Where where) {
    auto const name = fresh("t");
    line(indent, "- " + name + ":");
    common(indent + 2);
    line(indent + 2, "call: act");
    bool const callback = random_.chance(120);
    if (callback) line(indent + 2, "await: callback");
    line(indent + 2, "with: { task: " + name + (where.loop ? ", item: '${ $item }'" : "") + " }");
    if (random_.chance(600)) {
      bool const patient = callback && !may_fail();  // it could never end
      line(indent + 2,
           "timeout: { after: { milliseconds: " + number(patient ? 500 : 50, 800) + " } }");
    }
    if (random_.chance(450)) line(indent + 2, "retry: " + policy());
    if (random_.chance(100)) line(indent + 2, "ongoing: { status: [425], every: PT0.1S }");
    // A participant with a barrier that was asked in vain never takes the key again, so that what
    // only goes forward would need an operator's other input.
    if (!forward_ && random_.chance(400)) {
      auto const look = fresh("q");
      line(indent + 2, "probe: [ { " + look + ": { call: look, with: { of: " + name +
                           " }, timeout: { after: { milliseconds: 300 } } } } ]");
    }
    if (random_.chance(60)) line(indent + 2, "redeliver: false");
    if (random_.chance(800)) {
      compensate(indent + 2, name, where.loop);
      if (random_.chance(80)) line(indent + 2, "undoOn: [refused]");
    }
    if (may_fail() && random_.chance(50)) {
      line(indent + 2, "output: { as: '${ error(\"bad output\") }' }");
    }
    if (!forward_ && random_.chance(30))
      line(indent + 2, random_.chance(500) ? "then: exit" : "then: end");
  }

  bool may_fail() const { return !forward_ && !sure_; }

  ChildWorkflow const& pick(std::vector<ChildWorkflow> const& from) {
    return from[random_.below(static_cast<std::uint32_t>(from.size()))];
  }
  std::string child_workflow(ChildWorkflow const& child) {
    return "workflow: { namespace: sim, name: " + child.name + ", input: { n: " + number(0, 9) +
           " } }";
  }

  void run(int indent, Where where, ChildWorkflow const& child) {
    auto const name = fresh("c");
    bool const waits = random_.chance(child.quick ? 300 : 750);
    std::string one_way = ", await: false";
    if (random_.chance(500)) one_way += ", onAbort: cancel";
    line(indent, "- " + name + ":");
    common(indent + 2);
    line(indent + 2, "run: { " + child_workflow(child) + (waits ? "" : one_way) + " }");
    if (!sure_ && random_.chance(200)) {
      line(indent + 2, "timeout: { after: { milliseconds: " + number(50, 3000) + " } }");
    }
    bool const needs_undo = waits && child.pivot;
    if (needs_undo || random_.chance(waits ? 150 : 300)) compensate(indent + 2, name, where.loop);
    if (may_fail() && random_.chance(50))
      line(indent + 2, "output: { as: '${ error(\"bad output\") }' }");
  }

  void compensate(int indent, std::string const& name, bool loop) {
    line(indent, "compensate:");
    undo_call(indent + 1, name, loop);
    if (!sure_children_.empty() && random_.chance(80)) {
      line(indent + 1,
           "- " + fresh("uc") + ": { run: { " + child_workflow(pick(sure_children_)) + " } }");
    }
    auto const more = random_.below(10);
    if (more == 0) {
      undo_call(indent + 1, name, loop);
    } else if (more == 1) {
      line(indent + 1, "- " + fresh("uw") + ": { wait: { milliseconds: " + number(1, 300) + " } }");
      undo_call(indent + 1, name, loop);
    } else if (more == 2) {
      line(indent + 1, "- " + fresh("ut") + ":");
      line(indent + 3, "try:");
      undo_call(indent + 4, name, loop);
      line(indent + 3, "catch: { retry: " + policy() + " }");
    } else if (more == 3) {
      line(indent + 1, "- " + fresh("uf") + ":");
      line(indent + 3, "for: { each: part, in: '${ [1, 2] }' }");
      line(indent + 3, "do:");
      undo_call(indent + 4, name, loop);
    } else if (more == 4) {
      undo_group(indent + 1, name, loop);
    }
  }

  // Its deadline may come while the try inside unwinds.
  void undo_group(int indent, std::string const& name, bool loop) {
    line(indent, "- " + fresh("ud") + ":");
    line(indent + 2, "timeout: { after: { milliseconds: " + number(50, 900) + " } }");
    line(indent + 2, "do:");
    line(indent + 3, "- " + fresh("ut") + ":");
    line(indent + 5, "try:");
    line(indent + 6, "- " + fresh("uf") + ":");
    line(indent + 8, "for: { each: part, in: '${ [1, 2] }', concurrency: 2 }");
    line(indent + 8, "do:");
    undo_call(indent + 9, name, loop);
    line(indent + 5, "catch: { retry: " + policy() + " }");
  }

  void undo_call(int indent, std::string const& of, bool loop) {
    line(indent, "- " + fresh("u") + ":");
    line(indent + 2, "call: undo");
    line(indent + 2, "with: { of: " + of + ", output: '${ $undo.output }'" +
                         (loop ? ", item: '${ $item }'" : "") + " }");
    if (random_.chance(300)) {
      line(indent + 2, "timeout: { after: { milliseconds: " + number(50, 500) + " } }");
    }
    if (random_.chance(80)) line(indent + 2, "doneOn: [422]");
  }

  void wait(int indent) {
    line(indent, "- " + fresh("w") + ": { wait: { milliseconds: " + number(0, 900) + " } }");
  }

  void set(int indent) {
    line(indent, "- " + fresh("s") + ": { set: { n: " + number(0, 9) + " } }");
  }

  void event(int indent, Where where) {
    auto const type = "sim.e" + number(1, 2);
    if (random_.chance(500)) {
      line(indent, "- " + fresh("e") + ":");
      line(indent + 2, "emit: { event: { with: { source: 'https://sim.example', type: " + type +
                           ", data: { n: 1 } } } }");
    } else if (random_.chance(300)) {
      events(indent, where);
    } else {
      line(indent, "- " + fresh("l") + ":");
      line(indent + 2, "listen: { to: { one: { with: { type: " + type + " } } } }");
      if (!sure_ && random_.chance(500)) {
        line(indent + 2, "timeout: { after: { milliseconds: " + number(100, 3000) + " } }");
      }
    }
  }

  // Several events, and a call for each.
  void events(int indent, Where where) {
    line(indent, "- " + fresh("l") + ":");
    line(indent + 2, random_.chance(500)
                         ? "listen: { to: { any: [], until: '${ length > 1 }' } }"
                         : "listen: { to: { any: [ { with: { type: sim.e1 } } ], until: { one: { "
                           "with: { type: sim.e2 } } } } }");
    if (random_.chance(300)) {
      line(indent + 2, "timeout: { after: { milliseconds: " + number(100, 3000) + " } }");
    }
    if (random_.chance(300)) return;
    line(indent + 2, "foreach:");
    line(indent + 3, "do:");
    where.loop = true;
    call(indent + 4, where);
    if (random_.chance(300)) line(indent + 3, "export: { as: '${ { seen: $index } }' }");
  }

  // A composite's own undo and timeout.
  void composite(int indent, std::string const& name, Where& where) {
    if (!sure_ && random_.chance(80)) {
      line(indent, "timeout: { after: { milliseconds: " + number(100, 3000) + " } }");
    }
    if (random_.chance(120)) {
      compensate(indent, name, where.loop);
      where.covered = true;
    }
  }

  void do_(int indent, int depth, Where where) {
    auto const name = fresh("d");
    line(indent, "- " + name + ":");
    common(indent + 2);
    composite(indent + 2, name, where);
    line(indent + 2, "do:");
    list(indent + 3, depth - 1, where);
  }

  void for_(int indent, int depth, Where where) {
    auto const name = fresh("f");
    auto const items = number(0, 4);
    line(indent, "- " + name + ":");
    composite(indent + 2, name, where);
    std::string const concurrency =
        random_.chance(400) ? ", concurrency: " + number(1, 3) : std::string();
    common(indent + 2);
    line(indent + 2, "for: { each: item, in: '${ [range(" + items + ")] }'" + concurrency + " }");
    if (concurrency.empty() && random_.chance(150))
      line(indent + 2, "while: ${ $index < " + number(0, 3) + " }");
    where.loop = true;
    line(indent + 2, "do:");
    list(indent + 3, depth - 1, where);
  }

  void fork(int indent, int depth, Where where) {
    auto const name = fresh("p");
    line(indent, "- " + name + ":");
    composite(indent + 2, name, where);
    line(indent + 2, "fork:");
    bool const race = random_.chance(250);
    if (race) line(indent + 3, "compete: true");
    line(indent + 3, "branches:");
    auto const count = random_.between(1, 3);
    auto const& children = forward_ ? sure_children_ : children_;
    bool const of_children = race && !children.empty() && random_.chance(500);
    for (std::int64_t i = 0; i < count; ++i) {
      if (of_children) {
        run(indent + 4, where, pick(children));
      } else {
        task(indent + 4, depth - 1, where);
      }
    }
  }

  void try_(int indent, int depth, Where where) {
    auto const name = fresh("y");
    line(indent, "- " + name + ":");
    composite(indent + 2, name, where);
    line(indent + 2, "try:");
    list(indent + 3, depth - 1, where);
    if (may_fail() && random_.chance(200)) {
      line(indent + 3, "- " + fresh("r") + ":");
      line(indent + 5, "raise: { error: { type: 'https://sim.example/errors/x', status: 400 } }");
    }
    line(indent + 2, "catch:");
    if (random_.chance(150)) line(indent + 3, "errors: { with: { status: 408 } }");
    auto const how = random_.below(3);
    if (how != 0) line(indent + 3, "retry: " + policy(may_fail() && random_.chance(200)));
    if (how != 1) {
      line(indent + 3, "do:");
      list(indent + 4, depth - 1, where);
    }
  }

  Random& random_;
  std::vector<ChildWorkflow> children_;
  std::vector<ChildWorkflow> sure_children_;
  bool sure_;
  std::string text_;
  int names_ = 0;
  bool locks_;            // it takes some; the order of names may be against it
  bool forward_ = false;  // somewhere in it nothing leads back
};

}  // namespace

WorkflowText workflow_text(Random& random, std::string const& name,
                           std::vector<ChildWorkflow> const& children) {
  return Writer(random, children).write(name);
}

}  // namespace skald::simulation
