// The arguments of an HTTP call as one template, whose absent members are left out.

#include <algorithm>

#include "compiler/check.hpp"
#include "compiler/lower.hpp"
#include "compiler/uri_template.hpp"

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
                  to.report.did_you_mean(name, {std::begin(kMethods), std::end(kMethods)}));
  }
  return Template::of(name);
}

void check_scheme(Lowering& to, Node const& node) {
  auto const text = lower_case(node.text());
  if (text.starts_with("http://") || text.starts_with("https://") || text.starts_with("{")) return;
  to.report.add(Code::bad_value, node.span, "an endpoint begins with http:// or https://");
}

Template uri(Lowering& to, Node const& node, Site const& site) {
  if (!node.is_string() || is_expression(node.text())) return to.expressions.value(node, site);
  if (auto const at = node.text().find("${"); at != std::string_view::npos) {
    if (at == 0) return to.expressions.value(node, site);
    to.report.add(Code::bad_uri_template, dsl::span_in(node, at, at + 2),
                  "an expression inside of a text is not evaluated",
                  "write {name} for a member of the data; for anything else make the whole text an "
                  "expression: ${ \"https://...\\( ... )\" }");
    return {};
  }
  check_scheme(to, node);
  if (node.text().find_first_of("{}") == std::string_view::npos) {
    return Template::of(node.scalar);
  }
  Template result;
  auto const program = uri_program(node, to.report);
  if (!program) return result;
  if (auto expression = to.expressions.generated(*program, node, site)) {
    result.kind = Template::Kind::expression;
    result.expression = std::move(*expression);
  }
  return result;
}

// `use: SECRET` in a scheme: the secret as a whole, whose members the executor takes.
std::optional<Template> secret_scheme(Lowering& to, Node const& policy, Site const& site) {
  for (auto const& [scheme, properties] : policy.entries) {
    Node const* name = properties.get("use");
    if (name == nullptr || !name->is_string()) continue;
    auto const& known = to.outline.secrets;
    if (!std::binary_search(known.begin(), known.end(), name->text())) return std::nullopt;
    auto secret =
        to.expressions.generated("$secrets[" + to_text(Json(name->text())) + "]", *name, site);
    if (!secret) return std::nullopt;
    Template value;
    value.kind = Template::Kind::expression;
    value.expression = std::move(*secret);
    Template use;
    use.kind = Template::Kind::object;
    use.members.push_back({"use", std::move(value)});
    Template result;
    result.kind = Template::Kind::object;
    result.members.push_back({std::string(scheme.text()), std::move(use)});
    return result;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Template> lower_authentication(Lowering& to, Node const* node, Site const& site) {
  if (node == nullptr) return std::nullopt;
  Node const* name = node->is_string() ? node : node->get("use");
  if (name != nullptr) node = to.outline.component("authentications", name->text());
  if (node == nullptr || !node->is_map()) return std::nullopt;
  if (auto secret = secret_scheme(to, *node, site)) return secret;
  return to.expressions.value(*node, site);
}

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
  if (auto resolved = lower_authentication(to, policy, site)) {
    result.members.push_back({"authentication", std::move(*resolved)});
  }
  return result;
}

}  // namespace skald::compiler
