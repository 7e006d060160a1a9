// Documents that a workflow names: read when it is compiled, with what is known before a run.

#include <algorithm>

#include "base/sealed.hpp"
#include "compiler/check.hpp"
#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::Template;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

bool is_constant_uri(Node const& node) {
  return node.is_string() && node.text().find_first_of("{}") == std::string_view::npos;
}

// Before a run only what stands in the text is known; secrets are, by name.
Json policy(Lowering& to, Node const* authentication, Site const& site) {
  auto const lowered = lower_authentication(to, authentication, site);
  if (!lowered) return {};
  Node const* name = authentication->is_string() ? authentication : authentication->get("use");
  Node const* written =
      name == nullptr ? authentication : to.outline.component("authentications", name->text());
  auto const& declared = to.outline.secrets;
  for (auto const& [scheme, properties] : written->entries) {
    Node const* secret_name = properties.get("use");
    if (secret_name == nullptr) continue;
    if (std::ranges::find(declared, secret_name->text()) == declared.end()) return {};
    return Json::object({{scheme.text(), Json::object({{"use", secret(secret_name->text())}})}});
  }
  if (lowered->kind == Template::Kind::constant) return lowered->constant;
  to.report.add(Code::bad_value, authentication->span,
                "expressions can not authenticate the reading of a document",
                "it is read before the run: name a secret with `use`");
  return {};
}

Json const* not_read(Lowering& to, Node const& uri, std::string const& why) {
  to.report.add(Code::document_not_read, uri.span,
                "the document was not read, so what depends on it is not checked: " + why,
                "it is read when the workflow is deployed");
  return nullptr;
}

}  // namespace

Json const* lower_document(Lowering& to, Node const& resource, Site const& site) {
  Node const* uri = resource_uri(resource);
  if (uri == nullptr) return nullptr;
  if (!is_constant_uri(*uri)) {
    to.report.add(Code::bad_value, uri->span,
                  "the place of a document must be known before the run",
                  "write a URL, or the path of a file beside this one");
    return nullptr;
  }
  if (!to.resources.can_read()) return not_read(to, *uri, "nothing here can read it");
  Node const* authentication = resource.get("endpoint")->get("authentication");
  Resource const wanted{std::string(uri->text()), policy(to, authentication, site)};
  // One that is written wrong is reported; without it the document is not read either.
  if (authentication != nullptr && wanted.authentication.is_null()) return nullptr;
  auto const& document = to.resources.document(wanted);
  if (document.ok()) return &*document;
  Error const& error = document.error();
  if (error.code == ErrorCode::unavailable) return not_read(to, *uri, error.message);
  unusable_document(to, *uri, error);
  return nullptr;
}

void unusable_document(Lowering& to, Node const& uri, Error const& error) {
  to.report.add(Code::unreadable_document, uri.span,
                "the document " + quoted(uri.text()) + " can not be used: " + error.message,
                error.hint);
}

}  // namespace skald::compiler
