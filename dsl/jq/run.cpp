#include "dsl/jq/run.hpp"

#include <bit>

#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

// How much of the thread's stack an evaluation may use. Threads of glibc have 8 MiB.
constexpr std::ptrdiff_t kStackBytes = std::ptrdiff_t{4} << 20;

constexpr std::size_t kMostErrorBytes = std::size_t{1} << 20U;
constexpr std::size_t kShortError = 200;

// Few comparisons go to the end of both.
constexpr std::size_t kSortedBytesOfAStep = 48;

constexpr std::uint64_t kFrameFuel = 2;
constexpr std::size_t kFrameBytesOfAStep = 128;

char const* stack_pointer() {
  return static_cast<char const*>(__builtin_frame_address(0));
}

}  // namespace

Run::Run(Environment const& environment)
    : environment_(environment),
      fuel_(environment.limits.fuel),
      bytes_(environment.limits.bytes),
      stack_begin_(stack_pointer()) {}

bool Run::spend_on_sort(std::size_t count, std::size_t bytes) {
  auto const rounds = static_cast<std::size_t>(std::bit_width(count));
  return spend((count / 2 + bytes / kSortedBytesOfAStep) * rounds);
}

bool Run::spend_on_long_text(std::size_t bytes) {
  return spend(steps_of_text(bytes));
}

bool Run::enter() {
  ++depth_;
  if (depth_ <= environment_.limits.depth && stack_begin_ - stack_pointer() < kStackBytes) {
    return true;
  }
  return over("depth");
}

bool Run::over(char const* what) {
  raise(Json("the evaluation is over its limit of " + std::string(what)));
  limit_ = true;
  return false;
}

bool Run::raise(Json value) {
  // A limit stays the reason, whatever else goes wrong while the evaluation winds down.
  if (limit_) return false;
  error_ = std::move(value);
  failed_ = true;
  span_ = {};
  return false;
}

Json Run::take_error() {
  failed_ = false;
  return std::exchange(error_, Json());
}

EvalError Run::error() const {
  EvalError error;
  error.value = error_;
  // A value whose parts are shared can be far too large to be printed.
  if (error_.byte_size() > kMostErrorBytes) error.value = Json(dump_short(error_, kShortError));
  error.span = span_;
  error.limit = limit_;
  if (error.value.is_string()) {
    error.message = std::string(error.value.as_string());
  } else if (error.value.is_object() && error.value.find("__jq") != nullptr) {
    error.message = "break";
  } else {
    error.message = to_text(error.value) + " (not a string)";
  }
  return error;
}

FrameRef Run::frame(Frame* parent, std::size_t slots, std::size_t arguments) {
  auto const bytes = Frame::byte_size(slots, arguments);
  if (!spend(kFrameFuel + bytes / kFrameBytesOfAStep) || !charge(bytes)) return {};
  return Frame::make(parent, slots, arguments);
}

Flow Run::each(Expr const& expr, Frame* frame, Json const& in, Sink sink) {
  Level const level(*this);
  if (!level) return Flow::stop;
  auto const flow = expr.each(*this, frame, in, sink);
  return flow == Flow::tail ? resume(sink) : flow;
}

Flow Run::resume(Sink sink) {
  Flow flow = Flow::tail;
  while (flow == Flow::tail) {
    // The moved-out call keeps its frame and input alive while it runs.
    Tail const call = std::move(tail_);
    if (!spend(8)) return Flow::stop;
    flow = call.body->each(*this, call.frame.get(), call.input, sink);
  }
  return flow;
}

}  // namespace skald::jq
