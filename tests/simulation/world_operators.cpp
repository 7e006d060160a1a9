// Operators: they suspend and resume runs, retry and complete steps and skip undos, at any moment,
// whether it is allowed or not.

#include <algorithm>

#include "runtime/machine/find_step.hpp"
#include "runtime/machine/tree.hpp"
#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace skald::simulation {

namespace {

// The name of a live step, or of a planned undo.
std::string draw_step(Random& random, runtime::State const& state, graph::StepGraph const& graph,
                      bool undo) {
  std::vector<std::string> names;
  if (undo) {
    for (auto const& [id, unwinding] : state.unwindings) {
      for (auto const& one : unwinding.plan) {
        auto const& armed = state.armed.at(one.undoes);
        names.push_back(graph.task(armed.task).path + ":" + std::to_string(armed.number));
      }
    }
  } else {
    for (auto const& [id, live] : state.activations) {
      if (live.phase == runtime::Phase::composite) continue;
      names.push_back(graph.task(live.task).path + ":" + std::to_string(live.number));
    }
  }
  if (names.empty()) return "nothing";
  return names[random.below(static_cast<std::uint32_t>(names.size()))];
}

}  // namespace

Operation World::draw_operation(runtime::State const& state, graph::StepGraph const& graph) {
  Operation operation;
  operation.reason = "why";
  operation.actor = "operator";
  auto const kind = operator_.below(100);
  if (kind < 15) {
    operation.verb = Verb::suspend;
  } else if (kind < 35) {
    operation.verb = Verb::resume;
    operation.forward = operator_.chance(500);
  } else if (kind < 65) {
    operation.verb = Verb::retry;
    operation.step = draw_step(operator_, state, graph, false);
    if (operator_.chance(500)) operation.value = Json::object({{"by", ++meddled_}});
  } else if (kind < 80) {
    operation.verb = Verb::complete;
    operation.step = draw_step(operator_, state, graph, false);
    operation.value = Json::object({{"evidence", ++meddled_}});
    auto const* task = graph.find(operation.step.substr(0, operation.step.rfind(':')));
    bool const listens = task != nullptr && std::holds_alternative<graph::Listen>(task->kind);
    if (listens && operator_.chance(800)) operation.value = Json::array({*operation.value});
  } else {
    operation.verb = Verb::skip;
    operation.step = draw_step(operator_, state, graph, true);
  }
  return operation;
}

// A run that somebody started, or one of the runs that it has started.
std::string World::draw_run() {
  auto const& run = clients_[operator_.below(static_cast<std::uint32_t>(clients_.size()))].run;
  if (!operator_.chance(400)) return run;
  std::vector<std::string> below;
  for (auto const& [id, checker] : journal_.runs()) {
    if (is_below(id, run) && !checker.ended()) below.push_back(id);
  }
  if (below.empty()) return run;
  return below[operator_.below(static_cast<std::uint32_t>(below.size()))];
}

void World::meddle() {
  if (clients_.empty()) return;
  auto const run = draw_run();
  auto const* state = partition_->state(run);
  if (state == nullptr || state->status == runtime::RunStatus::ended) return;
  auto const operation = draw_operation(*state, *graphs_.at(state->graph));
  auto const word = std::string(to_string(operation.verb)) + (operation.forward ? " forward" : "") +
                    (operation.verb == Verb::retry && operation.value ? " with input" : "");
  tell("operator: " + word + " " + operation.step + " of " + run);
  // A dry run changes nothing.
  auto const before = state->records;
  auto const preview = partition_->preview(run, operation, now());
  require(state->records == before, "a dry run did something");
  bool const below = preview.ok() && (*preview)["then"].size() > 0 &&
                     (*preview)["then"][0].as_string().starts_with("in run ");
  auto const root = std::string(runtime::root_run(run));
  auto const holds = operation.verb == Verb::suspend ? ++holds_[root] : 0;
  partition_->operate(run, operation, now(),
                      [this, run, root, operation, word, holds](Result<Json> const& done) {
                        ++counts_[(done.ok() ? "operator " : "operator refused ") + word];
                        if (!done.ok()) return;
                        if (auto const of = word_of_child(run); !of.empty()) {
                          ++counts_["operator's deeds in a child " + of];
                        }
                        exposure_.hit_run(journal_.runs(), run, "operator");
                        bool const overtaken = holds > 0 && holds != holds_[root];
                        if (!overtaken) check_meddling(run, operation);
                      });
  auto const* after = partition_->state(run);
  bool const happened = after == nullptr || after->records > before;
  require(happened == preview.ok() || below, "a dry run says what does not happen");
  flush();
}

// What its parent does meanwhile; empty when nobody waits for the run, or it has ended.
std::string World::word_of_child(std::string const& run) const {
  auto const* child = partition_->state(run);
  if (child == nullptr || !child->parent || child->status == runtime::RunStatus::ended) return {};
  if (child->parent->one_way) return "that nobody waits for";
  auto const* parent = partition_->state(child->parent->run);
  if (parent == nullptr || parent->status == runtime::RunStatus::ended) return "of an ended run";
  if (parent->child_undos.contains(child->parent->activation)) return "that is undone";
  auto const at = parent->activations.find(child->parent->activation);
  if (at == parent->activations.end()) return "that is given up";
  if (runtime::in_finally(*parent, at->second.scope)) return "of a finally";
  if (runtime::undo_root(*parent, at->second.scope).valid()) return "of an undo";
  return runtime::stopped(*parent, at->second.scope) ? "that is stopped" : "that is waited for";
}

// Somebody kills a child, best of all one that has to go back, or its parent; and the process may
// die behind any of the facts that come of it.
void World::strike() {
  std::vector<std::string> runs;
  std::vector<std::string> going_back;
  for (auto const& [id, run] : journal_.runs()) {
    auto const word = word_of_child(id);
    if (word.empty()) continue;
    bool const back = word != "that is waited for" && word != "that nobody waits for";
    (back ? going_back : runs).push_back(id);
  }
  auto const& among = going_back.empty() ? runs : going_back;
  auto const often = going_back.empty() ? faults_.strike / 200 : faults_.strike;
  if (among.empty() || !operator_.chance(often)) return;
  auto run = among[operator_.below(static_cast<std::uint32_t>(among.size()))];
  auto word = "a child " + word_of_child(run);
  auto const& parent = partition_->state(run)->parent->run;
  if (operator_.chance(250) && partition_->state(parent) != nullptr) {
    run = parent;
    word = "the parent of " + word;
  }
  ++strikes_;
  ++counts_["kills of " + word];
  tell("kill " + run + ", " + word);
  partition_->kill(run, "why", "who", now(), [this, run](Result<void> const& done) {
    if (!done.ok()) return;
    ++counts_["kills"];
    exposure_.hit_run(journal_.runs(), run, "kill");
    check_operation(run, true);
  });
  if (faults_.own_entries && operator_.chance(600)) cut_soon(2);
  flush();
}

// What was acknowledged stands in the journal.
void World::check_meddling(std::string const& run, Operation const& operation) {
  auto const& checker = journal_.runs().at(run);
  if (operation.verb == Verb::suspend && checker.state().held) {
    for (auto const& [id, below] : journal_.runs()) {
      bool const waited_for = is_below(id, run) && journal_.is_waited_for(id, run);
      require(!waited_for || below.ended() || below.state().held,
              "a run was suspended, and one that it waits for goes on: " + id);
    }
  }
  if (operation.verb == Verb::skip) {
    auto const& exceptions = checker.state().exceptions;
    auto const skipped = [&operation](Json const& one) {
      auto const number = to_text(one["number"]);
      return std::string(one["path"].as_string()) + ":" + number == operation.step;
    };
    bool const listed = exceptions.is_array() &&
                        std::any_of(exceptions.items().begin(), exceptions.items().end(), skipped);
    require(listed, "a skipped undo is not listed: " + operation.step);
  }
}

}  // namespace skald::simulation
