// Components that nothing uses yet: their names, durations and expressions are read as if something
// did, so that an author who begins with them hears of all mistakes at once.

#include "compiler/unused_check.hpp"

#include <algorithm>

#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;

Node text(std::string_view value, Node const& place) {
  Node node;
  node.span = place.span;
  node.offset = place.offset;
  node.scalar = Json(value);
  return node;
}

Node map(std::string_view key, Node value, Node const& place) {
  Node node;
  node.kind = Node::Kind::map;
  node.span = place.span;
  node.entries.push_back({text(key, place), std::move(value)});
  return node;
}

Node list(Node item) {
  Node node;
  node.kind = Node::Kind::sequence;
  node.span = item.span;
  node.items.push_back(std::move(item));
  return node;
}

// A task that uses the component.
Node use_of(UnusedComponent const& unused) {
  Node const& key = *unused.key;
  Node const nothing = map("x", text("", key), key);
  if (unused.group == "functions") return map("call", key, key);
  if (unused.group == "errors") return map("raise", map("error", key, key), key);
  if (unused.group == "timeouts") {
    auto task = map("set", nothing, key);
    task.entries.push_back({text("timeout", key), key});
    return task;
  }
  if (unused.group == "retries") {
    auto task = map("try", list(map("x", map("set", nothing, key), key)), key);
    task.entries.push_back({text("catch", key), map("retry", key, key)});
    return task;
  }
  auto endpoint = map("uri", text("https://x.example/", key), key);
  endpoint.entries.push_back({text("authentication", key), map("use", key, key)});
  auto with = map("method", text("get", key), key);
  with.entries.push_back({text("endpoint", key), std::move(endpoint)});
  auto task = map("call", text("http", key), key);
  task.entries.push_back({text("with", key), std::move(with)});
  return task;
}

// Of the first of them: what is wrong with more would not be listed.
dsl::Document workflow_of(dsl::Document const& document,
                          std::vector<UnusedComponent> const& unused) {
  dsl::Document made;
  made.sources = document.sources;
  made.root.kind = Node::Kind::map;
  made.root.span = document.root.span;
  for (auto const& entry : document.root.entries) {
    auto const key = entry.key.text();
    if (key == "document" || key == "use" || key == "evaluate") made.root.entries.push_back(entry);
  }
  Node tasks;
  tasks.kind = Node::Kind::sequence;
  tasks.span = document.root.span;
  auto const count = std::min(unused.size(), kMostFindings);
  for (std::size_t i = 0; i < count; ++i) {
    auto const name = std::to_string(i) + " " + std::string(unused[i].key->text());
    tasks.items.push_back(map(name, use_of(unused[i]), *unused[i].key));
  }
  made.root.entries.push_back({text("do", document.root), std::move(tasks)});
  return made;
}

// What is wrong wherever the component is used. Which variables there are, and what the caller's
// policies make of it, is known there only.
bool is_its_own(dsl::Diagnostic const& found) {
  bool const of_the_caller =
      found.code == Code::unknown_variable || found.code == Code::undo_elsewhere ||
      found.code == Code::too_many_tasks || dsl::code_text(found.code) >= std::string_view("E4");
  return dsl::severity_of(found.code) == dsl::Severity::error && !of_the_caller;
}

}  // namespace

void check_unused(dsl::Document const& document, std::vector<UnusedComponent> const& unused,
                  Options const& options, Report& report) {
  if (unused.empty()) return;
  auto const made = workflow_of(document, unused);
  Report found(false);
  Outline outline = make_outline(made, options.max_tasks, found);
  resolve(outline, options, found);
  check_flow(outline, found);
  Resources nothing_to_read({});
  lower(outline, nothing_to_read, found);
  for (auto& each : found.take(made)) {
    if (is_its_own(each)) report.add(std::move(each));
  }
}

}  // namespace skald::compiler
