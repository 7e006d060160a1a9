// The Responder's side of a request: whatever thread it is on, the session hears of it on the io
// thread, in order, and never more than it should.

#include <utility>

#include "runtime/api/http_session.hpp"
#include "runtime/api/session_calls.hpp"

namespace skald::runtime {

using detail::Exchange;

Responder::Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

void Responder::send(HttpResponse response) {
  exchange_->send(std::move(response));
}
void Responder::begin_stream(HttpResponse head) {
  exchange_->begin_stream(std::move(head));
}
bool Responder::write(std::string piece) {
  return exchange_->write(std::move(piece));
}
void Responder::end() {
  exchange_->end();
}
bool Responder::is_closed() const {
  return exchange_->is_closed();
}
void Responder::on_close(std::function<void()> callback) {
  exchange_->on_close(std::move(callback));
}

namespace detail {

Exchange::Exchange(std::shared_ptr<Door> door, std::weak_ptr<Session> session,
                   std::size_t stream_limit)
    : door_(std::move(door)), session_(std::move(session)), stream_limit_(stream_limit) {}

// Nobody is left who could answer.
Exchange::~Exchange() {
  if (stage_ == Stage::done || closed_) return;
  bool const streaming = stage_ == Stage::streaming;
  door_->post([session = session_, streaming] {
    if (streaming) {
      end_stream(session);
    } else {
      respond(session, problem(500, "the server gave no answer to this request", "no_answer"));
    }
  });
}

void Exchange::send(HttpResponse response) {
  std::lock_guard const lock(mutex_);
  SKALD_ASSERT(stage_ == Stage::open, "a request is answered once");
  stage_ = Stage::done;
  door_->post(
      [session = session_, me = shared_from_this(), response = std::move(response)]() mutable {
        respond(session, std::move(response));
      });
}

void Exchange::begin_stream(HttpResponse head) {
  std::lock_guard const lock(mutex_);
  SKALD_ASSERT(stage_ == Stage::open, "a request is answered once");
  stage_ = Stage::streaming;
  door_->post([session = session_, head = std::move(head)]() mutable {
    begin_stream_of(session, std::move(head));
  });
}

bool Exchange::write(std::string piece) {
  std::lock_guard const lock(mutex_);
  SKALD_ASSERT(stage_ == Stage::streaming, "write between begin_stream and end");
  if (closed_ || waiting_ + piece.size() > stream_limit_) return false;
  if (piece.empty()) return true;
  waiting_ += piece.size();
  door_->post([session = session_, piece = std::move(piece)]() mutable {
    write_piece(session, std::move(piece));
  });
  return true;
}

void Exchange::end() {
  std::lock_guard const lock(mutex_);
  SKALD_ASSERT(stage_ == Stage::streaming, "end after begin_stream, once");
  stage_ = Stage::done;
  // Holds the exchange until the session has seen the end, so that on_close still works.
  door_->post([session = session_, me = shared_from_this()] { end_stream(session); });
}

void Exchange::on_close(std::function<void()> callback) {
  {
    std::lock_guard const lock(mutex_);
    if (over_) return;
    if (!closed_) {
      on_close_ = std::move(callback);
      return;
    }
  }
  callback();
}

void Exchange::finished() {
  std::lock_guard const lock(mutex_);
  over_ = true;
  on_close_ = nullptr;
}

void Exchange::closed() {
  std::function<void()> callback;
  {
    std::lock_guard const lock(mutex_);
    if (over_ || closed_) return;
    closed_ = true;
    callback = std::exchange(on_close_, nullptr);
  }
  if (callback) callback();
}

}  // namespace detail
}  // namespace skald::runtime
