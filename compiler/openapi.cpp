#include "compiler/openapi.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace skald::compiler::openapi {

namespace {

using In = Parameter::In;

constexpr std::array<std::string_view, 8> kMethods = {"get",     "put",  "post",  "delete",
                                                      "options", "head", "patch", "trace"};
constexpr int kMostReferences = 20;
constexpr std::size_t kMostParts = 100;  // of a schema that is put together

std::span<Json::Member const> members(Json const& value) {
  return value.is_object() ? value.members() : std::span<Json::Member const>{};
}

std::span<Json const> items(Json const& value) {
  return value.is_array() ? value.items() : std::span<Json const>{};
}

std::string text(Json const& value) {
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Error wrong(std::string message, std::string hint = "") {
  return {ErrorCode::invalid_argument, std::move(message), std::move(hint)};
}

// "~1" and "~0" of a JSON pointer, and %XX of a URI.
std::string unescaped(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1')) {
      out += step[++i] == '0' ? '~' : '/';
    } else {
      out += step[i];
    }
  }
  return out;
}

class Reader {
 public:
  Reader(Json const& document, std::string_view uri) : document_(document), uri_(uri) {}

  bool is_swagger() const { return text(document_["swagger"]) == "2.0"; }
  bool is_openapi() const { return text(document_["openapi"]).starts_with("3."); }

  Result<Operation> operation(std::string_view id) {
    for (auto const& [path, item] : members(document_["paths"])) {
      auto const place = follow(item);
      for (auto const method : kMethods) {
        Json const* found = place.find(method);
        if (found == nullptr || text((*found)["operationId"]) != id) continue;
        Operation result;
        result.id = id;
        result.method = method;
        result.path = path.as_string();
        return fill(std::move(result), place, *found);
      }
    }
    return Error{ErrorCode::not_found, "no operation '" + std::string(id) + "'", ""};
  }

  std::vector<std::string> operations() {
    std::vector<std::string> found;
    for (auto const& [path, item] : members(document_["paths"])) {
      auto const place = follow(item);
      for (auto const method : kMethods) {
        auto id = text(place[method]["operationId"]);
        if (!id.empty()) found.push_back(std::move(id));
      }
    }
    return found;
  }

 private:
  Result<Operation> fill(Operation result, Json const& path, Json const& operation) {
    read_parameters(path["parameters"], result);
    read_parameters(operation["parameters"], result);
    read_path(result);
    if (is_swagger()) {
      read_consumes(operation, result);
      result.server = swagger_server();
    } else {
      read_body(operation["requestBody"], result);
      result.server = server_of(operation, path);
    }
    if (!problem_.message.empty()) return std::move(problem_);
    while (result.server.ends_with('/')) result.server.pop_back();
    if (!result.server.starts_with("http://") && !result.server.starts_with("https://")) {
      return wrong("the document names no server with a whole URL",
                   is_swagger() ? "add 'host' and 'schemes' to it" : "add 'servers' to it");
    }
    return result;
  }

  // The value behind its references; null when one leads nowhere.
  Json follow(Json value) {
    for (int i = 0; i < kMostReferences; ++i) {
      auto const reference = text(value["$ref"]);
      if (reference.empty()) return value;
      if (!reference.starts_with("#/")) {
        problem_ =
            wrong("it refers to another document: " + reference, "bundle the documents into one");
        return {};
      }
      value = at(std::string_view(reference).substr(2));
    }
    problem_ = wrong("a reference in it leads back to itself");
    return {};
  }

  Json at(std::string_view pointer) const {
    Json value = document_;
    while (true) {
      auto const slash = pointer.find('/');
      Json const next = value[unescaped(pointer.substr(0, slash))];
      value = next;
      if (slash == std::string_view::npos) return value;
      pointer.remove_prefix(slash + 1);
    }
  }

  void read_parameters(Json const& list, Operation& result) {
    for (Json const& item : items(list)) {
      Json const each = follow(item);
      auto const in = text(each["in"]);
      if (in == "body") {
        result.has_body = true;
        result.body.name = text(each["name"]);
        result.body.required = each["required"].truthy();
        result.body.schema = follow(each["schema"]);
        read_fields(result.body);
      } else if (in == "formData") {
        result.has_body = true;
        result.body.fields.push_back(parameter(each));
        result.body.form = Body::Form::urlencoded;
        if (text(each["type"]) == "file") result.body.form = Body::Form::multipart;
      } else {
        add(parameter(each), result.parameters);
      }
    }
  }

  // Those of the operation come last and replace those of its path.
  static void add(Parameter parameter, std::vector<Parameter>& to) {
    for (Parameter& known : to) {
      if (known.name != parameter.name || known.in != parameter.in) continue;
      known = std::move(parameter);
      return;
    }
    to.push_back(std::move(parameter));
  }

  Parameter parameter(Json const& each) {
    Parameter result;
    result.name = text(each["name"]);
    auto const in = text(each["in"]);
    if (in == "path") result.in = In::path;
    if (in == "header") result.in = In::header;
    if (in == "cookie") result.in = In::cookie;
    result.required = each["required"].truthy() || result.in == In::path;
    // Swagger 2 has the schema's members in the parameter itself.
    result.schema = is_swagger() ? each : follow(schema_of(each));
    result.has_default = result.schema.find("default") != nullptr;
    result.is_list = text(result.schema["type"]) == "array";
    result.is_object = text(result.schema["type"]) == "object";
    result.separator = is_swagger() ? swagger_separator(each) : separator(each, result.in);
    return result;
  }

  static Json schema_of(Json const& parameter) {
    if (parameter.find("schema") != nullptr) return parameter["schema"];
    auto const content = members(parameter["content"]);
    return content.empty() ? Json() : content.front().value["schema"];
  }

  std::string separator(Json const& parameter, In in) {
    auto const style = text(parameter["style"]);
    if (style == "deepObject" || style == "matrix" || style == "label") {
      problem_ = wrong("its parameter '" + text(parameter["name"]) + "' has the style '" + style +
                           "', which is not supported yet",
                       "use `call: http`");
    }
    bool const form = in == In::query || in == In::cookie;
    Json const* explode = parameter.find("explode");
    bool const apart =
        explode == nullptr ? form && (style.empty() || style == "form") : explode->truthy();
    if (form && apart) return "";
    if (style == "spaceDelimited") return " ";
    if (style == "pipeDelimited") return "|";
    return ",";
  }

  static std::string swagger_separator(Json const& parameter) {
    auto const format = text(parameter["collectionFormat"]);
    if (format == "multi") return "";
    if (format == "ssv") return " ";
    if (format == "tsv") return "\t";
    if (format == "pipes") return "|";
    return ",";
  }

  void read_consumes(Json const& operation, Operation& result) {
    Json const* own = operation.find("consumes");
    Json const& consumes = own != nullptr ? *own : document_["consumes"];
    // What is in the body as a whole is JSON.
    if (!result.has_body || result.body.form == Body::Form::json) return;
    for (Json const& each : items(consumes)) {
      bool const plain = text(each) == "application/x-www-form-urlencoded";
      if (plain && result.body.form != Body::Form::multipart) return set_media(result.body, each);
    }
    if (items(consumes).empty()) return set_media(result.body, "application/x-www-form-urlencoded");
    set_media(result.body, consumes[0]);
  }

  static void set_media(Body& body, Json const& media) {
    body.media_type = text(media);
    auto const name = lower(body.media_type.substr(0, body.media_type.find(';')));
    // A range of types is none that could be sent.
    if (name.find('*') != std::string::npos) body.media_type = "application/json";
    if (name.find('*') != std::string::npos || name == "application/json" ||
        name.ends_with("+json")) {
      body.form = Body::Form::json;
    } else if (name == "application/x-www-form-urlencoded") {
      body.form = Body::Form::urlencoded;
    } else if (name.starts_with("multipart/")) {
      body.form = Body::Form::multipart;
    } else {
      body.form = Body::Form::text;
    }
  }

  // The best content: JSON, then a form, then what comes first.
  void read_body(Json const& given, Operation& result) {
    Json const body = follow(given);
    auto const content = members(body["content"]);
    if (!body.is_object() || content.empty()) return;
    result.has_body = true;
    result.body.required = body["required"].truthy();
    Json::Member const* best = nullptr;
    int best_rank = 4;
    for (auto const& each : content) {
      Body probe;
      set_media(probe, each.key);
      int const rank = static_cast<int>(probe.form);
      if (rank >= best_rank) continue;
      best = &each;
      best_rank = rank;
    }
    set_media(result.body, best->key);
    result.body.schema = follow(best->value["schema"]);
    read_fields(result.body);
  }

  // The members of a body that is an object, of all that its schema puts together.
  void read_fields(Body& body) {
    std::vector<Json> parts = {body.schema};
    for (std::size_t i = 0; i < parts.size() && i < kMostParts; ++i) {
      Json const part = parts[i];
      for (Json const& more : items(part["allOf"])) parts.push_back(follow(more));
      for (auto const& [name, schema] : members(part["properties"])) {
        add_field(std::string(name.as_string()), follow(schema), body.fields);
      }
    }
    for (std::size_t i = 0; i < parts.size() && i < kMostParts; ++i) {
      for (Json const& required : items(parts[i]["required"])) {
        for (Parameter& field : body.fields) {
          field.required = field.required || text(required) == field.name;
        }
      }
    }
  }

  static void add_field(std::string name, Json schema, std::vector<Parameter>& fields) {
    Parameter field;
    field.name = std::move(name);
    field.schema = std::move(schema);
    field.is_list = text(field.schema["type"]) == "array";
    auto const known = std::ranges::find(fields, field.name, &Parameter::name);
    if (known == fields.end()) {
      fields.push_back(std::move(field));
    } else {
      *known = std::move(field);
    }
  }

  // A path names its parameters; those that nothing else declares are texts.
  static void read_path(Operation& result) {
    for (std::size_t at = 0; (at = result.path.find('{', at)) != std::string::npos; ++at) {
      auto const end = result.path.find('}', at);
      if (end == std::string::npos) return;
      auto const name = result.path.substr(at + 1, end - at - 1);
      bool const known = std::ranges::any_of(result.parameters, [&](Parameter const& each) {
        return each.in == In::path && each.name == name;
      });
      if (known) continue;
      Parameter parameter;
      parameter.name = name;
      parameter.in = In::path;
      parameter.required = true;
      result.parameters.push_back(std::move(parameter));
    }
  }

  // "https://host" of the document's own place, or nothing.
  std::string origin() const {
    auto const mark = uri_.find("://");
    if (mark == std::string_view::npos || !uri_.starts_with("http")) return {};
    return std::string(uri_.substr(0, uri_.find('/', mark + 3)));
  }

  std::string swagger_server() const {
    auto const here = origin();
    auto const mark = here.find("://");
    auto host = text(document_["host"]);
    if (host.empty() && mark != std::string::npos) host = here.substr(mark + 3);
    std::string scheme = mark == std::string::npos ? "https" : here.substr(0, mark);
    if (!items(document_["schemes"]).empty()) scheme = text(document_["schemes"][0]);
    for (Json const& each : items(document_["schemes"])) {
      if (text(each) == "https") scheme = "https";
    }
    return host.empty() ? std::string() : scheme + "://" + host + text(document_["basePath"]);
  }

  std::string server_of(Json const& operation, Json const& path) const {
    for (Json const* owner : {&operation, &path, &document_}) {
      auto const servers = items((*owner)["servers"]);
      if (servers.empty()) continue;
      return absolute(expanded(servers.front()));
    }
    return origin();
  }

  static std::string expanded(Json const& server) {
    std::string url = text(server["url"]);
    for (auto const& [name, variable] : members(server["variables"])) {
      std::string const mark = "{" + std::string(name.as_string()) + "}";
      auto const at = url.find(mark);
      if (at != std::string::npos) url.replace(at, mark.size(), text(variable["default"]));
    }
    return url;
  }

  // A server's URL may be relative to the document's.
  std::string absolute(std::string url) const {
    if (url.find("://") != std::string::npos) return url;
    if (url.starts_with('/')) return origin() + url;
    auto const base = std::string(uri_.substr(0, uri_.rfind('/') + 1));
    while (url.starts_with("./")) url.erase(0, 2);
    return origin().empty() ? std::string() : base + url;
  }

  Json const& document_;
  std::string_view uri_;
  Error problem_{ErrorCode::invalid_argument, "", ""};
};

Error no_document(Json const& document) {
  auto const version =
      document.is_object() ? text(document["swagger"]) + text(document["openapi"]) : std::string();
  return wrong(version.empty() ? "it is no OpenAPI document: it has neither 'openapi' nor 'swagger'"
                               : "version '" + version + "' of OpenAPI is not supported",
               "skald reads OpenAPI 3.x and Swagger 2.0");
}

}  // namespace

Result<std::vector<std::string>> operations(Json const& document) {
  Reader reader(document, "");
  if (!reader.is_swagger() && !reader.is_openapi()) return no_document(document);
  return reader.operations();
}

Result<Operation> find_operation(Json const& document, std::string_view id, std::string_view uri) {
  Reader reader(document, uri);
  if (!reader.is_swagger() && !reader.is_openapi()) return no_document(document);
  return reader.operation(id);
}

}  // namespace skald::compiler::openapi
