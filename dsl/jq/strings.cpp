#include "dsl/jq/strings.hpp"

#include <cstring>
#include <vector>

#include "dsl/jq/ops.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

constexpr std::size_t kDeepestDump = 10'000;  // jq cuts deeper values

bool deeper_than(Json const& value, std::size_t limit) {
  struct Entry {
    Json const* value;
    std::size_t depth;
  };
  if (!value.is_array() && !value.is_object()) return false;
  std::vector<Entry> todo{{&value, 0}};
  while (!todo.empty()) {
    auto const at = todo.back();
    todo.pop_back();
    if (at.depth > limit) return true;
    auto push = [&](Json const& child) {
      if (child.is_array() || child.is_object()) todo.push_back({&child, at.depth + 1});
    };
    if (at.value->is_array()) {
      for (auto const& item : at.value->items()) push(item);
    } else {
      for (auto const& member : at.value->members()) push(member.value);
    }
  }
  return false;
}

// A dump that leaves out what nests deeper than jq prints.
class CutDump {
 public:
  explicit CutDump(std::string& out) : out_(out) {}

  void dump(Json const& root) {
    open(root);
    while (!levels_.empty()) {
      auto& top = levels_.back();
      if (top.next == top.value->size()) {
        out_ += top.value->is_array() ? ']' : '}';
        levels_.pop_back();
        continue;
      }
      if (top.next != 0) out_ += ',';
      auto const at = top.next++;
      if (top.value->is_array()) {
        open(top.value->items()[at]);
      } else {
        auto const& member = top.value->members()[at];
        append_text(out_, member.key);
        out_ += ':';
        open(member.value);
      }
    }
  }

 private:
  struct Entry {
    Json const* value;
    std::size_t next;
  };

  void open(Json const& value) {
    if (levels_.size() > kDeepestDump) {
      out_ += "<skipped: too deep>";
    } else if ((value.is_array() || value.is_object()) && value.size() != 0) {
      out_ += value.is_array() ? '[' : '{';
      levels_.push_back({&value, 0});
    } else {
      append_text(out_, value);
    }
  }

  std::string& out_;
  std::vector<Entry> levels_;
};

}  // namespace

std::string_view slice_text(std::string_view text, std::size_t begin, std::size_t end) {
  auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; };
  auto skip = [&](std::size_t from, std::size_t count) {
    constexpr std::size_t kBlock = 256;
    std::size_t at = from;
    for (; count > kBlock && at + kBlock <= text.size(); at += kBlock) {
      count -= count_code_points(text.substr(at, kBlock));
    }
    // A block may end within a character.
    while (at < text.size() && continues(text[at])) ++at;
    for (; count != 0 && at < text.size(); --count) {
      ++at;
      while (at < text.size() && continues(text[at])) ++at;
    }
    return at;
  };
  auto const first = skip(0, begin);
  auto const last = skip(first, end - begin);
  return text.substr(first, last - first);
}

std::size_t find_text(std::string_view text, std::string_view part, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (part.empty()) return from;
  auto const* begin = text.data() + from;
  auto const* found = memmem(begin, text.size() - from, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<char const*>(found) - text.data());
}

bool split_string(Run& run, Json const& text, Json const& separator, Json& out) {
  auto const from = text.as_string();
  auto const by = separator.as_string();
  if (!run.spend_on(text)) return false;
  std::vector<Json> parts;
  auto add = [&](std::string_view part) {
    parts.emplace_back(part);
    return run.charge(part.size() + 2 * sizeof(Json)) && run.spend();
  };
  if (by.empty()) {
    for (std::size_t at = 0; at < from.size();) {
      auto const begin = at;
      next_code_point(from, at);
      if (!add(from.substr(begin, at - begin))) return false;
    }
  } else if (!from.empty()) {
    std::size_t begin = 0;
    for (;;) {
      auto const end = find_text(from, by, begin);
      if (!add(from.substr(begin, end == std::string_view::npos ? end : end - begin))) {
        return false;
      }
      if (end == std::string_view::npos) break;
      begin = end + by.size();
    }
  }
  Json const keep = text;  // `out` may be `text`
  out = Json::array(std::move(parts));
  return true;
}

std::string dump_json(Json const& value) {
  if (!deeper_than(value, kDeepestDump)) return to_text(value);
  std::string out;
  CutDump(out).dump(value);
  return out;
}

void append_as_text(std::string& out, Json const& value) {
  if (value.is_string()) {
    out += value.as_string();
  } else if (value.is_array() || value.is_object()) {
    out += dump_json(value);
  } else {
    append_text(out, value);
  }
}

Json to_string_value(Json const& value) {
  if (value.is_string()) return value;
  return Json(dump_json(value));
}

}  // namespace skald::jq
