#pragma once

// What expressions in path mode share: the step to a part, and the complaint about values that
// have left their path. Private to the files of path expressions.

#include <string>

#include "dsl/jq/expr.hpp"
#include "dsl/jq/run.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {

// "near attempt to ..." when a value in path mode is no longer at its path.
inline Flow stray(Run& run, std::string const& attempt, Json const& value) {
  return run.stop("Invalid path expression near attempt to " + attempt + " " +
                  dump_short(value, 30));
}

// A path ends with a value that is not at its end.
inline Flow stray_result(Run& run, Json const& value) {
  return run.stop("Invalid path expression with result " + dump_short(value, 30));
}

// Runs the sink with `key` at the end of the current path.
inline Flow step(Run& run, Json const& key, Json const& value, SpotSink sink) {
  run.path().push_back(key);
  auto const flow = sink({&value, &value});
  run.path().pop_back();
  return flow;
}

// Calls `use` with every path of `target` in `in`, as long as it answers Flow::more. The current
// path of whoever is outside is in force meanwhile.
template <class Use>
Flow for_each_path(Run& run, Frame* frame, Expr const& target, Json const& in, Use use) {
  std::vector<Json> path;
  auto* const outer = run.exchange_path(&path);
  auto const flow = target.paths(run, frame, {&in, &in}, [&](Spot spot) -> Flow {
    if (!spot.intact()) return stray_result(run, *spot.value);
    run.exchange_path(outer);
    auto const after = use(path);
    run.exchange_path(&path);
    return after;
  });
  run.exchange_path(outer);
  return flow;
}

}  // namespace skald::jq
