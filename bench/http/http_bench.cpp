// Requests per second of the outbound executor against the server's front, both in this process,
// one io thread each: so many in flight, so many in all.
//
//   http_bench [--in-flight 256] [--requests 200000] [--idle 0]
//
// --idle opens that many connections first that say nothing. Prints one line of JSON.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/api/http_server.hpp"
#include "runtime/executor/http_executor.hpp"

namespace {

using namespace skald;
using namespace skald::runtime;
using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t in_flight = 256;
  std::uint64_t requests = 200'000;
  std::uint64_t idle = 0;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    std::string const name = argv[i];
    std::uint64_t const value = std::stoull(argv[i + 1]);
    if (name == "--in-flight") options.in_flight = value;
    if (name == "--requests") options.requests = value;
    if (name == "--idle") options.idle = value;
  }
  return options;
}

void open_idle(std::uint64_t count, std::uint16_t port) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (std::uint64_t i = 0; i < count; ++i) {
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0);  // the process's end closes it
    auto const* generic = reinterpret_cast<sockaddr const*>(&address);
    if (::connect(fd, generic, sizeof(address)) != 0) std::perror("connect");
  }
}

class Bench {
 public:
  explicit Bench(Options options) : options_(options), begun_(options.requests) {}

  void run() {
    auto const server =
        HttpServer::listen("127.0.0.1", 0, {}, [](HttpRequest, Responder responder) {
          responder.send({200, {}, "{\"id\":\"R1\"}"});
        }).value();
    open_idle(options_.idle, server->port());
    url_ = "http://127.0.0.1:" + std::to_string(server->port()) + "/reservations/1";
    HttpOptions http;
    http.in_flight = static_cast<std::uint32_t>(options_.in_flight);
    executor_ = HttpExecutor::make(http, [this](AttemptId id, saga::Answer const& answer) {
                  took(id, answer);
                }).value();
    auto const begin = Clock::now();
    for (std::uint64_t i = 0; i < options_.in_flight; ++i) next();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return answered_ == options_.requests; });
    report(std::chrono::duration<double>(Clock::now() - begin).count());
    executor_.reset();
  }

 private:
  void next() {
    std::uint64_t const number = submitted_++;
    if (number >= options_.requests) return;
    CallRequest request;
    request.id.run = number;
    request.function = "http";
    request.with = Json::object({{"method", "put"},
                                 {"endpoint", url_},
                                 {"body", Json::object({{"city", "Rome"}, {"nights", 3}})}});
    request.timeout = Duration::from_seconds(30);
    request.key = "bench/do/0/hotel:1";
    request.run = "bench";
    request.step = "/do/0/hotel";
    begun_[number] = Clock::now();
    executor_->submit(std::move(request));
  }

  void took(AttemptId id, saga::Answer const& answer) {
    times_.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - begun_[id.run]).count());
    if (answer.status != 200) ++failed_;
    next();
    if (++answered_ < options_.requests) return;
    std::lock_guard const lock(mutex_);
    done_.notify_all();
  }

  void report(double seconds) {
    std::sort(times_.begin(), times_.end());
    auto const at = [&](double share) {
      return times_[static_cast<std::size_t>(share * static_cast<double>(times_.size() - 1))];
    };
    auto const stats = executor_->stats();
    std::printf(
        "{\"requests\":%llu,\"inFlight\":%llu,\"idle\":%llu,\"perSecond\":%.0f,\"p50ms\":%.3f,"
        "\"p99ms\":%.3f,\"failed\":%llu,\"connections\":%llu}\n",
        static_cast<unsigned long long>(options_.requests),
        static_cast<unsigned long long>(options_.in_flight),
        static_cast<unsigned long long>(options_.idle),
        static_cast<double>(options_.requests) / seconds, at(0.5), at(0.99),
        static_cast<unsigned long long>(failed_),
        static_cast<unsigned long long>(stats.connections));
  }

  Options options_;
  std::string url_;
  std::unique_ptr<HttpExecutor> executor_;
  std::atomic<std::uint64_t> submitted_{0};
  std::atomic<std::uint64_t> answered_{0};
  std::uint64_t failed_ = 0;   // io thread of the executor
  std::vector<double> times_;  // the same
  std::vector<Clock::time_point> begun_;
  std::mutex mutex_;
  std::condition_variable done_;
};

}  // namespace

int main(int argc, char** argv) {
  Bench(parse(argc, argv)).run();
  return 0;
}
