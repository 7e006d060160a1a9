#pragma once

// Regular expressions by Oniguruma, in Perl syntax with named groups, as jq uses it. The number of
// steps a search may take is limited, so that no pattern can run away.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "dsl/jq/run.hpp"

namespace skald::jq {

class RegexSearch {
 public:
  // Where a group matched, in bytes; begin is -1 when it took no part.
  struct Group {
    std::ptrdiff_t begin = -1;
    std::ptrdiff_t end = -1;
  };

  RegexSearch();
  ~RegexSearch();
  RegexSearch(RegexSearch const&) = delete;
  RegexSearch& operator=(RegexSearch const&) = delete;

  // Checks the arguments and compiles the pattern; false with jq's error.
  bool prepare(Run& run, Json const& input, Json const& pattern, Json const& flags,
               bool always_global);
  // Finds the next match; false at the end or on an error.
  bool next(Run& run);
  // Of the match: group 0 is all of it.
  std::vector<Group> const& groups() const { return groups_; }
  // The names of the groups, "" for those without; index 0 is unused.
  std::vector<std::string> const& names() const;
  std::string_view text() const { return text_; }
  // What the texts of its groups take, and counting the characters in front of them.
  bool pay_for_groups(Run& run) const;
  // The match as the object jq's `match` gives.
  Json match_object();
  // {name: string or null} of the named groups.
  Json captures_object();

 private:
  struct Compiled;
  bool parse_flags(Run& run, Json const& flags);
  double code_points_to(std::ptrdiff_t offset);
  Json group_text(Group const& group) const;

  std::shared_ptr<Compiled const> compiled_;
  std::string_view text_;
  std::size_t start_ = 0;
  unsigned options_ = 0;
  bool global_ = false;
  bool finished_ = false;
  std::vector<Group> groups_;
  // Code points are counted from the last place asked for, onwards or back.
  std::ptrdiff_t counted_offset_ = 0;
  double counted_points_ = 0;
};

}  // namespace skald::jq
