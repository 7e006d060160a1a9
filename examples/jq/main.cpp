#include <iostream>
#include <skald/jq.hpp>

int main() {
  auto const total = skald::jq::compile(".items | map(.price * .qty) | add");
  if (!total) {
    std::cerr << total.errors.front().message << "\n";
    return 1;
  }
  auto const order = skald::parse_json(R"({"items": [{"price": 2.5, "qty": 4}]})");
  auto const result = skald::jq::evaluate_first(*total.program, *order);
  std::cout << skald::to_text(result.value) << "\n";  // 10
  return result ? 0 : 1;
}
