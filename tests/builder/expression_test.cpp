#include "dsl/builder/expression.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "dsl/builder/value.hpp"

namespace {

struct Leg {
  std::string city;
  std::optional<int> nights;
};
struct Trip {
  std::string customer;
  double amount = 0;
  bool paid = false;
  Leg last;
  std::optional<Leg> next;
  std::vector<Leg> legs;
};
SKALD_DESCRIBE(Leg, city, nights)
SKALD_DESCRIBE(Trip, customer, amount, paid, last, next, legs)

}  // namespace

namespace skald {
namespace {

template <class T>
std::string text(Expr<T> const& expression) {
  return expression.code().text;
}

std::string text(Value const& value) {
  return to_text(dsl::to_json(value.node()));
}

auto const trip = input<Trip>();

TEST(Expression, ReachesMembersByPointers) {
  EXPECT_EQ(text(trip[&Trip::amount]), "$workflow.input.amount");
  EXPECT_EQ(text(trip[&Trip::last][&Leg::city]), "$workflow.input.last.city");
  EXPECT_EQ(text(trip[&Trip::next][&Leg::city]), "$workflow.input.next.city");
  EXPECT_EQ(text(trip[&Trip::legs][0][&Leg::nights]), "$workflow.input.legs[0].nights");
  EXPECT_EQ(text(data<Trip>()[&Trip::customer]), ".customer");
  EXPECT_EQ(text(input()["a b"]["c"]), "$workflow.input[\"a b\"].c");
}

TEST(Expression, Compares) {
  EXPECT_EQ(text(trip[&Trip::amount] > 5000), "$workflow.input.amount > 5000");
  EXPECT_EQ(text(trip[&Trip::customer] == "O\"Hara"), "$workflow.input.customer == \"O\\\"Hara\"");
  EXPECT_EQ(text(trip[&Trip::paid] == false), "$workflow.input.paid == false");
  EXPECT_EQ(text(1 <= trip[&Trip::amount]), "1 <= $workflow.input.amount");
  EXPECT_EQ(text(trip[&Trip::last][&Leg::nights] != 2), "$workflow.input.last.nights != 2");
  EXPECT_EQ(text(trip[&Trip::next] == nullptr), "$workflow.input.next == null");
  EXPECT_EQ(text(trip[&Trip::customer] == run_id()), "$workflow.input.customer == $workflow.id");
  EXPECT_EQ(text(context()["n"] >= 1.5), "$context.n >= 1.5");
}

TEST(Expression, PutsParenthesesWhereTheyAreNeeded) {
  auto const amount = trip[&Trip::amount];
  auto const paid = trip[&Trip::paid];
  EXPECT_EQ(text((amount + 1) * 2 > -3), "($workflow.input.amount + 1) * 2 > -3");
  EXPECT_EQ(text(amount - (amount - 1)), "$workflow.input.amount - ($workflow.input.amount - 1)");
  EXPECT_EQ(text(amount * -1), "$workflow.input.amount * (-1)");
  EXPECT_EQ(
      text(!(amount > 1) && (paid || paid)),
      "($workflow.input.amount > 1 | not) and ($workflow.input.paid or $workflow.input.paid)");
  EXPECT_EQ(text(expression<Trip>(".a | .b")[&Trip::paid]), "(.a | .b).paid");
}

TEST(Expression, FormatsTextsWithValuesInThem) {
  EXPECT_EQ(text(format("http://hotel.local/{}", run_id())),
            "\"http://hotel.local/\\($workflow.id)\"");
  EXPECT_EQ(text(format("{{{}}} \"{}\\{}", run_id(), 5, "x")),
            "\"{\\($workflow.id)} \\\"\\(5)\\\\\\(\"x\")\"");
}

TEST(Expression, PicksMembers) {
  EXPECT_EQ(text(pick(trip, &Trip::customer, &Trip::amount).expression()),
            "$workflow.input | {customer, amount}");
}

TEST(Value, IsMadeOfConstantsAndExpressions) {
  EXPECT_EQ(text(Value(Leg{"Oslo", {}})), R"({"city":"Oslo"})");
  EXPECT_EQ(text(object().field("id", run_id()).field("n", 1).field("none", nullptr)),
            R"({"id":"${ $workflow.id }","n":1,"none":null})");
  EXPECT_EQ(text(list("a", 1, run_id())), R"(["a",1,"${ $workflow.id }"])");
  EXPECT_EQ(text(pick(trip, &Trip::customer)), R"("${ $workflow.input | {customer} }")");
}

TEST(Value, AConstantIsNeverTakenForAnExpression) {
  EXPECT_EQ(text(Value("${ .a }")), R"("${ \"${ .a }\" }")");
}

TEST(Length, TakesTheLargestUnitWithoutAFraction) {
  using namespace std::chrono_literals;
  auto const json = [](Length const& length) { return to_text(dsl::to_json(length.node())); };
  EXPECT_EQ(json(days{3}), R"({"days":3})");
  EXPECT_EQ(json(200ms), R"({"milliseconds":200})");
  EXPECT_EQ(json(120s), R"({"minutes":2})");
  EXPECT_EQ(json(0ms), R"({"milliseconds":0})");
  EXPECT_EQ(json(500us), R"("PT0.0005S")");
}

}  // namespace
}  // namespace skald
