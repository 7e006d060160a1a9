// The functions that are written in the language itself, and the list of all names.

#include <algorithm>

#include "base/assert.hpp"
#include "dsl/jq/builtins.hpp"
#include "dsl/jq/resolve.hpp"
#include "dsl/jq/resolver.hpp"

namespace skald::jq {

std::string_view prelude_text() {
  return R"(
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def finites: select(isfinite);
def normals: select(isnormal);
def recurse(f; condition): recurse(f | select(condition));
def paths(filter): path(.. | select(filter)) | select(length > 0);
def with_entries(f): to_entries | map(f) | from_entries;
def walk(f): def down: if type == "object" then map_values(down)
                       elif type == "array" then map(down) else . end | f; down;
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices")
                else first(skip($n; f)) end;
def in(container): . as $key | container | has($key);
def inside(container): . as $part | container | contains($part);
def combinations: if length == 0 then []
                  else .[0][] as $head | .[1:] | combinations as $tail | [$head] + $tail end;
def combinations(n): . as $set | [range(n) | $set] | combinations;
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: todate;
def fromdate: fromdateiso8601;
def date: todate;
def dateadd(unit; n): . + n;
def datesub(unit; n): . - n;
def match($pattern; $flags): _match($pattern; $flags) | .[];
def match($pattern): _match_any($pattern) | .[];
def capture($pattern; $flags): match($pattern; $flags) | _captures;
def capture($pattern): match($pattern) | _captures;
def scan($pattern; $flags): match($pattern; "g" + $flags)
  | if .captures == [] then .string else [.captures[].string] end;
def scan($pattern): scan($pattern; null);
def splits($pattern; $flags): split($pattern; $flags) | .[];
def splits($pattern): splits($pattern; null);
def tostream: _stream | .[];
def truncate_stream(events): . as $depth | null | events
  | if (.[0] | length) > $depth then .[0] |= .[$depth:] else empty end;
def INDEX(rows; key): reduce rows as $row ({}; .[$row | key | tostring] = $row);
def INDEX(key): INDEX(.[]; key);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; rows; key): rows | [., $index[key]];
def JOIN($index; rows; key; join): rows | [., $index[key]] | join;
def IN(set): any(set == .; .);
def IN(source; set): any(source == set; .);
.
)";
}

Program::Code const& prelude() {
  static Program::Code const* const code = [] {
    auto* const built = new Program::Code;  // lives as long as the process
    SyntaxArena arena;
    std::vector<CompileError> errors;
    CompileOptions options;
    auto const* tree = parse(prelude_text(), options, arena, errors);
    if (tree != nullptr) resolve(*tree, options, *built, errors, nullptr);
    SKALD_ASSERT(errors.empty(), errors.empty() ? "" : errors.front().message.c_str());
    return built;
  }();
  return *code;
}

std::vector<std::string> const& builtin_names() {
  static std::vector<std::string> const list = [] {
    std::vector<std::string> names = Specials::names();
    auto add = [&names](std::string_view name, std::size_t arity) {
      if (name.front() != '_') names.push_back(std::string(name) + "/" + std::to_string(arity));
    };
    for (auto const& table :
         {core_natives(), text_natives(), math_natives(), date_natives(), regex_natives()}) {
      for (auto const& entry : table) add(entry.name, entry.arity);
    }
    for (auto const& function : prelude().functions) {
      if (!function->inner) add(function->name, function->arity);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }();
  return list;
}

}  // namespace skald::jq
