#include "dsl/jq/builtins.hpp"

#include <string>
#include <unordered_map>

namespace skald::jq {
namespace {

std::string key_of(std::string_view name, std::size_t arity) {
  return std::string(name) + "/" + std::to_string(arity);
}

}  // namespace

NativeEntry const* find_native(std::string_view name, std::size_t arity) {
  static auto const table = [] {
    std::unordered_map<std::string, NativeEntry const*> result;
    for (auto const& entries :
         {core_natives(), text_natives(), math_natives(), date_natives(), regex_natives()}) {
      for (auto const& entry : entries) result.emplace(key_of(entry.name, entry.arity), &entry);
    }
    return result;
  }();
  auto const found = table.find(key_of(name, arity));
  return found == table.end() ? nullptr : found->second;
}

std::string_view refusal_of(std::string_view name) {
  static std::unordered_map<std::string_view, std::string_view> const reasons = {
      {"env", "an expression must not depend on the environment of a process"},
      {"input", "an expression has one input; there is no stream of inputs"},
      {"inputs", "an expression has one input; there is no stream of inputs"},
      {"debug", "an expression has no output but its value"},
      {"stderr", "an expression has no output but its value"},
      {"halt", "an expression can not stop the process"},
      {"halt_error", "an expression can not stop the process; use 'error'"},
      {"input_filename", "an expression's input is no file"},
      {"input_line_number", "an expression's input is no file"},
      {"localtime", "local time differs from machine to machine; use 'gmtime'"},
      {"strflocaltime", "local time differs from machine to machine; use 'strftime'"},
      {"get_search_list", "there are no modules"},
      {"get_prog_origin", "there are no modules"},
      {"get_jq_origin", "there are no modules"},
      {"modulemeta", "there are no modules"},
  };
  auto const found = reasons.find(name);
  return found == reasons.end() ? std::string_view() : found->second;
}

}  // namespace skald::jq
