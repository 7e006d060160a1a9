// skald completion SHELL: prints the shell's completion script, made from the table of commands.

#include <fmt/format.h>

#include <ostream>

#include "runtime/cli/command.hpp"

namespace skald::cli {
namespace {

bool is_positional(Option const& option) {
  return option.names.front() != '-';
}

// "-i,--input" -> {"-i", "--input"}
std::vector<std::string> names_of(Option const& option) {
  std::vector<std::string> names;
  std::size_t start = 0;
  while (start <= option.names.size()) {
    auto const comma = std::min(option.names.find(',', start), option.names.size());
    names.push_back(option.names.substr(start, comma - start));
    start = comma + 1;
  }
  return names;
}

// The command's options with those that every command has.
std::vector<Option> options_of(Command const& command) {
  static bool ignored_flag = false;
  static std::string ignored_text;
  auto options = command.options;
  if (command.prints_data) {
    options.push_back({.names = "-o,--output",
                       .target = &ignored_text,
                       .help = "How data is printed",
                       .choices = {"table", "json", "jsonl", "yaml"}});
  }
  if (command.on_server) {
    options.push_back(
        {.names = "--server", .target = &ignored_text, .help = "The server to speak to"});
  }
  options.push_back({.names = "--color",
                     .target = &ignored_text,
                     .help = "Colours",
                     .choices = {"auto", "always", "never"}});
  options.push_back({.names = "-h,--help", .target = &ignored_flag, .help = "Help"});
  return options;
}

std::string joined(std::vector<std::string> const& words, char separator = ' ') {
  std::string result;
  for (auto const& word : words) result += (result.empty() ? "" : std::string(1, separator)) + word;
  return result;
}

std::string flags_of(Command const& command) {
  std::vector<std::string> all;
  for (auto const& option : options_of(command)) {
    if (is_positional(option)) continue;
    for (auto& name : names_of(option)) all.push_back(std::move(name));
  }
  return joined(all);
}

std::string bash_script(std::vector<Command> const& commands) {
  std::vector<std::string> names;
  std::string flags;
  std::string choices;
  for (auto const& command : commands) {
    names.push_back(command.name);
    flags += fmt::format("    {}) flags='{}' ;;\n", command.name, flags_of(command));
    for (auto const& option : options_of(command)) {
      if (option.choices.empty()) continue;
      for (auto const& name : names_of(option)) {
        choices += fmt::format("    {},{}) words='{}' ;;\n", command.name,
                               is_positional(option) ? "*" : name, joined(option.choices));
      }
    }
  }
  return fmt::format(R"(# bash completion of skald: source <(skald completion bash)
_skald() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local command=${{COMP_WORDS[1]}} flags='' words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{}' -- "$current"))
    return
  fi
  case $command in
{}  esac
  case $command,$before in
{}  esac
  if [ -n "$words" ] && [ "${{current#-}}" = "$current" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  elif [ "${{current#-}}" != "$current" ]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -o filenames -F _skald skald
)",
                     joined(names), flags, choices);
}

// Text between [ ] and : in zsh's option descriptions.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (c == '[' || c == ']' || c == ':') result += '\\';
    result += c == '\'' ? ' ' : c;
  }
  return result;
}

std::string zsh_option(Option const& option, std::string const& name) {
  std::string action;
  if (!option.choices.empty()) action = fmt::format(":value:({})", joined(option.choices));
  if (option.file) action = ":file:_files";
  if (is_positional(option)) return fmt::format("'*{}'", action.empty() ? ":word:" : action);
  if (action.empty() && !std::holds_alternative<bool*>(option.target)) action = ":value:";
  return fmt::format("'{}[{}]{}'", name, zsh_text(option.help), action);
}

std::string zsh_script(std::vector<Command> const& commands) {
  std::string list;
  std::string cases;
  for (auto const& command : commands) {
    list += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.summary));
    std::string arguments;
    for (auto const& option : options_of(command)) {
      for (auto const& name : names_of(option)) arguments += " " + zsh_option(option, name);
    }
    cases += fmt::format("    {}) _arguments{} ;;\n", command.name, arguments);
  }
  return fmt::format(R"(#compdef skald
# zsh completion of skald: skald completion zsh > "${{fpath[1]}}/_skald"
_skald() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=${{words[2]}}
  shift words
  (( CURRENT-- ))
  case $command in
{}  esac
}}
if [ "$funcstack[1]" = "_skald" ]; then _skald "$@"; else compdef _skald skald; fi
)",
                     list, cases);
}

std::string fish_quoted(std::string_view text) {
  std::string result = "'";
  for (char const c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string fish_option(Command const& command, Option const& option) {
  auto line = fmt::format("complete -c skald -n '__fish_seen_subcommand_from {}'", command.name);
  if (!is_positional(option)) {
    for (auto const& name : names_of(option)) {
      line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    line += " -d " + fish_quoted(option.help);
    if (!std::holds_alternative<bool*>(option.target)) line += " -r";
  }
  if (option.file) return line + " -F\n";
  if (!option.choices.empty()) line += " -f -a " + fish_quoted(joined(option.choices));
  if (is_positional(option) && option.choices.empty()) return {};
  return line + "\n";
}

std::string fish_script(std::vector<Command> const& commands) {
  std::string out =
      "# fish completion of skald: skald completion fish | source\n"
      "complete -c skald -f\n";
  for (auto const& command : commands) {
    out += fmt::format("complete -c skald -n __fish_use_subcommand -a {} -d {}\n", command.name,
                       fish_quoted(command.summary));
    for (auto const& option : options_of(command)) out += fish_option(command, option);
  }
  return out;
}

}  // namespace

Command completion_command() {
  auto shell = std::make_shared<std::string>();
  auto const run = [shell](Console& console) {
    auto const commands = all_commands();
    if (*shell == "bash") console.out() << bash_script(commands);
    if (*shell == "zsh") console.out() << zsh_script(commands);
    if (*shell == "fish") console.out() << fish_script(commands);
    return Exit::ok;
  };
  return {.name = "completion",
          .summary = "Print the completion script of a shell",
          .group = "Other",
          .options = {{.names = "SHELL",
                       .target = shell.get(),
                       .help = "bash, zsh or fish",
                       .choices = {"bash", "zsh", "fish"},
                       .required = true}},
          .run = run,
          .details = "  source <(skald completion bash)"};
}

}  // namespace skald::cli
