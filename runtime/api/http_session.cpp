#include "runtime/api/http_session.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <exception>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "runtime/api/session_calls.hpp"
#include "runtime/api/wire.hpp"

namespace skald::runtime::detail {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kReadSize = 8U << 10U;
// After an error the client may still be sending; it is listened to briefly, since a reset would
// take the answer away from it.
constexpr Duration kDrain = Duration::from_seconds(2);
constexpr std::size_t kDrainBytes = 64U << 20U;
constexpr std::size_t kSmallBody = 64U << 10U;  // always has room

HttpResponse too_busy(std::string_view detail) {
  HttpResponse response = problem(503, detail, "overloaded", "come again");
  set_header(response.headers, "Retry-After", "1");
  return response;
}

}  // namespace

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<SessionHost> host, tcp::socket socket)
      : host_(std::move(host)), socket_(std::move(socket)), timer_(socket_.get_executor()) {
    host_->sessions.insert(this);
    ++host_->count;
  }
  ~Session() {
    host_->sessions.erase(this);
    --host_->count;
  }
  Session(Session const&) = delete;
  Session& operator=(Session const&) = delete;

  void next_request();
  void respond(HttpResponse response);
  void begin_stream(HttpResponse head);
  void write_piece(std::string piece);
  void end_stream();
  void refuse();
  void end(bool at_once);

 private:
  enum class Phase { idle, reading, handling, writing, streaming, draining, closed };
  using Parser = http::request_parser<http::string_body>;

  void wait_for_request();
  void read();
  void on_read(error_code error, std::size_t bytes);
  void parse();
  bool take_room();
  void on_parse_error(error_code error);
  void maybe_continue();
  void dispatch();
  HttpRequest take_request();

  void queue_write(std::string bytes);
  void write();
  void on_written(error_code error, std::size_t bytes);
  void all_written();
  void read_to_the_end();
  void watch_client();

  void fail(HttpResponse response);
  void expect_within(Duration limit);
  void expect_nothing() { deadline_ = Clock::time_point::max(); }
  void arm();
  void on_deadline();
  void close();

  std::shared_ptr<SessionHost> host_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point armed_for_ = Clock::time_point::max();

  Phase phase_ = Phase::idle;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::shared_ptr<BodyBudget::Share> share_;  // for the body that is being read
  bool continued_ = false;                    // 100 Continue has been sent for this request
  bool keep_alive_ = false;
  bool unread_ = false;   // the client may still be sending what is not wanted
  bool head_ = false;     // a HEAD request: no body in the answer
  bool chunked_ = false;  // the stream's framing; HTTP/1.0 has none
  bool ending_ = false;   // the stream's last piece is queued
  bool pings_ = false;    // an event stream: a comment now and then
  std::weak_ptr<Exchange> exchange_;

  std::deque<std::string> out_;
  std::size_t out_offset_ = 0;
  std::size_t piece_bytes_ = 0;  // of the pieces of a stream in out_, as the Responder counts
  std::size_t drained_ = 0;
  bool reading_to_the_end_ = false;
  std::array<char, 512> scratch_{};
};

// --- reading

void Session::next_request() {
  phase_ = Phase::idle;
  parser_.reset();
  share_.reset();
  continued_ = false;
  if (host_->stopping) return close();
  if (buffer_.size() == 0) return wait_for_request();
  phase_ = Phase::reading;
  parse();
}

// An idle connection holds no buffer: ten thousand of them must cost little.
void Session::wait_for_request() {
  buffer_.shrink_to_fit();
  expect_within(host_->options.limits.idle);
  socket_.async_wait(tcp::socket::wait_read, [me = shared_from_this()](error_code error) {
    if (error || me->phase_ != Phase::idle) return;
    me->phase_ = Phase::reading;
    me->read();
  });
}

void Session::read() {
  socket_.async_read_some(buffer_.prepare(kReadSize),
                          [me = shared_from_this()](error_code error, std::size_t bytes) {
                            me->on_read(error, bytes);
                          });
}

void Session::on_read(error_code error, std::size_t bytes) {
  if (phase_ != Phase::reading) return;
  if (error) return close();
  buffer_.commit(bytes);
  parse();
}

void Session::parse() {
  auto const& limits = host_->options.limits;
  if (!parser_) {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(limits.header_bytes);
    parser_->body_limit(limits.body_bytes);
    expect_within(limits.header);
  }
  while (buffer_.size() > 0 && !parser_->is_done()) {
    error_code error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == http::error::need_more) break;
    if (error) return on_parse_error(error);
  }
  if (parser_->is_header_done() && !take_room()) {
    return fail(too_busy("other requests have all the room for bodies that there is"));
  }
  if (parser_->is_done()) return dispatch();
  if (parser_->is_header_done()) {
    expect_within(limits.body);
    maybe_continue();
  }
  read();
}

// For as much of the body as there is: what a client only announces must not keep others out, nor
// what is large keep out what is small.
bool Session::take_room() {
  auto const bytes = parser_->get().body().size();
  if (bytes <= kSmallBody) return true;
  if (!share_) share_ = std::make_shared<BodyBudget::Share>(host_->bodies);
  return share_->grow_to(bytes);
}

void Session::on_parse_error(error_code error) {
  auto const& limits = host_->options.limits;
  if (error == http::error::body_limit) {
    return fail(problem(
        413, "the body is larger than the limit of " + std::to_string(limits.body_bytes) + " bytes",
        "too_large"));
  }
  if (error == http::error::header_limit) {
    return fail(problem(
        431,
        "the header is larger than the limit of " + std::to_string(limits.header_bytes) + " bytes",
        "too_large"));
  }
  fail(problem(400, "this is not an HTTP/1.1 request: " + error.message(), "bad_request"));
}

void Session::maybe_continue() {
  if (continued_ || !boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
    return;
  }
  continued_ = true;
  queue_write("HTTP/1.1 100 Continue\r\n\r\n");
}

HttpRequest Session::take_request() {
  auto message = parser_->release();
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (auto const& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  request.share = std::move(share_);
  keep_alive_ = message.keep_alive() && message.version() == 11;
  chunked_ = message.version() == 11;
  head_ = message.method() == http::verb::head;
  return request;
}

void Session::dispatch() {
  HttpRequest request = take_request();
  phase_ = Phase::handling;
  expect_within(host_->options.limits.notice);
  if (!parse_target(request.target, request)) {
    return fail(problem(400, "'" + request.target + "' is not a path", "bad_request"));
  }
  if (auto refusal = check_host(request, host_->options.hosts)) return fail(std::move(*refusal));
  auto exchange =
      std::make_shared<Exchange>(host_->door, weak_from_this(), host_->options.limits.stream_bytes);
  exchange_ = exchange;
  host_->handler(std::move(request), Responder(std::move(exchange)));
}

// --- answering

void Session::respond(HttpResponse response) {
  if (phase_ != Phase::handling) return;
  keep_alive_ = keep_alive_ && !host_->stopping;
  phase_ = Phase::writing;
  queue_write(to_wire(response, head_, keep_alive_));
}

// An error of ours: said, and then the connection ends, as its state is not known any more.
void Session::fail(HttpResponse response) {
  phase_ = Phase::handling;
  keep_alive_ = false;
  unread_ = true;
  respond(std::move(response));
}

void Session::refuse() {
  fail(too_busy("this server has as many clients as it can serve"));
}

void Session::begin_stream(HttpResponse head) {
  if (phase_ != Phase::handling) return;
  phase_ = Phase::streaming;
  keep_alive_ = false;
  ending_ = false;
  std::string const* const type = find_header(head.headers, "Content-Type");
  pings_ = type != nullptr && type->starts_with("text/event-stream");
  std::string const first = std::move(head.body);
  queue_write(stream_head(head, chunked_));
  if (!first.empty() && !head_) queue_write(chunked_ ? chunk(first) : first);
  read_to_the_end();
  if (head_ || host_->stopping) end_stream();
}

void Session::write_piece(std::string piece) {
  if (phase_ != Phase::streaming || ending_) return;
  piece_bytes_ += piece.size();
  queue_write(chunked_ ? chunk(piece) : std::move(piece));
}

void Session::end_stream() {
  if (phase_ != Phase::streaming || ending_) return;
  ending_ = true;
  if (chunked_ && !head_) return queue_write("0\r\n\r\n");
  if (out_.empty()) all_written();
}

void Session::queue_write(std::string bytes) {
  out_.push_back(std::move(bytes));
  if (out_.size() == 1) write();
}

void Session::write() {
  if (phase_ != Phase::reading) expect_within(host_->options.limits.write);
  socket_.async_write_some(asio::buffer(out_.front()) + out_offset_,
                           [me = shared_from_this()](error_code error, std::size_t bytes) {
                             me->on_written(error, bytes);
                           });
}

void Session::on_written(error_code error, std::size_t bytes) {
  if (phase_ == Phase::closed) return;
  if (error) return close();
  out_offset_ += bytes;
  if (out_offset_ == out_.front().size()) {
    out_.pop_front();
    out_offset_ = 0;
  }
  if (!out_.empty()) return write();
  all_written();
}

void Session::all_written() {
  if (auto const exchange = exchange_.lock()) exchange->taken(std::exchange(piece_bytes_, 0));
  if (phase_ == Phase::streaming && !ending_) {
    return pings_ ? expect_within(host_->options.limits.ping) : expect_nothing();
  }
  if (phase_ != Phase::writing && phase_ != Phase::streaming) return;  // 100 Continue
  if (auto const exchange = exchange_.lock()) exchange->finished();
  exchange_.reset();
  if (keep_alive_) return next_request();
  if (!unread_) return close();
  phase_ = Phase::draining;
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  expect_within(kDrain);
  read_to_the_end();
}

// --- ending

// While a stream runs, and after the last answer, the client has nothing to say that is wanted;
// its end of file says that it has gone. There is one such read at a time.
void Session::read_to_the_end() {
  if (std::exchange(reading_to_the_end_, true)) return;
  socket_.async_read_some(asio::buffer(scratch_),
                          [me = shared_from_this()](error_code error, std::size_t bytes) {
                            me->reading_to_the_end_ = false;
                            if (me->phase_ == Phase::draining) me->drained_ += bytes;
                            if (error || me->drained_ > kDrainBytes) return me->close();
                            if (me->phase_ != Phase::closed) me->read_to_the_end();
                          });
}

// The answer takes long. Should the client go meanwhile, whoever works on it wants to know; a
// request that is pipelined stays where it is.
void Session::watch_client() {
  socket_.async_wait(tcp::socket::wait_read, [me = shared_from_this()](error_code error) {
    if (me->phase_ != Phase::handling) return;
    char byte = 0;
    auto const got = ::recv(me->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    bool const has_gone = got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
    if (error || has_gone) me->close();
  });
}

void Session::expect_within(Duration limit) {
  deadline_ = Clock::now() + std::chrono::microseconds(limit.us);
  if (deadline_ < armed_for_) arm();
}

// The timer is moved only when it would come too late; when it comes too early it is set anew.
void Session::arm() {
  armed_for_ = deadline_;
  timer_.expires_at(deadline_);
  timer_.async_wait([me = shared_from_this()](error_code cancelled) {
    if (cancelled || me->phase_ == Phase::closed) return;
    me->armed_for_ = Clock::time_point::max();
    if (Clock::now() >= me->deadline_) return me->on_deadline();
    if (me->deadline_ != Clock::time_point::max()) me->arm();
  });
}

void Session::on_deadline() {
  if (phase_ == Phase::reading) {
    return fail(problem(408, "the request was not sent in time", "timed_out"));
  }
  if (phase_ == Phase::streaming && pings_ && out_.empty()) {
    std::string const comment = ":\n\n";
    return queue_write(chunked_ ? chunk(comment) : comment);
  }
  if (phase_ == Phase::handling) return watch_client();
  close();
}

void Session::end(bool at_once) {
  if (at_once || phase_ == Phase::idle) return close();
  if (phase_ == Phase::streaming) return end_stream();
  keep_alive_ = false;
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  expect_nothing();
  error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
  if (auto const exchange = exchange_.lock()) exchange->closed();
  exchange_.reset();
}

// --- the door

void respond(std::weak_ptr<Session> const& session, HttpResponse response) {
  if (auto const me = session.lock()) me->respond(std::move(response));
}

void begin_stream_of(std::weak_ptr<Session> const& session, HttpResponse head) {
  if (auto const me = session.lock()) me->begin_stream(std::move(head));
}

void write_piece(std::weak_ptr<Session> const& session, std::string piece) {
  if (auto const me = session.lock()) me->write_piece(std::move(piece));
}

void end_stream(std::weak_ptr<Session> const& session) {
  if (auto const me = session.lock()) me->end_stream();
}

void start_session(std::shared_ptr<SessionHost> host, tcp::socket socket, bool refuse) {
  auto const session = std::make_shared<Session>(std::move(host), std::move(socket));
  if (refuse) return session->refuse();
  session->next_request();
}

void end_sessions(SessionHost& host, bool at_once) {
  std::vector<std::shared_ptr<Session>> sessions;
  for (Session* const session : host.sessions) sessions.push_back(session->shared_from_this());
  for (auto const& session : sessions) session->end(at_once);
}

}  // namespace skald::runtime::detail
