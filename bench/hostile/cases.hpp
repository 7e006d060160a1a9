#pragma once

// What somebody who means harm would send: each case runs to its end, whatever that is.

#include <functional>
#include <string>
#include <vector>

namespace skald::bench {

struct HostileCase {
  std::string name;
  std::function<void()> run;
};

std::vector<HostileCase> hostile_cases();

// Those that are whole workflows (workflow_cases.cpp).
void add_workflows(std::vector<HostileCase>& cases);

}  // namespace skald::bench
