#include "runtime/view/draw_run.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/support/golden.hpp"

namespace skald::view {
namespace {

using skald::testing::GoldenCase;
using skald::testing::GoldenOutput;

Time const kNow = parse_iso8601("2026-11-23T05:30:07Z").value();

static bool const drawings_golden =
    skald::testing::golden("DrawRunGolden", "draw", [](GoldenCase const& file) -> GoldenOutput {
      auto const view = parse_json(file.input);
      if (!view) return {view.error().message, true};
      return {draw_run(*view, {.width = 110, .now = kNow}), false};
    });

TEST(DrawRun, CountsWhatIsTooMuchToDraw) {
  Json steps = Json::array();
  for (int i = 0; i < 1000; ++i) {
    steps.push_back(Json::object({{"activation", i}, {"task", fmt::format("t{}", i)}}));
  }
  auto const text = draw_run(Json::object({{"id", "r"}, {"steps", steps}}));
  EXPECT_NE(text.find("… 990 more"), std::string::npos) << text;
  EXPECT_NE(text.find("t999"), std::string::npos);
  EXPECT_EQ(text.find("t500"), std::string::npos);
}

TEST(DrawRun, ColoursOnlyOnRequest) {
  auto const view = Json::object({{"id", "r"}, {"status", "completed"}});
  EXPECT_EQ(draw_run(view).find('\033'), std::string::npos);
  EXPECT_NE(draw_run(view, {.colour = true}).find('\033'), std::string::npos);
}

TEST(DrawRun, AWidthOfZeroCutsNothing) {
  std::string const long_text(200, 'x');
  auto const step =
      Json::object({{"task", "hotel"}, {"error", Json::object({{"detail", long_text}})}});
  auto const view = Json::object({{"id", "r"},
                                  {"status", "completed"},
                                  {"output", long_text},
                                  {"steps", Json::array({step})}});
  auto const whole = draw_run(view, {.width = 0});
  EXPECT_NE(whole.find(long_text), whole.rfind(long_text)) << whole;
  EXPECT_EQ(draw_run(view).find(long_text), std::string::npos);
}

TEST(DrawRun, TakesAnyJson) {
  for (auto const* text : {"null", "[]", "{}", "{\"steps\":7,\"unwinding\":{},\"error\":3}",
                           "{\"steps\":[1,{}],\"unwinding\":[null]}"}) {
    (void)draw_run(parse_json(text).value());
  }
}

TEST(ErrorText, NamesStatusTitleAndDetail) {
  EXPECT_EQ(
      error_text(parse_json(R"({"status":402,"title":"Payment Required","detail":"no"})").value()),
      "402 Payment Required: no");
  EXPECT_EQ(error_text(parse_json(R"({"type":"https://a/b/timeout"})").value()), "timeout");
}

TEST(ErrorText, NamesTheStatusOfAnAnswerOnce) {
  auto const words = [](std::string const& title, std::string const& detail) {
    return error_text(Json::object({{"status", 404}, {"title", title}, {"detail", detail}}));
  };
  EXPECT_EQ(words("Communication Error", "HTTP 404 Not Found"), "404 Not Found");
  EXPECT_EQ(words("Communication Error", "HTTP 404 Not Found: no car"), "404 Not Found: no car");
  EXPECT_EQ(words("Communication Error", "HTTP 404"), "404 Communication Error");
  EXPECT_EQ(words("No car", "HTTP 404 Not Found"), "404 No car: HTTP 404 Not Found");
}

}  // namespace
}  // namespace skald::view
