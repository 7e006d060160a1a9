#include "dsl/jq/frame.hpp"

#include <memory>
#include <new>
#include <vector>

namespace skald::jq {
namespace {

// Frames without owners, waiting to be taken apart: closures can form long chains, and the last
// owner of one must not unwind it by recursion.
struct Graveyard {
  std::vector<Frame*> dead;
  bool digging = false;
};
thread_local Graveyard graveyard;

}  // namespace

Frame::Frame(Frame* parent, std::size_t slots_wanted, std::size_t arguments_wanted)
    : slot_count_(static_cast<std::uint32_t>(slots_wanted)),
      argument_count_(static_cast<std::uint32_t>(arguments_wanted)),
      parent_(parent) {
  std::uninitialized_default_construct_n(slots(), slot_count_);
  std::uninitialized_default_construct_n(arguments(), argument_count_);
}

Frame::~Frame() {
  std::destroy_n(arguments(), argument_count_);
  std::destroy_n(slots(), slot_count_);
}

FrameRef Frame::make(Frame* parent, std::size_t slots, std::size_t arguments) {
  static_assert(sizeof(Frame) % alignof(Json) == 0);
  void* memory = ::operator new(byte_size(slots, arguments));
  return FrameRef(new (memory) Frame(parent, slots, arguments));
}

void Frame::destroy(Frame* frame) {
  auto& yard = graveyard;
  yard.dead.push_back(frame);
  if (yard.digging) return;
  yard.digging = true;
  while (!yard.dead.empty()) {
    auto* corpse = yard.dead.back();
    yard.dead.pop_back();
    corpse->~Frame();
    ::operator delete(corpse);
  }
  yard.digging = false;
}

}  // namespace skald::jq
