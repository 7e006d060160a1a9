// A participant needs the barrier and nothing else.

#include <skald/participant.hpp>

int main() {
  using namespace skald::participant;
  auto barrier = SqliteBarrier::open(":memory:").value();
  auto const work = [](SqliteTx&) -> skald::Result<Reply> { return Reply{201, "booked"}; };
  bool const worked = barrier.action({"a", ""}, work)->verdict == Verdict::worked;
  bool const once = barrier.action({"a", ""}, work)->verdict == Verdict::duplicate;
  return worked && once ? 0 : 1;
}
