#include "runtime/cli/outgoing.hpp"

#include <filesystem>

#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/workflow_file.hpp"
#include "runtime/engine/documents.hpp"

namespace skald::cli {

Result<void> Outgoing::apply(EngineOptions& settings) const {
  auto targets = parse_rewrites(rewrites);
  if (!targets) return std::move(targets).error();
  settings.targets = std::move(*targets);
  SKALD_TRY(add_limits(limits, settings.targets));
  std::error_code error;
  if (!secrets.empty() && !std::filesystem::is_directory(secrets, error)) {
    return Error{ErrorCode::invalid_argument, "--secrets: '" + secrets + "' is no folder",
                 "make it, with a file for each secret"};
  }
  settings.secrets = {secrets, secrets_env};
  return {};
}

Result<compiler::ResourceReader> Outgoing::documents(std::string const& file) const {
  EngineOptions settings;
  SKALD_TRY(apply(settings));
  return document_reader(settings, folder_of(file));
}

std::string Outgoing::words() const {
  std::string out;
  for (auto const& rewrite : rewrites) out += " --rewrite " + shell_word(rewrite);
  for (auto const& limit : limits) out += " --limit " + shell_word(limit);
  if (!secrets.empty()) out += " --secrets " + shell_word(secrets);
  if (!secrets_env.empty()) out += " --secrets-env " + shell_word(secrets_env);
  return out;
}

Command with_outgoing(Command command, Outgoing& outgoing) {
  command.options.push_back({.names = "--rewrite",
                             .target = &outgoing.rewrites,
                             .help = "Send calls of one URL prefix to another; may be repeated",
                             .value = "FROM=TO"});
  command.options.push_back({.names = "--limit",
                             .target = &outgoing.limits,
                             .help = "Of one URL prefix: requests at once, begun in a second",
                             .value = "FROM=N,N/s"});
  command.options.push_back({.names = "--secrets",
                             .target = &outgoing.secrets,
                             .help = "Folder with a file for each secret of a workflow",
                             .value = "DIR",
                             .file = true});
  command.options.push_back({.names = "--secrets-env",
                             .target = &outgoing.secrets_env,
                             .help = "Secrets from variables: PREFIX and the name in capitals",
                             .value = "PREFIX"});
  return command;
}

}  // namespace skald::cli
