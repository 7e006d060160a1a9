#pragma once

// Where in a C++ file a piece of a workflow was written. Every entry of the builder takes it as a
// default argument, so that diagnostics name the author's line.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dsl/source.hpp"

namespace skald {

struct Place {
  char const* file = nullptr;
  std::uint32_t line = 0;

  static constexpr Place here(char const* file = __builtin_FILE(),
                              std::uint32_t line = __builtin_LINE()) {
    return {file, line};
  }
};

// The name of a task or policy, with the place where it is written.
struct Name {
  std::string text;
  Place place;

  Name(char const* name, Place at = Place::here()) : text(name), place(at) {}  // NOLINT: implicit
  Name(std::string name, Place at = Place::here())                             // NOLINT: implicit
      : text(std::move(name)), place(at) {}
};

namespace builder {

// A span of a line without a column. The source lives as long as the process.
dsl::Span span_of(Place const& place);
// All sources that span_of has named so far.
std::vector<std::shared_ptr<dsl::Source const>> sources();

}  // namespace builder
}  // namespace skald
