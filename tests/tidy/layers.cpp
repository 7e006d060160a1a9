#include <algorithm>
#include <map>
#include <string_view>

#include "tests/tidy/rules.hpp"

namespace skald::tidy {
namespace {

struct Layer {
  std::string folder;
  std::vector<std::string> may;  // folders, sub-folders included; "-x" takes one out
};

// docs/ARCHITECTURE.md 1, longest folder first. A folder may always use itself.
std::vector<Layer> const& layers() {
  static std::vector<std::string> const below = {"base", "dsl", "compiler", "saga",
                                                 "-saga/participant"};
  static auto const with = [](std::vector<std::string> more) {
    more.insert(more.begin(), below.begin(), below.end());
    return more;
  };
  static std::vector<Layer> const table = {
      {"saga/participant", {"base"}},
      {"compiler/graph", {"base", "dsl/jq"}},
      {"dsl/jq", {"base"}},
      {"runtime/machine", {"base", "dsl/jq", "compiler/graph", "saga", "-saga/participant"}},
      {"runtime/codec", with({"runtime/machine"})},
      {"runtime/journal", with({"runtime/machine", "runtime/codec"})},
      {"runtime/index", with({"runtime/machine", "runtime/codec", "runtime/view"})},
      {"runtime/executor", with({})},
      {"runtime/engine", with({"runtime", "-runtime/api", "-runtime/client", "-runtime/cli"})},
      {"runtime/view", with({"runtime", "-runtime/api", "-runtime/client", "-runtime/cli"})},
      {"runtime/api", with({"runtime", "-runtime/client", "-runtime/cli"})},
      {"runtime/client", {"base", "dsl", "compiler", "saga", "runtime", "-runtime/cli"}},
      {"runtime", {"base", "dsl", "compiler", "saga", "runtime"}},
      {"compiler", {"base", "dsl", "compiler/graph", "saga", "-saga/participant"}},
      {"saga", {"base", "compiler/graph"}},
      {"dsl", {"base"}},
      {"base", {}},
  };
  return table;
}

bool inside(std::string const& path, std::string const& folder) {
  return path.rfind(folder + "/", 0) == 0;
}

bool allowed(Layer const& layer, std::string const& path) {
  if (inside(path, layer.folder)) return true;
  bool found = false;
  for (std::string const& folder : layer.may) {
    if (folder.front() == '-' ? inside(path, folder.substr(1)) : inside(path, folder)) {
      if (folder.front() == '-') return false;
      found = true;
    }
  }
  return found;
}

bool is_ours(Include const& include) {
  static std::set<std::string> const folders = {"base",    "dsl",   "compiler", "saga",
                                                "runtime", "tests", "examples", "skald"};
  return include.quoted && folders.count(include.path.substr(0, include.path.find('/'))) > 0;
}

// Include paths of a library begin with one of these.
struct Home {
  std::string library;
  std::vector<std::string> prefixes;
  std::vector<std::string> folders;
};

std::vector<Home> const& homes() {
  static std::vector<Home> const table = {
      {"Boost.Spirit", {"boost/spirit"}, {"dsl/jq"}},
      {"Boost.JSON", {"boost/json"}, {"base"}},
      {"Boost.Beast", {"boost/beast"}, {"runtime/executor", "runtime/api"}},
      {"Boost.Asio", {"boost/asio"}, {"runtime/executor", "runtime/api", "runtime/engine"}},
      {"yaml-cpp", {"yaml-cpp/"}, {"dsl/yaml"}},
      {"RocksDB", {"rocksdb/"}, {"runtime/index", "saga/participant/rocksdb"}},
      {"libpq", {"libpq-fe.h"}, {"saga/participant/postgres"}},
      {"protobuf", {"google/protobuf"}, {"runtime/codec", "runtime/journal"}},
      {"SQLite", {"sqlite3.h"}, {"saga/participant", "runtime/sql"}},
      {"cpp-httplib", {"httplib.h"}, {"runtime/client", "runtime/feature"}},
      {"CLI11", {"CLI/"}, {"runtime/cli"}},
      {"oniguruma", {"oniguruma.h", "onig"}, {"dsl/jq", "base"}},
      {"valijson", {"valijson/"}, {"base"}},
      {"prometheus-cpp", {"prometheus/"}, {"runtime/api", "runtime/engine"}},
  };
  return table;
}

bool begins(std::string const& path, std::vector<std::string> const& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string const& prefix) { return path.rfind(prefix, 0) == 0; });
}

bool is_third_party(std::string const& path) {
  static std::vector<std::string> const others = {"boost/", "fmt/",   "spdlog/", "openssl/",
                                                  "sodium", "zstd.h", "isa-l",   "isal"};
  if (begins(path, others)) return true;
  return std::any_of(homes().begin(), homes().end(),
                     [&](Home const& home) { return begins(path, home.prefixes); });
}

// The installed name of a header of include/ is <skald/x.hpp>.
std::string target_of(Include const& include) {
  return inside(include.path, "skald") ? "include/" + include.path : include.path;
}

}  // namespace

Findings check_layers(SourceFile const& file) {
  auto const layer = std::find_if(layers().begin(), layers().end(), [&](Layer const& candidate) {
    return file.under(candidate.folder);
  });
  Findings findings;
  if (layer == layers().end()) return findings;
  for (Include const& include : file.includes) {
    if (!is_ours(include) || allowed(*layer, include.path)) continue;
    findings.push_back({file.path, include.line, "layers",
                        layer->folder + "/ may not include \"" + include.path + "\""});
  }
  return findings;
}

Findings check_homes(SourceFile const& file) {
  Findings findings;
  for (std::string const free : {"tests", "examples", "bench"}) {
    if (file.under(free)) return findings;
  }
  for (Include const& include : file.includes) {
    for (Home const& home : homes()) {
      bool const at_home =
          std::any_of(home.folders.begin(), home.folders.end(),
                      [&](std::string const& folder) { return file.under(folder); });
      if (at_home || !begins(include.path, home.prefixes)) continue;
      findings.push_back({file.path, include.line, "homes",
                          home.library + " is included only in " + home.folders.front() + "/"});
    }
  }
  return findings;
}

Findings check_public_headers(std::vector<SourceFile> const& files) {
  std::map<std::string, SourceFile const*> by_path;
  std::vector<SourceFile const*> open;
  for (SourceFile const& file : files) {
    by_path[file.path] = &file;
    if (file.under("include")) open.push_back(&file);
  }
  Findings findings;
  std::set<SourceFile const*> seen(open.begin(), open.end());
  while (!open.empty()) {
    SourceFile const& file = *open.back();
    open.pop_back();
    for (Include const& include : file.includes) {
      if (is_third_party(include.path)) {
        findings.push_back({file.path, include.line, "public-headers",
                            "a header that users see includes <" + include.path + ">"});
      }
      auto const found = by_path.find(target_of(include));
      if (found != by_path.end() && seen.insert(found->second).second)
        open.push_back(found->second);
    }
  }
  return findings;
}

}  // namespace skald::tidy
