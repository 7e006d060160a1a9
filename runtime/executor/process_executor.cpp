#include "runtime/executor/process_executor.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

#include "runtime/executor/attempt.hpp"

namespace skald::runtime {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = saga::Answer::Kind;

// A process whose end can not be waited for is looked at this often.
constexpr std::chrono::milliseconds kLookAgain{20};

// A script in a file of its own, gone with this.
class ScriptFile {
 public:
  ScriptFile() = default;
  ScriptFile(ScriptFile const&) = delete;
  ScriptFile& operator=(ScriptFile const&) = delete;
  ~ScriptFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  bool write(std::string const& text, std::string const& ending) {
    auto const* folder = std::getenv("TMPDIR");
    std::string name = std::string(folder != nullptr ? folder : "/tmp") + "/skald-XXXXXX" + ending;
    int const file = ::mkstemps(name.data(), static_cast<int>(ending.size()));
    if (file < 0) return false;
    path_ = name;
    std::string_view left = text;
    while (!left.empty()) {
      auto const count = ::write(file, left.data(), left.size());
      if (count <= 0) break;
      left.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::close(file) == 0 && left.empty();
  }
  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

struct Queued {
  CallRequest request;
  Clock::time_point deadline;
};

struct Running {
  AttemptId id;
  Json with;
  Clock::time_point deadline;
  Clock::time_point forced = Clock::time_point::max();  // when the group is ended by force
  Process process;
  ScriptFile script;
  std::string input;
  ProcessEnd end;
  bool answered = false;
  bool bounded = true;  // has a deadline
};

// Reads what is there. False at the end of the stream.
bool drain(int descriptor, std::string& into, std::size_t limit) {
  std::array<char, 16384> piece{};
  while (into.size() <= limit) {
    auto const count = ::read(descriptor, piece.data(), piece.size());
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    into.append(piece.data(), static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

// One thread starts, feeds, reads and reaps all processes.
class ProcessExecutor::Loop {
 public:
  Loop(ProcessExecutorOptions options, AnswerCallback callback)
      : options_(std::move(options)), callback_(std::move(callback)) {
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread_ = std::thread([this] { run(); });
  }
  ~Loop() {
    {
      std::lock_guard const lock(mutex_);
      stopping_ = true;
    }
    notify();
    thread_.join();
    ::close(wake_);
  }
  Loop(Loop const&) = delete;
  Loop& operator=(Loop const&) = delete;

  void submit(CallRequest request) {
    auto const deadline = deadline_of(request);
    {
      std::lock_guard const lock(mutex_);
      queue_.push_back({std::move(request), deadline});
    }
    notify();
  }
  void withdraw(AttemptId id) {
    {
      std::lock_guard const lock(mutex_);
      withdrawn_.push_back(id);
    }
    notify();
  }

 private:
  void notify() const {
    std::uint64_t const one = 1;
    if (::write(wake_, &one, sizeof one) < 0) return;  // full: it is awake
  }

  void run();
  bool take_orders(std::vector<std::pair<AttemptId, saga::Answer>>& answers,
                   std::vector<Queued>& starts);
  void start(Queued queued);
  void wait();
  std::chrono::milliseconds patience() const;
  void serve(Running& running);
  void feed(Running& running);
  bool look_after(Running& running);
  bool reap(Running& running);
  void answer(Running& running, saga::Answer what);
  void stop(Running& running) const;

  ProcessExecutorOptions options_;
  AnswerCallback callback_;
  int wake_ = -1;
  std::mutex mutex_;
  std::deque<Queued> queue_;
  std::vector<AttemptId> withdrawn_;
  bool stopping_ = false;
  std::list<Running> running_;  // of the thread
  std::thread thread_;
};

void ProcessExecutor::Loop::run() {
  sigset_t pipes;  // a program may end before it has read its input
  ::sigemptyset(&pipes);
  ::sigaddset(&pipes, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipes, nullptr);
  while (true) {
    std::vector<std::pair<AttemptId, saga::Answer>> answers;
    std::vector<Queued> starts;
    if (!take_orders(answers, starts)) break;
    for (auto& [id, what] : answers) callback_(id, std::move(what));
    for (auto& queued : starts) start(std::move(queued));
    wait();
    for (auto at = running_.begin(); at != running_.end();) {
      serve(*at);
      at = look_after(*at) ? std::next(at) : running_.erase(at);
    }
  }
  for (auto& running : running_) {
    running.process.signal(SIGKILL);
    if (running.process.pid > 0) ::waitpid(running.process.pid, nullptr, 0);
  }
}

// False when the executor is being destroyed.
bool ProcessExecutor::Loop::take_orders(std::vector<std::pair<AttemptId, saga::Answer>>& answers,
                                        std::vector<Queued>& starts) {
  std::lock_guard const lock(mutex_);
  if (stopping_) return false;
  for (auto const id : withdrawn_) {
    auto const removed =
        std::erase_if(queue_, [&](Queued const& queued) { return queued.request.id == id; });
    if (removed > 0) {
      answers.emplace_back(id, plain_answer(Kind::not_sent, "withdrawn before it was started"));
    }
  }
  withdrawn_.clear();
  auto const now = Clock::now();
  while (!queue_.empty()) {
    bool const late = queue_.front().deadline <= now;
    if (late) {
      answers.emplace_back(queue_.front().request.id,
                           plain_answer(Kind::not_sent, "its deadline passed in the queue"));
    } else if (running_.size() + starts.size() >= options_.at_once) {
      break;
    } else {
      starts.push_back(std::move(queue_.front()));
    }
    queue_.pop_front();
  }
  return true;
}

void ProcessExecutor::Loop::start(Queued queued) {
  auto const id = queued.request.id;
  auto planned = plan_process(queued.request, options_.permissions);
  if (auto* refusal = std::get_if<saga::Answer>(&planned)) {
    return callback_(id, std::move(*refusal));
  }
  auto& plan = std::get<ProcessPlan>(planned);
  auto& running = running_.emplace_back();
  running.id = id;
  running.with = std::move(queued.request.with);
  running.deadline = queued.deadline;
  running.input = std::move(plan.input);
  bool ready = true;
  if (!plan.file_ending.empty()) {
    ready = running.script.write(plan.script, plan.file_ending);
    plan.spec.arguments.insert(plan.spec.arguments.begin() + 1, running.script.path());
  }
  auto process = ready
                     ? start_process(plan.spec)
                     : Result<Process>(Error{ErrorCode::io, "can not write the script's file", ""});
  if (!process.ok()) {
    running_.pop_back();
    auto refusal = plain_answer(Kind::not_sent, process.error().message);
    refusal.invalid = process.error().code == ErrorCode::not_found;
    return callback_(id, std::move(refusal));
  }
  running.process = std::move(*process);
  if (running.input.empty()) running.process.close_input();
  if (plan.await) return;
  saga::Answer started;
  started.kind = Kind::returned;
  started.output = std::move(plan.output_when_started);
  answer(running, std::move(started));
  running.bounded = false;
}

std::chrono::milliseconds ProcessExecutor::Loop::patience() const {
  auto next = Clock::now() + std::chrono::seconds(1);
  for (auto const& running : running_) {
    if (!running.answered) next = std::min(next, running.deadline);
    next = std::min(next, running.forced);
    if (running.process.handle < 0) next = std::min(next, Clock::now() + kLookAgain);
  }
  auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now());
  return std::clamp(left + std::chrono::milliseconds(1), std::chrono::milliseconds(0),
                    std::chrono::milliseconds(1000));
}

// Until something can be read or written, a process has ended, or an order has come.
void ProcessExecutor::Loop::wait() {
  std::vector<pollfd> polled = {{wake_, POLLIN, 0}};
  auto add = [&polled](int descriptor, short events) {
    if (descriptor >= 0) polled.push_back({descriptor, events, 0});
  };
  for (auto const& running : running_) {
    add(running.process.input, POLLOUT);
    add(running.process.output, POLLIN);
    add(running.process.errors, POLLIN);
    add(running.process.handle, POLLIN);
  }
  ::poll(polled.data(), polled.size(), static_cast<int>(patience().count()));
  std::uint64_t orders = 0;
  while (::read(wake_, &orders, sizeof orders) > 0) continue;
}

void ProcessExecutor::Loop::serve(Running& running) {
  auto& process = running.process;
  feed(running);
  auto const limit = options_.max_output_bytes;
  if (process.output >= 0 && !drain(process.output, running.end.output, limit)) {
    process.close_output();
  }
  if (process.errors >= 0 && !drain(process.errors, running.end.errors, limit)) {
    process.close_errors();
  }
  if (std::max(running.end.output.size(), running.end.errors.size()) <= limit) return;
  if (!running.answered) {
    auto failed =
        plain_answer(Kind::failed, "it wrote more than " + std::to_string(limit) + " bytes");
    failed.invalid = true;  // it would write as much again
    answer(running, std::move(failed));
  }
  running.end.output.clear();
  running.end.errors.clear();
  stop(running);
}

void ProcessExecutor::Loop::feed(Running& running) {
  auto& process = running.process;
  if (process.input < 0) return;
  auto const count = ::write(process.input, running.input.data(), running.input.size());
  if (count > 0) running.input.erase(0, static_cast<std::size_t>(count));
  bool const broken = count < 0 && errno != EAGAIN && errno != EINTR;
  if (running.input.empty() || broken) process.close_input();
}

// False when it is gone.
bool ProcessExecutor::Loop::look_after(Running& running) {
  auto const now = Clock::now();
  if (reap(running)) {
    serve(running);  // what was written last
    if (!running.answered) answer(running, answer_of_process(running.with, running.end));
    return false;
  }
  if (running.bounded && !running.answered && running.deadline <= now) {
    answer(running,
           plain_answer(Kind::lost, "no end before the attempt's deadline; the group is ended"));
    stop(running);
  }
  if (running.forced <= now) {
    running.process.signal(SIGKILL);
    running.forced = now + std::chrono::seconds(1);
  }
  return true;
}

bool ProcessExecutor::Loop::reap(Running& running) {
  siginfo_t info{};
  auto const peeked =
      ::waitid(P_PID, static_cast<id_t>(running.process.pid), &info, WEXITED | WNOHANG | WNOWAIT);
  if (peeked == 0 && info.si_pid == 0) return false;
  running.process.signal(SIGKILL);  // what it leaves in its group, while the group is its own
  int status = 0;
  ::waitpid(running.process.pid, &status, 0);
  if (WIFEXITED(status)) running.end.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) running.end.signal = WTERMSIG(status);
  return true;
}

void ProcessExecutor::Loop::answer(Running& running, saga::Answer what) {
  running.answered = true;
  callback_(running.id, std::move(what));
}

void ProcessExecutor::Loop::stop(Running& running) const {
  if (running.forced != Clock::time_point::max()) return;
  running.process.signal(SIGTERM);
  running.forced = Clock::now() + std::chrono::microseconds(options_.grace.us);
}

ProcessExecutor::ProcessExecutor(ProcessExecutorOptions options, AnswerCallback callback)
    : loop_(std::make_unique<Loop>(std::move(options), std::move(callback))) {}

ProcessExecutor::~ProcessExecutor() = default;

void ProcessExecutor::submit(CallRequest request) {
  loop_->submit(std::move(request));
}

void ProcessExecutor::withdraw(AttemptId id) {
  loop_->withdraw(id);
}

}  // namespace skald::runtime
