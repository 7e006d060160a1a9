#include "dsl/builder/function.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

struct Order {
  std::string city;
};
struct Booked {
  std::string id;
};
SKALD_DESCRIBE(Order, city)
SKALD_DESCRIBE(Booked, id)

}  // namespace

namespace skald {
namespace {

Result<Booked> book(StepContext const& context, Order const& order) {
  if (order.city == "Atlantis") return refused("no such city");
  if (order.city == "Pompeii") return Error{ErrorCode::unavailable, "buried", {}};
  if (order.city == "Babel") throw std::runtime_error("confusion");
  if (order.city == "Babylon") throw 1;
  return Booked{context.key + "/" + order.city};
}

Result<void> cancel(StepContext const&, Undo<Order, Booked> const& undo) {
  if (undo.input.city == "Oslo" && undo.output && undo.output->id == "7") return {};
  return refused(undo.output ? "has output" : "in doubt: " + undo.outcome);
}

StepContext context() {
  StepContext result;
  result.key = "k";
  return result;
}

Json order(char const* city) {
  return Json::object({{"city", city}});
}

TEST(StepFunction, GivesItsValueAsJson) {
  FunctionResult const result = make_function(&book)(context(), order("Oslo"), {});
  EXPECT_EQ(to_text(std::get<Returned>(result).value), R"({"id":"k/Oslo"})");
}

TEST(StepFunction, RefusesByItsOwnErrorCode) {
  Function const function = make_function(book);
  EXPECT_EQ(std::get<Refused>(function(context(), order("Atlantis"), {})).message, "no such city");
  EXPECT_EQ(std::get<Failed>(function(context(), order("Pompeii"), {})).error.message, "buried");
}

TEST(StepFunction, FailsWhenItThrows) {
  Function const function = make_function(&book);
  EXPECT_EQ(std::get<Failed>(function(context(), order("Babel"), {})).error.message,
            "the function threw: confusion");
  EXPECT_EQ(std::get<Failed>(function(context(), order("Babylon"), {})).error.message,
            "the function threw");
}

TEST(StepFunction, IsNotCalledWithInputThatDoesNotFit) {
  FunctionResult const result = make_function(&book)(context(), Json::object({{"city", 1}}), {});
  EXPECT_EQ(std::get<BadInput>(result).message, "'city' must be a string, but is number");
}

TEST(StepFunction, UndoSeesTheActionAndItsDoubt) {
  Function const function = make_function(&cancel);
  Json const known = Json::object({{"input", order("Oslo")},
                                   {"output", Json::object({{"id", "7"}})},
                                   {"outcome", "succeeded"},
                                   {"error", Json()}});
  EXPECT_TRUE(std::holds_alternative<Returned>(function(context(), {}, known)));
  Json const doubt =
      Json::object({{"input", order("Oslo")}, {"output", Json()}, {"outcome", "in doubt"}});
  EXPECT_EQ(std::get<Refused>(function(context(), {}, doubt)).message, "in doubt: in doubt");
}

TEST(StepFunction, MayBeALambdaWithoutCaptures) {
  RegisteredFunction const named =
      function("answer", [](StepContext const&) -> Result<int> { return 42; });
  EXPECT_EQ(named.name, "answer");
  EXPECT_NE(named.identity, nullptr);
  EXPECT_EQ(std::get<Returned>(named.function(context(), {}, {})).value.as_number(), 42);
}

}  // namespace
}  // namespace skald
