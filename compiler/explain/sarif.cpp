#include "compiler/explain/sarif.hpp"

#include <algorithm>

#include "compiler/explain/codes.hpp"

namespace skald::compiler {

namespace {

constexpr std::string_view kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

// A file name as a URI: relative ones stay relative to where the tool ran.
std::string uri_of(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = name.starts_with('/') ? "file://" : "";
  while (name.starts_with("./")) name.remove_prefix(2);
  for (char const c : name) {
    auto const byte = static_cast<unsigned char>(c);
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += std::string("%") + kHex[byte >> 4U] + kHex[byte & 15U];
    }
  }
  return out;
}

Json location(dsl::Span const& span) {
  Json physical = Json::object();
  if (span.source != nullptr) {
    physical.set("artifactLocation", Json::object({{"uri", uri_of(span.source->name)}}));
  }
  if (span.line > 0) {
    Json region = Json::object({{"startLine", span.line}});
    if (span.column > 0) {
      region.set("startColumn", span.column);
      region.set("endColumn", span.column + std::max(span.length, 1U));
    }
    physical.set("region", std::move(region));
  }
  return Json::object({{"physicalLocation", std::move(physical)}});
}

Json text(std::string_view content) {
  return Json::object({{"text", content}});
}

Json rule(dsl::Code code) {
  auto const level = dsl::to_string(dsl::severity_of(code));
  auto const id = dsl::code_text(code);
  return Json::object({{"id", id},
                       {"shortDescription", text(dsl::title_of(code))},
                       {"help", text(explain(id))},
                       {"defaultConfiguration", Json::object({{"level", level}})}});
}

Json result(dsl::Diagnostic const& found, std::size_t rule_index) {
  auto message = found.message;
  if (!found.hint.empty()) message += "; " + found.hint;
  Json out = Json::object({{"ruleId", dsl::code_text(found.code)},
                           {"ruleIndex", static_cast<unsigned>(rule_index)},
                           {"level", dsl::to_string(dsl::severity_of(found.code))},
                           {"message", text(message)},
                           {"locations", Json::array({location(found.span)})}});
  if (found.notes.empty()) return out;
  Json related = Json::array();
  for (std::size_t i = 0; i < found.notes.size(); ++i) {
    Json place = location(found.notes[i].span);
    place.set("id", static_cast<unsigned>(i + 1));
    place.set("message", text(found.notes[i].message));
    related.push_back(std::move(place));
  }
  out.set("relatedLocations", std::move(related));
  return out;
}

}  // namespace

Json to_sarif(std::vector<dsl::Diagnostic> const& diagnostics, std::string_view version) {
  std::vector<dsl::Code> codes;
  Json rules = Json::array();
  Json results = Json::array();
  for (auto const& found : diagnostics) {
    auto at = std::find(codes.begin(), codes.end(), found.code);
    auto const index = static_cast<std::size_t>(at - codes.begin());
    if (at == codes.end()) {
      codes.push_back(found.code);
      rules.push_back(rule(found.code));
    }
    results.push_back(result(found, index));
  }
  Json const driver = Json::object({{"name", "skald"}, {"version", version}, {"rules", rules}});
  Json const run = Json::object({{"tool", Json::object({{"driver", driver}})},
                                 {"columnKind", "unicodeCodePoints"},
                                 {"results", results}});
  return Json::object({{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({run})}});
}

}  // namespace skald::compiler
