#include <gtest/gtest.h>

#include "examples/holiday-booking/booking.hpp"
#include "tests/builder/parity.hpp"

namespace skald {
namespace {

TEST(HolidayBooking, IsTheSameInYamlAndInCpp) {
  testing::expect_same(travel::holiday_booking(), "examples/holiday-booking/holiday-booking.yaml");
}

TEST(HolidayBooking, NamesTheLinesOfTheCppFile) {
  Workflow const built = travel::holiday_booking();
  dsl::Node const* const list = built.document().root.get("do");
  ASSERT_NE(list, nullptr);
  dsl::Node const& approval = list->items[1].entries[0].value;
  dsl::Span const condition = approval.find("if")->key.span;
  ASSERT_NE(condition.source, nullptr);
  EXPECT_TRUE(condition.source->name.ends_with("booking.cpp")) << condition.source->name;
  EXPECT_EQ(condition.column, 0U);
  EXPECT_GE(condition.line, approval.span.line);
  EXPECT_LE(condition.line, approval.span.line + 3);
  EXPECT_TRUE(built.functions().empty());
}

}  // namespace
}  // namespace skald
