// What every Index promises, on each implementation.

#include <gtest/gtest.h>

#include "runtime/index/memory_index.hpp"
#include "tests/index/index_fixture.hpp"

namespace skald::runtime::test {
namespace {

using Change = IndexChange;

class EachIndex : public testing::TestWithParam<bool> {
 protected:
  EachIndex() {
    if (GetParam()) {
      index_ = open_index(temporary_.path()).index;
    } else {
      index_ = std::make_unique<MemoryIndex>();
    }
  }

  std::vector<std::string> keys(IndexReader const& reader, IndexRange const& range) {
    std::vector<std::string> found;
    auto const count = reader.scan(range, [&](std::string_view key, std::string_view) {
      found.emplace_back(key);
      return true;
    });
    EXPECT_TRUE(count.ok());
    EXPECT_EQ(*count, found.size());
    return found;
  }

  TemporaryDir temporary_;
  std::unique_ptr<Index> index_;
};

using Keys = std::vector<std::string>;

TEST_P(EachIndex, BeginsEmptyWithNothingApplied) {
  EXPECT_EQ(index_->applied(), Lsn{0});
  EXPECT_FALSE(index_->get("a").value().has_value());
  EXPECT_TRUE(keys(*index_, {}).empty());
}

TEST_P(EachIndex, AppliesChangesWithTheirLsn) {
  ASSERT_TRUE(index_->apply({Change::put("a", "1"), Change::insert("b", "2")}, Lsn{7}).ok());
  EXPECT_EQ(index_->applied(), Lsn{7});
  EXPECT_EQ(index_->get("a").value(), "1");
  ASSERT_TRUE(index_->apply({Change::erase("a"), Change::put("b", "3")}, Lsn{9}).ok());
  EXPECT_FALSE(index_->get("a").value().has_value());
  EXPECT_EQ(index_->get("b").value(), "3");
  EXPECT_EQ(index_->applied(), Lsn{9});
}

TEST_P(EachIndex, ScansRangesInBothDirections) {
  IndexBatch batch;
  for (char const* key : {"run/1", "run/2", "run/3", "rum", "run0", "z", ""}) {
    batch.push_back(Change::put(key, "v"));
  }
  ASSERT_TRUE(index_->apply(batch, Lsn{1}).ok());
  EXPECT_EQ(keys(*index_, IndexRange::prefix("run/")), (Keys{"run/1", "run/2", "run/3"}));
  IndexRange back = IndexRange::prefix("run/");
  back.backwards = true;
  EXPECT_EQ(keys(*index_, back), (Keys{"run/3", "run/2", "run/1"}));
  back.limit = 2;
  EXPECT_EQ(keys(*index_, back), (Keys{"run/3", "run/2"}));
  IndexRange from;
  from.from = "run/3";
  EXPECT_EQ(keys(*index_, from), (Keys{"run/3", "run0", "z"}));
  EXPECT_EQ(keys(*index_, {}).size(), 7U);
  IndexRange nothing;
  nothing.from = "b";
  nothing.to = "a";
  EXPECT_TRUE(keys(*index_, nothing).empty());
}

TEST_P(EachIndex, EndsAScanWhenTheVisitorSaysSo) {
  ASSERT_TRUE(index_->apply({Change::put("a", ""), Change::put("b", "")}, Lsn{1}).ok());
  auto const count = index_->scan({}, [](std::string_view, std::string_view) { return false; });
  EXPECT_EQ(count.value(), 1U);
}

TEST_P(EachIndex, KeepsSnapshotsAsTheyWere) {
  ASSERT_TRUE(index_->apply({Change::put("a", "old")}, Lsn{1}).ok());
  auto const snapshot = index_->snapshot();
  ASSERT_TRUE(index_->apply({Change::put("a", "new"), Change::put("b", "")}, Lsn{2}).ok());
  EXPECT_EQ(snapshot->applied(), Lsn{1});
  EXPECT_EQ(snapshot->get("a").value(), "old");
  EXPECT_EQ(keys(*snapshot, {}), Keys{"a"});
  EXPECT_EQ(index_->get("a").value(), "new");
}

TEST_P(EachIndex, TakesAnyBytesAsKeys) {
  std::string const high("\xFF\xFF\x00z", 4);
  ASSERT_TRUE(index_->apply({Change::put(high, "1"), Change::put("m.applied", "2")}, Lsn{5}).ok());
  EXPECT_EQ(index_->get(high).value(), "1");
  EXPECT_EQ(index_->get("m.applied").value(), "2");
  EXPECT_EQ(index_->applied(), Lsn{5});
  EXPECT_EQ(keys(*index_, IndexRange::prefix("\xFF")), Keys{high});
}

INSTANTIATE_TEST_SUITE_P(Each, EachIndex, testing::Bool(),
                         [](auto const& which) { return which.param ? "Rocks" : "Memory"; });

}  // namespace
}  // namespace skald::runtime::test
