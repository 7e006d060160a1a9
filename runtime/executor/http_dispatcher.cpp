#include "runtime/executor/http_dispatcher.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;

saga::Answer plain_answer(Kind kind, std::string message) {
  saga::Answer answer;
  answer.kind = kind;
  answer.message = std::move(message);
  return answer;
}

Time wall_clock() {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

// Idle connections are swept at least this often while there are any.
constexpr auto kSweep = std::chrono::seconds(1);

// Workflows may compute their endpoints; lanes of servers that nobody calls any more go then.
constexpr std::size_t kMaxLanes = 4096;

// Far deadlines are cut here, so that adding never overflows.
constexpr std::int64_t kLongestUs = 365LL * 24 * 3600 * 1'000'000;

}  // namespace

HttpDispatcher::HttpDispatcher(boost::asio::io_context& io, boost::asio::ssl::context& tls,
                               HttpOptions options, AnswerCallback callback)
    : io_(io),
      tls_(tls),
      options_(std::move(options)),
      callback_(std::move(callback)),
      targets_(options_.targets),
      pool_(options_.idle, options_.max_idle),
      resolver_(options_.resolver),
      timer_(io) {}

// An attempt and its connection refer to each other while a request is under way.
HttpDispatcher::~HttpDispatcher() {
  for (auto& [deadline, attempt] : deadlines_) {
    if (attempt->connection) attempt->connection->close();
    attempt->connection.reset();
  }
}

void HttpDispatcher::start(CallRequest request, Clock::time_point since) {
  auto call = build_call(request, targets_);
  if (!call.ok()) {
    Error const& error = call.error();
    auto refused = plain_answer(
        Kind::not_sent, error.hint.empty() ? error.message : error.message + "; " + error.hint);
    refused.invalid = true;
    return answer(request.id, std::move(refused));
  }
  auto attempt = std::make_shared<Attempt>();
  attempt->id = request.id;
  attempt->call = std::move(*call);
  attempt->deadline = since + std::chrono::microseconds(
                                  std::clamp<std::int64_t>(request.timeout.us, 0, kLongestUs));
  attempt->number = next_number_++;
  Lane& lane = lane_of(attempt->call);
  attempt->lane = &lane;
  bool const has_room = lane.in_flight < lane.limit && lane.queued == 0;
  if (!has_room && lane.queued >= options_.max_queued) {
    return answer(attempt->id, plain_answer(Kind::not_sent, "too many requests wait for " +
                                                                attempt->call.url.origin()));
  }
  deadlines_.emplace(std::pair(attempt->deadline, attempt->number), attempt);
  by_id_[attempt->id] = attempt;
  arm_timer();
  if (has_room) return launch(attempt);
  lane.queue.push_back(attempt);
  ++lane.queued;
  ++counters_.queued;
}

HttpDispatcher::Lane& HttpDispatcher::lane_of(HttpCall const& call) {
  bool const named = call.target != TargetTable::kNone;
  std::string const key = named ? "target " + std::to_string(call.target) : call.url.origin();
  if (lanes_.size() >= kMaxLanes) {
    std::erase_if(lanes_, [](auto const& old) { return old.second.is_idle(); });
  }
  auto const [entry, created] = lanes_.try_emplace(key);
  if (created) {
    std::uint32_t const own = named ? options_.targets[call.target].in_flight : 0;
    entry->second.limit = std::max(1U, own != 0 ? own : options_.in_flight);
  }
  return entry->second;
}

void HttpDispatcher::launch(AttemptPtr const& attempt) {
  ++attempt->lane->in_flight;
  ++counters_.in_flight;
  attempt->stage = Stage::opening;
  connect(attempt, false);
}

// Always called from the loop, never from finish(): a queue of attempts that fail at once must not
// become a recursion.
void HttpDispatcher::pump(Lane& lane) {
  lane.pump_due = false;
  while (lane.in_flight < lane.limit && !lane.queue.empty()) {
    AttemptPtr const attempt = std::move(lane.queue.front());
    lane.queue.pop_front();
    if (attempt->stage != Stage::waiting) continue;
    --lane.queued;
    --counters_.queued;
    launch(attempt);
  }
}

void HttpDispatcher::connect(AttemptPtr const& attempt, bool fresh) {
  attempt->stage = Stage::opening;
  Url const& url = attempt->call.url;
  if (!fresh) {
    attempt->connection = pool_.take(url.origin(), Clock::now());
    if (attempt->connection) return send(attempt, true);
  }
  if (url.secure() && !trusts_) {
    boost::system::error_code unreadable;  // then no certificate is trusted, and nothing is sent
    if (options_.ca_file.empty()) tls_.set_default_verify_paths(unreadable);
    trusts_ = true;
  }
  attempt->connection = HttpConnection::make(io_, tls_, url);
  boost::system::error_code not_numeric;
  boost::asio::ip::make_address(url.host, not_numeric);
  if (!not_numeric) return on_resolved(attempt, Addresses{url.host});
  resolver_.resolve(url.host, [this, attempt](Result<Addresses> const& addresses) {
    boost::asio::post(io_, [this, attempt, addresses] { on_resolved(attempt, addresses); });
  });
}

void HttpDispatcher::on_resolved(AttemptPtr const& attempt, Result<Addresses> const& addresses) {
  if (attempt->stage != Stage::opening) return;
  if (!addresses.ok()) return give_up(attempt, addresses.error().message);
  ++counters_.connections;
  attempt->connection->open(
      *addresses, options_.connect_patience,
      [this, attempt](std::string error) { on_open(attempt, std::move(error)); });
}

void HttpDispatcher::on_open(AttemptPtr const& attempt, std::string error) {
  if (attempt->stage != Stage::opening) return;
  if (!error.empty()) return give_up(attempt, std::move(error));
  send(attempt, false);
}

void HttpDispatcher::send(AttemptPtr const& attempt, bool reused) {
  attempt->stage = Stage::sent;
  ++counters_.sent;
  if (reused) ++counters_.reused;
  HttpCall const& call = attempt->call;
  attempt->connection->exchange(to_wire(call), call.method == "HEAD", options_.max_response,
                                [this, attempt, reused](Exchange exchange) {
                                  on_exchange(attempt, std::move(exchange), reused);
                                });
}

void HttpDispatcher::on_exchange(AttemptPtr const& attempt, Exchange exchange, bool reused) {
  if (attempt->stage != Stage::sent) return;
  switch (exchange.status) {
    case Exchange::Status::replied:
      if (exchange.reusable) {
        pool_.give_back(std::move(attempt->connection), exchange.reply, Clock::now());
        arm_timer();
      } else {
        attempt->connection->close();
      }
      attempt->connection.reset();
      return on_reply(attempt, std::move(exchange.reply));
    case Exchange::Status::nothing_sent:
      // The kept connection had died; as nothing left, a new one does no harm.
      if (reused) return connect(attempt, true);
      return give_up(attempt, std::move(exchange.message));
    case Exchange::Status::lost:
      return finish(attempt, plain_answer(Kind::lost, std::move(exchange.message)));
    case Exchange::Status::too_large:
      return finish(attempt, plain_answer(Kind::failed, std::move(exchange.message)));
  }
}

void HttpDispatcher::on_reply(AttemptPtr const& attempt, HttpReply reply) {
  HttpCall const& call = attempt->call;
  if (!is_redirection(call, reply)) {
    return finish(attempt, answer_of(call, std::move(reply), wall_clock()));
  }
  attempt->reached = true;
  if (++attempt->redirects > options_.max_redirects) {
    return give_up(attempt, call.url.text() + " redirects more than " +
                                std::to_string(options_.max_redirects) + " times");
  }
  auto next = follow(call, reply.status, *find_header(reply.headers, "Location"));
  if (!next.ok()) return give_up(attempt, next.error().message);
  attempt->call = std::move(*next);
  connect(attempt, false);
}

// Ends an attempt that could not be sent (further): only the first hop is provably harmless.
void HttpDispatcher::give_up(AttemptPtr const& attempt, std::string message) {
  finish(attempt, plain_answer(attempt->reached ? Kind::lost : Kind::not_sent, std::move(message)));
}

void HttpDispatcher::finish(AttemptPtr const& attempt, saga::Answer answer_) {
  Lane& lane = *attempt->lane;
  if (attempt->stage == Stage::waiting) {
    --lane.queued;
    --counters_.queued;
  } else {
    --lane.in_flight;
    --counters_.in_flight;
  }
  attempt->stage = Stage::done;
  if (attempt->connection) attempt->connection->close();
  attempt->connection.reset();
  deadlines_.erase({attempt->deadline, attempt->number});
  auto const found = by_id_.find(attempt->id);
  if (found != by_id_.end() && found->second == attempt) by_id_.erase(found);
  if (!lane.queue.empty() && !lane.pump_due) {
    lane.pump_due = true;
    boost::asio::post(io_, [this, &lane] { pump(lane); });
  }
  answer(attempt->id, std::move(answer_));
}

void HttpDispatcher::answer(AttemptId id, saga::Answer answer) {
  ++counters_.answered;
  callback_(id, std::move(answer));
}

void HttpDispatcher::withdraw(AttemptId id) {
  auto const found = by_id_.find(id);
  if (found == by_id_.end()) return;
  AttemptPtr const attempt = found->second;
  bool const unsent = attempt->stage == Stage::waiting || attempt->stage == Stage::opening;
  if (unsent && !attempt->reached) give_up(attempt, "withdrawn before it was sent");
}

void HttpDispatcher::arm_timer() {
  auto due = pool_.empty() ? Clock::time_point::max() : Clock::now() + kSweep;
  if (!deadlines_.empty()) due = std::min(due, deadlines_.begin()->first.first);
  if (due >= armed_for_) return;
  armed_for_ = due;
  timer_.expires_at(due);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) on_timer();
  });
}

void HttpDispatcher::on_timer() {
  armed_for_ = Clock::time_point::max();
  auto const now = Clock::now();
  while (!deadlines_.empty() && deadlines_.begin()->first.first <= now) {
    expire(AttemptPtr(deadlines_.begin()->second));
  }
  pool_.sweep(now);
  arm_timer();
}

void HttpDispatcher::expire(AttemptPtr const& attempt) {
  std::string const origin = attempt->call.url.origin();
  switch (attempt->stage) {
    case Stage::waiting:
      return give_up(attempt, "the deadline passed while it waited for its turn at " + origin);
    case Stage::opening:
      return give_up(attempt, "the deadline passed while a connection to " + origin + " was made");
    case Stage::sent:
      return finish(attempt, plain_answer(Kind::lost, origin + " did not answer in time"));
    case Stage::done: return;
  }
}

}  // namespace skald::runtime
