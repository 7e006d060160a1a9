#pragma once

// What all large request bodies of a server take together, from their first byte until the handler
// has let the request go. Each connection is allowed one, but not all of them at once.
//
// Thread-safety: the budget may be used from any thread; a share belongs to one at a time.

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace skald::runtime {

class BodyBudget {
 public:
  explicit BodyBudget(std::size_t most) : most_(most) {}

  // A request's part; given back when it is destroyed.
  class Share {
   public:
    explicit Share(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
    ~Share() { budget_->used_ -= bytes_; }
    Share(Share const&) = delete;
    Share& operator=(Share const&) = delete;

    // Makes it as large as that. False, and it stays as it is, when the budget has no room. What
    // is alone always has room.
    bool grow_to(std::size_t bytes) {
      if (bytes <= bytes_) return true;
      auto const more = bytes - bytes_;
      auto const before = budget_->used_.fetch_add(more);
      if (before + more > budget_->most_ && before > bytes_) {
        budget_->used_ -= more;
        return false;
      }
      bytes_ = bytes;
      return true;
    }

   private:
    std::shared_ptr<BodyBudget> budget_;
    std::size_t bytes_ = 0;
  };

  std::size_t used() const { return used_; }

 private:
  std::size_t most_;
  std::atomic<std::size_t> used_{0};
};

}  // namespace skald::runtime
