// Every task kind and every policy of the builder beside its YAML form in tests/golden/builder.

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/builder/parity.hpp"

namespace {

struct Leg {
  std::string city;
  int nights = 0;
};
struct Trip {
  std::string customer;
  double amount = 0;
  std::vector<Leg> legs;
};
struct Booked {
  std::string id;
  std::optional<double> price;
};
SKALD_DESCRIBE(Leg, city, nights)
SKALD_DESCRIBE(Trip, customer, amount, legs)
SKALD_DESCRIBE(Booked, id, price)

skald::Result<Booked> book(skald::StepContext const&, Leg const& leg) {
  return Booked{leg.city, {}};
}
skald::Result<void> cancel(skald::StepContext const&, skald::Undo<Leg, Booked> const&) {
  return {};
}
skald::Result<void> notify(skald::StepContext const&) {
  return {};
}

}  // namespace

namespace skald {
namespace {

using namespace std::chrono_literals;

auto const trip = input<Trip>();

WorkflowBuilder kinds() {
  return workflow("test", "kinds", "1.0.0");
}

void expect_same(char const* name, Workflow const& built) {
  testing::expect_same(built, "tests/golden/builder/" + std::string(name) + ".yaml");
}

TEST(Builder, HttpCall) {
  auto const call = http::post<Booked>("book", format("http://hotel.local/{}", run_id()))
                        .header("X-Customer", trip[&Trip::customer])
                        .query("dry", true)
                        .body(object().field("who", trip[&Trip::customer]).field("n", list(1, "b")))
                        .output_mode(http::Output::content)
                        .redirect(false)
                        .bearer("token")
                        .timeout(1500ms)
                        .redeliver(false)
                        .ongoing({202, 425}, 30s)
                        .probe(http::get("isBooked", "http://hotel.local/x"))
                        .nothing_to_undo();
  auto const poll = http::get("poll", "http://hotel.local/x")
                        .basic("user", "hush")
                        .retry(retry_policy().delay(1s).constant().except_when(
                            caught()[&ErrorInfo::status] == 404));
  expect_same("http_call", kinds().secrets({"password"}).run(call, poll));
}

TEST(Builder, Callbacks) {
  auto const paint = http::post("paint", "http://paint.local/jobs").timeout(3600s).await_callback();
  auto const print = openapi::call("print", "print.yaml", "start").await_callback();
  expect_same("callbacks", kinds().run(paint, print));
}

TEST(Builder, SecretsAndOpenapi) {
  auto const ask = http::get("ask", "http://shop.local/x")
                       .basic(Secret{"login"})
                       .header("X-Key", secret("shop", "key"));
  auto const poll = http::get("poll", "http://shop.local/y").bearer(Secret{"token"});
  auto const pet = openapi::call("pet", "pets.yaml", "getPet")
                       .parameter("id", trip[&Trip::amount])
                       .parameter("body", object().field("a", 1))
                       .output_mode(http::Output::response)
                       .redirect(true)
                       .bearer("t");
  auto const other = openapi::call("other", "pets.yaml", "find").basic(Secret{"login"});
  expect_same("secrets_and_openapi",
              kinds().secrets({"shop", "login", "token"}).run(ask, poll, pet, other));
}

TEST(Builder, FunctionsAsSteps) {
  auto const leg = trip[&Trip::legs][0];
  auto const hotel = step<Booked>("hotel", &book)
                         .with(pick(leg, &Leg::city, &Leg::nights))
                         .compensate("cancelHotel", &cancel);
  auto const other = step("other", &book).named("bookOther").with(leg);
  auto const remote =
      call<Booked>("remote", "bookRemote").with(object().field("id", hotel[&Booked::id]));
  Workflow const built = kinds().run(hotel, other, remote, step("notify", &notify));
  expect_same("functions", built);
  std::vector<std::string> names;
  for (RegisteredFunction const& function : built.functions()) names.push_back(function.name);
  EXPECT_EQ(names, (std::vector<std::string>{"hotel", "cancelHotel", "bookOther", "notify"}));
}

TEST(Builder, ForksAndLoops) {
  auto const body = [](Expr<Leg> const& leg, Expr<int> const& index) {
    return tasks(set("one").field("city", leg[&Leg::city]).field("n", index), set("two", leg));
  };
  auto const cities = [](Expr<Leg> const& leg) { return set("x", leg[&Leg::city]); };
  expect_same(
      "forks_and_loops",
      kinds().run(
          fork("both", set("a").field("x", 1), do_("b", set("c").field("y", list(1)))).compete(),
          for_each("legs", trip[&Trip::legs], body, {"leg", "i"})
              .while_(expression<bool>("$i < 3")),
          for_each("each", trip[&Trip::legs], cities).concurrency(4)));
}

TEST(Builder, SwitchAndThen) {
  auto const big = set("big").field("size", "big").then(Then::end());
  auto const small = set("small").field("size", "small");
  expect_same("switch", kinds().run(switch_("choose")
                                        .when("isBig", trip[&Trip::amount] >= 100, big)
                                        .when("isOdd", trip[&Trip::amount] == 7, Then::exit())
                                        .otherwise("small"),
                                    big, small));
}

TEST(Builder, TryCatchAndRaise) {
  auto const problem = caught("problem");
  auto const quick = retry_policy().delay(10ms).linear(5ms).retries(3).attempt_timeout(1s);
  auto const handler = Catch()
                           .type("https://example.com/errors/communication")
                           .status(503)
                           .as("problem")
                           .when(problem[&ErrorInfo::title] != "fatal")
                           .except_when(problem[&ErrorInfo::status] == 400)
                           .title("Down")
                           .retry(quick)
                           .run(set("fallback").field("why", problem[&ErrorInfo::detail]));
  auto const fail = raise("fail", {"https://example.com/errors/no", 409, "No",
                                   format("because of {}", trip[&Trip::customer]), "/here"});
  expect_same(
      "try_and_raise",
      kinds().run(try_("careful", http::get("fetch", "http://a.local/x")).catch_(handler), fail));
}

TEST(Builder, EventsAndTime) {
  auto const answer = listen<Booked>("answer", "travel.answer.v1")
                          .where("source", "https://hotel.local")
                          .correlate("run", ".data.run", run_id())
                          .timeout(1h);
  auto const tell = emit("tell", "travel.told.v1")
                        .source("https://travel.local")
                        .attribute("subject", run_id())
                        .data(object().field("id", answer[&Booked::id]));
  auto const envelope = listen("envelope", "travel.x.v1").read(Read::envelope);
  auto const first = listen_any("first", {event("travel.a.v1"), event("travel.b.v1")});
  auto const each = listen_all("each", {event("travel.a.v1").where("subject", run_id()),
                                        event("travel.b.v1").correlate("run", ".data.run", "r")})
                        .read(Read::raw);
  expect_same("events_and_time",
              kinds().run(wait("pause", 90s), answer, tell, envelope, first, each));
}

TEST(Builder, ListensThatTakeManyEvents) {
  Json const schema = Json::object({{"type", "object"}});
  auto const fever =
      event("fever").where("data", expression<bool>(".value > 38")).correlate("room", ".data.room");
  auto const vitals = listen_any("vitals", {fever, event_where("source", "https://ward.local/*")})
                          .until(expression<bool>("length > 3"))
                          .foreach_event(
                              [](Expr<Json> reading, Expr<int> i) {
                                return set("note").field("n", i).field("of", reading["room"]);
                              },
                              {"reading", "i"})
                          .event_output_as(object().field("noted", data()["n"]))
                          .event_output_schema(schema)
                          .event_export_as(object().field("last", data()))
                          .event_export_schema(schema);
  auto const plain = event_where("specversion", "1.0")
                         .where("time", expression<bool>(".time > \"2026\""))
                         .where("datacontenttype", "application/json")
                         .where("dataschema", "https://ward.local/schema");
  auto const day = listen_any("day", {plain}).until(event("night"));
  auto const week = listen_any("week", {}).until_any({event("a"), event("b")});
  auto const month = listen_any("month", {}).until_all({event("a"), event("b")});
  expect_same("listens", kinds().run(vitals, day, week, month));
}

TEST(Builder, Schedules) {
  auto const task = set("a").field("x", 1);
  expect_same("schedule_every",
              kinds().every(5min).overlap(Overlap::queue).missed(Missed::all).run(task));
  expect_same("schedule_cron", kinds()
                                   .cron("30 2 * * MON-FRI", "CET-1CEST,M3.5.0,M10.5.0/3")
                                   .missed(Missed::none)
                                   .run(task));
  expect_same("schedule_after", kinds().again_after(30s).run(task));
  expect_same("schedule_on", kinds().on(event("order")).read_events(Read::data).run(task));
  expect_same("schedule_on_any",
              kinds().on_any({event("a"), event("b")}).overlap(Overlap::skip).run(task));
  expect_same("schedule_on_all",
              kinds().on_all({event("a"), event("b")}).overlap(Overlap::allow).run(task));
}

TEST(Builder, RunsOfOthers) {
  auto const hotel = run_workflow<Booked>("hotel", "travel", "book-hotel")
                         .version("1.2.0")
                         .input(object().field("city", trip[&Trip::customer]))
                         .compensate(run_workflow("undoHotel", "travel", "cancel-hotel"));
  auto const mail = run_workflow("mail", "travel", "send-mail").one_way(true);
  auto const report = run_shell("report", "make report")
                          .arguments({"--quick", hotel[&Booked::id]})
                          .environment("YEAR", "2026")
                          .environment("RUN", run_id())
                          .input(format("{}", run_id()))
                          .returns(Return::all);
  auto const note = run_shell("note", "logger done").one_way();
  auto const script = run_script("script", "python", "print(1)");
  expect_same("runs", kinds().run(hotel, mail, report, note, script));
}

TEST(Builder, DataFlowAndPolicies) {
  Json const schema = Json::object({{"type", "object"}});
  auto const patient = retry_policy("patient").delay(1s).exponential(1min).multiplier(3);
  auto const fetch = http::get("fetch", "http://a.local/x")
                         .input_from(trip[&Trip::legs])
                         .input_schema(schema)
                         .export_as(object().field("last", data()))
                         .metadata("team", "travel")
                         .retry(patient)
                         .undo_on_refused()
                         .compensate(http::del("undo", "http://a.local/x").done_on({409}))
                         .output_as(data<Booked>()[&Booked::id]);
  expect_same("data_flow_and_policies", kinds()
                                            .title("Kinds")
                                            .summary("All of it")
                                            .tag("area", "test")
                                            .undo(patient)
                                            .undo_exhausted(Exhausted::suspend)
                                            .undo_order(UndoOrder::reverse)
                                            .timeout(days{1})
                                            .input_schema(schema)
                                            .output_as(object().field("id", fetch.output()))
                                            .run(fetch));
}

TEST(Builder, DirectionsOfASaga) {
  auto const report =
      http::post("report", "http://a.local/reports").body(object().field("how", data()["status"]));
  auto const charge = http::post("charge", "http://a.local/charges").pivot();
  expect_same("direction", kinds().recover(Recover::forward).finally(report).run(charge));
  expect_same(
      "forward_then_backward",
      kinds().undo_order(UndoOrder::dependency).recover_forward_then_backward(3).run(charge));
}

TEST(Builder, Locks) {
  auto const hold = set("hold").field("held", true).lock("ledger");
  auto const book = http::post("book", "http://a.local/seats")
                        .lock(format("seat:{}", run_id()))
                        .nothing_to_undo();
  expect_same("locks", kinds().run(hold, book));
}

TEST(Builder, UndoOfACompositeSeesWhatItUndoes) {
  auto const back =
      http::post("back", "http://a.local/back").body(undo<Json, Booked>().output[&Booked::id]);
  expect_same("undo_of_a_composite",
              kinds().run(do_("both", set("a").field("x", 1)).compensate(back)));
}

TEST(Builder, ATaskIsAValueThatMayBeAPattern) {
  auto const pattern = http::get("a", "http://a.local/x").timeout(1s);
  auto const longer = pattern.timeout(2s);
  EXPECT_EQ(to_text(dsl::to_json(*pattern.node().get("timeout"))), R"({"after":{"seconds":1}})");
  EXPECT_EQ(to_text(dsl::to_json(*longer.node().get("timeout"))), R"({"after":{"seconds":2}})");
}

TEST(BuilderDeathTest, SaysWhatANarrowPickLacks) {
  auto const leg = trip[&Trip::legs][0];
  EXPECT_DEATH(static_cast<void>(step("hotel", &book).with(pick(leg, &Leg::city))),
               "step 'hotel': its function needs the member 'nights'");
}

}  // namespace
}  // namespace skald
