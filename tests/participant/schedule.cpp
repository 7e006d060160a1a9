#include "tests/participant/schedule.hpp"

#include <algorithm>

namespace skald::participant {

bool next_schedule(std::vector<Choice>& choices) {
  while (!choices.empty() && choices.back().taken + 1 == choices.back().options) choices.pop_back();
  if (choices.empty()) return false;
  ++choices.back().taken;
  return true;
}

void Schedule::Gate::pass() {
  std::unique_lock lock(*mutex_);
  state_ = State::waiting;
  changed_->notify_all();
  changed_->wait(lock, [this] { return state_ == State::moving; });
}

void Schedule::add(Call call) {
  auto actor = std::make_unique<Actor>();
  actor->call = std::move(call);
  actor->gate.mutex_ = &mutex_;
  actor->gate.changed_ = &changed_;
  actors_.push_back(std::move(actor));
}

// The actor's thread: the call, from its first gate, until it is through.
void Schedule::live(Actor& actor) {
  auto& gate = actor.gate;
  for (bool through = false; !through;) {
    gate.pass();
    through = actor.call(gate);
    std::lock_guard const lock(*gate.mutex_);
    gate.state_ = through ? Gate::State::done : Gate::State::stuck;
    gate.stuck_ = !through;
    gate.changed_->notify_all();
  }
}

bool Schedule::finished() const {
  return std::all_of(actors_.begin(), actors_.end(),
                     [](auto const& actor) { return actor->gate.state_ == Gate::State::done; });
}

// Lets one call go on to its next gate, its end or a lock.
void Schedule::move(Actor& actor) {
  std::unique_lock lock(mutex_);
  actor.gate.state_ = Gate::State::moving;
  changed_.notify_all();
  changed_.wait(lock, [&] { return actor.gate.state_ != Gate::State::moving; });
  // What met a lock comes back to its first gate by itself.
  changed_.wait(lock, [&] { return actor.gate.state_ != Gate::State::stuck; });
  if (actor.gate.stuck_) return;
  for (auto const& other : actors_) other->gate.stuck_ = false;
}

bool Schedule::run() {
  for (auto const& actor : actors_) {
    actor->thread = std::thread([&each = *actor] { live(each); });
  }
  bool deadlock = false;
  for (std::size_t step = 0; !deadlock; ++step) {
    std::vector<Actor*> able;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] {
        return std::all_of(actors_.begin(), actors_.end(), [](auto const& actor) {
          return actor->gate.state_ == Gate::State::waiting ||
                 actor->gate.state_ == Gate::State::done;
        });
      });
      if (finished()) break;
      for (auto const& actor : actors_) {
        auto const& gate = actor->gate;
        if (gate.state_ == Gate::State::waiting && !gate.stuck_) able.push_back(actor.get());
      }
    }
    deadlock = able.empty();
    if (deadlock) break;
    if (step == choices_.size()) choices_.push_back({0, able.size()});
    move(*able[choices_[step].taken]);
  }
  for (auto const& actor : actors_) {
    if (deadlock)
      actor->thread.detach();
    else
      actor->thread.join();
  }
  return !deadlock;
}

}  // namespace skald::participant
