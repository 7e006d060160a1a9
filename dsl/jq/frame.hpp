#pragma once

// Frames hold the variables and the function arguments of one call, as long as something refers
// to them: a running expression, a closure, a pending tail call. One frame belongs to one
// evaluation and so to one thread; the count is a plain integer.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/json.hpp"

namespace skald::jq {

class Expr;
class Frame;

// A counted reference to a frame.
class FrameRef {
 public:
  FrameRef() = default;
  explicit FrameRef(Frame* frame);
  FrameRef(FrameRef const& other) : FrameRef(other.frame_) {}
  FrameRef(FrameRef&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  FrameRef& operator=(FrameRef other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~FrameRef() { release(); }
  Frame* get() const { return frame_; }

 private:
  friend class Frame;
  void release();
  Frame* frame_ = nullptr;
};

// A function argument: an expression and the frame it was written in.
struct Closure {
  Expr const* body = nullptr;
  std::uint32_t slots = 0;  // 0: it runs in `frame` itself
  FrameRef frame;
};

class Frame {
 public:
  // Run::frame() makes one that is paid for.
  static FrameRef make(Frame* parent, std::size_t slots, std::size_t arguments);
  static std::size_t byte_size(std::size_t slots, std::size_t arguments) {
    return sizeof(Frame) + slots * sizeof(Json) + arguments * sizeof(Closure);
  }

  Frame* parent() const { return parent_.get(); }
  // The frame `levels` definitions further out.
  Frame* up(std::size_t levels) {
    Frame* frame = this;
    for (; levels != 0; --levels) frame = frame->parent_.get();
    return frame;
  }
  Json& slot(std::size_t index) { return slots()[index]; }
  Closure& argument(std::size_t index) { return arguments()[index]; }

 private:
  friend class FrameRef;
  Frame(Frame* parent, std::size_t slots, std::size_t arguments);
  ~Frame();
  Json* slots() { return reinterpret_cast<Json*>(this + 1); }
  Closure* arguments() { return reinterpret_cast<Closure*>(slots() + slot_count_); }
  static void destroy(Frame* frame);

  std::uint32_t references_ = 0;
  std::uint32_t slot_count_;
  std::uint32_t argument_count_;
  FrameRef parent_;
};

inline FrameRef::FrameRef(Frame* frame) : frame_(frame) {
  if (frame_ != nullptr) ++frame_->references_;
}

inline void FrameRef::release() {
  if (frame_ != nullptr && --frame_->references_ == 0) Frame::destroy(frame_);
  frame_ = nullptr;
}

}  // namespace skald::jq
