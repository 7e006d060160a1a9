#pragma once

// Stubs are answers that stand in for the outside while a workflow is rehearsed (`skald run
// --dry`). The file is YAML or JSON; docs/dry-run.md describes it.
//
// Not thread-safe: taking an answer moves on to the next one of its list.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "compiler/graph/step_graph.hpp"
#include "dsl/diagnostic.hpp"
#include "dsl/document.hpp"

namespace skald::runtime {

// What one attempt of a call is answered with.
struct StubAnswer {
  enum class Kind : std::uint8_t { answer, refused, failed, timeout, unreachable };

  Kind kind = Kind::answer;
  int status = 200;
  Json content;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string message;
  Duration after;  // of virtual time, before the answer comes
};

class Stubs {
 public:
  // The answers of a document, checked against the tasks and functions of the workflow and of those
  // that it runs as children. What is wrong is reported; the stubs are then not complete.
  static Stubs read(dsl::Document const& document, graph::StepGraph const& graph,
                    std::vector<dsl::Diagnostic>& findings,
                    std::vector<graph::StepGraph const*> const& children = {});

  // The answer of the next attempt of a call: of the task's path or name, else of its function.
  // Without one the call succeeds with `null`.
  StubAnswer take(graph::Task const& task, std::string_view function);
  // True when some call so far had no stub.
  std::vector<std::string> const& unknown() const { return unknown_; }

  std::vector<Json> const& events() const { return events_; }

 private:
  struct Series {
    std::vector<StubAnswer> answers;  // one for each attempt, the last for all that follow
    std::size_t next = 0;
  };

  std::map<std::string, Series, std::less<>> series_;
  std::vector<Json> events_;
  std::vector<std::string> unknown_;
};

}  // namespace skald::runtime
