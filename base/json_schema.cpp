#include "base/json_schema.hpp"

// Without it the library ends the process where a schema is wrong.
#define VALIJSON_USE_EXCEPTIONS 1

#include <boost/json.hpp>
#include <exception>
#include <utility>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace skald {
namespace {

constexpr std::size_t kMostFindings = 3;
// valijson matches patterns with std::regex, which takes exponential time and unbounded stack on
// some. So patterns are refused. Returns the keyword that was found, or nothing.
std::string_view find_pattern(Json const& schema) {
  std::vector<std::pair<Json const*, bool>> todo{{&schema, false}};  // true: keys are names
  while (!todo.empty()) {
    auto const [at, names] = todo.back();
    todo.pop_back();
    if (at->is_array()) {
      for (auto const& item : at->items()) todo.emplace_back(&item, false);
    } else if (at->is_object()) {
      for (auto const& [key, value] : at->members()) {
        auto const word = key.as_string();
        if (!names && (word == "pattern" || word == "patternProperties")) return word;
        bool const holds_values =
            !names && (word == "const" || word == "enum" || word == "default");
        if (holds_values) continue;
        todo.emplace_back(&value, !names && (word == "properties" || word == "definitions"));
      }
    }
  }
  return {};
}

boost::json::value convert(Json const& json) {
  return boost::json::parse(to_text(json));
}

// ["<root>", "[items]", "[0]"] as a JSON pointer: "/items/0".
std::string pointer(std::vector<std::string> const& context) {
  std::string text;
  for (std::size_t i = 1; i < context.size(); ++i) {
    auto const& part = context[i];
    text += '/';
    bool const bracketed = part.size() > 2 && part.front() == '[' && part.back() == ']';
    text += bracketed ? part.substr(1, part.size() - 2) : part;
  }
  return text.empty() ? "the value" : text;
}

}  // namespace

struct JsonSchema::Rules {
  valijson::Schema schema;
};

Result<JsonSchema> JsonSchema::compile(Json document) {
  if (auto const word = find_pattern(document); !word.empty()) {
    return Error{
        ErrorCode::invalid_argument,
        "'" + std::string(word) + "' is not supported yet in a JSON Schema",
        "test the text with an expression: `if: ${ .x | test(\"...\") | not }` and `raise`"};
  }
  auto rules = std::make_shared<Rules>();
  try {
    auto const value = convert(document);
    valijson::adapters::BoostJsonAdapter const adapter(value);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(adapter, rules->schema);
  } catch (std::exception const& exception) {
    return Error{ErrorCode::invalid_argument, std::string("not a JSON Schema: ") + exception.what(),
                 "see json-schema.org"};
  }
  JsonSchema result;
  result.document_ = std::move(document);
  result.rules_ = std::move(rules);
  return result;
}

std::string JsonSchema::check(Json const& value) const {
  if (rules_ == nullptr) return {};
  try {
    auto const converted = convert(value);
    valijson::adapters::BoostJsonAdapter const adapter(converted);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(rules_->schema, adapter, &results)) return {};
    // The innermost finding comes first; those around it only repeat that something failed.
    std::string text;
    valijson::ValidationResults::Error error;
    for (std::size_t i = 0; i < kMostFindings && results.popError(error); ++i) {
      if (!text.empty()) text += "; ";
      text += pointer(error.context) + ": " + error.description;
    }
    return text;
  } catch (std::exception const& exception) {
    return std::string("the schema can not be checked: ") + exception.what();
  }
}

}  // namespace skald
