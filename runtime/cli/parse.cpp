// The only file that includes CLI11: it turns the table of commands into a parser.

#include "runtime/cli/parse.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <ostream>

#include "dsl/diagnostic.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/examples.hpp"
#include "runtime/cli/foreign_words.hpp"

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
    if (std::holds_alternative<std::uint64_t*>(option_.target)) {
      made->check([range = option_.range](std::string const& given) { return off(range, given); });
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
  CLI::Option* operator()(Pairs* target) const {
    return app_.add_option(option_.names, *target, option_.help)
        ->take_all()
        ->allow_extra_args(false);
  }
  template <class T>
  CLI::Option* operator()(T* target) const {
    return app_.add_option(option_.names, *target, option_.help);
  }

 private:
  // What is wrong with a number; empty when nothing is.
  static std::string off(Range const& range, std::string const& given) {
    std::uint64_t number = 0;
    auto const* end = given.data() + given.size();
    auto const read = std::from_chars(given.data(), end, number);
    bool const whole = read.ec == std::errc() && read.ptr == end;
    if (whole && number >= range.least && number <= range.most) return {};
    return "'" + given + "' is not a number from " + std::to_string(range.least) + " to " +
           std::to_string(range.most);
  }

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
    std::vector<std::string> formats = {"table", "json", "jsonl", "yaml"};
    if (command.prints_findings) formats.emplace_back("sarif");
    std::string text;
    for (auto const& each : formats) text += (text.empty() ? "" : "|") + each;
    app.add_option("-o,--output", common.format, "How data is printed")
        ->check(CLI::IsMember(formats))
        ->option_text(text);
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
  auto footer = command.details;
  if (auto const example = example_of(command.name); !example.empty()) {
    footer += (footer.empty() ? "Example:\n  " : "\n\nExample:\n  ") + std::string(example);
  }
  app->footer(footer);
}

void apply(Common const& common, Console& console) {
  if (common.format == "json") console.set_format(Format::json);
  if (common.format == "jsonl") console.set_format(Format::jsonl);
  if (common.format == "yaml") console.set_format(Format::yaml);
  if (common.format == "sarif") console.set_format(Format::sarif);
  if (common.colour != "auto") console.set_colour(common.colour == "always");
  console.set_server(common.server);
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const& names,
                         std::string const& before, std::string otherwise) {
  std::vector<std::string_view> const candidates(names.begin(), names.end());
  auto const near = dsl::nearest(word, candidates);
  return near.empty() ? std::move(otherwise) : "did you mean '" + before + std::string(near) + "'?";
}

// The error of a first word that is no command; nothing when it is one.
std::optional<Error> unknown_command(std::vector<Command> const& commands, int count,
                                     char const* const* arguments) {
  std::string const word = count < 2 ? "" : arguments[1];
  if (word.empty() || word.starts_with('-')) return std::nullopt;
  std::vector<std::string> names;
  for (auto const& command : commands) names.push_back(command.name);
  if (std::find(names.begin(), names.end(), word) != names.end()) return std::nullopt;
  auto const foreign = instead_of_command(word);
  return Error{ErrorCode::invalid_argument, "there is no command '" + word + "'",
               !foreign.empty()
                   ? std::string(foreign)
                   : did_you_mean(word, names, "skald ", "'skald --help' lists the commands")};
}

std::vector<std::string> option_names(CLI::App const& app) {
  std::vector<std::string> names;
  for (auto const* option : app.get_options()) {
    for (auto const& name : option->get_snames()) names.push_back("-" + name);
    for (auto const& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// Words that the command does not know: an option first, for what follows one is taken for a word.
Error unknown_words(CLI::App const& app, std::string const& command) {
  auto words = app.remaining();
  std::erase(words, "--");
  auto const see = "'" + command + " --help' shows what it takes";
  auto const option = std::find_if(words.begin(), words.end(), [](std::string const& word) {
    return word.size() > 1 && word.front() == '-';
  });
  if (option == words.end()) {
    return {ErrorCode::invalid_argument,
            command + " does not know what to do with '" + (words.empty() ? "" : words[0]) + "'",
            see};
  }
  auto const name = option->substr(0, option->find('='));
  return {ErrorCode::invalid_argument, command + " has no option '" + name + "'",
          did_you_mean(name, option_names(app), "",
                       see + "; what begins with '-' and is no option goes behind '--'")};
}

Error usage_error(CLI::App const& root, CLI::ParseError const& error) {
  auto const used = root.get_subcommands();
  auto const& app = used.empty() ? root : *used.front();
  auto const command = used.empty() ? std::string("skald") : "skald " + app.get_name();
  if (dynamic_cast<CLI::ExtrasError const*>(&error) != nullptr) return unknown_words(app, command);
  return {ErrorCode::invalid_argument, error.what(), command + " --help"};
}

}  // namespace

int run_command_line(int count, char const* const* arguments, Console& console) {
  auto const commands = all_commands();
  Common common;
  CLI::App root("Workflows and sagas that survive everything", "skald");
  root.require_subcommand(1);
  root.get_formatter()->column_width(34);
  root.add_option("--server", common.server, "The server of the commands that speak to one")
      ->option_text("URL");
  root.set_version_flag("--version", "skald " SKALD_VERSION);
  for (auto const& command : commands) add_command(root, command, common);
  if (auto const unknown = unknown_command(commands, count, arguments)) {
    return static_cast<int>(console.fail(*unknown));
  }
  try {
    root.parse(count, arguments);
  } catch (CLI::Success const& success) {
    return root.exit(success, console.out(), console.err());
  } catch (CLI::ParseError const& error) {
    if (count < 2) {
      console.err() << root.help();
      return static_cast<int>(Exit::usage);
    }
    return static_cast<int>(console.fail(usage_error(root, error)));
  }
  apply(common, console);
  auto const& name = root.get_subcommands().front()->get_name();
  for (auto const& command : commands) {
    if (command.name == name) return static_cast<int>(command.run(console));
  }
  return static_cast<int>(Exit::usage);
}

}  // namespace skald::cli
