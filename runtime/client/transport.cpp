#include "runtime/client/transport.hpp"

#include <httplib.h>
#include <netdb.h>
#include <signal.h>

#include <utility>

#include "runtime/executor/http_status.hpp"
#include "runtime/executor/url.hpp"

namespace skald::client {
namespace {

// Every answer of a skald server has it: an address that belongs to something else is noticed.
constexpr char kApiHeader[] = "Skald-Api";

// What stands between answers these for a server that is away.
bool is_of_a_proxy(int status) {
  return status >= 502 && status <= 504;
}

Error not_skald(std::string const& url, int status) {
  return {ErrorCode::io,
          url + " does not answer like skald (status " + std::to_string(status) + ")",
          "check the address"};
}

constexpr std::size_t kMaxIdle = 16;
// A watched stream says something at least this often (the server's pings).
constexpr std::chrono::seconds kStreamPatience{60};

// cpp-httplib writes without MSG_NOSIGNAL: a server that hangs up would end the program. While one
// of these lives, SIGPIPE does not reach this thread; the program's own handling stays as it is.
class NoSigPipe {
 public:
  NoSigPipe() {
    sigset_t pending;
    sigemptyset(&only_pipe_);
    sigaddset(&only_pipe_, SIGPIPE);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &only_pipe_, &before_);
  }
  ~NoSigPipe() {
    timespec const at_once{0, 0};
    if (!was_pending_) sigtimedwait(&only_pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigPipe(NoSigPipe const&) = delete;
  NoSigPipe& operator=(NoSigPipe const&) = delete;

 private:
  sigset_t only_pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

// Why the name in the URL leads nowhere; empty when it leads somewhere. The library does not tell.
std::string unknown_name(std::string const& text) {
  auto const url = runtime::parse_url(text);
  if (!url.ok()) return {};
  addrinfo* list = nullptr;
  int const error = getaddrinfo(url->host.c_str(), nullptr, nullptr, &list);
  if (error == 0) freeaddrinfo(list);
  return error == 0 ? ""
                    : "the name '" + url->host + "' can not be resolved: " + gai_strerror(error);
}

Error no_answer(std::string const& url, httplib::Error error) {
  std::string const what = httplib::to_string(error);
  switch (error) {
    case httplib::Error::Connection:
      if (auto why = unknown_name(url); !why.empty()) {
        return {ErrorCode::unavailable, std::move(why),
                "check the address that --server or SKALD_SERVER names"};
      }
      return {ErrorCode::unavailable, "there is no server at " + url, ""};
    case httplib::Error::ConnectionTimeout:
      return {ErrorCode::unavailable, url + " can not be reached in time", ""};
    case httplib::Error::SSLServerVerification:
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
      return {ErrorCode::unavailable, "no secure connection to " + url + ": " + what, ""};
    default:
      return {ErrorCode::unavailable, url + " did not answer: " + what,
              "what was asked may have happened; see with status"};
  }
}

ErrorCode code_of(int status) {
  switch (status) {
    case 404: return ErrorCode::not_found;
    case 409: return ErrorCode::conflict;
    case 413: return ErrorCode::too_large;
    case 429: return ErrorCode::overloaded;
    case 503: return ErrorCode::unavailable;
    case 504: return ErrorCode::timed_out;
    case 507: return ErrorCode::no_space;
    default: return status >= 500 ? ErrorCode::io : ErrorCode::invalid_argument;
  }
}

// The inverse of to_string(ErrorCode).
ErrorCode parse_code(std::string_view text, ErrorCode otherwise) {
  for (auto code = ErrorCode::invalid_argument; code <= ErrorCode::refused;
       code = static_cast<ErrorCode>(static_cast<int>(code) + 1)) {
    if (text == to_string(code)) return code;
  }
  return otherwise;
}

std::string text_of(Json const& value) {
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

httplib::Request request_of(Ask const& ask) {
  httplib::Request request;
  request.method = ask.method;
  request.path = ask.target;
  request.set_header("Accept", "application/json");
  request.body = ask.body;
  if (!ask.body.empty()) request.set_header("Content-Type", ask.content_type);
  if (!ask.key.empty()) request.set_header("Idempotency-Key", ask.key);
  return request;
}

}  // namespace

Error error_of(int status, Json const& problem) {
  Error error;
  error.code = parse_code(text_of(problem["code"]), code_of(status));
  error.message = text_of(problem["detail"]);
  error.hint = text_of(problem["hint"]);
  if (error.message.empty()) {
    error.message =
        "the server answered " + std::to_string(status) + " " + runtime::status_name(status);
  }
  return error;
}

class Transport::Use {
 public:
  Use(Transport& transport, httplib::Client& client) : transport_(transport), client_(client) {
    std::lock_guard const lock(transport_.mutex_);
    transport_.used_.insert(&client_);
  }
  ~Use() {
    std::lock_guard const lock(transport_.mutex_);
    transport_.used_.erase(&client_);
  }
  Use(Use const&) = delete;
  Use& operator=(Use const&) = delete;

 private:
  Transport& transport_;
  httplib::Client& client_;
};

Transport::Transport(ClientOptions options) : options_(std::move(options)) {
  while (options_.url.ends_with('/')) options_.url.pop_back();
}

Transport::~Transport() = default;

void Transport::abandon() {
  abandoned_ = true;
  std::lock_guard const lock(mutex_);
  for (auto* client : used_) client->stop();
}

Result<Transport::Connection> Transport::take() {
  {
    std::lock_guard const lock(mutex_);
    if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto const url = runtime::parse_url(options_.url);
  if (!url.ok()) return url.error();
  if (url->target != "/") {
    return Error{ErrorCode::invalid_argument, "'" + options_.url + "' is not a server's address",
                 "give scheme, host and port only: http://127.0.0.1:8080"};
  }
  auto connection = std::make_unique<httplib::Client>(url->scheme + "://" + url->authority());
  connection->set_keep_alive(true);
  connection->set_tcp_nodelay(true);
  connection->set_connection_timeout(options_.connect_timeout);
  return connection;
}

void Transport::give_back(Connection connection) {
  std::lock_guard const lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(connection));
}

Error Transport::failure(httplib::Error error, bool late) const {
  if (abandoned_) return {ErrorCode::cancelled, "the question was given up", ""};
  if (!late) return no_answer(options_.url, error);
  return {ErrorCode::timed_out, options_.url + " did not answer in time",
          "the server may hang or be stopped; what was asked may have happened"};
}

Result<Json> Transport::send_once(Ask const& ask, bool& may_repeat) {
  using Clock = std::chrono::steady_clock;
  auto connection = take();
  if (!connection.ok()) return std::move(connection).error();
  httplib::Client& client = **connection;
  auto const time = ask.limit.value_or(options_.timeout + ask.patience);
  auto const end = Clock::now() + time;
  client.set_connection_timeout(std::min(options_.connect_timeout, time));
  client.set_read_timeout(time);
  client.set_write_timeout(std::min(options_.timeout, time));
  httplib::Request request = request_of(ask);
  std::string body;
  bool too_large = false;
  bool late = false;
  // cpp-httplib has no limit of its own for what it reads.
  request.content_receiver = [&](char const* data, std::size_t size, std::uint64_t, std::uint64_t) {
    too_large = body.size() + size > options_.max_answer;
    late = Clock::now() > end;  // bytes that trickle in
    if (!too_large) body.append(data, size);
    return !too_large && !late;
  };
  NoSigPipe const quiet;
  if (abandoned_) return failure({}, false);
  auto const result = [&] {
    Use const use(*this, client);
    return client.send(request);
  }();
  if (too_large) {
    return Error{ErrorCode::too_large,
                 "the answer of " + options_.url + " is larger than " +
                     std::to_string(options_.max_answer) + " bytes",
                 ""};
  }
  if (!result) {
    // The socket's clock is coarser than ours.
    late = late || Clock::now() + std::chrono::milliseconds(20) > end;
    // No connection means that nothing was sent, and nothing is there to try again. Who was silent
    // for so long will not answer the next time.
    bool const broken =
        result.error() == httplib::Error::Read || result.error() == httplib::Error::Write;
    may_repeat = broken && !late && !abandoned_;
    return failure(result.error(), late);
  }
  int const status = result->status;
  bool const ours = result->has_header(kApiHeader);
  give_back(std::move(*connection));
  if (!ours && !is_of_a_proxy(status)) return not_skald(options_.url, status);
  auto json = body.empty() ? Result<Json>(Json()) : parse_json(body);
  if (status / 100 != 2) return error_of(status, json.ok() ? *json : Json());
  if (!json.ok()) return not_skald(options_.url, status);
  return json;
}

Result<Json> Transport::ask(Ask const& ask) {
  bool may_repeat = false;
  auto answer = send_once(ask, may_repeat);
  if (answer.ok() || !may_repeat || !ask.repeatable) return answer;
  return send_once(ask, may_repeat);
}

Result<void> Transport::stream(std::string const& target, Piece const& piece) {
  auto connection = take();
  if (!connection.ok()) return std::move(connection).error();
  httplib::Client& client = **connection;
  client.set_read_timeout(kStreamPatience);
  int status = 0;
  bool ours = true;
  bool stopped = false;
  std::string refusal;
  NoSigPipe const quiet;
  Use const use(*this, client);
  if (abandoned_) return failure({}, false);
  auto const result = client.Get(
      target,
      [&](httplib::Response const& response) {
        status = response.status;
        ours = response.has_header(kApiHeader) || is_of_a_proxy(status);
        return ours;
      },
      [&](char const* data, std::size_t size) {
        if (status != 200) {
          refusal.append(data, size);
          return refusal.size() < options_.max_answer;
        }
        stopped = !piece({data, size});
        return !stopped;
      });
  if (stopped) return {};
  if (!ours) return not_skald(options_.url, status);
  if (!result) return failure(result.error(), false);
  if (status == 200) return {};
  auto const problem = parse_json(refusal);
  return error_of(status, problem.ok() ? *problem : Json());
}

}  // namespace skald::client
