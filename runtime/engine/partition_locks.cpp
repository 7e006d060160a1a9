// Locks, from the side of the runs that want them. A run asks the home of the lock, wherever that
// is, and asks again after a crash: the effect is pending until the answer is a fact of the run.
//
// A run waits only for a name above all that it and the runs that wait for it hold or ask for, and
// asks for nothing while one that it waits for does. So along every chain of waiting the names
// ascend, and no chain is a ring (docs/decisions/locks.md).

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "runtime/engine/partition_slot.hpp"

namespace skald::runtime {
namespace {

bool asks(State const& state) {
  return !state.lock_requests.empty() && !state.lock_requests.front().withdrawn;
}

}  // namespace

void Partition::follow_lock(Slot& slot, LockEffect const& effect) {
  auto const wanted = std::pair(effect.activation, effect.withdraw);
  if (slot.lock_asked == wanted) return;
  slot.lock_gated = !effect.withdraw && !slot.asking_children.empty();
  if (slot.lock_gated) return;
  slot.lock_asked = wanted;
  SKALD_ASSERT(ports_.post, "a partition without a way to the homes of locks");
  auto const home = home_of_lock(effect.name);
  if (effect.withdraw) return withdraw_lock(effect.name, slot.state.run, effect.activation);
  LockAsk request{effect.name, slot.state.run, effect.activation, effect.above, {}};
  add_family(slot, request);
  after_durable([this, home, request = std::move(request)] {
    ports_.post(home, [request](Partition& at, Time now) { at.locks_.ask(request, now); });
  });
}

void Partition::withdraw_lock(std::string const& name, std::string const& run,
                              ActivationId request) {
  after_durable([this, name, run, request] {
    ports_.post(home_of_lock(name), [name, run, request](Partition& at, Time now) {
      at.locks_.withdraw(name, run, request, now);
    });
  });
}

// The runs that wait for this one, and the greatest name that they have or ask for.
void Partition::add_family(Slot const& slot, LockAsk& request) const {
  for (auto link = slot.state.parent; link && !link->one_way;) {
    auto const* parent = find(link->run);
    if (parent == nullptr) return;
    auto const& state = parent->state;
    request.family.push_back(state.run);
    if (!state.locks.empty()) request.above = std::max(request.above, state.locks.rbegin()->first);
    for (auto const& each : state.lock_requests) {
      request.above = std::max(request.above, each.name);
    }
    link = state.parent;
  }
}

// True when the run asks for a lock, or one that it waits for does.
bool Partition::asks_below(Slot const& slot) {
  if (slot.state.status == RunStatus::ended) return false;
  return asks(slot.state) || !slot.asking_children.empty();
}

// A grant that nobody waits for any more goes back, also while its withdrawal is under way: that
// may have come to the home before the question did, and its answer be the next. A grant to a run
// that has ended is not seen here: its end frees the lock.
void Partition::lock_answered(std::string const& run, std::string const& lock, LockAnswered answer,
                              Time now) {
  auto* slot = find(run);
  if (slot == nullptr) return;
  auto const request = answer.activation;
  bool const granted = answer.answer == LockAnswered::Answer::granted;
  apply(*slot, std::move(answer), now);
  auto const& state = slot->state;
  bool const waits = std::ranges::any_of(state.lock_requests, [&](LockRequest const& each) {
    return each.activation == request && !each.withdrawn;
  });
  bool const stale =
      granted && !state.locks.contains(lock) && !waits && state.status != RunStatus::ended;
  if (stale) withdraw_lock(lock, run, request);
  drain(now);
}

LockKeeper::Ports Partition::lock_ports() {
  LockKeeper::Ports ports;
  ports.keep = [this](std::vector<LockFact> facts) {
    for (auto const& fact : facts) last_recorded_ = std::max(last_recorded_, fact.at);
    Batch batch;
    batch.locks = std::move(facts);
    add_frame(encode(batch));
  };
  ports.after_durable = [this](std::function<void()> action) { after_durable(std::move(action)); };
  ports.tell = [this](std::string const& run, std::string const& lock, LockAnswered const& answer) {
    ports_.post(run, [run, lock, answer](Partition& at, Time now) {
      at.lock_answered(run, lock, answer, now);
    });
  };
  ports.watch = [this](std::string const& lock, std::string const& run) {
    ports_.post(run, [post = ports_.post, lock, run](Partition& at, Time) {
      at.when_over(run, [post, lock, run] {
        post(home_of_lock(lock),
             [lock, run](Partition& home, Time now) { home.locks_.ended(lock, run, now); });
      });
    });
  };
  return ports;
}

}  // namespace skald::runtime
