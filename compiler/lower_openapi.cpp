// A call of an OpenAPI operation becomes the HTTP call it describes, when the workflow is compiled:
// a run never reads the document again, and never sees another one.

#include <algorithm>
#include <charconv>

#include "base/sealed.hpp"
#include "compiler/check.hpp"
#include "compiler/lower.hpp"
#include "compiler/openapi.hpp"

namespace skald::compiler {

namespace {

// As it stands within a string of an expression: a document of somebody else writes no code.
std::string within_quotes(std::string_view name) {
  auto const text = to_text(Json(name));
  return text.substr(1, text.size() - 2);
}

using dsl::Code;
using dsl::Node;
using graph::Template;
using openapi::Body;
using openapi::Operation;
using openapi::Parameter;
using In = Parameter::In;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

Template object(std::vector<Template::Member> members) {
  Template result;
  result.kind = Template::Kind::object;
  result.members = std::move(members);
  return result;
}

bool parses_as_number(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// What stands around a list's items: `[1, 2]` becomes "1,2".
std::string joined_program(std::string const& value, std::string const& separator) {
  return value + " | if type == \"array\" then map(tostring) | join(" + to_text(Json(separator)) +
         ") else . end";
}

class OpenapiCall {
 public:
  OpenapiCall(Lowering& to, Node const& with, Site const& site)
      : to_(to), with_(with), site_(site) {}

  // The arguments of the HTTP call; none when the document could not be read, which was reported.
  std::optional<Template> run() {
    Node const* resource = with_.get("document");
    Node const* uri = resource == nullptr ? nullptr : resource_uri(*resource);
    Node const* id = with_.get("operationId");
    if (uri == nullptr || id == nullptr || !id->is_string()) return std::nullopt;
    Json const* document = lower_document(to_, *resource, site_);
    if (document == nullptr || !find(*document, *uri, *id)) return std::nullopt;
    match_arguments();
    return lowered();
  }

 private:
  bool find(Json const& document, Node const& uri, Node const& id) {
    auto found = openapi::find_operation(document, id.text(), uri.text());
    if (found.ok()) {
      operation_ = std::move(*found);
      return true;
    }
    Error const& error = found.error();
    if (error.code != ErrorCode::not_found) {
      unusable_document(to_, uri, error);
      return false;
    }
    auto const ids = openapi::operations(document).value_or({});
    to_.report.add(Code::unknown_operation, id.span,
                   "the document has no operation " + quoted(id.text()),
                   to_.report.did_you_mean(id.text(), {ids.begin(), ids.end()}, some_of(ids)));
    return false;
  }

  static std::string some_of(std::vector<std::string> const& ids) {
    constexpr std::size_t kMost = 8;
    std::string out = ids.empty() ? "its operations have no operationId" : "it has ";
    for (std::size_t i = 0; i < std::min(ids.size(), kMost); ++i) out += (i ? ", " : "") + ids[i];
    return ids.size() > kMost ? out + " and " + std::to_string(ids.size() - kMost) + " more" : out;
  }

  // --- arguments

  Node const* argument(std::string_view name) const {
    Node const* parameters = with_.get("parameters");
    return parameters == nullptr ? nullptr : parameters->get(name);
  }

  bool is_parameter(std::string_view name) const {
    return std::any_of(operation_.parameters.begin(), operation_.parameters.end(),
                       [&](Parameter const& each) { return each.name == name; });
  }

  bool is_whole_body(std::string_view name) const {
    return operation_.has_body && (name == operation_.body.name || name == "body") &&
           !is_parameter(name);
  }

  Parameter const* field(std::string_view name) const {
    if (!operation_.has_body || is_parameter(name)) return nullptr;
    auto const& fields = operation_.body.fields;
    auto const found = std::find_if(fields.begin(), fields.end(),
                                    [&](Parameter const& each) { return each.name == name; });
    return found == fields.end() ? nullptr : &*found;
  }

  void match_arguments() {
    Node const* parameters = with_.get("parameters");
    if (parameters != nullptr) {
      for (auto const& [name, value] : parameters->entries) one_argument(name, value);
    }
    for (Parameter const& each : operation_.parameters) {
      if (Node const* given = argument(each.name)) {
        check_type(*given, each.schema, quoted(each.name));
      } else if (each.required && !each.has_default) {
        missing(each.name, place_of(each));
      }
    }
    if (operation_.has_body) check_body();
  }

  void one_argument(Node const& name, Node const& value) {
    if (is_parameter(name.text())) return;
    if (is_whole_body(name.text())) {
      whole_body_ = &value;
      return;
    }
    if (Parameter const* found = field(name.text())) {
      check_type(value, found->schema, quoted(name.text()));
      fields_.push_back({std::string(name.text()), to_.expressions.value(value, site_)});
      if (first_field_ == nullptr) first_field_ = &name;
      return;
    }
    to_.report.add(
        Code::unknown_parameter, name.span,
        "the operation " + quoted(operation_.id) + " has no parameter " + quoted(name.text()),
        to_.report.did_you_mean(name.text(), argument_names(), known_names()));
  }

  std::vector<std::string_view> argument_names() const {
    std::vector<std::string_view> names;
    for (Parameter const& each : operation_.parameters) names.push_back(each.name);
    if (operation_.has_body) {
      if (!operation_.body.name.empty()) names.push_back(operation_.body.name);
      for (Parameter const& each : operation_.body.fields) names.push_back(each.name);
    }
    return names;
  }

  std::string known_names() const {
    std::string out;
    for (auto const name : argument_names()) out += (out.empty() ? "" : ", ") + std::string(name);
    return out.empty() ? "it takes none" : "it takes " + out;
  }

  static std::string place_of(Parameter const& parameter) {
    switch (parameter.in) {
      case In::path: return "path";
      case In::query: return "query";
      case In::header: return "header";
      case In::cookie: return "cookie";
    }
    return "query";
  }

  void missing(std::string const& name, std::string const& place) {
    Node const* parameters = with_.get("parameters");
    Node const& where = parameters != nullptr ? *parameters : *with_.get("operationId");
    to_.report.add(Code::missing_parameter, where.span,
                   "the operation " + quoted(operation_.id) + " needs the parameter " +
                       quoted(name) + " (in its " + place + ")",
                   "add it below `parameters`");
  }

  void check_body() {
    Body const& body = operation_.body;
    if (body.form == Body::Form::multipart) {
      to_.report.add(Code::not_supported, with_.get("operationId")->span,
                     "bodies of the type '" + body.media_type + "' are not supported yet");
    }
    if (whole_body_ != nullptr && first_field_ != nullptr) {
      to_.report.add(Code::exclusive_keys, first_field_->span,
                     quoted(first_field_->text()) + " is a member of the body, which is given as " +
                         "a whole");
    }
    if (whole_body_ != nullptr) {
      check_type(*whole_body_, body.schema, "the body");
      if (whole_body_->is_map()) required_fields(*whole_body_);
    } else if (!fields_.empty() || (!body.fields.empty() && body.required)) {
      required_fields(with_.get("parameters") != nullptr ? *with_.get("parameters") : Node{});
    } else if (body.required) {
      missing(body.name, "body");
    }
  }

  void required_fields(Node const& given) {
    for (Parameter const& each : operation_.body.fields) {
      if (each.required && given.get(each.name) == nullptr) missing(each.name, "body");
    }
  }

  // What is known before the run; the value of an expression is not.
  void check_type(Node const& node, Json const& schema, std::string const& what) {
    auto const type = schema["type"].is_string() ? schema["type"].as_string() : std::string_view();
    if (node.is_string() && is_expression(node.text())) return;
    if (node.is_null() && takes_null(schema)) return;
    if (type == "array" && node.is_sequence()) {
      Json const items = schema["items"];
      for (Node const& item : node.items) check_type(item, items, "each item of " + what);
      return;
    }
    if (type == "array" && node.is_scalar()) return check_type(node, schema["items"], what);
    if (!fits(node, type)) {
      to_.report.add(Code::wrong_argument, node.span,
                     what + " is of the type '" + std::string(type) + "' in the document");
      return;
    }
    check_words(node, schema["enum"], what);
  }

  // In the words of OpenAPI 3.0, of 3.1 and of those who wrote Swagger 2.
  static bool takes_null(Json const& schema) {
    if (schema["nullable"].truthy() || schema["x-nullable"].truthy()) return true;
    Json const& types = schema["type"];
    auto const null = [](Json const& type) { return type == Json("null"); };
    return types.is_array() && std::ranges::any_of(types.items(), null);
  }

  static bool fits(Node const& node, std::string_view type) {
    bool const text = node.is_string();
    if (type == "string") return node.is_scalar();
    if (type == "integer" || type == "number") {
      return (node.is_scalar() && node.scalar.is_number()) ||
             (text && parses_as_number(node.text()));
    }
    if (type == "boolean") {
      return (node.is_scalar() && node.scalar.is_boolean()) ||
             (text && (node.text() == "true" || node.text() == "false"));
    }
    if (type == "object") return node.is_map();
    return true;
  }

  void check_words(Node const& node, Json const& words, std::string const& what) {
    if (!node.is_scalar() || !words.is_array()) return;
    std::vector<std::string> known;
    for (Json const& word : words.items()) {
      known.push_back(word.is_string() ? std::string(word.as_string()) : to_text(word));
      if (known.back() == (node.is_string() ? std::string(node.text()) : to_text(node.scalar))) {
        return;
      }
    }
    std::string list;
    for (auto const& word : known) list += (list.empty() ? "" : ", ") + word;
    to_.report.add(
        Code::wrong_argument, node.span,
        quoted(node.is_string() ? std::string(node.text()) : to_text(node.scalar)) +
            " is not a value of " + what,
        to_.report.did_you_mean(node.text(), {known.begin(), known.end()}, "use one of " + list));
  }

  // --- the HTTP call

  Template lowered() {
    std::vector<Template::Member> call;
    call.push_back({"method", Template::of(operation_.method)});
    call.push_back({"endpoint", endpoint()});
    if (auto headers = this->headers(); !headers.empty()) {
      call.push_back({"headers", object(std::move(headers))});
    }
    if (auto query = this->query(); !query.empty()) {
      call.push_back({"query", object(std::move(query))});
    }
    if (whole_body_ != nullptr) {
      call.push_back({"body", to_.expressions.value(*whole_body_, site_)});
    } else if (!fields_.empty()) {
      call.push_back({"body", object(std::move(fields_))});
    }
    for (auto const key : {"output", "redirect"}) {
      if (Node const* node = with_.get(key)) {
        call.push_back({key, to_.expressions.value(*node, site_)});
      }
    }
    if (auto policy = lower_authentication(to_, with_.get("authentication"), site_)) {
      call.push_back({"authentication", std::move(*policy)});
    }
    return object(std::move(call));
  }

  Template expression(std::string const& program, Node const& node) {
    Template result;
    if (auto made = to_.expressions.generated(program, node, site_)) {
      result.kind = Template::Kind::expression;
      result.expression = std::move(*made);
    }
    return result;
  }

  // The program of a parameter of the path; empty when it has no value, which was reported.
  std::string in_path(std::string_view name) const {
    if (Node const* given = argument(name)) return to_.expressions.program_text(*given);
    for (Parameter const& each : operation_.parameters) {
      bool const here = each.in == In::path && each.name == name;
      if (here && each.has_default) return "(" + to_text(each.schema["default"]) + ")";
    }
    return {};
  }

  // The path with its parameters in it: a jq text.
  Template endpoint() {
    std::string const url = operation_.server + operation_.path;
    std::string program = "\"";
    bool constant = true;
    auto const literal = [](std::string_view part) {
      auto const text = to_text(Json(part));
      return text.substr(1, text.size() - 2);
    };
    for (std::size_t at = 0; at < url.size();) {
      auto const open = std::min(url.find('{', at), url.size());
      program += literal(std::string_view(url).substr(at, open - at));
      auto const close = url.find('}', open);
      if (close == std::string::npos) break;
      if (auto const value = in_path(url.substr(open + 1, close - open - 1)); !value.empty()) {
        constant = false;
        program += "\\(" + value +
                   " | if type == \"array\" then map(tostring | @uri) | join(\",\") " +
                   "else tostring | @uri end)";
      }
      at = close + 1;
    }
    if (constant) return Template::of(url);
    return expression(program + "\"", *with_.get("operationId"));
  }

  // A list as the document wants it: as it is (one parameter for each item), or as one text.
  Template value_of(Parameter const& parameter, Node const& node) {
    if (!parameter.is_list || parameter.separator.empty() || node.is_null()) {
      return to_.expressions.value(node, site_);
    }
    return expression(
        joined_program("(" + to_.expressions.program_text(node) + ")", parameter.separator), node);
  }

  std::vector<Template::Member> in(In place) {
    std::vector<Template::Member> out;
    for (Parameter const& each : operation_.parameters) {
      Node const* given = argument(each.name);
      if (each.in != place || given == nullptr) continue;
      if (each.is_object && place == In::query) {
        add_members(each, *given, out);
      } else {
        out.push_back({each.name, value_of(each, *given)});
      }
    }
    return out;
  }

  // An object in a query is as many parameters as it has members (style form, exploded).
  void add_members(Parameter const& parameter, Node const& given,
                   std::vector<Template::Member>& out) {
    bool const whole = !parameter.separator.empty();
    if (given.is_map() && !whole) {
      for (auto const& [name, value] : given.entries) {
        out.push_back({std::string(name.text()), to_.expressions.value(value, site_)});
      }
      return;
    }
    to_.report.add(
        Code::not_supported, given.span,
        "the parameter " + quoted(parameter.name) + " is an object in a query, which is " +
            (whole ? "not supported in the style of the document"
                   : "supported only when its members are written here"),
        whole ? "use `call: http`" : "write it as a map: " + parameter.name + ": { ... }");
  }

  std::vector<Template::Member> query() { return in(In::query); }

  std::vector<Template::Member> headers() {
    auto headers = in(In::header);
    bool const has_body = whole_body_ != nullptr || !fields_.empty();
    if (has_body && operation_.body.media_type != "application/json") {
      headers.push_back({"Content-Type", Template::of(operation_.body.media_type)});
    }
    std::string cookies;
    for (Parameter const& each : operation_.parameters) {
      Node const* given = argument(each.name);
      if (each.in != In::cookie || given == nullptr) continue;
      cookies += (cookies.empty() ? "" : "; ") + within_quotes(each.name) + "=\\(" +
                 to_.expressions.program_text(*given) + " | tostring)";
    }
    if (!cookies.empty()) {
      headers.push_back({"Cookie", expression("\"" + cookies + "\"", *with_.get("parameters"))});
    }
    return headers;
  }

  Lowering& to_;
  Node const& with_;
  Site const& site_;
  Operation operation_;
  Node const* whole_body_ = nullptr;
  Node const* first_field_ = nullptr;
  std::vector<Template::Member> fields_;
};

}  // namespace

std::optional<Template> lower_openapi(Lowering& to, Node const& with, Site const& site) {
  return OpenapiCall(to, with, site).run();
}

}  // namespace skald::compiler
