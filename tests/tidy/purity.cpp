#include <algorithm>
#include <regex>

#include "tests/tidy/rules.hpp"

namespace skald::tidy {
namespace {

bool is_pure(SourceFile const& file) {
  return (file.under("saga") && !file.under("saga/participant")) || file.under("runtime/machine");
}

// Headers that bring clocks, threads, randomness or I/O.
bool is_banned(std::string const& include) {
  static std::set<std::string> const headers = {"chrono",
                                                "ctime",
                                                "time.h",
                                                "thread",
                                                "mutex",
                                                "shared_mutex",
                                                "atomic",
                                                "future",
                                                "random",
                                                "fstream",
                                                "iostream",
                                                "filesystem",
                                                "unistd.h",
                                                "cstdio",
                                                "stdio.h",
                                                "semaphore",
                                                "latch",
                                                "barrier",
                                                "condition_variable",
                                                "fcntl.h"};
  static std::vector<std::string> const prefixes = {
      "boost/",  "rocksdb/", "yaml-cpp/", "httplib.h",    "sqlite3.h", "google/",
      "spdlog/", "sys/",     "openssl/",  "fmt/chrono.h", "fmt/os.h"};
  return headers.count(include) > 0 ||
         std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string const& prefix) { return include.rfind(prefix, 0) == 0; });
}

std::regex const& banned_calls() {
  static std::regex const pattern(
      R"(std::(chrono|this_thread|jthread|thread|mutex|atomic|async|random_device|mt19937|getenv|time|rand|clock)\b)"
      R"(|\b(gettimeofday|clock_gettime|getrandom|getenv|usleep|nanosleep|fopen|printf)\s*\()"
      R"(|\b(rand|srand|time|clock)\s*\(\s*(nullptr|NULL|0)?\s*\))");
  return pattern;
}

// Names that are declared as unordered containers.
void collect_unordered(SourceFile const& file, std::set<std::string>& names) {
  static std::regex const declaration(
      R"(unordered_(?:multi)?(?:map|set)\s*<.*>\s*(?:const\s*)?[&*]?\s*(\w+)\s*[;={(),])");
  for (std::string const& line : file.code) {
    std::smatch match;
    if (std::regex_search(line, match, declaration)) names.insert(match[1]);
  }
}

void check_iteration(SourceFile const& file, std::set<std::string> const& names,
                     Findings& findings) {
  static std::regex const loop(R"(for\s*\(.*:\s*(?:\w+(?:\.|->))*(\w+)\s*\))");
  static std::regex const begin(R"((\w+)\s*(?:\.|->)\s*c?begin\s*\()");
  for (std::size_t line = 0; line < file.code.size(); ++line) {
    for (std::regex const* pattern : {&loop, &begin}) {
      std::smatch match;
      if (!std::regex_search(file.code[line], match, *pattern)) continue;
      if (names.count(match[1]) == 0) continue;
      findings.push_back({file.path, line + 1, "purity",
                          "iterates over the unordered container '" + match[1].str() +
                              "': its order is not the same everywhere"});
    }
  }
}

}  // namespace

Findings check_purity(std::vector<SourceFile> const& files) {
  Findings findings;
  std::set<std::string> unordered;
  for (SourceFile const& file : files) {
    if (is_pure(file)) collect_unordered(file, unordered);
  }
  for (SourceFile const& file : files) {
    if (!is_pure(file)) continue;
    for (Include const& include : file.includes) {
      if (!is_banned(include.path)) continue;
      findings.push_back(
          {file.path, include.line, "purity", "pure code may not include <" + include.path + ">"});
    }
    for (std::size_t line = 0; line < file.code.size(); ++line) {
      std::smatch match;
      if (!std::regex_search(file.code[line], match, banned_calls())) continue;
      findings.push_back(
          {file.path, line + 1, "purity", "pure code may not use " + match[0].str()});
    }
    check_iteration(file, unordered, findings);
  }
  return findings;
}

}  // namespace skald::tidy
