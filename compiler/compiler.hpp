#pragma once

// Document -> StepGraph, in passes (check, outline, resolve, flow, saga check, lower). Reports
// everything that is wrong at once; makes a graph only when nothing is.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "compiler/resources.hpp"
#include "dsl/diagnostic.hpp"
#include "dsl/document.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::compiler {

struct Options {
  // Names of registered functions; when set, a call of any other function is an error. When not,
  // unknown function names are accepted (a server may learn them later).
  std::optional<std::vector<std::string>> functions;
  // What its author can do when there is none with such a name, or one like it.
  std::string without_function = "register it, or define it below use.functions";
  // Every use of what the Open Workflow Specification does not have is an error.
  bool portable = false;
  // A larger workflow is an error. Functions of `use` count as often as they are called: a text of
  // a kilobyte could stand for a million tasks.
  std::size_t max_tasks = 5'000;
  // Reads the documents that calls and schemas refer to. Without it they are not checked, and the
  // graph is good for looking at only.
  ResourceReader documents = {};
};

struct Compilation {
  std::shared_ptr<graph::StepGraph const> graph;  // null when there are errors
  std::vector<dsl::Diagnostic> diagnostics;       // sorted by place, at most a hundred
  std::size_t more = 0;                           // findings that are not listed
};

Compilation compile(dsl::Document const& document, Options const& options = {});

// How large a text may be: the reader's limits suit the default of max_tasks, and are a whole
// number of times as wide for a larger one.
dsl::YamlLimits text_limits(std::size_t max_tasks);

}  // namespace skald::compiler
