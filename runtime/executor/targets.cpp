#include "runtime/executor/targets.hpp"

#include <utility>

#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

// Where the path begins: behind "scheme://authority".
std::size_t path_begin(std::string_view url) {
  auto const mark = url.find("://");
  if (mark == std::string_view::npos) return 0;
  auto const path = url.find_first_of("/?#", mark + 3);
  return path == std::string_view::npos ? url.size() : path;
}

bool matches(std::string_view prefix, std::string_view url) {
  if (prefix.empty() || url.size() < prefix.size()) return false;
  auto const path = path_begin(prefix);
  if (!iequals(prefix.substr(0, path), url.substr(0, path))) return false;
  if (prefix.substr(path) != url.substr(path, prefix.size() - path)) return false;
  if (url.size() == prefix.size() || prefix.ends_with('/')) return true;
  char const next = url[prefix.size()];
  return next == '/' || next == '?' || next == '#';
}

// "http://a/" + "/x" must not become "http://a//x".
std::string join(std::string_view to, std::string_view rest) {
  if (to.ends_with('/') && rest.starts_with('/')) to.remove_suffix(1);
  std::string out(to);
  bool const needs_slash =
      !to.ends_with('/') && !rest.empty() && rest[0] != '/' && rest[0] != '?' && rest[0] != '#';
  if (needs_slash) out += '/';
  return out.append(rest);
}

}  // namespace

Result<Target> parse_rewrite(std::string_view text) {
  auto const equals = text.find('=');
  if (equals == std::string_view::npos) {
    return Error{ErrorCode::invalid_argument, "'" + std::string(text) + "' is no rewrite",
                 "write FROM=TO, for example http://hotel.local=http://127.0.0.1:8081"};
  }
  Target target{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)), 0, 0, 0};
  if (auto from = parse_url(target.from); !from.ok()) return std::move(from).error();
  if (auto to = parse_url(target.to); !to.ok()) return std::move(to).error();
  return target;
}

TargetTable::TargetTable(std::vector<Target> targets) : targets_(std::move(targets)) {}

TargetTable::Match TargetTable::find(std::string_view url) const {
  Match best{kNone, std::string(url)};
  std::size_t longest = 0;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Target const& target = targets_[i];
    if (target.from.size() <= longest || !matches(target.from, url)) continue;
    longest = target.from.size();
    best.index = i;
    best.url = target.to.empty() ? std::string(url) : join(target.to, url.substr(longest));
  }
  return best;
}

}  // namespace skald::runtime
