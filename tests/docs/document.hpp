#pragma once

// The runnable examples of a Markdown document: fenced blocks whose info string has a second word
// (docs/testing.md).

#include <cstddef>
#include <string>
#include <vector>

namespace skald::docs {

struct Block {
  std::size_t line = 0;  // of its first line, 1-based
  std::string language;  // "sh"
  std::string action;    // "test", "check", "run", "output", or "file"
  std::string argument;  // file=NAME, exit=N: what follows the '='
  std::string text;
};

std::vector<Block> runnable_blocks(std::string const& markdown);

// A transcript's commands with the output that each must have.
struct Command {
  std::size_t line = 0;
  std::string text;
  std::string expected;
};

// The commands of a block with "$ " lines; empty when it has none and is a plain script.
std::vector<Command> transcript(Block const& block);

// True when `output` is `expected`, where "..." stands for anything.
bool matches(std::string const& expected, std::string const& output);

}  // namespace skald::docs
