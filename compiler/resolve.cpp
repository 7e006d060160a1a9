// The names outside of expressions: of functions, policies, errors, authentications.

#include <algorithm>
#include <set>

#include "compiler/compiler.hpp"
#include "compiler/duration_words.hpp"
#include "compiler/outline.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

class Resolver {
 public:
  Resolver(Outline const& outline, Options const& options, Report& report)
      : outline_(outline), options_(options), report_(report) {}

  std::vector<UnusedComponent> run() {
    Node const& root = outline_.document->root;
    workflow(root);
    for (auto const& each : outline_.tasks) {
      bool const written = each.part != TaskInfo::Part::arguments;
      if (written && each.body != nullptr && each.body->is_map()) task(each);
    }
    defined_authentications(root);
    return unused(root);
  }

 private:
  void task(TaskInfo const& task) {
    Node const& body = *task.body;
    schemas(body);
    if (Node const* each = body.get("foreach"); each != nullptr) schemas(*each);
    reference(policy(task, "retry"), "retries", Code::unknown_retry, "retry policy");
    timeout(policy(task, "timeout"));
    if (Node const* handler = body.get("catch"); task.kind == Kind::try_ && handler != nullptr) {
      reference(handler->get("retry"), "retries", Code::unknown_retry, "retry policy");
    }
    if (Node const* raise = body.get("raise"); task.kind == Kind::raise && raise != nullptr) {
      reference(raise->get("error"), "errors", Code::unknown_error, "error");
    }
    if (task.kind != Kind::call) return;
    Node const* name = body.get("call");
    Node const* with = body.get("with");
    if (name == nullptr || !name->is_string()) return;
    if (standard_call(name->text()) == nullptr) return function(*name);
    if (with != nullptr) authentications(*with);
  }

  // Wherever a standard call has one: its own, of its endpoint, document, service ...
  void authentications(Node const& node, bool endpoint = false) {
    for (auto const& [key, value] : node.entries) {
      if (key.text() == "authentication") {
        // Of an endpoint a name alone is no authentication, which is said already.
        if (!endpoint || !value.is_string()) authentication(value);
      } else if (value.is_map() && !is_data(key.text())) {
        authentications(value, key.text() == "endpoint");
      }
    }
  }

  // What the author's own names stand below.
  static bool is_data(std::string_view key) {
    constexpr std::string_view kData[] = {"body",    "parameters", "headers",     "query",
                                          "payload", "arguments",  "environment", "variables",
                                          "message", "options"};
    return std::find(std::begin(kData), std::end(kData), key) != std::end(kData);
  }

  // Schemas may stand in documents that are read with an authentication.
  void schemas(Node const& owner) {
    for (auto const key : {"input", "output", "export"}) {
      Node const* mapping = owner.get(key);
      Node const* schema = mapping == nullptr ? nullptr : mapping->get("schema");
      Node const* resource = schema == nullptr ? nullptr : schema->get("resource");
      if (resource != nullptr) authentications(*resource);
    }
  }

  void authentication(Node const& node) {
    if (node.is_string()) {
      reference(&node, "authentications", Code::unknown_authentication, "authentication");
      return;
    }
    reference(node.get("use"), "authentications", Code::unknown_authentication, "authentication");
    secrets(node);
  }

  // `use` inside of a scheme names a secret.
  void secrets(Node const& authentication) {
    auto const& known = outline_.secrets;
    for (auto const& [scheme, properties] : authentication.entries) {
      Node const* name = properties.get("use");
      if (name == nullptr || !name->is_string()) continue;
      if (std::binary_search(known.begin(), known.end(), name->text())) continue;
      report_.add(
          Code::unknown_secret, name->span,
          "no secret named " + quoted(name->text()) + " is declared",
          report_.did_you_mean(name->text(), {known.begin(), known.end()},
                               "add it to use.secrets: [" + std::string(name->text()) + "]"));
    }
  }

  // Those of `use` do not refer to each other.
  void defined_authentications(Node const& root) {
    Node const* use = root.get("use");
    Node const* defined = use == nullptr ? nullptr : use->get("authentications");
    if (defined == nullptr) return;
    for (auto const& [name, definition] : defined->entries) {
      if (auto const* reference = definition.find("use")) {
        report_.add(Code::unknown_authentication, reference->key.span,
                    "an authentication of `use` can not refer to another",
                    "write it out here: basic, bearer, ...");
      }
      secrets(definition);
    }
  }

  void workflow(Node const& root) {
    schemas(root);
    timeout(root.get("timeout"));
    if (Node const* saga = root.get("saga")) {
      reference(saga->get("retry"), "retries", Code::unknown_retry, "retry policy");
    }
  }

  void timeout(Node const* node) {
    if (node == nullptr || node->text().starts_with('P')) {
      // An ISO 8601 duration, unless a timeout has that name.
      if (node == nullptr || outline_.component("timeouts", node->text()) == nullptr) return;
    }
    auto const meant = node->is_string() ? duration_in_words(node->text()) : std::nullopt;
    if (!meant || outline_.component("timeouts", node->text()) != nullptr) {
      return reference(node, "timeouts", Code::unknown_timeout, "timeout");
    }
    report_.add(Code::bad_duration, node->span, quoted(node->text()) + " is not a length of time",
                "write " + to_iso8601(*meant));
  }

  void reference(Node const* node, std::string_view group, Code code, std::string_view what) {
    if (node == nullptr || !node->is_string()) return;
    if (Node const* found = outline_.component(group, node->text())) {
      used_.insert(found);
      return;
    }
    auto const names = names_of(group);
    std::string const otherwise =
        "define it below use." + std::string(group) + ", or write it here as a map";
    report_.add(code, node->span, "no " + std::string(what) + " named " + quoted(node->text()),
                report_.did_you_mean(node->text(), names, otherwise));
  }

  std::vector<std::string_view> names_of(std::string_view group) const {
    std::vector<std::string_view> names;
    Node const* use = outline_.document->root.get("use");
    Node const* components = use == nullptr ? nullptr : use->get(group);
    if (components == nullptr || !report_.guesses()) return names;
    for (auto const& entry : components->entries) names.push_back(entry.key.text());
    return names;
  }

  void function(Node const& name) {
    auto const text = name.text();
    if (standard_call(text) != nullptr) return;
    if (Node const* definition = outline_.component("functions", text)) {
      used_.insert(definition);
      return;
    }
    if (text.empty()) {
      report_.add(Code::unknown_function, name.span, "a call needs the name of a function");
      return;
    }
    if (text.find("://") != std::string_view::npos || text.find('@') != std::string_view::npos) {
      report_.add(Code::not_supported, name.span,
                  "functions of a catalog or a URL are part of the language, but not supported yet",
                  text.find("http") != std::string_view::npos
                      ? "to call a URL write 'call: http' and 'with: { method, endpoint }'"
                      : "define the function below use.functions");
      return;
    }
    report_.add_not_portable(name.span,
                             "the function " + quoted(text) + " is known to one process only",
                             "define it below use.functions, or call it over HTTP");
    auto const& known = options_.functions;
    if (!known) return near_standard(name);
    if (std::find(known->begin(), known->end(), text) != known->end()) return;
    auto names = names_of("functions");
    names.insert(names.end(), known->begin(), known->end());
    names.push_back("http");
    report_.add(Code::unknown_function, name.span, "no function named " + quoted(text),
                report_.did_you_mean(text, names, options_.without_function));
  }

  void near_standard(Node const& name) {
    std::string text(name.text());
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    std::vector<std::string_view> names;
    for (auto const& each : standard_calls()) names.push_back(each.name);
    bool const same = standard_call(text) != nullptr;
    auto const near = same ? std::string_view(text) : dsl::nearest(text, names);
    if (near.size() < 4) return;  // of a short name everything is near
    report_.add(Code::near_a_standard_call, name.span,
                "'" + std::string(name.text()) + "' is a function of your own, nearly named " +
                    quoted(near),
                "write 'call: " + std::string(near) + "', or give the function another name");
  }

  std::vector<UnusedComponent> unused(Node const& root) {
    std::vector<UnusedComponent> found;
    constexpr std::string_view kGroups[] = {"authentications", "errors", "functions", "retries",
                                            "timeouts"};
    Node const* use = root.get("use");
    if (use == nullptr) return found;
    for (auto const group : kGroups) {
      Node const* components = use->get(group);
      if (components == nullptr || !components->is_map()) continue;
      for (auto const& [key, value] : components->entries) {
        if (used_.contains(&value)) continue;
        report_.add(Code::unused_component, key.span, "nothing uses " + quoted(key.text()));
        found.push_back({group, &key});
      }
    }
    return found;
  }

  Outline const& outline_;
  Options const& options_;
  Report& report_;
  std::set<Node const*> used_;
};

}  // namespace

std::vector<UnusedComponent> resolve(Outline const& outline, Options const& options,
                                     Report& report) {
  return Resolver(outline, options, report).run();
}

}  // namespace skald::compiler
