#include "runtime/executor/targets.hpp"

#include <gtest/gtest.h>

namespace skald::runtime {
namespace {

TEST(Targets, RewriteAPrefix) {
  TargetTable const table({{"http://hotel.local", "http://127.0.0.1:8081", 4},
                           {"http://hotel.local/v2/", "https://other/", 0},
                           {"https://pay.local", "", 7}});
  EXPECT_EQ(table.find("http://hotel.local/a?b").url, "http://127.0.0.1:8081/a?b");
  EXPECT_EQ(table.find("HTTP://Hotel.Local/a").url, "http://127.0.0.1:8081/a");
  EXPECT_EQ(table.find("http://hotel.local").url, "http://127.0.0.1:8081");
  EXPECT_EQ(table.find("http://hotel.local?x").url, "http://127.0.0.1:8081?x");
  EXPECT_EQ(table.find("http://hotel.local/v2/x").url, "https://other/x");
  EXPECT_EQ(table.find("https://pay.local/x").url, "https://pay.local/x");
  EXPECT_EQ(table.find("https://pay.local/x").index, 2U);
}

TEST(Targets, EndAtABoundary) {
  TargetTable const table({{"http://hotel.local", "http://127.0.0.1:1", 0}});
  EXPECT_EQ(table.find("http://hotel.local.evil.example/x").index, TargetTable::kNone);
  EXPECT_EQ(table.find("http://hotel.local:8080/x").index, TargetTable::kNone);
  EXPECT_EQ(table.find("https://hotel.local/x").index, TargetTable::kNone);
}

TEST(Targets, ParseARewrite) {
  auto const target = parse_rewrite("http://a=http://127.0.0.1:1");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->to, "http://127.0.0.1:1");
  EXPECT_FALSE(parse_rewrite("http://a").ok());
  EXPECT_FALSE(parse_rewrite("http://a=nonsense").ok());
}

}  // namespace
}  // namespace skald::runtime
