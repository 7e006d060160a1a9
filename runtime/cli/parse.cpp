// The only file that includes CLI11: it turns the table of commands into a parser.

#include "runtime/cli/parse.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <ostream>

#include "dsl/diagnostic.hpp"
#include "runtime/cli/command.hpp"

namespace skald::cli {
namespace {

// Options that stand on every command.
struct Common {
  std::string format = "table";
  std::string colour = "auto";
  std::string server = default_server();

  static std::string default_server() {
    char const* value = std::getenv("SKALD_SERVER");
    return value != nullptr && *value != '\0' ? value : "http://127.0.0.1:8080";
  }
};

class OptionBuilder {
 public:
  OptionBuilder(CLI::App& app, Option const& option) : app_(app), option_(option) {}

  void build() {
    auto* made = std::visit(*this, option_.target);
    if (option_.required) {
      made->required();
      // An unset variable of a script must not be taken for "all".
      made->check([](std::string const& given) {
        return given.empty() ? std::string("must not be empty") : std::string();
      });
    }
    if (!option_.choices.empty()) made->check(CLI::IsMember(option_.choices));
    if (!std::holds_alternative<bool*>(option_.target)) made->type_name(option_.value);
    made->option_text(text());
  }

  CLI::Option* operator()(bool* target) const {
    return app_.add_flag(option_.names, *target, option_.help);
  }
  CLI::Option* operator()(std::vector<std::string>* target) const {
    auto* made = app_.add_option(option_.names, *target, option_.help);
    // "--rewrite A --rewrite B", never "--rewrite A B": what follows may be a positional.
    if (option_.names.front() == '-') made->expected(1)->take_all()->allow_extra_args(false);
    return made;
  }
  template <class T>
  CLI::Option* operator()(T* target) const {
    return app_.add_option(option_.names, *target, option_.help);
  }

 private:
  std::string text() const {
    if (option_.names.front() != '-' || std::holds_alternative<bool*>(option_.target)) return "";
    std::string result = option_.value;
    for (std::size_t i = 0; i < option_.choices.size(); ++i) {
      result = (i == 0 ? "" : result + "|") + option_.choices[i];
    }
    return result;
  }

  CLI::App& app_;
  Option const& option_;
};

void add_common(CLI::App& app, Command const& command, Common& common) {
  if (command.prints_data) {
    app.add_option("-o,--output", common.format, "How data is printed")
        ->check(CLI::IsMember({"table", "json", "jsonl", "yaml"}))
        ->option_text("table|json|jsonl|yaml");
  }
  app.add_option("--color", common.colour, "Colours: auto, always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->option_text("WHEN");
  if (command.on_server) {
    app.add_option("--server", common.server, "The server to speak to (SKALD_SERVER)")
        ->option_text("URL");
  }
}

void add_command(CLI::App& root, Command const& command, Common& common) {
  auto* app = root.add_subcommand(command.name, command.summary);
  app->group(command.group);
  for (auto const& option : command.options) OptionBuilder(*app, option).build();
  add_common(*app, command, common);
  if (!command.details.empty()) app->footer(command.details);
}

void apply(Common const& common, Console& console) {
  if (common.format == "json") console.set_format(Format::json);
  if (common.format == "jsonl") console.set_format(Format::jsonl);
  if (common.format == "yaml") console.set_format(Format::yaml);
  if (common.colour != "auto") console.set_colour(common.colour == "always");
  console.set_server(common.server);
}

// The nearest command to a word that is none.
std::string suggestion(std::vector<Command> const& commands, int count,
                       char const* const* arguments) {
  if (count < 2) return {};
  std::vector<std::string_view> names;
  for (auto const& command : commands) names.push_back(command.name);
  std::string_view const word = arguments[1];
  for (auto const name : names) {
    if (name == word) return {};
  }
  auto const near = word.starts_with('-') ? std::string_view{} : dsl::nearest(word, names);
  return near.empty() ? std::string{} : "did you mean 'skald " + std::string(near) + "'?";
}

Exit usage_error(Console& console, CLI::App const& root, CLI::ParseError const& error,
                 std::string hint) {
  auto const used = root.get_subcommands();
  if (hint.empty()) {
    hint = "skald " + (used.empty() ? "" : used.front()->get_name() + " ") + "--help";
  }
  return console.fail({ErrorCode::invalid_argument, error.what(), hint});
}

}  // namespace

int run_command_line(int count, char const* const* arguments, Console& console) {
  auto const commands = all_commands();
  Common common;
  CLI::App root("Workflows and sagas that survive everything", "skald");
  root.require_subcommand(1);
  root.get_formatter()->column_width(34);
  root.set_version_flag("--version", "skald " SKALD_VERSION);
  for (auto const& command : commands) add_command(root, command, common);
  try {
    root.parse(count, arguments);
  } catch (CLI::Success const& success) {
    return root.exit(success, console.out(), console.err());
  } catch (CLI::ParseError const& error) {
    if (count < 2) {
      console.err() << root.help();
      return static_cast<int>(Exit::usage);
    }
    return static_cast<int>(
        usage_error(console, root, error, suggestion(commands, count, arguments)));
  }
  apply(common, console);
  auto const& name = root.get_subcommands().front()->get_name();
  for (auto const& command : commands) {
    if (command.name == name) return static_cast<int>(command.run(console));
  }
  return static_cast<int>(Exit::usage);
}

}  // namespace skald::cli
