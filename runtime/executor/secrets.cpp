#include "runtime/executor/secrets.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/sealed.hpp"

namespace skald::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = std::size_t{1} << 20U;

// Nothing that could lead out of the folder.
bool is_name(std::string const& name) {
  return !name.empty() && name[0] != '.' && name.size() <= 128 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

Result<Json> value_of(std::string text, std::string const& where) {
  if (!is_valid_utf8(text)) {
    return Error{ErrorCode::invalid_argument, "the secret in " + where + " is not UTF-8 text", ""};
  }
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && text[first] == '{') {
    if (auto object = parse_json(text); object.ok()) return std::move(*object);
  }
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return Json(text);
}

Result<Json> read_file(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || in.bad()) {
    return Error{ErrorCode::io, "the secret in " + path.string() + " can not be read",
                 "check the rights of the file"};
  }
  if (text.view().size() > kLargest) {
    return Error{ErrorCode::too_large, "the secret in " + path.string() + " is over 1 MiB", ""};
  }
  return value_of(std::move(text).str(), path.string());
}

Result<Json> read_folder(fs::path const& folder) {
  Json object = Json::object();
  std::error_code error;
  for (auto const& entry : fs::directory_iterator(folder, error)) {
    auto const name = entry.path().filename().string();
    if (!is_name(name) || !entry.is_regular_file(error)) continue;
    auto value = read_file(entry.path());
    if (!value.ok()) return value;
    object.set(name, std::move(*value));
  }
  return object;
}

std::string variable_name(std::string const& prefix, std::string const& name) {
  std::string out = prefix;
  for (char const c : name) {
    if (c >= 'a' && c <= 'z') {
      out += static_cast<char>(c - 32);
    } else {
      out += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
  }
  return out;
}

}  // namespace

Result<Json> Secrets::read(std::string const& name) const {
  std::string looked;
  if (!is_name(name)) {
    return Error{ErrorCode::invalid_argument, "'" + name + "' can not be the name of a secret", ""};
  }
  if (!options_.dir.empty()) {
    auto const path = fs::path(options_.dir) / name;
    std::error_code error;
    if (fs::is_directory(path, error)) return read_folder(path);
    if (fs::exists(path, error)) return read_file(path);
    looked = "the file " + path.string();
  }
  if (!options_.env_prefix.empty()) {
    auto const variable = variable_name(options_.env_prefix, name);
    if (char const* value = std::getenv(variable.c_str())) {
      return value_of(value, "the variable " + variable);
    }
    looked += (looked.empty() ? "the variable " : " and the variable ") + variable;
  }
  return Error{ErrorCode::not_found, "there is no secret '" + name + "'",
               looked.empty() ? "give a folder of secrets: --secrets DIR" : "looked for " + looked};
}

Result<Opened> open_request(CallRequest& request, Secrets const& secrets) {
  Opened opened;
  auto const read = [&](std::string const& name) { return secrets.read(name); };
  auto const tell = [&](std::string_view secret, std::string shown) {
    opened.add(secret, std::move(shown));
  };
  for (Json* value : {&request.with, &request.undo}) {
    auto open = open_secrets(*value, read, tell);
    if (!open.ok()) return std::move(open).error();
    *value = std::move(*open);
  }
  return opened;
}

saga::Answer no_secret_answer(Error const& error) {
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::not_sent;
  answer.invalid = true;
  answer.status = 403;
  answer.message = error.hint.empty() ? error.message : error.message + "; " + error.hint;
  return answer;
}

}  // namespace skald::runtime
