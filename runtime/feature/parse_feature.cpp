#include <algorithm>
#include <array>

#include "runtime/feature/feature.hpp"

namespace skald::feature {
namespace {

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// What stands behind "Scenario:" when the line begins with it.
std::optional<std::string_view> behind(std::string_view line, std::string_view heading) {
  if (!line.starts_with(heading)) return std::nullopt;
  return trimmed(line.substr(heading.size()));
}

// The step's text behind its keyword. "And given ..." is "..." as well.
std::optional<std::string_view> step_text(std::string_view line) {
  static constexpr std::array<std::string_view, 6> kKeywords{"Given ", "When ", "Then ",
                                                             "And ",   "But ",  "* "};
  for (auto const keyword : kKeywords) {
    if (auto text = behind(line, keyword)) {
      return behind(*text, "given ").value_or(*text);
    }
  }
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::string_view text, std::string file) : rest_(text) { feature_.file = std::move(file); }

  Result<Feature> parse() {
    while (next_line()) {
      auto const line = trimmed(raw_);
      if (line.empty() || line.front() == '#') continue;
      if (line.starts_with("\"\"\"")) {
        SKALD_TRY(text_block());
      } else if (auto const text = step_text(line)) {
        SKALD_TRY(step(*text));
      } else {
        SKALD_TRY(heading(line));
      }
    }
    if (feature_.scenarios.empty()) return error("the file has no scenario");
    return std::move(feature_);
  }

 private:
  bool next_line() {
    if (rest_.empty()) return false;
    auto const end = rest_.find('\n');
    raw_ = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    return true;
  }

  Error error(std::string const& what) const {
    return {ErrorCode::invalid_argument, feature_.file + ":" + std::to_string(line_) + ": " + what,
            "docs/cli.md lists the steps and keywords that are known"};
  }

  Result<void> heading(std::string_view line) {
    if (auto const name = behind(line, "Feature:")) {
      feature_.name = *name;
      in_description_ = true;
    } else if (behind(line, "Background:")) {
      steps_ = &background_;
      in_description_ = true;
    } else if (line.starts_with("Scenario Outline:") || line.starts_with("Rule:")) {
      return error("scenario outlines and rules are not supported");
    } else if (auto const scenario = behind(line, "Scenario:")) {
      begin_scenario(*scenario);
    } else if (auto const example = behind(line, "Example:")) {
      begin_scenario(*example);
    } else if (line.front() == '@') {
      add_tags(line);
    } else if (!in_description_) {
      return error("this is neither a step nor a heading: '" + std::string(line) + "'");
    }
    return {};
  }

  void begin_scenario(std::string_view name) {
    feature_.scenarios.push_back({std::string(name), line_, std::move(tags_), background_});
    tags_.clear();
    steps_ = &feature_.scenarios.back().steps;
    in_description_ = true;
  }

  void add_tags(std::string_view line) {
    while (!line.empty()) {
      auto const end = std::min(line.find(' '), line.size());
      tags_.emplace_back(line.substr(0, end));
      line = trimmed(line.substr(end));
    }
  }

  // A description may hold any words, also "When "; steps only stand in scenarios.
  Result<void> step(std::string_view text) {
    if (steps_ == nullptr) {
      if (in_description_) return {};
      return error("a step stands outside of a scenario");
    }
    in_description_ = false;
    steps_->push_back({std::string(text), std::nullopt, line_});
    return {};
  }

  // Lines up to the closing quotes, less the indentation of the opening ones. The media type
  // behind those is YAML or JSON, which is YAML.
  Result<void> text_block() {
    if (steps_ == nullptr || steps_->empty()) return error("a text block without a step");
    auto const begin = line_;
    auto const indent = raw_.find_first_not_of(" \t");
    std::string block;
    while (next_line()) {
      if (trimmed(raw_).starts_with("\"\"\"")) {
        steps_->back().doc = std::move(block);
        return {};
      }
      auto const cut = std::min(indent, std::min(raw_.find_first_not_of(" \t"), raw_.size()));
      block += std::string(raw_.substr(cut)) + '\n';
    }
    line_ = begin;
    return error("the text block does not end");
  }

  std::string_view rest_;
  std::string_view raw_;
  std::uint32_t line_ = 0;
  Feature feature_;
  std::vector<Step> background_;
  std::vector<std::string> tags_;
  std::vector<Step>* steps_ = nullptr;
  bool in_description_ = false;
};

}  // namespace

Result<Feature> parse_feature(std::string_view text, std::string file) {
  return Parser(text, std::move(file)).parse();
}

}  // namespace skald::feature
