#include "runtime/executor/function_pool.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "runtime/executor/attempt.hpp"
#include "runtime/executor/call_queue.hpp"

namespace skald::runtime {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = saga::Answer::Kind;

// Deadlines are looked at no more often than this.
constexpr auto kCheckEvery = std::chrono::milliseconds(2);

using SharedFunction = std::shared_ptr<Function const>;

struct Call {
  CallRequest request;
  SharedFunction function;
  Clock::time_point deadline{};
};

// Each alternative of a FunctionResult as an answer.
struct ToAnswer {
  saga::Answer operator()(Returned& result) const {
    saga::Answer answer;
    answer.kind = Kind::returned;
    answer.output = std::move(result.value);
    return answer;
  }
  saga::Answer operator()(Refused& result) const {
    return plain_answer(Kind::refused, std::move(result.message));
  }
  saga::Answer operator()(Failed& result) const {
    return plain_answer(Kind::failed, std::move(result.error.message));
  }
  saga::Answer operator()(BadInput& result) const {
    auto answer = plain_answer(Kind::not_sent, std::move(result.message));
    answer.invalid = true;
    return answer;
  }
};

// The deadline as the function sees it, on the wall clock.
Time wall_deadline(Clock::time_point deadline) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  auto const left = duration_cast<microseconds>(deadline - Clock::now());
  auto const now = std::chrono::system_clock::now().time_since_epoch();
  return {duration_cast<microseconds>(now).count() + left.count()};
}

saga::Answer run(Call& call, Secrets const& secrets, std::stop_token stop) {
  CallRequest& request = call.request;
  auto const opened = open_request(request, secrets);
  if (!opened.ok()) return no_secret_answer(opened.error());
  StepContext const context{std::move(request.key),       std::move(request.run),
                            std::move(request.step),      request.attempt,
                            wall_deadline(call.deadline), std::move(stop),
                            std::move(request.callback)};
  try {
    FunctionResult result = (*call.function)(context, request.with, request.undo);
    return opened->hide(std::visit(ToAnswer{}, result));
  } catch (std::exception const& error) {
    return opened->hide(plain_answer(Kind::failed, request.function + " threw: " + error.what()));
  } catch (...) {
    return plain_answer(Kind::failed, request.function + " threw something unnamed");
  }
}

}  // namespace

// Shared with the threads, so that one that is stuck in a function may outlive the pool.
struct FunctionPool::State {
  // The call that a thread runs.
  struct Running {
    AttemptId id;
    Clock::time_point deadline{};
    bool busy = false;
    bool answered = false;  // as lost; what the function returns is late
    std::stop_source stop;
  };
  struct Overdue {
    AttemptId id;
    std::stop_source stop;
  };
  // A call of a function that is not registered.
  struct Parked {
    CallRequest request;
    Clock::time_point until{};
  };
  using Lock = std::unique_lock<std::mutex>;

  State(FunctionPoolOptions given, AnswerCallback on_answer, LateCallback on_late)
      : options(std::move(given)), callback(std::move(on_answer)), late(std::move(on_late)) {
    running.resize(std::max(1U, options.threads));
  }

  void submit_all(std::vector<CallRequest> requests);
  void withdraw(AttemptId id);
  void add(std::string name, Function function);
  void shut_down();
  // The threads.
  void work(std::size_t index);
  void keep_books();
  // All below are called with the lock held.
  void take(CallRequest request);
  bool wakes_one();
  void enqueue(CallRequest request, SharedFunction function);
  void park(CallRequest request);
  Clock::time_point give_up_parked(Clock::time_point now);
  void reply_soon(AttemptId id, std::string message);
  void call_back(Lock& lock, AttemptId id, saga::Answer answer, bool is_late);
  std::vector<Overdue> check_deadlines(Clock::time_point now);

  FunctionPoolOptions options;
  AnswerCallback callback;
  LateCallback late;

  mutable std::mutex mutex;
  std::condition_variable work_due;
  std::condition_variable clerk_due;
  std::condition_variable quiet;
  // One that is replaced stays for as long as a call of it waits or runs, and ends without the
  // lock.
  std::map<std::string, SharedFunction, std::less<>> functions;
  CallQueue<Call> queue;
  std::map<std::string, std::vector<Parked>, std::less<>> parked;  // by function
  std::size_t parked_count = 0;
  std::vector<std::pair<AttemptId, saga::Answer>> unsent;  // to be answered by the clerk
  std::vector<Running> running;                            // one a thread
  std::vector<std::thread> threads;
  std::thread clerk;
  Clock::time_point next_check = Clock::time_point::max();
  unsigned sleeping = 0;   // threads that wait for work
  unsigned signalled = 0;  // of them, woken and not up yet
  unsigned calling_back = 0;
  bool stopping = false;  // take no more work
  bool silent = false;    // call nobody back
};

void FunctionPool::State::submit_all(std::vector<CallRequest> requests) {
  Lock lock(mutex);
  if (stopping) return;
  for (auto& request : requests) take(std::move(request));
  bool const wakes = wakes_one();
  lock.unlock();
  if (wakes) work_due.notify_one();
}

// One thread is woken at a time; it wakes the next when it finds more than it takes. So a few short
// calls do not wake them all, and whoever submits pays for one. Whenever calls wait, no thread
// sleeps or one is on its way.
bool FunctionPool::State::wakes_one() {
  if (queue.empty() || sleeping == 0 || signalled > 0) return false;
  ++signalled;
  return true;
}

void FunctionPool::State::take(CallRequest request) {
  if (queue.size() + parked_count >= options.max_queued) {
    return reply_soon(request.id, "too many calls of functions wait");
  }
  auto const found = functions.find(request.function);
  if (found == functions.end()) {
    return park(std::move(request));
  }
  enqueue(std::move(request), found->second);
}

void FunctionPool::State::enqueue(CallRequest request, SharedFunction function) {
  auto const deadline = deadline_of(request);
  queue.push({std::move(request), std::move(function), deadline});
  if (deadline < next_check) {
    next_check = deadline;
    clerk_due.notify_one();
  }
}

void FunctionPool::State::park(CallRequest request) {
  auto const wait = std::min(options.offer_wait, Duration{request.timeout.us / 2});
  auto const until = Clock::now() + std::chrono::microseconds(wait.us);
  auto const name = request.function;
  parked[name].push_back({std::move(request), until});
  ++parked_count;
  if (until < next_check) {
    next_check = until;
    clerk_due.notify_one();
  }
}

void FunctionPool::State::reply_soon(AttemptId id, std::string message) {
  unsent.emplace_back(id, plain_answer(Kind::not_sent, std::move(message)));
  clerk_due.notify_one();
}

void FunctionPool::State::withdraw(AttemptId id) {
  std::vector<Call> taken;
  Lock const lock(mutex);
  queue.take_if([&](Call const& call) { return call.request.id == id; }, taken);
  std::size_t found = taken.size();
  for (auto entry = parked.begin(); entry != parked.end();) {
    auto const gone =
        std::erase_if(entry->second, [&](Parked const& call) { return call.request.id == id; });
    parked_count -= gone;
    found += gone;
    entry = entry->second.empty() ? parked.erase(entry) : std::next(entry);
  }
  for (; found > 0; --found) reply_soon(id, "withdrawn before it was called");
}

void FunctionPool::State::add(std::string name, Function function) {
  auto const added = std::make_shared<Function const>(std::move(function));
  auto replaced = added;
  Lock lock(mutex);
  functions[name].swap(replaced);
  auto const found = parked.find(name);
  if (found == parked.end()) return;
  auto calls = std::move(found->second);
  parked.erase(found);
  parked_count -= calls.size();
  for (Parked& call : calls) enqueue(std::move(call.request), added);
  bool const wakes = wakes_one();
  lock.unlock();
  if (wakes) work_due.notify_one();
}

// A callback runs without the lock; `busy` keeps the pool from being destroyed meanwhile.
void FunctionPool::State::call_back(Lock& lock, AttemptId id, saga::Answer answer, bool is_late) {
  if (silent) return;
  auto const& receiver = is_late ? late : callback;
  if (!receiver) return;
  ++calling_back;
  lock.unlock();
  receiver(id, std::move(answer));
  lock.lock();
  --calling_back;
}

void FunctionPool::State::work(std::size_t index) {
  Lock lock(mutex);
  while (true) {
    while (queue.empty() && !stopping) {
      ++sleeping;
      work_due.wait(lock);
      --sleeping;
      if (signalled > 0) --signalled;
    }
    if (stopping) return;
    Call call = queue.pop();
    Running& mine = running[index];
    mine.id = call.request.id;
    mine.deadline = call.deadline;
    mine.busy = true;
    mine.answered = false;
    bool const wakes = wakes_one();
    lock.unlock();
    if (wakes) work_due.notify_one();
    saga::Answer answer = run(call, *options.secrets, mine.stop.get_token());
    call.function.reset();
    lock.lock();
    mine.busy = false;
    if (mine.answered) mine.stop = std::stop_source();
    call_back(lock, call.request.id, std::move(answer), mine.answered);
    if (stopping) quiet.notify_all();
  }
}

// Gives the answers that no function gives: missed deadlines, withdrawals, refusals of the queue.
void FunctionPool::State::keep_books() {
  Lock lock(mutex);
  while (!stopping) {
    if (unsent.empty() && Clock::now() < next_check) {
      if (next_check == Clock::time_point::max()) {
        clerk_due.wait(lock);
      } else {
        clerk_due.wait_until(lock, next_check);
      }
      continue;
    }
    auto lost = check_deadlines(Clock::now());
    auto const not_sent = std::exchange(unsent, {});
    lock.unlock();
    for (Overdue& call : lost) call.stop.request_stop();  // may run code of the function
    lock.lock();
    for (Overdue const& call : lost) {
      call_back(lock, call.id, plain_answer(Kind::lost, "the function did not return in time"),
                false);
    }
    for (auto const& [id, answer] : not_sent) call_back(lock, id, answer, false);
  }
  quiet.notify_all();
}

// Nobody has brought their functions. Gives when to look again.
Clock::time_point FunctionPool::State::give_up_parked(Clock::time_point now) {
  auto next = Clock::time_point::max();
  for (auto entry = parked.begin(); entry != parked.end();) {
    auto const& name = entry->first;
    auto const gone = std::erase_if(entry->second, [&](Parked const& call) {
      if (call.until > now) {
        next = std::min(next, call.until);
        return false;
      }
      auto answer = plain_answer(Kind::not_sent, "no worker offers '" + name + "'");
      answer.unoffered = name;
      unsent.emplace_back(call.request.id, std::move(answer));
      return true;
    });
    parked_count -= gone;
    entry = entry->second.empty() ? parked.erase(entry) : std::next(entry);
  }
  return next;
}

auto FunctionPool::State::check_deadlines(Clock::time_point now) -> std::vector<Overdue> {
  std::vector<Overdue> lost;
  if (now < next_check) return lost;
  auto next = Clock::time_point::max();
  for (Running& call : running) {
    if (!call.busy || call.answered) continue;
    if (call.deadline > now) {
      next = std::min(next, call.deadline);
      continue;
    }
    call.answered = true;
    lost.push_back({call.id, call.stop});
  }
  std::vector<Call> taken;
  queue.take_if([&](Call const& call) { return call.deadline <= now; }, taken);
  for (Call const& call : taken) {
    reply_soon(call.request.id, "the deadline passed before the function was called");
  }
  next = std::min(next, give_up_parked(now));
  for (std::size_t i = 0; i < queue.size(); ++i) next = std::min(next, queue[i].deadline);
  next_check = std::max(next, now + kCheckEvery);
  return lost;
}

void FunctionPool::State::shut_down() {
  Lock lock(mutex);
  stopping = true;
  std::vector<std::stop_source> sources;
  for (Running& call : running) {
    if (call.busy) sources.push_back(call.stop);
  }
  work_due.notify_all();
  clerk_due.notify_all();
  lock.unlock();
  for (auto& source : sources) source.request_stop();  // runs the functions' stop callbacks
  lock.lock();
  auto const nothing_runs = [this] {
    return calling_back == 0 &&
           std::none_of(running.begin(), running.end(), [](Running const& r) { return r.busy; });
  };
  quiet.wait_for(lock, std::chrono::microseconds(options.shutdown_wait.us), nothing_runs);
  silent = true;
  quiet.wait(lock, [this] { return calling_back == 0; });
  std::vector<bool> stuck;
  for (Running const& call : running) stuck.push_back(call.busy);
  lock.unlock();
  for (std::size_t i = 0; i < stuck.size(); ++i) {
    if (stuck[i]) {
      threads[i].detach();
    } else {
      threads[i].join();
    }
  }
  clerk.join();
}

FunctionPool::FunctionPool(FunctionPoolOptions options, AnswerCallback callback, LateCallback late)
    : state_(std::make_shared<State>(std::move(options), std::move(callback), std::move(late))) {
  for (std::size_t i = 0; i < state_->running.size(); ++i) {
    state_->threads.emplace_back([state = state_, i] { state->work(i); });
  }
  state_->clerk = std::thread([state = state_] { state->keep_books(); });
}

FunctionPool::~FunctionPool() {
  state_->shut_down();
}

void FunctionPool::add(std::string name, Function function) {
  state_->add(std::move(name), std::move(function));
}

bool FunctionPool::has(std::string_view name) const {
  std::lock_guard const lock(state_->mutex);
  return state_->functions.find(name) != state_->functions.end();
}

void FunctionPool::submit(CallRequest request) {
  std::vector<CallRequest> one;
  one.push_back(std::move(request));
  state_->submit_all(std::move(one));
}

void FunctionPool::submit_all(std::vector<CallRequest> requests) {
  state_->submit_all(std::move(requests));
}

void FunctionPool::withdraw(AttemptId id) {
  state_->withdraw(id);
}

}  // namespace skald::runtime
