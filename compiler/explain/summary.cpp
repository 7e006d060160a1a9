#include <algorithm>

#include "compiler/explain/explain.hpp"
#include "compiler/uri_template.hpp"

namespace skald::compiler {

namespace {

using graph::Template;

// At most this many bytes of an expression or a URL are shown.
constexpr std::size_t kLongest = 60;

// Without the quotes of a text that jq puts together: "http://hotel/\\(.id)".
std::string_view unquoted(std::string_view text) {
  auto const begin = text.find_first_not_of(" \n\t\r");
  auto const end = text.find_last_not_of(" \n\t\r");
  if (begin == std::string_view::npos || begin == end) return text;
  if (text[begin] != '"' || text.find('"', begin + 1) != end) return text;
  return text.substr(begin + 1, end - begin - 1);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  for (char const c : text) {
    bool const space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string short_text(std::string_view text) {
  auto out = one_line(text);
  if (out.size() <= kLongest) return out;
  std::size_t cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
  return out.substr(0, cut) + "...";
}

namespace {

std::string value_text(Template const& value) {
  switch (value.kind) {
    case Template::Kind::constant:
      return short_text(value.constant.is_string() ? std::string(value.constant.as_string())
                                                   : to_text(value.constant));
    case Template::Kind::expression: return short_text(unquoted(value.expression.code().text()));
    case Template::Kind::object: return "{...}";
    case Template::Kind::array: return "[...]";
  }
  return {};
}

Template const* member(Template const& value, std::string_view name) {
  for (auto const& each : value.members) {
    if (each.key == name) return &each.value;
  }
  return nullptr;
}

std::string member_text(Template const& value, std::string_view name) {
  if (value.kind == Template::Kind::constant) {
    Json const& found = value.constant[name];
    return found.is_null() ? std::string() : value_text(Template::of(found));
  }
  Template const* found = member(value, name);
  return found == nullptr ? std::string() : value_text(*found);
}

std::string describe(graph::Call const& call) {
  if (call.function != "http") return "call " + call.function;
  std::string method = member_text(call.with, "method");
  std::transform(method.begin(), method.end(), method.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  auto const* endpoint = member(call.with, "endpoint");
  if (endpoint != nullptr && endpoint->kind == Template::Kind::expression) {
    auto const written = uri_template_of(endpoint->expression.code().text());
    if (written) return method + " " + short_text(*written);
  }
  return method + " " + member_text(call.with, "endpoint");
}
std::string describe(graph::Do const&) {
  return "do";
}
std::string describe(graph::Set const&) {
  return "set";
}
std::string describe(graph::Switch const&) {
  return "switch";
}
std::string describe(graph::For const& loop) {
  auto text = "for $" + loop.each + " in " + short_text(loop.in.code().text());
  if (loop.concurrency > 0) text += ", " + std::to_string(loop.concurrency) + " at once";
  return text;
}
std::string describe(graph::Fork const& fork) {
  return fork.compete ? "fork, the first wins" : "fork";
}
std::string describe(graph::Try const&) {
  return "try";
}
std::string describe(graph::Raise const& raise) {
  return "raise " + member_text(raise.error, "type");
}
std::string describe(graph::Wait const& wait) {
  return "wait " + (wait.duration.dynamic ? value_text(*wait.duration.dynamic)
                                          : to_human(wait.duration.fixed));
}
std::string events(graph::Listen::Mode mode, std::vector<graph::EventFilter> const& filters) {
  std::string out = mode == graph::Listen::Mode::all ? " to all of" : "";
  if (filters.empty()) out += " any event";
  for (std::size_t i = 0; i < filters.size(); ++i) {
    out += i > 0 ? ", " : " ";
    std::string type = "any event";
    for (auto const& attribute : filters[i].with) {
      if (attribute.name == "type") type = value_text(attribute.value);
    }
    out += type;
  }
  return out;
}
std::string describe(graph::Listen const& listen) {
  auto out = "listen" + events(listen.mode, listen.filters);
  if (listen.until) out += " until " + short_text(listen.until->code().text());
  if (listen.until_events) {
    out += " until" + events(listen.until_events->mode, listen.until_events->filters);
  }
  return out;
}
std::string describe(graph::Emit const& emit) {
  return "emit " + member_text(emit.event, "type");
}
std::string describe(graph::RunWorkflow const& run) {
  return "run " + run.workflow() + (run.await ? "" : ", not waited for");
}

// A child that is waited for undoes what it did by itself.
bool is_child(graph::StepGraph const& graph, graph::Task const& task) {
  auto const* run = std::get_if<graph::RunWorkflow>(&task.kind);
  if (run == nullptr || !run->await || task.pivot) return false;
  for (auto at = task.list;; at = graph.task(graph.list(at).owner).list) {
    auto const role = graph.list(at).role;
    if (role == graph::ListRole::compensate || role == graph::ListRole::finally) return false;
    if (!graph.list(at).owner.valid()) return true;
  }
}

}  // namespace

std::string lock_text(graph::Task const& task) {
  return "lock " + value_text(*task.lock);
}

std::string summary(graph::Task const& task) {
  return std::visit([](auto const& kind) { return describe(kind); }, task.kind);
}

namespace {

// The errors that a catch names: "503 busy", of a type its last segment.
std::string filter_text(graph::Try const& attempt) {
  std::string out;
  for (auto const& each : attempt.handler.filter) {
    if (each.value.kind != Template::Kind::constant) continue;
    auto const& value = each.value.constant;
    auto text = value.is_string() ? std::string(value.as_string()) : to_text(value);
    if (auto const slash = text.rfind('/'); slash != std::string::npos) text.erase(0, slash + 1);
    out += (out.empty() ? "" : " ") + text;
  }
  return out;
}

}  // namespace

std::string catch_text(graph::Try const& attempt) {
  auto const& handler = attempt.handler;
  std::vector<std::string> parts;
  if (auto filter = filter_text(attempt); !filter.empty()) parts.push_back(std::move(filter));
  if (handler.when) parts.push_back("if " + short_text(handler.when->code().text()));
  if (handler.except_when) {
    parts.push_back("unless " + short_text(handler.except_when->code().text()));
  }
  if (handler.retry) {
    auto const retries = handler.retry->max_retries;
    parts.push_back(retries ? std::to_string(*retries) + " retries" : "retried without end");
  }
  std::string out;
  for (auto const& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string schedule_text(graph::StepGraph const& graph) {
  if (!graph.schedule) return {};
  auto const& schedule = *graph.schedule;
  if (schedule.every) return "every " + to_human(*schedule.every);
  if (schedule.after) return to_human(*schedule.after) + " after each end";
  if (schedule.on) return "on" + describe(*schedule.on).substr(std::string_view("listen").size());
  auto text = "at " + schedule.cron;
  if (!schedule.time_zone.empty()) text += " " + schedule.time_zone;
  return text;
}

std::vector<graph::TaskIndex> unwind_order(graph::StepGraph const& graph) {
  std::vector<graph::TaskIndex> order;
  for (auto task = graph.tasks.rbegin(); task != graph.tasks.rend(); ++task) {
    if (task->compensate.valid() || is_child(graph, *task)) order.push_back(task->index);
  }
  return order;
}

}  // namespace skald::compiler
