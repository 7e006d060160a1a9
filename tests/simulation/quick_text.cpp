// Workflows that end in their first turn.

#include "tests/simulation/workflow_text.hpp"

namespace skald::simulation {
namespace {

std::string run_of(Random& random, ChildWorkflow const& child) {
  bool const waits = random.chance(300);
  return "run: { workflow: { namespace: sim, name: " + child.name + " }" +
         (waits ? "" : ", await: false") + " }";
}

std::string task_of(Random& random) {
  switch (random.below(5)) {
    case 0: return "do: [ { i: { set: { n: 1 } } }, { j: { if: '${ false }', set: { n: 2 } } } ]";
    case 1: return "for: { each: item, in: '${ [1, 2, 3] }' }, do: [ { i: { set: { n: 1 } } } ]";
    case 2:
      return "try: [ { i: { raise: { error: { type: 'https://sim.example/errors/q', status: 400 } "
             "} } } ], catch: { do: [ { j: { set: { n: 1 } } } ] }";
    default: return "set: { n: " + std::to_string(random.below(9)) + " }";
  }
}

}  // namespace

WorkflowText quick_text(Random& random, std::string const& name,
                        std::vector<ChildWorkflow> const& quick) {
  std::string text =
      "document: { dsl: '1.0.3', namespace: sim, name: " + name + ", version: '1.0.0' }\ndo:\n";
  auto const line = [&text](std::int64_t number, std::string const& task) {
    text += "  - k" + std::to_string(number) + ": { " + task + " }\n";
  };
  auto const count = random.between(1, 3);
  bool sure = true;
  for (std::int64_t i = 1; i <= count; ++i) {
    bool const runs = !quick.empty() && random.chance(500);
    if (!runs) {
      line(i, task_of(random));
      continue;
    }
    auto const& child = quick[random.below(static_cast<std::uint32_t>(quick.size()))];
    sure = sure && child.sure;
    line(i, run_of(random, child));
  }
  if (random.chance(150)) {
    sure = false;
    line(count + 1, "raise: { error: { type: 'https://sim.example/errors/quick', status: 400 } }");
  }
  return {std::move(text), {name, sure, false, true}};
}

}  // namespace skald::simulation
