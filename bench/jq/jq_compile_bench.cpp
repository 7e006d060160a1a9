// The time to compile an expression, over all expressions of the workflow specification's examples
// and scenarios (parser, resolver and canonical print included).
//
//   jq_compile_bench [folder, default $SKALD_CONFORMANCE_DIR]

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bench/jq/measure.hpp"
#include "dsl/jq/jq.hpp"
#include "dsl/yaml/reader.hpp"

namespace {

namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

std::string read(fs::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Strings that are `${ ... }` from end to end, and those of the keys that take a bare expression.
void collect(skald::dsl::Node const& node, std::string_view key, Texts& found) {
  static constexpr std::string_view kBare[] = {"if",   "as",         "from",  "in",
                                               "when", "exceptWhen", "while", "until"};
  for (auto const& item : node.items) collect(item, key, found);
  for (auto const& entry : node.entries) collect(entry.value, entry.key.text(), found);
  auto text = node.text();
  if (text.starts_with("${") && text.ends_with("}")) {
    found.emplace_back(text.substr(2, text.size() - 3));
  } else if (!text.empty() &&
             std::find(std::begin(kBare), std::end(kBare), key) != std::end(kBare)) {
    found.emplace_back(text);
  }
}

void collect_document(std::string text, Texts& found) {
  auto const result = skald::dsl::read_yaml(std::move(text), "document");
  if (result.document) collect(result.document->root, {}, found);
}

// The documents between """ lines of a scenario file.
void collect_scenarios(std::string const& text, Texts& found) {
  constexpr std::string_view kQuotes = "\"\"\"";
  for (std::size_t at = text.find(kQuotes); at != std::string::npos;) {
    auto const begin = text.find('\n', at);
    auto const end = text.find(kQuotes, begin);
    if (end == std::string::npos) return;
    auto const last_line = text.rfind('\n', end);
    collect_document(text.substr(begin + 1, last_line - begin), found);
    at = text.find(kQuotes, end + kQuotes.size());
  }
}

Texts expressions(fs::path const& folder) {
  Texts found;
  for (auto const& entry : fs::recursive_directory_iterator(folder / "ows")) {
    if (entry.path().extension() == ".yaml") collect_document(read(entry.path()), found);
    if (entry.path().extension() == ".feature") collect_scenarios(read(entry.path()), found);
  }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  auto const* folder = argc > 1 ? argv[1] : std::getenv("SKALD_CONFORMANCE_DIR");
  if (folder == nullptr) {
    fmt::print(stderr, "jq_compile_bench: give the folder, or set SKALD_CONFORMANCE_DIR\n");
    return 2;
  }
  skald::jq::CompileOptions options;
  options.variables = {"context",  "input",   "output", "secrets", "authorization", "task",
                       "workflow", "runtime", "error",  "message", "color",         "index",
                       "pet",      "event",   "err",    "i",       "item"};
  Texts programs;
  for (auto& text : expressions(folder)) {
    // Names (`catch.as: error`) stand behind the same keys.
    if (skald::jq::compile(text, options)) programs.push_back(std::move(text));
  }
  double sum = 0;
  double slowest = 0;
  std::string worst;
  for (auto const& program : programs) {
    double const time = skald::bench::measure(
        0.02, [&] { static_cast<void>(skald::jq::compile(program, options)); });
    sum += time;
    if (time > slowest) worst = program;
    slowest = std::max(slowest, time);
  }
  if (programs.empty()) return 1;
  fmt::print("{} expressions, on average {:.2f} us, at most {:.2f} us:{}\n", programs.size(),
             sum / static_cast<double>(programs.size()) / 1e3, slowest / 1e3, worst);
  return 0;
}
