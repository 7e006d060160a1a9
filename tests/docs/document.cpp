#include "tests/docs/document.hpp"

#include <sstream>

namespace skald::docs {
namespace {

std::string trimmed(std::string const& text) {
  std::size_t const end = text.find_last_not_of(" \t\n");
  return end == std::string::npos ? "" : text.substr(0, end + 1);
}

Block block_of(std::string const& info, std::size_t line) {
  std::istringstream words(info);
  Block block;
  block.line = line;
  std::string word;
  words >> block.language;
  while (words >> word) {
    std::size_t const equals = word.find('=');
    std::string const name = word.substr(0, equals);
    if (name != "exit") block.action = name;
    if (equals != std::string::npos) block.argument = word.substr(equals + 1);
  }
  return block;
}

}  // namespace

std::vector<Block> runnable_blocks(std::string const& markdown) {
  std::vector<Block> blocks;
  std::istringstream lines(markdown);
  std::string line;
  bool inside = false;
  Block block;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.rfind("```", 0) != 0) {
      if (inside) block.text += line + "\n";
      continue;
    }
    if (inside && !block.action.empty()) blocks.push_back(block);
    inside = !inside;
    if (inside) block = block_of(line.substr(3), number + 1);
  }
  return blocks;
}

std::vector<Command> transcript(Block const& block) {
  std::vector<Command> commands;
  std::istringstream lines(block.text);
  std::string line;
  for (std::size_t number = block.line; std::getline(lines, line); ++number) {
    if (line.rfind("$ ", 0) == 0) {
      commands.push_back({number, line.substr(2), ""});
    } else if (!commands.empty() && commands.back().text.ends_with('\\') &&
               commands.back().expected.empty()) {
      commands.back().text += "\n" + line;
    } else if (!commands.empty()) {
      commands.back().expected += line + "\n";
    }
  }
  return commands;
}

bool matches(std::string const& expected, std::string const& output) {
  std::string const pattern = trimmed(expected);
  std::string const text = trimmed(output);
  std::size_t at = 0;
  std::size_t begin = 0;
  for (;;) {
    std::size_t const gap = pattern.find("...", begin);
    bool const last = gap == std::string::npos;
    std::string const piece = pattern.substr(begin, last ? std::string::npos : gap - begin);
    if (begin == 0) {
      if (text.compare(0, piece.size(), piece) != 0) return false;
      at = piece.size();
      if (last) return at == text.size();
    } else if (last) {
      return text.size() >= at + piece.size() && text.ends_with(piece);
    } else {
      std::size_t const found = text.find(piece, at);
      if (found == std::string::npos) return false;
      at = found + piece.size();
    }
    begin = gap + 3;
  }
}

}  // namespace skald::docs
