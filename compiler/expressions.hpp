#pragma once

// Texts of a document as compiled expressions and templates. Reports what is wrong with them under
// the right character of the document, and finds the tasks that $tasks names.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema_paths.hpp"
#include "compiler/scope.hpp"

namespace skald::compiler {

// How an expression reads the output of a task: $tasks.hotel, $tasks["my-hotel"].
std::string task_output(std::string_view name);

class Expressions {
 public:
  Expressions(Outline const& outline, Report& report)
      : outline_(outline), report_(report), used_(outline.tasks.size(), false) {
    auto const* evaluate = outline.document->root.get("evaluate");
    auto const* mode = evaluate != nullptr ? evaluate->get("mode") : nullptr;
    loose_ = mode != nullptr && mode->text() == "loose";
  }

  // A text that is an expression, with or without ${ } around it: `if`, `when`, `in`, ...
  std::optional<graph::Expression> bare(dsl::Node const& node, Site const& site);

  // The same where it decides something: an assignment is hardly what is meant.
  std::optional<graph::Expression> condition(dsl::Node const& node, Site const& site);

  // Any value; of its texts, those that are ${ ... } as a whole are expressions.
  graph::Template value(dsl::Node const& node, Site const& site);

  // `from` and `as`: a bare expression, or a map of values.
  graph::Template bare_or_map(dsl::Node const& node, Site const& site);

  // An expression made from a value: a list in `for.in`.
  std::optional<graph::Expression> as_expression(dsl::Node const& node, Site const& site);

  // The value as the text of a jq program.
  std::string program_text(dsl::Node const& node) const;

  // An expression whose text the compiler made of the node: a URI template.
  std::optional<graph::Expression> generated(std::string const& text, dsl::Node const& node,
                                             Site const& site);

  // Some expression reads more of $workflow.definition than its header, or $task.definition.
  bool reads_definition() const { return reads_definition_; }
  bool reads_secrets() const { return reads_secrets_; }

  // The task is read by some expression.
  bool used(graph::TaskIndex task) const { return used_[task.value]; }

 private:
  struct Text {
    std::string_view program;  // what jq sees
    std::size_t offset = 0;    // where it begins in the node's text
    bool generated = false;    // not a part of the node's text
  };

  // A piece of a program; its span is only looked for when something is wrong with it.
  struct Place {
    Text text;
    dsl::Node const& node;
    jq::Span part;
  };

  dsl::Span span(Place const& place);

  // The field of a use in the program: `hotel` in $tasks.hotel, $tasks["hotel"].
  static jq::Span field_of(jq::VariableUse const& use, std::string_view program);

  static Text inside(std::string_view text);
  // Before there is a run, hardly a variable has a value.
  bool check_scheduled(jq::VariableUse const& use, Place const& place, Site const& site);
  std::optional<graph::Expression> compile(Text text, dsl::Node const& node, Site const& site);
  std::string expression_hint(jq::CompileError const& error, Text text, dsl::Node const& node,
                              Site const& site) const;
  std::string name_hint(std::string const& name, jq::CompileError const& error, Text text,
                        Site const& site) const;
  void report_errors(std::vector<jq::CompileError> const& errors, Text text, dsl::Node const& node,
                     Site const& site, std::vector<std::string> const& variables);
  bool check_use(jq::VariableUse const& use, Place const& place, Site const& site);
  bool check_secret(jq::VariableUse const& use, Place const& place);
  void check_value(jq::VariableUse const& use, Place const& place, Site const& site);
  std::optional<graph::TaskIndex> task_use(jq::VariableUse const& use, Place const& place,
                                           Site const& site);
  void no_task(TaskLookup const& lookup, std::string const& name, dsl::Span const& span,
               Site const& site);
  bool is_filter_call(std::string_view text, Site const& site) const;
  void check_text(dsl::Node const& node, Site const& site);
  graph::Template loose(dsl::Node const& node, Site const& site);
  std::vector<std::string> variables_at(Site const& site) const;
  void check_properties(graph::Expression const& expression, Text text, dsl::Node const& node,
                        Site const& site);
  void check_members(jq::VariableUse const& use, Text text, dsl::Node const& node,
                     Site const& site);
  dsl::Node const* schema_of(jq::VariableUse const& use, graph::Expression const& expression,
                             Site const& site) const;
  dsl::Node const* schema_of_input(Site const& site) const;
  void check_condition_on_error(graph::Expression const& expression, Text text,
                                dsl::Node const& node, Site const& site);
  void report_missing(dsl::Node const& schema, std::vector<PathStep> const& path, Text text,
                      dsl::Node const& node);

  Outline const& outline_;
  Report& report_;
  std::vector<bool> used_;
  bool reads_secrets_ = false;
  bool reads_definition_ = false;
  bool loose_ = false;
  // Findings that are placed to the character, and get suggestions.
  static constexpr int kMostSpans = 200;
  int spans_ = 0;
};

}  // namespace skald::compiler
