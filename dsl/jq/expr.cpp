#include "dsl/jq/expr.hpp"

#include "base/assert.hpp"
#include "dsl/jq/run.hpp"

namespace skald::jq {

Json const* Expr::do_one(Run&, Frame*, Json const&, Json&) const {
  SKALD_ASSERT(false, "one() of an expression with any number of outputs");
  return nullptr;
}

bool Expr::do_consume(Run& run, Frame* frame, Json&& in, Json& out) const {
  Json space;
  auto const* result = do_one(run, frame, in, space);
  if (result == nullptr) return false;
  Json kept = take_result(result, space);  // `out` and `in` may be the same
  out = std::move(kept);
  return true;
}

Flow Expr::do_each(Run& run, Frame* frame, Json const& in, Sink sink) const {
  Json space;
  auto const* result = do_one(run, frame, in, space);
  if (result == nullptr) return run.failed() ? Flow::stop : Flow::more;
  return sink({result, result == &space});
}

Flow Expr::do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const {
  if (single_) {
    Json space;
    auto const* result = do_one(run, frame, *in.value, space);
    if (result == nullptr) return run.failed() ? Flow::stop : Flow::more;
    return sink({result, in.at});
  }
  return run.each(*this, frame, *in.value, [&](Item item) { return sink({item.json, in.at}); });
}

Flow Expr::do_update(Run&, Frame*, Json&, Updater) const {
  SKALD_ASSERT(false, "update() of an expression that is not updatable");
  return Flow::stop;
}

}  // namespace skald::jq
