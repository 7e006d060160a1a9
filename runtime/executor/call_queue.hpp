#pragma once

// A first-in first-out queue in one ring of memory: once it has grown, pushing and popping
// allocate nothing. Not thread-safe.

#include <cstddef>
#include <utility>
#include <vector>

namespace skald::runtime {

template <class T>
class CallQueue {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  T& operator[](std::size_t index) { return ring_[(head_ + index) & (ring_.size() - 1)]; }
  T const& operator[](std::size_t index) const {
    return ring_[(head_ + index) & (ring_.size() - 1)];
  }

  void push(T value) {
    if (count_ == ring_.size()) grow();
    ring_[(head_ + count_) & (ring_.size() - 1)] = std::move(value);
    ++count_;
  }

  T pop() {
    T value = std::move(ring_[head_]);
    head_ = (head_ + 1) & (ring_.size() - 1);
    --count_;
    return value;
  }

  // Moves what `taken` accepts to `out`; keeps the order of the rest.
  template <class Predicate>
  void take_if(Predicate taken, std::vector<T>& out) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      T& value = (*this)[i];
      if (taken(value)) {
        out.push_back(std::move(value));
      } else {
        if (kept != i) (*this)[kept] = std::move(value);
        ++kept;
      }
    }
    count_ = kept;
  }

 private:
  void grow() {
    std::vector<T> larger(ring_.empty() ? 64 : ring_.size() * 2);
    for (std::size_t i = 0; i < count_; ++i) larger[i] = std::move((*this)[i]);
    ring_ = std::move(larger);
    head_ = 0;
  }

  std::vector<T> ring_;  // its size is a power of two
  std::size_t head_ = 0;
  std::size_t count_ = 0;
};

}  // namespace skald::runtime
