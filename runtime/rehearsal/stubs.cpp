#include "runtime/rehearsal/stubs.hpp"

#include <algorithm>
#include <array>

namespace skald::runtime {

namespace {

using dsl::Code;
using dsl::Node;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

constexpr std::array<std::string_view, 2> kTop{"calls", "events"};
constexpr std::array<std::string_view, 6> kKeys{"status",  "content", "headers",
                                                "refused", "failed",  "after"};

class StubReader {
 public:
  StubReader(graph::StepGraph const& graph, std::vector<dsl::Diagnostic>& findings)
      : findings_(findings) {
    add_names(graph);
  }

  void add_names(graph::StepGraph const& graph) {
    for (auto const& task : graph.tasks) {
      auto const* call = std::get_if<graph::Call>(&task.kind);
      auto const* run = std::get_if<graph::RunWorkflow>(&task.kind);
      if (call == nullptr && run == nullptr) continue;
      names_.push_back(task.name);
      names_.push_back(task.path);
      if (call != nullptr && call->function != "http") names_.push_back(call->function);
      if (run != nullptr) names_.push_back(run->workflow());
    }
  }

  // The calls of the document: name -> answers.
  std::vector<std::pair<std::string, std::vector<StubAnswer>>> calls(Node const& root) {
    std::vector<std::pair<std::string, std::vector<StubAnswer>>> out;
    if (!is_map(root, "the stubs")) return out;
    for (auto const& entry : root.entries) {
      if (std::find(kTop.begin(), kTop.end(), entry.key.text()) == kTop.end()) {
        unknown(Code::unknown_key, entry.key, "key " + quoted(entry.key.text()) + " in the stubs",
                {kTop.begin(), kTop.end()}, "the keys are calls, events");
      }
    }
    Node const* calls = root.get("calls");
    if (calls == nullptr || !is_map(*calls, "'calls'")) return out;
    for (auto const& [key, value] : calls->entries) {
      check_name(key);
      out.emplace_back(std::string(key.text()), answers(value));
    }
    return out;
  }

  std::vector<Json> events(Node const& root) {
    std::vector<Json> out;
    Node const* events = root.get("events");
    if (events == nullptr) return out;
    if (!events->is_sequence()) {
      add(Code::wrong_type, *events, "'events' must be a list of events", "");
      return out;
    }
    for (Node const& each : events->items) {
      Json event = dsl::to_json(each);
      if (!event["type"].is_string()) {
        add(Code::missing_key, each, "an event needs a 'type'",
            "write { type: order.paid, data: ... }");
        continue;
      }
      if (event["id"].is_null()) event.set("id", "stub-" + std::to_string(out.size() + 1));
      if (event["source"].is_null()) event.set("source", "stubs");
      out.push_back(std::move(event));
    }
    return out;
  }

 private:
  void add(Code code, Node const& node, std::string message, std::string hint) {
    findings_.push_back({code, std::move(message), node.span, std::move(hint), {}});
  }

  void unknown(Code code, Node const& node, std::string const& what,
               std::vector<std::string_view> const& candidates, std::string otherwise) {
    auto const near = dsl::nearest(node.text(), candidates);
    add(code, node, "unknown " + what,
        near.empty() ? std::move(otherwise) : "did you mean " + quoted(near) + "?");
  }

  bool is_map(Node const& node, std::string const& what) {
    if (node.is_map()) return true;
    add(Code::wrong_type, node, what + " must be a map", "");
    return false;
  }

  void check_name(Node const& key) {
    if (std::find(names_.begin(), names_.end(), key.text()) != names_.end()) return;
    std::vector<std::string_view> const candidates(names_.begin(), names_.end());
    unknown(Code::unknown_task, key, "call " + quoted(key.text()), candidates,
            "name a task that is a call, its path, or a function");
  }

  std::vector<StubAnswer> answers(Node const& node) {
    std::vector<StubAnswer> out;
    if (!node.is_sequence()) {
      out.push_back(answer(node));
      return out;
    }
    for (Node const& each : node.items) out.push_back(answer(each));
    if (out.empty()) add(Code::bad_value, node, "a list of answers can not be empty", "");
    return out;
  }

  StubAnswer answer(Node const& node) {
    StubAnswer out;
    if (node.is_string()) {
      if (node.text() == "timeout") {
        out.kind = StubAnswer::Kind::timeout;
      } else if (node.text() == "unreachable") {
        out.kind = StubAnswer::Kind::unreachable;
      } else {
        unknown(Code::bad_word, node, "answer " + quoted(node.text()), {"timeout", "unreachable"},
                "an answer is timeout, unreachable, or a map with status, content, ...");
      }
      return out;
    }
    if (!is_map(node, "an answer")) return out;
    for (auto const& [key, value] : node.entries) member(out, key, value);
    return out;
  }

  void member(StubAnswer& out, Node const& key, Node const& value) {
    auto const name = key.text();
    if (name == "status") {
      bool const good = value.is_scalar() && value.scalar.is_number() &&
                        value.scalar.as_number() >= 100 && value.scalar.as_number() < 600;
      if (!good) return add(Code::bad_value, value, "'status' is a status of HTTP", "write 200");
      out.status = static_cast<int>(value.scalar.as_number());
    } else if (name == "content") {
      out.content = dsl::to_json(value);
    } else if (name == "headers") {
      if (!is_map(value, "'headers'")) return;
      for (auto const& each : value.entries) {
        auto const text = each.value.is_string() ? std::string(each.value.text())
                                                 : to_text(dsl::to_json(each.value));
        out.headers.emplace_back(each.key.text(), text);
      }
    } else if (name == "refused" || name == "failed") {
      out.kind = name == "refused" ? StubAnswer::Kind::refused : StubAnswer::Kind::failed;
      out.message = value.is_string() ? std::string(value.text()) : name;
    } else if (name == "after") {
      auto const after =
          value.is_string() ? parse_iso8601_duration(value.text()) : Result<Duration>(Error{});
      if (!after)
        return add(Code::bad_duration, value, "'after' is a length of time", "write PT5S");
      out.after = *after;
    } else {
      unknown(Code::unknown_key, key, "key " + quoted(name) + " in an answer",
              {kKeys.begin(), kKeys.end()},
              "the keys are status, content, headers, refused, failed, after");
    }
  }

  std::vector<dsl::Diagnostic>& findings_;
  std::vector<std::string> names_;
};

}  // namespace

Stubs Stubs::read(dsl::Document const& document, graph::StepGraph const& graph,
                  std::vector<dsl::Diagnostic>& findings,
                  std::vector<graph::StepGraph const*> const& children) {
  StubReader reader(graph, findings);
  for (auto const* child : children) reader.add_names(*child);
  Stubs stubs;
  for (auto& [name, answers] : reader.calls(document.root)) {
    stubs.series_[name] = {std::move(answers), 0};
  }
  stubs.events_ = reader.events(document.root);
  return stubs;
}

StubAnswer Stubs::take(graph::Task const& task, std::string_view function) {
  auto found = series_.find(task.path);
  if (found == series_.end()) found = series_.find(task.name);
  if (found == series_.end()) found = series_.find(function);
  if (found == series_.end() || found->second.answers.empty()) {
    if (std::find(unknown_.begin(), unknown_.end(), task.name) == unknown_.end()) {
      unknown_.push_back(task.name);
    }
    return {};
  }
  Series& series = found->second;
  auto const at = std::min(series.next, series.answers.size() - 1);
  ++series.next;
  return series.answers[at];
}

}  // namespace skald::runtime
