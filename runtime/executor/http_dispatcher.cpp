#include "runtime/executor/http_dispatcher.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "base/sealed.hpp"
#include "runtime/executor/addresses.hpp"
#include "runtime/executor/attempt.hpp"

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;

std::string whole_text(Error const& error) {
  return error.hint.empty() ? error.message : error.message + "; " + error.hint;
}

Time wall_clock() {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

saga::Answer breaker_answer(std::string const& target, Breaker const& breaker) {
  auto refused = plain_answer(
      Kind::not_sent, target + " has failed " + std::to_string(breaker.failures()) +
                          " times in a row: its breaker is open, nothing is sent for a while");
  auto const wait = breaker.wait(HttpDispatcher::Clock::now());
  refused.retry_after =
      Duration{std::chrono::duration_cast<std::chrono::microseconds>(wait).count()};
  return refused;
}

// A participant may repeat the header it was given; basic credentials are encoded in it.
void hide_credentials(HttpCall const& call, Opened& opened) {
  std::string const* header = find_header(call.headers, "Authorization");
  bool const sealed = holds_secret(call.shown["authentication"]) ||
                      holds_secret(call.shown["endpoint"]["authentication"]);
  if (header == nullptr || !sealed) return;
  auto const space = header->find(' ');
  opened.add(std::string_view(*header).substr(space + 1), "<secret>");
}

// Messages name the server; where it comes from a secret they must not.
void hide_address(HttpCall const& call, Opened& opened) {
  if (shown_origin(call) == call.url.origin()) return;
  opened.add(call.url.host, "<secret>");
}

// True when a redirection takes a secret that stands in its URL to another server.
bool carries_secret_away(Opened const& opened, HttpCall const& next) {
  std::string const target = decode_component(next.url.target);
  for (std::string const& text : {next.url.target, target, next.url.host}) {
    auto const hidden = opened.hide(text);
    if (!hidden.ok() || *hidden != text) return true;
  }
  return false;
}

// Idle connections are swept at least this often while there are any.
constexpr auto kSweep = std::chrono::seconds(1);

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
  Json const sealed = request.with;
  auto opened = open_request(request, *options_.secrets);
  if (!opened.ok()) return answer(request.id, no_secret_answer(opened.error()));
  bool const seals = !sealed.same(request.with);
  auto call = build_call(request, targets_, seals ? sealed : Json());
  if (!call.ok()) {
    auto refused = plain_answer(Kind::not_sent, whole_text(call.error()));
    refused.invalid = true;
    return answer(request.id, opened->hide(std::move(refused)));
  }
  auto attempt = std::make_shared<Attempt>();
  attempt->id = request.id;
  attempt->call = std::move(*call);
  attempt->opened = std::move(*opened);
  hide_credentials(attempt->call, attempt->opened);
  hide_address(attempt->call, attempt->opened);
  attempt->deadline = deadline_of(request, since);
  attempt->number = next_number_++;
  Lane& lane = lane_of(attempt->call);
  attempt->lane = &lane;
  if (!lane.breaker.allows(Clock::now())) {
    return answer(attempt->id, attempt->opened.hide(breaker_answer(lane.name, lane.breaker)));
  }
  bool const has_room = lane.queued == 0 && may_begin(lane);
  if (!has_room && lane.queued >= options_.max_queued) {
    return answer(attempt->id, plain_answer(Kind::not_sent, "too many requests wait for " +
                                                                shown_origin(attempt->call)));
  }
  deadlines_.emplace(std::pair(attempt->deadline, attempt->number), attempt);
  by_id_[attempt->id] = attempt;
  arm_timer();
  if (has_room) return launch(attempt);
  lane.queue.push_back(attempt);
  ++lane.queued;
  ++counters_.queued;
  if (lane.in_flight < lane.limit) wait_for_token(lane);
}

bool HttpDispatcher::may_begin(Lane& lane) {
  return lane.in_flight < lane.limit && lane.rate.take(Clock::now());
}

// The queue goes on when the rate allows the next one.
void HttpDispatcher::wait_for_token(Lane& lane) {
  if (lane.next_token || lane.rate.rate() <= 0) return;
  lane.next_token = std::make_unique<boost::asio::steady_timer>(io_, lane.rate.wait());
  lane.next_token->async_wait([this, &lane](boost::system::error_code cancelled) {
    lane.next_token.reset();
    if (!cancelled) pump(lane);
  });
}

HttpDispatcher::Lane& HttpDispatcher::lane_of(HttpCall const& call) {
  bool const named = call.target != TargetTable::kNone;
  std::string const key = named ? "target " + std::to_string(call.target) : call.url.origin();
  auto const known = lanes_.find(key);
  if (known != lanes_.end()) {
    known->second.used = Clock::now();
    return known->second;
  }
  if (lanes_.size() >= options_.max_lanes) forget_lanes();
  Target const own =
      named ? options_.targets[call.target] : Target{shown_origin(call), "", 0, 0, 0};
  Lane& lane = lanes_[key];
  lane.name = own.from;
  lane.limit = std::max(1U, own.in_flight != 0 ? own.in_flight : options_.in_flight);
  lane.rate = RateLimit(own.rate);
  lane.breaker = Breaker(own.breaker != 0 ? own.breaker : options_.breaker);
  lane.used = Clock::now();
  return lane;
}

// Workflows may compute their endpoints. A quarter goes at once, so that it is rarely done; a
// server that has failed goes like another, else those that are gone for good would stay.
void HttpDispatcher::forget_lanes() {
  std::vector<std::pair<Clock::time_point, std::string const*>> idle;
  for (auto const& [key, lane] : lanes_) {
    if (lane.is_idle()) idle.emplace_back(lane.used, &key);
  }
  auto const count = std::min(idle.size(), options_.max_lanes / 4 + 1);
  std::partial_sort(idle.begin(), idle.begin() + static_cast<std::ptrdiff_t>(count), idle.end(),
                    [](auto const& a, auto const& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < count; ++i) lanes_.erase(lanes_.find(*idle[i].second));
}

void HttpDispatcher::launch(AttemptPtr const& attempt) {
  ++attempt->lane->in_flight;
  ++counters_.in_flight;
  attempt->tries = attempt->lane->breaker.begin();
  attempt->stage = Stage::opening;
  connect(attempt, false);
}

// Ends one that waits for a target that is not to be called now.
void HttpDispatcher::refuse(AttemptPtr const& attempt) {
  finish(attempt, breaker_answer(attempt->lane->name, attempt->lane->breaker));
}

// Always called from the loop, never from finish(): a queue of attempts that fail at once must not
// become a recursion.
void HttpDispatcher::pump(Lane& lane) {
  lane.pump_due = false;
  while (!lane.queue.empty()) {
    if (lane.queue.front()->stage != Stage::waiting) {
      lane.queue.pop_front();
      continue;
    }
    if (!lane.breaker.allows(Clock::now())) {
      AttemptPtr const refused = std::move(lane.queue.front());
      lane.queue.pop_front();
      refuse(refused);
      continue;
    }
    if (!may_begin(lane)) break;
    AttemptPtr const attempt = std::move(lane.queue.front());
    lane.queue.pop_front();
    --lane.queued;
    --counters_.queued;
    launch(attempt);
  }
  if (!lane.queue.empty() && lane.in_flight < lane.limit) wait_for_token(lane);
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
  auto allowed = *addresses;
  bool const trusted = attempt->call.target != TargetTable::kNone && !attempt->call.elsewhere;
  if (options_.public_only && !trusted) {
    std::erase_if(allowed, [](std::string const& address) { return !is_public(address); });
  }
  if (allowed.empty()) return refuse_address(attempt, addresses->front());
  ++counters_.connections;
  attempt->connection->open(allowed, options_.connect_patience, [this, attempt](std::string error) {
    on_open(attempt, std::move(error));
  });
}

// The address that was looked at is the one that is connected to, and that of each redirection.
void HttpDispatcher::refuse_address(AttemptPtr const& attempt, std::string const& address) {
  auto refused = plain_answer(attempt->reached ? Kind::failed : Kind::not_sent,
                              shown_origin(attempt->call) + " is at the private address " +
                                  address + ", which is not asked");
  refused.invalid = true;
  finish(attempt, std::move(refused));
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
    return finish(attempt, answer_of(call, std::move(reply), wall_clock(), attempt->opened));
  }
  attempt->reached = true;
  if (++attempt->redirects > options_.max_redirects) {
    return give_up(attempt, shown_url(call) + " redirects more than " +
                                std::to_string(options_.max_redirects) + " times");
  }
  auto next = follow(call, reply.status, *find_header(reply.headers, "Location"));
  if (next.ok() && next->elsewhere && carries_secret_away(attempt->opened, *next)) {
    next = Error{ErrorCode::invalid_argument,
                 "the redirection takes a secret in its URL to another server",
                 "name the server that is to get it as the endpoint"};
  }
  if (!next.ok()) return finish(attempt, plain_answer(Kind::failed, whole_text(next.error())));
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
    judge(*attempt, answer_);
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
  answer(attempt->id, attempt->opened.hide(std::move(answer_)));
}

// What an answer says about the target: any that it gave itself shows that it lives.
void HttpDispatcher::judge(Attempt const& attempt, saga::Answer const& answer) {
  Breaker& breaker = attempt.lane->breaker;
  bool const gateway =
      answer.kind == Kind::response && answer.status >= 502 && answer.status <= 504;
  if (attempt.withdrawn) {
    if (attempt.tries) breaker.gave_up();
  } else if (answer.kind == Kind::lost || answer.kind == Kind::not_sent || gateway) {
    breaker.failed(Clock::now(), attempt.tries);
  } else {
    breaker.succeeded();
  }
}

std::vector<TargetState> HttpDispatcher::targets() const {
  std::vector<TargetState> out;
  for (auto const& [key, lane] : lanes_) {
    out.push_back({lane.name, lane.limit, lane.in_flight, lane.queued, lane.rate.rate(),
                   lane.breaker.state(Clock::now()), lane.breaker.failures()});
  }
  return out;
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
  if (!unsent || attempt->reached) return;
  attempt->withdrawn = true;
  give_up(attempt, "withdrawn before it was sent");
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
  std::string const origin = shown_origin(attempt->call);
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
