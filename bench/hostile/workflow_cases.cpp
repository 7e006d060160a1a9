// Workflows that were made to cost as much as they can: read, compiled and hashed.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/hostile/cases.hpp"
#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::bench {
namespace {

constexpr std::size_t kMebibyte = 1U << 20U;

std::string const kHeader =
    "document: { dsl: '1.0.3', namespace: test, name: hostile, version: '1.0.0' }\n";

void run(std::string text) {
  auto const read = dsl::read_yaml(std::move(text), "hostile.yaml");
  if (!read.document) {
    static_cast<void>(dsl::render(read.diagnostics));
    return;
  }
  auto const compiled = compiler::compile(*read.document);
  static_cast<void>(dsl::render(compiled.diagnostics));
  static_cast<void>(dsl::to_json(compiled.diagnostics));
  if (compiled.graph) static_cast<void>(graph::digest(*compiled.graph));
}

std::string numbered(std::string_view part, std::size_t number) {
  std::string out;
  for (char const c : part) out += c == '#' ? std::to_string(number) : std::string(1, c);
  return out;
}

// What a workflow begins with, and the part that is repeated; "#" in it is its number.
struct Repeated {
  char const* name;
  char const* begin;
  char const* part;
};

// As many parts as fit into a mebibyte, at most `most`.
std::string fill(Repeated const& repeated, std::size_t most = kMebibyte) {
  std::string text = kHeader + std::string(repeated.begin);
  for (std::size_t i = 0; i < most; ++i) {
    auto const next = numbered(repeated.part, i);
    if (text.size() + next.size() > kMebibyte) break;
    text += next;
  }
  return text;
}

std::size_t nodes_in(dsl::Node const& node) {
  std::size_t sum = 1;
  for (auto const& item : node.items) sum += nodes_in(item);
  for (auto const& entry : node.entries) sum += 1 + nodes_in(entry.value);
  return sum;
}

std::size_t nodes_of(Repeated const& repeated, std::size_t count) {
  auto const read = dsl::read_yaml(fill(repeated, count), "hostile.yaml");
  return read.document ? nodes_in(read.document->root) : 0;
}

// As many as the reader lets through: the most that the compiler can be given.
std::string fill_nodes(Repeated const& repeated) {
  auto const one = nodes_of(repeated, 1);
  auto const each = nodes_of(repeated, 2) - one;
  if (one == 0 || each == 0) return fill(repeated);
  return fill(repeated, (dsl::YamlLimits().max_nodes - one) / each);
}

// Each function calls the one before it twice.
std::string functions_of_functions() {
  std::string text = kHeader + "use:\n  functions:\n    f0: { call: book }\n";
  for (int i = 1; i < 40; ++i) {
    auto const call = "{ call: f" + std::to_string(i - 1) + " }";
    text +=
        "    f" + std::to_string(i) + ": { do: [ { a: " + call + " }, { b: " + call + " } ] }\n";
  }
  return text + "do: [ { all: { call: f39 } } ]\n";
}

std::string nested(std::size_t depth) {
  std::string text = kHeader + "do:";
  for (std::size_t i = 0; i < depth; ++i) text += " [ { a: { do:";
  text += " [ { a: { set: {} } } ]";
  for (std::size_t i = 0; i < depth; ++i) text += " } } ]";
  return text;
}

// Each with a policy and a secret of its own.
std::string used_by_name() {
  constexpr std::size_t kCount = 2'000;
  std::string text = kHeader + "use:\n  secrets:\n";
  for (std::size_t i = 0; i < kCount; ++i) text += numbered("    - s#\n", i);
  text += "  retries:\n";
  for (std::size_t i = 0; i < kCount; ++i) text += numbered("    r#: { delay: PT1S }\n", i);
  text += "do:\n";
  for (std::size_t i = 0; i < kCount; ++i) {
    text += numbered("  - t#: { call: f, with: { a: '${ $secrets.s# }' }, retry: r# }\n", i);
  }
  return text;
}

constexpr Repeated kRepeated[] = {
    {"tasks", "do:\n", "  - t#: { set: { a: 1 } }\n"},
    {"tasks of one name", "do:\n", "  - t: { set: { a: 1 } }\n"},
    {"wrong keys", "do:\n", "  - t#: { sett: 1 }\n"},
    {"keys nobody knows", "do:\n  - t:\n      set: {}\n", "      k#: 1\n"},
    {"jumps", "do:\n", "  - t#: { set: {}, then: t0 }\n"},
    {"jumps ahead", "do:\n", "  - t#: { set: {}, then: t5# }\n"},
    {"jumps to nowhere", "do:\n", "  - t#: { set: {}, then: x# }\n"},
    {"expressions", "do:\n", "  - t#: { set: '${ .a + # }' }\n"},
    {"wrong expressions", "do:\n", "  - t#: { set: '${ .a + }' }\n"},
    {"outputs of tasks", "do:\n  - a: { set: {} }\n", "  - t#: { set: '${ $tasks.a }' }\n"},
    {"outputs of no task", "do:\n", "  - t#: { set: '${ $tasks.x# }' }\n"},
    {"outputs of tasks nearly named so", "do:\n", "  - task#: { set: '${ $tasks.tusk# }' }\n"},
    {"values", "do:\n  - a:\n      set:\n", "        k#: '${ .a }'\n"},
    {"texts like expressions", "do:\n  - a:\n      set:\n", "        k#: $.a\n"},
    {"cases", "do:\n  - a:\n      switch:\n", "        - c#: { when: .a, then: end }\n"},
    {"branches", "do:\n  - a:\n      fork:\n        branches:\n", "          - b#: { set: {} }\n"},
    {"branches that change something", "do:\n  - a:\n      fork:\n        branches:\n",
     "          - b#: { call: http, with: { method: put, endpoint: https://a.example } }\n"},
    {"changes", "do:\n",
     "  - t#: { call: http, with: { method: put, endpoint: https://a.example/# } }\n"},
    {"undos", "do:\n", "  - t#: { call: f, compensate: [ { u: { call: g } } ] }\n"},
    {"pivots", "do:\n", "  - t#: { call: f, pivot: true }\n"},
    {"pivots that end", "do:\n", "  - t#: { call: f, pivot: true, then: end }\n"},
    {"locks", "do:\n", "  - t#: { call: f, lock: l#, compensate: [] }\n"},
    {"event filters", "do:\n  - a:\n      listen:\n        to:\n          any:\n",
     "            - with: { typ#: x }\n"},
    {"secrets", "do: []\nuse:\n  secrets:\n", "    - s#\n"},
    {"functions nobody calls", "do: []\nuse:\n  functions:\n", "    f#: { call: f }\n"},
    {"retries by name", "use: { retries: { r: {} } }\ndo:\n", "  - t#: { call: f, retry: r }\n"},
    {"retries nobody knows", "do:\n", "  - t#: { call: f, retry: r# }\n"},
    {"a URI template",
     "do:\n  - a:\n      call: http\n      with:\n        method: get\n"
     "        endpoint: https://a.example/",
     "{v#}"},
    {"one expression", "do:\n  - a:\n      if: .a", " + 1"},
    {"a schema",
     "do: [ { a: { set: {} } } ]\ninput:\n  schema:\n    document:\n      properties:\n",
     "        p#: { type: string }\n"},
};

}  // namespace

void add_workflows(std::vector<HostileCase>& cases) {
  auto const add = [&cases](std::string const& name, std::function<std::string()> make) {
    cases.push_back({"workflow: " + name, [make = std::move(make)] { run(make()); }});
  };
  add("functions that call functions", functions_of_functions);
  add("thousands of names", used_by_name);
  add("nested as deep as it may be", [] { return nested(60); });
  add("nested deeper", [] { return nested(5000); });
  for (auto const& each : kRepeated) {
    std::string const name = each.name;
    add("1 MiB of " + name, [&each] { return fill(each); });
    add("as many nodes as are read of " + name, [&each] { return fill_nodes(each); });
    add("as many tasks as may be of " + name,
        [&each] { return fill(each, compiler::Options().max_tasks - 1); });
  }
}

}  // namespace skald::bench
