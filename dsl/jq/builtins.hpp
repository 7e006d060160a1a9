#pragma once

// The table of native functions and the reasons for those that are refused.

#include <span>
#include <string_view>

#include "dsl/jq/exprs.hpp"

namespace skald::jq {

struct NativeEntry {
  std::string_view name;
  std::size_t arity;
  Native function;
  Cost cost = Cost::texts;
};

// Each file of functions lists its own.
std::span<NativeEntry const> core_natives();
std::span<NativeEntry const> text_natives();
std::span<NativeEntry const> math_natives();
std::span<NativeEntry const> date_natives();
std::span<NativeEntry const> regex_natives();

// Null when there is none. Lives as long as the process.
NativeEntry const* find_native(std::string_view name, std::size_t arity);

// Why a function of jq is not available here; empty when that is not the matter.
std::string_view refusal_of(std::string_view name);

// The functions that jq defines in jq, as text.
std::string_view prelude_text();

}  // namespace skald::jq
