// The arguments of an HTTP call as one template, whose absent members are left out.

#include <algorithm>

#include "compiler/check.hpp"
#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::Template;

constexpr std::string_view kMethods[] = {"get",     "head",  "post",  "put",  "delete",
                                         "options", "patch", "trace", "query"};

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Template method(Lowering& to, Node const& node, Site const& site) {
  if (!node.is_string() || is_expression(node.text())) return to.expressions.value(node, site);
  auto const name = lower_case(node.text());
  if (std::find(std::begin(kMethods), std::end(kMethods), name) == std::end(kMethods)) {
    to.report.add(Code::unknown_method, node.span, "'" + name + "' is not a method of HTTP",
                  did_you_mean(name, {std::begin(kMethods), std::end(kMethods)}));
  }
  return Template::of(name);
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// "https://host/{id}" -> "https://host/\(.["id"]|tostring|@uri)", in quotes: a jq program. No
// value, after a report, when it is no template of level 1 (RFC 6570).
std::optional<std::string> uri_program(Lowering& to, Node const& node) {
  auto const text = node.text();
  auto const literal = [](std::string_view part) {
    auto const quoted = to_text(Json(part));
    return quoted.substr(1, quoted.size() - 2);
  };
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    auto const open = std::min(text.find_first_of("{}", at), text.size());
    out += literal(text.substr(at, open - at));
    if (open == text.size()) break;
    auto const close = text.find('}', open);
    auto const name = close == std::string_view::npos || text[open] == '}'
                          ? std::string_view{}
                          : text.substr(open + 1, close - open - 1);
    if (!is_variable_name(name)) {
      auto const end = close == std::string_view::npos ? text.size() : close + 1;
      to.report.add(Code::bad_uri_template, dsl::span_in(node, open, end),
                    "only {name} can stand in a URI template: a member of the data",
                    "for anything else write an expression: ${ \"https://...\\( ... )\" }");
      return std::nullopt;
    }
    out +=
        "\\(." +
        (name[0] >= '0' && name[0] <= '9' ? "[\"" + std::string(name) + "\"]" : std::string(name)) +
        "|tostring|@uri)";
    at = close + 1;
  }
  return out + "\"";
}

void check_scheme(Lowering& to, Node const& node) {
  auto const text = lower_case(node.text());
  if (text.starts_with("http://") || text.starts_with("https://") || text.starts_with("{")) return;
  to.report.add(Code::bad_value, node.span, "an endpoint begins with http:// or https://");
}

Template uri(Lowering& to, Node const& node, Site const& site) {
  if (!node.is_string() || is_expression(node.text()) ||
      node.text().find("${") != std::string_view::npos) {
    return to.expressions.value(node, site);
  }
  check_scheme(to, node);
  if (node.text().find_first_of("{}") == std::string_view::npos) {
    return Template::of(node.scalar);
  }
  Template result;
  auto const program = uri_program(to, node);
  if (!program) return result;
  if (auto expression = to.expressions.generated(*program, node, site)) {
    result.kind = Template::Kind::expression;
    result.expression = std::move(*expression);
  }
  return result;
}

void need(Lowering& to, Node const* scheme, std::string_view what,
          std::initializer_list<std::string_view> keys) {
  if (scheme == nullptr || !scheme->is_map() || scheme->get("use") != nullptr) return;
  for (auto const key : keys) {
    if (scheme->get(key) != nullptr) continue;
    to.report.add(Code::missing_key, scheme->span,
                  std::string(what) + " needs the key '" + std::string(key) + "'");
  }
}

std::optional<Template> authentication(Lowering& to, Node const* node, Site const& site) {
  if (node != nullptr && node->get("use") != nullptr) {
    node = to.outline.component("authentications", node->get("use")->text());
  }
  if (node == nullptr) return std::nullopt;
  need(to, node->get("basic"), "basic authentication", {"username", "password"});
  need(to, node->get("bearer"), "bearer authentication", {"token"});
  return to.expressions.value(*node, site);
}

}  // namespace

Template lower_http(Lowering& to, Node const& with, Site const& site) {
  Template result;
  result.kind = Template::Kind::object;
  if (Node const* node = with.get("method")) {
    result.members.push_back({"method", method(to, *node, site)});
  }
  Node const* endpoint = with.get("endpoint");
  Node const* target = endpoint != nullptr && endpoint->is_map() ? endpoint->get("uri") : endpoint;
  if (target != nullptr) result.members.push_back({"endpoint", uri(to, *target, site)});
  for (auto const key : {"headers", "query", "body", "output", "redirect"}) {
    if (Node const* node = with.get(key)) {
      result.members.push_back({key, to.expressions.value(*node, site)});
    }
  }
  Node const* policy = endpoint == nullptr ? nullptr : endpoint->get("authentication");
  if (auto resolved = authentication(to, policy, site)) {
    result.members.push_back({"authentication", std::move(*resolved)});
  }
  return result;
}

}  // namespace skald::compiler
