#include "runtime/executor/http_executor.hpp"

#include <fstream>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "runtime/executor/http_dispatcher.hpp"

namespace skald::runtime {

namespace asio = boost::asio;

// What other threads hand over, taken by the io thread in one go: one wake-up a batch.
class HttpExecutor::Impl {
 public:
  using Clock = HttpDispatcher::Clock;

  Impl(HttpOptions options, AnswerCallback callback)
      : tls_(asio::ssl::context::tls_client),
        work_(asio::make_work_guard(io_)),
        dispatcher_(io_, tls_, std::move(options), std::move(callback)) {}

  ~Impl() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // The system's authorities are read with the first https call: that takes 20 ms, which a program
  // without any should not pay.
  Result<void> trust(std::string const& ca_file) {
    boost::system::error_code error;
    tls_.set_verify_mode(asio::ssl::verify_peer, error);
    if (ca_file.empty()) return {};
    tls_.load_verify_file(ca_file, error);
    if (!error) return {};
    return Error{ErrorCode::io,
                 "the certificates of '" + ca_file + "' can not be read: " + error.message(),
                 "give a PEM file"};
  }

  void run() {
    thread_ = std::thread([this] { io_.run(); });
  }

  void hand_over(std::variant<CallRequest, AttemptId> item) {
    bool wake = false;
    {
      std::lock_guard const lock(mutex_);
      wake = inbox_.empty();
      inbox_.push_back({std::move(item), Clock::now()});
    }
    if (wake) asio::post(io_, [this] { take_in(); });
  }

  std::vector<TargetState> targets() {
    std::promise<std::vector<TargetState>> promise;
    asio::post(io_, [&] { promise.set_value(dispatcher_.targets()); });
    return promise.get_future().get();
  }

  HttpDispatcher::Counters const& counters() const { return dispatcher_.counters(); }

 private:
  struct Item {
    std::variant<CallRequest, AttemptId> what;
    Clock::time_point since;
  };

  void take_in() {
    std::vector<Item> items;
    {
      std::lock_guard const lock(mutex_);
      items.swap(inbox_);
    }
    for (Item& item : items) {
      if (auto* request = std::get_if<CallRequest>(&item.what)) {
        dispatcher_.start(std::move(*request), item.since);
      } else {
        dispatcher_.withdraw(std::get<AttemptId>(item.what));
      }
    }
  }

  asio::io_context io_{1};
  asio::ssl::context tls_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  HttpDispatcher dispatcher_;
  std::mutex mutex_;
  std::vector<Item> inbox_;
  std::thread thread_;
};

HttpExecutor::HttpExecutor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpExecutor::~HttpExecutor() = default;

Result<std::unique_ptr<HttpExecutor>> HttpExecutor::make(HttpOptions options,
                                                         AnswerCallback callback) {
  for (Target const& target : options.targets) {
    if (auto from = parse_url(target.from); !from.ok()) return std::move(from).error();
    if (target.to.empty()) continue;
    if (auto to = parse_url(target.to); !to.ok()) return std::move(to).error();
  }
  std::string const ca_file = options.ca_file;
  auto impl = std::make_unique<Impl>(std::move(options), std::move(callback));
  SKALD_TRY(impl->trust(ca_file));
  impl->run();
  return std::unique_ptr<HttpExecutor>(new HttpExecutor(std::move(impl)));
}

void HttpExecutor::submit(CallRequest request) {
  impl_->hand_over(std::move(request));
}

void HttpExecutor::withdraw(AttemptId id) {
  impl_->hand_over(id);
}

std::vector<TargetState> HttpExecutor::targets() const {
  return impl_->targets();
}

HttpStats HttpExecutor::stats() const {
  auto const& counters = impl_->counters();
  return {counters.sent,     counters.connections, counters.reused,
          counters.answered, counters.in_flight,   counters.queued};
}

}  // namespace skald::runtime
