#include "runtime/machine/locks.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {
namespace {

// Collects facts, folding each at once.
class LockTurn {
 public:
  LockTurn(LockTable& table, std::string const& name, Time now)
      : table_(table), name_(name), now_(now) {}

  void add(LockBody body) {
    facts_.push_back({name_, now_, std::move(body)});
    evolve(table_, facts_.back());
  }

  // The run leaves; whoever has waited longest takes its place.
  void release(std::string const& run) {
    add(LockReleased{run});
    auto const lock = table_.find(name_);
    if (lock == table_.end() || lock->second.holder) return;
    auto const next = lock->second.waiters.begin()->second;
    add(LockGranted{next.run, next.request});
  }

  std::vector<LockFact> take() { return std::move(facts_); }

 private:
  LockTable& table_;
  std::string const& name_;
  Time now_;
  std::vector<LockFact> facts_;
};

bool has(LockPlace const& place, std::string const& run, ActivationId request) {
  return place.run == run && place.request == request;
}

// What the home knows of the run: that it holds the lock, or waits.
std::optional<LockPlace> place_of(LockState const& lock, std::string const& run) {
  if (lock.holder && lock.holder->run == run) return lock.holder;
  auto const number = lock.numbers.find(run);
  if (number == lock.numbers.end()) return std::nullopt;
  return lock.waiters.at(number->second);
}

}  // namespace

// A newer request of a run takes the place of the one that is known, so that a withdrawal of that,
// still on its way, takes nothing from it. An older one has been overtaken by its withdrawal.
LockReply ask(LockTable& table, LockAsk const& request, Time now) {
  using Answer = LockAnswered::Answer;
  LockReply reply;
  LockTurn turn(table, request.name, now);
  auto const answer = [&](Answer what) { reply.answer = {request.request, what, {}, {}}; };
  auto const lock = table.find(request.name);
  if (lock == table.end()) {
    turn.add(LockGranted{request.run, request.request});
    answer(Answer::granted);
    reply.facts = turn.take();
    return reply;
  }
  auto const holder = lock->second.holder->run;
  auto const known = place_of(lock->second, request.run);
  if (known && request.request < known->request) return reply;
  bool const repeated = known && known->request == request.request;
  bool const waits = known && holder != request.run;
  bool const in_family = std::ranges::count(request.family, holder) > 0;
  if (holder == request.run) {
    if (!repeated) turn.add(LockGranted{request.run, request.request});
    answer(Answer::granted);
  } else if (repeated) {
    return reply;
  } else if (!in_family && request.name > request.above) {
    turn.add(LockQueued{request.run, request.request});
  } else {
    if (waits) turn.release(request.run);
    answer(in_family ? Answer::family : Answer::refused);
    reply.answer->holder = holder;
    if (!in_family) reply.answer->above = request.above;
  }
  reply.facts = turn.take();
  return reply;
}

std::vector<LockFact> withdraw(LockTable& table, std::string const& name, std::string const& run,
                               ActivationId request, Time now) {
  auto const lock = table.find(name);
  if (lock == table.end()) return {};
  auto const number = lock->second.numbers.find(run);
  bool const waits = number != lock->second.numbers.end() &&
                     has(lock->second.waiters.at(number->second), run, request);
  if (!waits && !has(*lock->second.holder, run, request)) return {};
  LockTurn turn(table, name, now);
  turn.release(run);
  return turn.take();
}

std::vector<LockFact> run_over(LockTable& table, std::string const& name, std::string const& run,
                               Time now) {
  auto const lock = table.find(name);
  if (lock == table.end()) return {};
  if (lock->second.holder->run != run && !lock->second.numbers.contains(run)) return {};
  LockTurn turn(table, name, now);
  turn.release(run);
  return turn.take();
}

namespace {

struct FoldLock {
  LockState& lock;
  Time at;

  // A run that waits already keeps its place.
  void operator()(LockQueued const& fact) const {
    auto const [number, fresh] = lock.numbers.try_emplace(fact.run, lock.next_number);
    if (fresh) ++lock.next_number;
    auto& place = lock.waiters[number->second];
    place = {fact.run, fact.request, fresh ? at : place.since};
  }
  void operator()(LockGranted const& fact) const {
    leave(fact.run);
    bool const held = lock.holder && lock.holder->run == fact.run;
    lock.holder = {fact.run, fact.request, held ? lock.holder->since : at};
  }
  void operator()(LockReleased const& fact) const {
    if (lock.holder && lock.holder->run == fact.run) lock.holder.reset();
    leave(fact.run);
  }

 private:
  void leave(std::string const& run) const {
    auto const number = lock.numbers.find(run);
    if (number == lock.numbers.end()) return;
    lock.waiters.erase(number->second);
    lock.numbers.erase(number);
  }
};

Json put(LockPlace const& place) {
  return Json::array({place.run, place.request.value, Json(place.since.us)});
}

}  // namespace

void evolve(LockTable& table, LockFact const& fact) {
  auto const at = table.try_emplace(fact.name).first;
  std::visit(FoldLock{at->second, fact.at}, fact.body);
  if (!at->second.holder && at->second.waiters.empty()) table.erase(at);
}

Json to_json(LockTable const& table) {
  Json json = Json::object();
  for (auto const& [name, lock] : table) {
    Json places = Json::array({lock.holder ? put(*lock.holder) : Json()});
    for (auto const& [number, place] : lock.waiters) places.push_back(put(place));
    json.set(name, std::move(places));
  }
  return json;
}

}  // namespace skald::runtime
