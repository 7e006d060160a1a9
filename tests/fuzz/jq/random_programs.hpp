#pragma once

// Random jq programs and inputs, each as text; the same seed gives the same ones. Made of parts
// that people write, so that most of them do something.

#include <initializer_list>
#include <random>
#include <span>
#include <string>

namespace skald::jq_fuzz {

class RandomPrograms {
 public:
  // `modern`: with what jq 1.6 has not, or does otherwise for a reason.
  RandomPrograms(unsigned seed, bool modern) : random_(seed), modern_(modern) {}

  std::string program(int depth);
  std::string value(int depth);

 private:
  std::string combined(int depth);
  std::string modern(int depth);
  int pick(int count);
  char const* any(std::span<char const* const> texts);
  char const* any(std::initializer_list<char const*> texts);
  char const* path();
  char const* leaf();

  std::mt19937 random_;
  bool modern_;
};

}  // namespace skald::jq_fuzz
