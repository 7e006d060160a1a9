#include "compiler/diff/comparison.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

constexpr std::size_t kLongest = 60;  // bytes of a text that are shown
constexpr std::size_t kBefore = 20;   // of these before the first difference

bool inside_of_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

std::string cut(std::string_view text, std::size_t begin) {
  std::size_t end = std::min(text.size(), begin + kLongest);
  while (end > begin && inside_of_character(text, end)) --end;
  return (begin > 0 ? "..." : "") + std::string(text.substr(begin, end - begin)) +
         (end < text.size() ? "..." : "");
}

std::string text_of(Plain const& value) {
  return value.shown.is_string() ? std::string(value.shown.as_string()) : to_text(value.shown);
}

class Comparison {
 public:
  std::vector<std::string> run(Plain const& before, Plain const& after) {
    compare("", before, after);
    return std::move(lines_);
  }

 private:
  void compare(std::string const& at, Plain const& before, Plain const& after) {
    if (same(before, after)) return;
    if (before.kind != after.kind || before.kind == Plain::Kind::leaf) {
      return changed(at, before, after);
    }
    if (before.kind == Plain::Kind::map) return maps(at, before, after);
    lists(at, before, after);
  }

  void changed(std::string const& at, Plain const& before, Plain const& after) {
    auto [old, now] = told_apart(text_of(before), text_of(after));
    if (old == now) {
      // 1 and "1"
      auto const quoted = to_text(before.shown);
      auto const quoted_now = to_text(after.shown);
      if (quoted != quoted_now) std::tie(old, now) = told_apart(quoted, quoted_now);
    }
    if (old == now) {
      old += what(before);
      now += what(after);
    }
    line(at, old, now);
  }

  // Of two that look the same: "${ .a }" can be a text, and $tasks.x the output of another task.
  static std::string what(Plain const& value) {
    if (value.kind == Plain::Kind::map) return " (a map)";
    if (value.kind == Plain::Kind::list) return " (a list)";
    if (value.meaning.starts_with("json")) return " (a constant)";
    return value.tasks.empty() ? " (an expression)" : " (of " + value.tasks + ")";
  }

  // Members that only one of two kinds of task has are told when they are not the default.
  void maps(std::string const& at, Plain const& before, Plain const& after) {
    auto const old = before.sorted();
    auto const now = after.sorted();
    for (auto const& member : before.members) {
      auto const* other = find(now, member.name);
      if (other != nullptr) {
        compare(join(at, member.name), member.value, *other);
      } else if (before.shown.find(member.name) != nullptr) {
        line(join(at, member.name), shown(member.value), "nothing");
      }
    }
    for (auto const& member : after.members) {
      bool const is_default = after.shown.find(member.name) == nullptr;
      if (is_default || find(old, member.name) != nullptr) continue;
      line(join(at, member.name), "nothing", shown(member.value));
    }
  }

  static Plain const* find(std::vector<Plain::Member const*> const& sorted,
                           std::string const& name) {
    auto const found =
        std::lower_bound(sorted.begin(), sorted.end(), name,
                         [](auto const* member, auto const& key) { return member->name < key; });
    bool const there = found != sorted.end() && (*found)->name == name;
    return there ? &(*found)->value : nullptr;
  }

  // What is the same at both ends is left out, and the rest compared item by item.
  void lists(std::string const& at, Plain const& before, Plain const& after) {
    auto const& old = before.members;
    auto const& now = after.members;
    if (old.size() != now.size() && (of_leaves(before) && of_leaves(after))) {
      return changed(at, before, after);
    }
    auto const shorter = std::min(old.size(), now.size());
    std::size_t first = 0;
    while (first < shorter && same(old[first].value, now[first].value)) ++first;
    std::size_t behind = 0;
    while (behind < shorter - first &&
           same(old[old.size() - 1 - behind].value, now[now.size() - 1 - behind].value)) {
      ++behind;
    }
    for (std::size_t i = first; i < std::max(old.size(), now.size()) - behind; ++i) {
      auto const place = at + "[" + std::to_string(i) + "]";
      bool const was = i < old.size() - behind;
      bool const is = i < now.size() - behind;
      if (was && is) {
        compare(place, old[i].value, now[i].value);
      } else {
        line(place, was ? shown(old[i].value) : "nothing", is ? shown(now[i].value) : "nothing");
      }
    }
  }

  static bool of_leaves(Plain const& list) {
    return std::all_of(list.members.begin(), list.members.end(),
                       [](auto const& item) { return item.value.kind == Plain::Kind::leaf; });
  }

  static std::string shown(Plain const& value) {
    auto const text = one_line(text_of(value));
    return text.empty() ? "\"\"" : cut(text, 0);
  }

  static std::string join(std::string const& at, std::string const& name) {
    return at.empty() ? name : at + "." + name;
  }

  void line(std::string const& at, std::string const& before, std::string const& after) {
    lines_.push_back((at.empty() ? "" : at + ": ") + before + " -> " + after);
  }

  std::vector<std::string> lines_;
};

}  // namespace

std::pair<std::string, std::string> told_apart(std::string_view before, std::string_view after) {
  auto old = one_line(before);
  auto now = one_line(after);
  if (old == now || old.empty() || now.empty()) {
    old = to_text(Json(before));
    now = to_text(Json(after));
  }
  auto const differ = std::mismatch(old.begin(), old.end(), now.begin(), now.end());
  auto begin = static_cast<std::size_t>(differ.first - old.begin());
  bool const fits = old.size() <= kLongest && now.size() <= kLongest;
  begin = fits || begin <= kBefore ? 0 : begin - kBefore;
  while (begin > 0 && inside_of_character(old, begin)) --begin;
  return {cut(old, begin), cut(now, begin)};
}

std::vector<std::string> plain_differences(Plain const& before, Plain const& after) {
  return Comparison().run(before, after);
}

}  // namespace skald::compiler
