#pragma once

// The heart of HttpExecutor: what happens to an attempt between submit and answer. Everything here
// runs on the io thread; nothing is locked. Internal.
//
//   waiting --> opening --> sent --> answer
//      |           |          `---> lost, too large, or a redirection: opening again
//      `-----------`--------------> not sent (withdrawn, deadline, no name, no connection)

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/executor/http_executor.hpp"
#include "runtime/executor/http_lane.hpp"
#include "runtime/executor/http_pool.hpp"

namespace skald::runtime {

class HttpDispatcher {
 public:
  using Clock = std::chrono::steady_clock;

  HttpDispatcher(boost::asio::io_context& io, boost::asio::ssl::context& tls, HttpOptions options,
                 AnswerCallback callback);
  ~HttpDispatcher();
  HttpDispatcher(HttpDispatcher const&) = delete;
  HttpDispatcher& operator=(HttpDispatcher const&) = delete;

  // `since`: when submit was called; the deadline counts from there.
  void start(CallRequest request, Clock::time_point since);
  void withdraw(AttemptId id);

  struct Counters {
    std::atomic<std::uint64_t> sent{0}, connections{0}, reused{0}, answered{0}, in_flight{0},
        queued{0};
  };
  Counters const& counters() const { return counters_; }
  std::vector<TargetState> targets() const;

 private:
  enum class Stage { waiting, opening, sent, done };
  struct Lane;
  struct Attempt {
    AttemptId id;
    HttpCall call;
    Opened opened;  // its secrets, to be hidden in the answer
    Clock::time_point deadline;
    std::uint64_t number = 0;  // makes deadlines unique
    Lane* lane = nullptr;
    Stage stage = Stage::waiting;
    unsigned redirects = 0;
    bool reached = false;    // an earlier hop of a redirection was sent
    bool withdrawn = false;  // says nothing about the target
    bool tries = false;      // whether the target lives again, for its breaker
    std::shared_ptr<HttpConnection> connection;
  };
  using AttemptPtr = std::shared_ptr<Attempt>;
  // The requests of one target, or of one origin that no target names.
  struct Lane {
    std::string name;
    std::uint32_t limit = 0;
    RateLimit rate;
    Breaker breaker;
    std::unique_ptr<boost::asio::steady_timer> next_token;
    std::uint32_t in_flight = 0;
    std::size_t queued = 0;        // those in `queue` that still wait
    std::deque<AttemptPtr> queue;  // withdrawn ones stay until their turn
    bool pump_due = false;
    Clock::time_point used{};  // last

    // Nothing refers to it.
    bool is_idle() const { return in_flight == 0 && queue.empty() && !pump_due && !next_token; }
  };

  Lane& lane_of(HttpCall const& call);
  void forget_lanes();
  void launch(AttemptPtr const& attempt);
  bool may_begin(Lane& lane);
  void wait_for_token(Lane& lane);
  static void judge(Attempt const& attempt, saga::Answer const& answer);
  void pump(Lane& lane);
  void refuse(AttemptPtr const& attempt);
  void connect(AttemptPtr const& attempt, bool fresh);
  void on_resolved(AttemptPtr const& attempt, Result<Addresses> const& addresses);
  void refuse_address(AttemptPtr const& attempt, std::string const& address);
  void on_open(AttemptPtr const& attempt, std::string error);
  void send(AttemptPtr const& attempt, bool reused);
  void on_exchange(AttemptPtr const& attempt, Exchange exchange, bool reused);
  void on_reply(AttemptPtr const& attempt, HttpReply reply);
  void give_up(AttemptPtr const& attempt, std::string message);
  void finish(AttemptPtr const& attempt, saga::Answer answer);
  void answer(AttemptId id, saga::Answer answer);

  void arm_timer();
  void on_timer();
  void expire(AttemptPtr const& attempt);

  boost::asio::io_context& io_;
  boost::asio::ssl::context& tls_;
  HttpOptions options_;
  bool trusts_ = false;  // tls_ knows whom to trust
  AnswerCallback callback_;
  TargetTable targets_;
  HttpPool pool_;
  Resolver resolver_;
  boost::asio::steady_timer timer_;
  Clock::time_point armed_for_ = Clock::time_point::max();
  std::uint64_t next_number_ = 0;
  std::map<std::string, Lane> lanes_;  // stable addresses
  std::map<std::pair<Clock::time_point, std::uint64_t>, AttemptPtr> deadlines_;
  std::map<AttemptId, AttemptPtr> by_id_;
  Counters counters_;
};

}  // namespace skald::runtime
