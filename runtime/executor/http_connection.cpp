#include "runtime/executor/http_connection.hpp"

#include <sys/socket.h>

#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace skald::runtime {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadSize = 16U << 10U;
constexpr std::uint32_t kMaxHeader = 64U << 10U;

class Connection final : public HttpConnection {
 public:
  Connection(asio::io_context& io, asio::ssl::context& tls, Url const& url)
      : host_(url.host), port_(url.port), timer_(io), socket_(io) {
    origin = url.origin();
    if (url.secure()) tls_.emplace(socket_, tls);
  }

  void open(Addresses addresses, Duration patience, OpenCallback callback) override;
  void exchange(std::string request, bool head, std::size_t max_body,
                ExchangeCallback callback) override;
  void close() override;
  bool alive() override;

 private:
  using Parser = http::response_parser<http::string_body>;

  std::shared_ptr<Connection> self() {
    return std::static_pointer_cast<Connection>(shared_from_this());
  }
  void try_address(std::size_t index);
  void on_connected(std::size_t index, error_code error);
  void handshake();
  void opened(std::string error);

  void write();
  void on_written(error_code error, std::size_t bytes);
  void new_parser();
  void read();
  void on_read(error_code error, std::size_t bytes);
  void on_end(error_code error);
  bool parse();
  void finish(Exchange::Status status, std::string message);
  void replied();

  std::string host_;
  std::uint16_t port_;
  asio::steady_timer timer_;
  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  bool closed_ = false;
  bool close_after_ = false;

  Addresses addresses_;
  Duration patience_;
  OpenCallback on_open_;

  std::string request_;
  std::size_t written_ = 0;
  bool head_ = false;
  std::size_t max_body_ = 0;
  ExchangeCallback on_exchange_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
};

void Connection::open(Addresses addresses, Duration patience, OpenCallback callback) {
  addresses_ = std::move(addresses);
  patience_ = patience;
  on_open_ = std::move(callback);
  try_address(0);
}

void Connection::try_address(std::size_t index) {
  error_code error;
  auto const address = asio::ip::make_address(addresses_[index], error);
  if (!error) {
    socket_.close(error);
    socket_.open(address.is_v6() ? tcp::v6() : tcp::v4(), error);
  }
  if (error) {
    asio::post(socket_.get_executor(),
               [me = self(), index, error] { me->on_connected(index, error); });
    return;
  }
  if (index + 1 < addresses_.size()) {
    timer_.expires_after(std::chrono::microseconds(patience_.us));
    timer_.async_wait([me = self()](error_code expired) {
      error_code ignored;
      if (!expired) me->socket_.close(ignored);
    });
  }
  socket_.async_connect({address, port_}, [me = self(), index](error_code connect_error) {
    me->on_connected(index, connect_error);
  });
}

void Connection::on_connected(std::size_t index, error_code error) {
  timer_.cancel();
  if (closed_) return opened("the connection was given up");
  if (error && index + 1 < addresses_.size()) return try_address(index + 1);
  if (error) {
    return opened("can not connect to " + host_ + " (" + addresses_[index] + ") port " +
                  std::to_string(port_) + ": " + error.message());
  }
  socket_.set_option(tcp::no_delay(true), error);
  if (tls_) return handshake();
  opened({});
}

void Connection::handshake() {
  bool const named = host_.find_first_not_of("0123456789.") != std::string::npos &&
                     host_.find(':') == std::string::npos;
  if (named) {  // the macro for this has an old-style cast
    SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host_.c_str()));
  }
  tls_->set_verify_callback(asio::ssl::host_name_verification(host_));
  tls_->async_handshake(asio::ssl::stream_base::client, [me = self()](error_code error) {
    me->opened(error ? "no secure connection to " + me->host_ + ": " + error.message() : "");
  });
}

void Connection::opened(std::string error) {
  if (error.empty() && closed_) error = "the connection was given up";
  if (auto callback = std::exchange(on_open_, nullptr)) callback(std::move(error));
}

void Connection::exchange(std::string request, bool head, std::size_t max_body,
                          ExchangeCallback callback) {
  request_ = std::move(request);
  written_ = 0;
  head_ = head;
  max_body_ = max_body;
  on_exchange_ = std::move(callback);
  new_parser();
  write();
}

void Connection::write() {
  auto const rest = asio::buffer(request_) + written_;
  auto handler = [me = self()](error_code error, std::size_t bytes) {
    me->on_written(error, bytes);
  };
  if (tls_) {
    tls_->async_write_some(rest, std::move(handler));
  } else {
    socket_.async_write_some(rest, std::move(handler));
  }
}

void Connection::on_written(error_code error, std::size_t bytes) {
  written_ += bytes;
  if (error) {
    // TLS may have sent a part of a record, so only a plain connection can be sure.
    if (written_ == 0 && !tls_) {
      return finish(
          Exchange::Status::nothing_sent,
          "the connection to " + host_ + " broke before the request was sent: " + error.message());
    }
    // A server that refuses a large body answers early and hangs up: its answer may be there.
    close_after_ = true;
    return read();
  }
  if (written_ < request_.size()) return write();
  read();
}

void Connection::new_parser() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(kMaxHeader);
  parser_->body_limit(max_body_);
  if (head_) parser_->skip(true);
}

void Connection::read() {
  auto const space = buffer_.prepare(kReadSize);
  auto handler = [me = self()](error_code error, std::size_t bytes) { me->on_read(error, bytes); };
  if (tls_) {
    tls_->async_read_some(space, std::move(handler));
  } else {
    socket_.async_read_some(space, std::move(handler));
  }
}

void Connection::on_read(error_code error, std::size_t bytes) {
  buffer_.commit(bytes);
  if (bytes > 0 && !parse()) return;
  if (error) return on_end(error);
  read();
}

// The stream is over; that is a whole answer only when nothing but its end marks the body's end.
void Connection::on_end(error_code error) {
  if (error == asio::error::eof && parser_->got_some() && parser_->is_header_done()) {
    error_code incomplete;
    parser_->put_eof(incomplete);
    if (!incomplete && parser_->is_done()) return replied();
  }
  std::string const how = error == asio::error::eof ? "closed the connection" : error.message();
  finish(Exchange::Status::lost,
         host_ + (parser_->got_some() ? " broke its answer off: " + how
                                      : " did not answer the request: " + how));
}

// False when the exchange has ended.
bool Connection::parse() {
  while (buffer_.size() > 0) {
    error_code error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == http::error::need_more) return true;
    if (error == http::error::body_limit || error == http::error::header_limit) {
      finish(Exchange::Status::too_large, "the answer of " + host_ + " is larger than allowed (" +
                                              std::to_string(max_body_) + " bytes)");
      return false;
    }
    if (error) {
      finish(Exchange::Status::lost, host_ + " did not answer in HTTP: " + error.message());
      return false;
    }
    if (!parser_->is_done()) continue;
    if (parser_->get().result_int() < 200) {  // an interim answer; the real one follows
      new_parser();
      continue;
    }
    replied();
    return false;
  }
  return true;
}

void Connection::replied() {
  auto message = parser_->release();
  Exchange exchange;
  exchange.status = Exchange::Status::replied;
  exchange.reusable = message.keep_alive() && buffer_.size() == 0 && !closed_ && !close_after_;
  exchange.reply.status = static_cast<int>(message.result_int());
  for (auto const& field : message) {
    exchange.reply.headers.emplace_back(std::string(field.name_string()),
                                        std::string(field.value()));
  }
  exchange.reply.body = std::move(message.body());
  request_ = {};
  if (auto callback = std::exchange(on_exchange_, nullptr)) callback(std::move(exchange));
}

void Connection::finish(Exchange::Status status, std::string message) {
  Exchange exchange;
  exchange.status = status;
  exchange.message = std::move(message);
  close();
  if (auto callback = std::exchange(on_exchange_, nullptr)) callback(std::move(exchange));
}

void Connection::close() {
  closed_ = true;
  error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
}

bool Connection::alive() {
  if (closed_ || !socket_.is_open()) return false;
  char byte = 0;
  auto const got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

std::shared_ptr<HttpConnection> HttpConnection::make(asio::io_context& io, asio::ssl::context& tls,
                                                     Url const& url) {
  return std::make_shared<Connection>(io, tls, url);
}

}  // namespace skald::runtime
