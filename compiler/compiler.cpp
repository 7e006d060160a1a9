#include "compiler/compiler.hpp"

#include <algorithm>

#include "compiler/check.hpp"
#include "compiler/lower.hpp"
#include "compiler/unused_check.hpp"

namespace skald::compiler {

Compilation compile(dsl::Document const& document, Options const& options) {
  Report report(options.portable);
  check_shape(document, report);
  check_identity(document, report);
  Outline outline = make_outline(document, options.max_tasks, report);
  auto const unused = resolve(outline, options, report);
  check_flow(outline, report);
  check_error_types(outline, report);
  auto const behind_pivot = check_pivots(outline, report);
  check_saga(outline, behind_pivot, report);
  Resources resources(options.documents);
  graph::StepGraph graph = lower(outline, resources, report);
  check_deadlines(outline, graph, report);
  check_unused(document, unused, options, report);
  Compilation result;
  if (!report.has_errors()) {
    auto const verified = graph::verify(graph);
    SKALD_ASSERT(verified.ok(), "the compiler made a broken graph");
    result.graph = std::make_shared<graph::StepGraph const>(std::move(graph));
  }
  auto found = report.take(document);
  result.more = found.size() > kMostFindings ? found.size() - kMostFindings : 0;
  result.diagnostics = most_important(std::move(found));
  return result;
}

dsl::YamlLimits text_limits(std::size_t max_tasks) {
  auto const usual = Options().max_tasks;
  auto const times = std::max<std::size_t>(1, (max_tasks + usual - 1) / usual);
  dsl::YamlLimits limits;
  limits.max_bytes *= times;
  limits.max_nodes *= times;
  limits.max_anchored *= times;
  return limits;
}

}  // namespace skald::compiler
