// The barrier under every interleaving of an action, its undo and their duplicates, on every
// database that has an adapter. The parts of a call that can be interleaved: before it begins,
// before its work, between its work and its commit.

#include <gtest/gtest.h>

#include "tests/participant/schedule.hpp"
#include "tests/participant/shop.hpp"

namespace skald::participant {
namespace {

// One call of a scenario: 'a' books, 'u' cancels, 'f' books but crashes before its commit.
struct Told {
  char call = 'a';
  bool undone_before = false;  // some cancel had been answered when this call began
  Result<Outcome> outcome = Error{};
};

class EveryOrder : public testing::TestWithParam<std::unique_ptr<ShopDatabase> (*)()> {
 protected:
  // Runs the calls in every order; gives the number of orders.
  int explore(std::string const& calls) {
    int orders = 0;
    std::vector<Choice> choices;
    do {
      run(calls, calls + std::to_string(++orders), choices);
    } while (!HasFailure() && next_schedule(choices));
    return orders;
  }

 private:
  void run(std::string const& calls, std::string const& id, std::vector<Choice>& choices) {
    std::vector<Told> told(calls.size());
    Schedule schedule(choices);
    bool undone = false;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (shops_.size() <= i) shops_.push_back(database_->connect());
      told[i].call = calls[i];
      schedule.add([&, i](Schedule::Gate& gate) {
        told[i].undone_before = undone;
        bool const through = call(*shops_[i], id, gate, told[i]);
        undone = undone || (through && told[i].call == 'u' && told[i].outcome.ok());
        return through;
      });
    }
    ASSERT_TRUE(schedule.run()) << "deadlock in " << id;
    check(calls, id, told);
  }

  static bool call(Shop& shop, std::string const& id, Schedule::Gate& gate, Told& told) {
    Shop::Hooks hooks;
    bool crashed = false;
    hooks.begun = [&] { gate.pass(); };
    hooks.written = [&]() -> Result<void> {
      gate.pass();
      crashed = told.call == 'f';
      if (crashed) return Error{ErrorCode::io, "crashed", ""};
      return {};
    };
    told.outcome = told.call == 'u' ? shop.cancel(id, hooks) : shop.book(id, hooks);
    return crashed || told.outcome.ok() || told.outcome.error().code != ErrorCode::overloaded;
  }

  void check(std::string const& calls, std::string const& id, std::vector<Told> const& told) {
    bool const undo = calls.find('u') != std::string::npos;
    auto& shop = *shops_.front();
    bool acted = false;
    for (auto const& each : told) {
      if (each.call == 'f' && !each.outcome.ok()) continue;
      ASSERT_TRUE(each.outcome.ok()) << id << ": " << each.outcome.error().message;
      auto const& outcome = *each.outcome;
      if (each.call == 'u') {
        EXPECT_EQ(outcome.reply.status, 200) << id;
      } else if (each.undone_before) {
        EXPECT_EQ(outcome.verdict, Verdict::late_action) << id;
      }
      acted = acted || outcome.verdict == Verdict::worked;
    }
    EXPECT_LE(shop.booked(id), 1) << id;
    EXPECT_LE(shop.cancelled(id), shop.booked(id)) << id;
    if (undo) {
      EXPECT_FALSE(shop.stands(id)) << id << ": an action after its undo has had an effect";
      EXPECT_EQ(shop.cancelled(id), shop.booked(id)) << id;
    } else {
      EXPECT_EQ(shop.stands(id), acted) << id;
    }
  }

  std::unique_ptr<ShopDatabase> database_ = GetParam()();
  std::vector<std::unique_ptr<Shop>> shops_;
};

// With the fewest orders each scenario has, so that a gate that is lost is noticed. How many there
// are depends on what a database locks.
TEST_P(EveryOrder, NoActionAfterItsUndoHasAnEffectAndNoWorkRunsTwice) {
  struct Scenario {
    char const* calls;
    int orders;
  };
  for (auto const& [calls, orders] : {Scenario{"aa", 8},
                                      {"au", 5},
                                      {"uu", 2},
                                      {"fa", 8},
                                      {"fu", 5},
                                      {"aau", 200},
                                      {"auu", 100},
                                      {"fau", 200},
                                      {"fuu", 50}}) {
    EXPECT_GE(explore(calls), orders) << calls;
    if (HasFailure()) return;
  }
}

std::string name_of(testing::TestParamInfo<std::unique_ptr<ShopDatabase> (*)()> const& info) {
  constexpr char const* kNames[] = {"Sqlite", "Postgres", "RocksDb"};
  return kNames[info.index];
}

INSTANTIATE_TEST_SUITE_P(Databases, EveryOrder,
                         testing::Values(&sqlite_database, &postgres_database, &rocksdb_database),
                         name_of);

}  // namespace
}  // namespace skald::participant
