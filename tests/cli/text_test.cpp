#include <gtest/gtest.h>

#include <sstream>

#include "dsl/yaml/reader.hpp"
#include "runtime/cli/console.hpp"
#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/live_screen.hpp"
#include "runtime/cli/table.hpp"
#include "runtime/cli/yaml_text.hpp"

namespace skald::cli {
namespace {

TEST(YamlText, IsReadBackAsTheSame) {
  for (
      auto const* text :
      {R"({"a":1,"b":[1,[2,{"c":"x: y"}],{}],"d":{"e":[]},"no":"no","t":"true","n":"12","m":"a\nb"})",
       R"([{"a":[{"b":{"c":null}}]},"- x","# y","ü",true,1.5,"","/do/0/x"])", R"("plain words")",
       "7"}) {
    auto const value = parse_json(text).value();
    auto read = dsl::read_yaml(to_yaml(value), "y");
    ASSERT_TRUE(read.document.has_value()) << to_yaml(value) << dsl::render(read.diagnostics);
    EXPECT_EQ(to_text(dsl::to_json(read.document->root)), to_text(value)) << to_yaml(value);
  }
}

TEST(Table, AlignsColumnsAndCutsTrailingSpace) {
  Table table({});
  table.add_heading({"ID", "STATUS"});
  table.add({"trip-42", "ok"});
  table.add({"ü", ""});
  EXPECT_EQ(table.text(), "ID       STATUS\ntrip-42  ok\nü\n");
}

TEST(TimeSpan, TakesUnitsAndIso8601) {
  EXPECT_EQ(parse_time_span("500ms")->us, 500'000);
  EXPECT_EQ(parse_time_span("1.5s")->us, 1'500'000);
  EXPECT_EQ(parse_time_span("2m")->us, 120'000'000);
  EXPECT_EQ(parse_time_span("30")->us, 30'000'000);
  EXPECT_EQ(parse_time_span("PT1M")->us, 60'000'000);
  for (auto const* wrong : {"", "x", "5 parsecs", "-1s", "1e300d", "P1Y"}) {
    EXPECT_FALSE(parse_time_span(wrong).ok()) << wrong;
  }
}

TEST(LiveScreen, ReplacesWhatItDrewAndKeepsToTheScreen) {
  std::ostringstream out;
  LiveScreen screen(out, 10, 4);
  screen.draw("a\nb\n");
  EXPECT_EQ(out.str(), "a\nb\n");
  screen.draw("a\nb\n");
  EXPECT_EQ(out.str(), "a\nb\n");
  out.str("");
  screen.draw("1\n2\n3\n4\n");  // one row is left for the cursor
  EXPECT_EQ(out.str(), "\033[2A\r\033[J2\n3\n4\n");
  out.str("");
  screen.draw("x\n" + std::string(15, 'y') + "\n");  // wrapped: three rows in all
  EXPECT_EQ(out.str(), "\033[3A\r\033[Jx\n" + std::string(15, 'y') + "\n");
  out.str("");
  screen.clear();
  EXPECT_EQ(out.str(), "\033[3A\r\033[J");
}

TEST(Console, PrintsDataInTheFormatAskedFor) {
  auto const data = parse_json(R"([{"id":"a","n":1},{"id":"b"}])").value();
  auto const printed = [&](Format format) {
    std::ostringstream out;
    std::ostringstream err;
    Console console(out, err);
    console.set_format(format);
    console.rows(data, {{"ID", "id"}, {"N", "n"}});
    return out.str();
  };
  EXPECT_EQ(printed(Format::table), "ID  N\na   1\nb\n");
  EXPECT_EQ(printed(Format::jsonl), "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\"}\n");
  EXPECT_EQ(printed(Format::yaml), "- id: a\n  \"n\": 1\n- id: b\n");
  EXPECT_EQ(parse_json(printed(Format::json)).value(), data);
}

TEST(Console, ErrorsSayWhatAndWhatNext) {
  std::ostringstream out;
  std::ostringstream err;
  Console console(out, err);
  EXPECT_EQ(console.fail({ErrorCode::not_found, "no run 'x'", "skald ls"}), Exit::not_found);
  EXPECT_EQ(err.str(), "error[not_found]: no run 'x'\n  next: skald ls\n");
}

TEST(ExitCodes, AreThoseOfTheTable) {
  EXPECT_EQ(exit_of_status("completed"), Exit::ok);
  EXPECT_EQ(exit_of_status("compensated"), Exit::compensated);
  EXPECT_EQ(exit_of_status("suspended"), Exit::suspended);
  EXPECT_EQ(exit_of_status("faulted"), Exit::faulted);
  EXPECT_EQ(exit_of_status("cancelled"), Exit::cancelled);
  EXPECT_EQ(exit_of_status("killed"), Exit::cancelled);
  EXPECT_EQ(exit_of(ErrorCode::timed_out), Exit::timed_out);
  EXPECT_EQ(exit_of(ErrorCode::failed_precondition), Exit::not_allowed);
}

}  // namespace
}  // namespace skald::cli
