#pragma once

// What a workflow needs to know of an OpenAPI document: one operation, its parameters, its body and
// its server. Reads OpenAPI 3 and Swagger 2 into one form; references inside the document are
// followed. Pure. Lifetime: values are shared, nothing points into the document.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald::compiler::openapi {

struct Parameter {
  enum class In : std::uint8_t { path, query, header, cookie };

  std::string name;
  In in = In::query;
  bool required = false;
  bool has_default = false;
  bool is_object = false;  // its schema's type is object
  bool is_list = false;    // its schema's type is array
  std::string separator;   // between the items of a list; empty: one parameter for each
  Json schema;             // references followed at the top
};

struct Body {
  enum class Form : std::uint8_t { json, urlencoded, text, multipart };

  std::string name = "body";  // of the argument that is the whole body
  bool required = false;
  Form form = Form::json;
  std::string media_type = "application/json";
  Json schema;
  std::vector<Parameter> fields;  // members that may be given one by one
};

struct Operation {
  std::string id;
  std::string method;  // "get"
  std::string path;    // "/pet/{petId}"
  std::string server;  // "https://petstore.swagger.io/v2", no '/' at its end
  std::vector<Parameter> parameters;
  bool has_body = false;
  Body body;
};

// The ids of all operations; an error when it is no OpenAPI document.
Result<std::vector<std::string>> operations(Json const& document);

// `uri` is where the document came from: what stands in it may be relative to that. Errors:
// not_found when there is no such operation; invalid_argument when it can not be called, with why.
Result<Operation> find_operation(Json const& document, std::string_view id, std::string_view uri);

}  // namespace skald::compiler::openapi
