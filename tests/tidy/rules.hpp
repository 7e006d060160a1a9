#pragma once

// The rules of docs/STYLE and the architecture that a program can check. Each takes files and gives
// findings with file, line and rule. tidy_test.cpp runs them over the tree, rules_test.cpp over
// small wrong files.

#include <set>
#include <string>
#include <vector>

#include "tests/tidy/source_file.hpp"

namespace skald::tidy {

// Layers: a folder includes only what the table of the architecture allows.
Findings check_layers(SourceFile const& file);

// Homes: a third-party library is included only in the folders that are its home.
Findings check_homes(SourceFile const& file);

// Public headers: nothing reachable from include/skald/ includes a third party.
Findings check_public_headers(std::vector<SourceFile> const& files);

// Purity: saga/ (without participant/) and runtime/machine/ read no clock, start no thread, draw
// no random number, do no I/O and never iterate over an unordered container.
Findings check_purity(std::vector<SourceFile> const& files);

// Sizes: files of at most 800 lines, functions of at most 70.
Findings check_sizes(SourceFile const& file);

// Form: headers begin with #pragma once, includes are written from the root, nothing is left to be
// done.
Findings check_form(SourceFile const& file);

// Diagnostics: each code of diagnostics.def stands as [CODE] in some golden file.
Findings check_diagnostics(SourceFile const& definitions, std::set<std::string> const& golden);

}  // namespace skald::tidy
