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

#include "base/schema_findings.hpp"
#include "base/schema_patterns.hpp"

// valijson matches patterns with std::regex, which takes exponential time and unbounded stack on
// some. These members of its templates do it with ours instead.
namespace valijson {

using skald::PatternCheck;
using JsonVisitor = ValidationVisitor<adapters::BoostJsonAdapter>;
using NameVisitor = ValidationVisitor<adapters::StdStringAdapter>;

template <>
bool JsonVisitor::visit(PatternConstraint const& constraint) {
  if (!m_target.isString()) return true;
  auto const pattern = constraint.getPattern<std::string::allocator_type>();
  if (PatternCheck::matches(pattern, m_target.asString())) return true;
  if (m_results != nullptr) {
    m_results->pushError(m_context, "does not match the pattern '" + pattern + "'");
  }
  return false;
}

// Of a property's name.
template <>
bool NameVisitor::visit(PatternConstraint const& constraint) {
  auto const pattern = constraint.getPattern<std::string::allocator_type>();
  return PatternCheck::matches(pattern, m_target.asString());
}

template <>
template <>
bool JsonVisitor::ValidatePatternPropertySubschemas::operator()(
    constraints::PropertiesConstraint::String const& pattern, Subschema const* subschema) const {
  std::string const text(pattern.c_str());
  bool matched = false;
  for (auto const member : m_object) {
    if (!PatternCheck::matches(text, member.first)) continue;
    matched = true;
    if (m_propertiesMatched != nullptr) m_propertiesMatched->insert(member.first);
    auto context = m_context;
    context.push_back("[" + member.first + "]");
    JsonVisitor visitor(member.second, context, m_strictTypes, m_results, m_regexesCache);
    if (visitor.validateSchema(*subschema)) continue;
    if (m_results != nullptr) {
      m_results->pushError(m_context, "does not fit what is said of '" + text + "'");
    }
    if (m_validated != nullptr) *m_validated = false;
    if (!m_continueOnFailure) return false;
  }
  return (matched || m_continueIfUnmatched) && m_continueOnSuccess;
}

}  // namespace valijson

namespace skald {
namespace {

constexpr std::size_t kMostFindings = 3;
// Whoever checks a value has bounded it before; this bound only keeps the library's recursion
// short.
constexpr std::size_t kMostLevels = 1'000;

boost::json::value convert(Json const& json) {
  boost::json::parse_options options;
  options.max_depth = kMostLevels;
  return boost::json::parse(to_text(json), {}, options);
}

// What the library says of a schema that is none, in our words.
Error no_schema(std::string_view why) {
  constexpr std::string_view kType = "Unrecognised JSON type name '";
  if (why.starts_with(kType)) {
    auto const name = why.substr(kType.size(), why.find('\'', kType.size()) - kType.size());
    return Error{ErrorCode::invalid_argument,
                 "not a JSON Schema: there is no type '" + std::string(name) + "'",
                 "the types are string, number, integer, boolean, object, array and null"};
  }
  return Error{ErrorCode::invalid_argument, "not a JSON Schema: " + std::string(why),
               "see json-schema.org"};
}

}  // namespace

struct JsonSchema::Rules {
  SchemaPatterns patterns;
  valijson::Schema schema;
};

Result<JsonSchema> JsonSchema::compile(Json document) {
  auto patterns = SchemaPatterns::of(document);
  if (!patterns.ok()) return patterns.error();
  auto rules = std::make_shared<Rules>();
  rules->patterns = std::move(*patterns);
  try {
    auto const value = convert(document);
    valijson::adapters::BoostJsonAdapter const adapter(value);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(adapter, rules->schema);
  } catch (std::exception const& exception) {
    return no_schema(exception.what());
  }
  JsonSchema result;
  result.document_ = std::move(document);
  result.rules_ = std::move(rules);
  return result;
}

std::string JsonSchema::check(Json const& value) const {
  if (rules_ == nullptr) return {};
  try {
    PatternCheck const in_check(rules_->patterns);
    auto const converted = convert(value);
    valijson::adapters::BoostJsonAdapter const adapter(converted);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(rules_->schema, adapter, &results)) return {};
    std::string text;
    std::size_t count = 0;
    valijson::ValidationResults::Error error;
    while (count < kMostFindings && results.popError(error)) {
      auto const finding = schema_finding(value, error.context, error.description);
      if (finding.empty()) continue;
      text += (count++ == 0 ? "" : "; ") + finding;
    }
    // The library says nothing of some keywords that fail, such as propertyNames.
    return text.empty() ? "the value: does not fit the schema" : text;
  } catch (std::exception const& exception) {
    return std::string("the schema can not be checked: ") + exception.what();
  }
}

}  // namespace skald
