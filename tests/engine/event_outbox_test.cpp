// What sinks are owed: sent once, again after a failure, forgotten when taken, and not lost
// between.

#include "runtime/engine/event_outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skald::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EventOutboxTest : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kHandle = 7;

  EventOutbox outbox(std::vector<std::string> sinks = {"shop"}, OutboxLimits limits = {}) {
    OutboxOptions options;
    options.failing = failing_;
    options.sinks = std::move(sinks);
    options.limits = limits;
    options.call = [](std::string const& sink, EventReceived const& event) {
      CallRequest request;
      request.function = sink;
      request.key = event.event["id"].as_string();
      return request;
    };
    return {options,
            kHandle,
            {[this](EventSent sent) { kept_.push_back(sent); },
             [this](CallRequest request) { calls_.push_back(std::move(request)); },
             [this](std::string words) { said_.push_back(std::move(words)); }}};
  }

  static EventReceived event(std::string id, std::vector<std::string> sinks = {"shop"}) {
    return {Json::object({{"source", "s"}, {"id", std::move(id)}}), at(0), std::move(sinks)};
  }

  static Time at(std::int64_t seconds) {
    return Time{1'000'000'000} + Duration::from_seconds(seconds);
  }

  static saga::Answer status(int status) {
    saga::Answer answer;
    answer.kind = saga::Answer::Kind::response;
    answer.status = status;
    return answer;
  }

  // The keys of what was sent since the last question.
  std::vector<std::string> sent() {
    std::vector<std::string> keys;
    for (auto const& call : std::exchange(calls_, {})) {
      keys.push_back(call.key);
      last_ = call.id;
    }
    return keys;
  }

  std::shared_ptr<FailingSinks> failing_;  // none: each outbox has its own
  std::vector<CallRequest> calls_;
  std::vector<EventSent> kept_;
  std::vector<std::string> said_;
  AttemptId last_;
};

TEST_F(EventOutboxTest, SendsAnEventOnceAndForgetsItWhenItIsTaken) {
  auto box = outbox();
  box.owe(event("1"));
  box.send(at(0));
  box.send(at(1));
  EXPECT_THAT(sent(), ElementsAre("1"));
  EXPECT_EQ(last_.run, kHandle);
  EXPECT_EQ(box.next_deadline(), std::nullopt);
  box.answered(last_, status(202), at(1));
  ASSERT_EQ(kept_.size(), 1U);
  EXPECT_EQ(kept_[0].sink, "shop");
  EXPECT_EQ(kept_[0].event, "s 1");
  EXPECT_FALSE(kept_[0].refused);
  EXPECT_EQ(box.report()[0].owed, 0U);
  EXPECT_EQ(box.report()[0].sent, 1U);
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(EventOutboxTest, SaysOnceForAllPartitionsThatASinkFailsAndThatItTakesEventsAgain) {
  failing_ = std::make_shared<FailingSinks>();
  auto one = outbox();
  auto two = outbox();
  auto const answer = [this](EventOutbox& box, int status_code, Time now) {
    box.send(now);
    ASSERT_EQ(sent().size(), 1U);
    box.answered(last_, status(status_code), now);
  };
  for (auto* box : {&one, &two}) {
    box->owe(event("1"));
    answer(*box, 503, at(0));
  }
  EXPECT_THAT(said_, ElementsAre(HasSubstr("takes no events")));
  answer(one, 503, at(1));
  answer(two, 204, at(1));
  EXPECT_EQ(said_.size(), 1U);
  answer(one, 204, at(3));
  EXPECT_THAT(said_.back(), HasSubstr("takes events again"));
  EXPECT_EQ(said_.size(), 2U);
}

TEST_F(EventOutboxTest, AfterAReplayOwesWhatWasNotTaken) {
  auto box = outbox({"shop", "audit"});
  box.owe(event("1", {"shop", "audit"}));
  box.owe(event("2", {"shop", "audit"}));
  box.fold({"shop", "s 1", at(0)});
  box.fold({"shop", "s 2", at(0)});
  box.fold({"audit", "s 1", at(0)});
  box.begin(at(1));
  ASSERT_EQ(calls_.size(), 1U);
  EXPECT_EQ(calls_[0].function, "audit");
  EXPECT_THAT(sent(), ElementsAre("2"));
}

TEST_F(EventOutboxTest, TriesASinkThatIsDownWithOneEventAtATimeAndLessAndLessOften) {
  auto box = outbox();
  for (auto const* id : {"1", "2", "3"}) box.owe(event(id));
  box.send(at(0));
  auto const first = calls_;
  EXPECT_THAT(sent(), ElementsAre("1", "2", "3"));
  for (auto const& call : first) box.answered(call.id, {}, at(0));
  EXPECT_EQ(box.report()[0].failures, 1U);  // all three say the same
  EXPECT_EQ(box.next_deadline(), at(1));
  EXPECT_THAT(said_, ElementsAre(HasSubstr("takes no events")));
  for (auto const& [now, next] : {std::pair(1, 3), {3, 7}, {7, 15}, {15, 31}}) {
    box.send(at(now));
    EXPECT_EQ(sent().size(), 1U);
    box.answered(last_, status(503), at(now));
    EXPECT_EQ(box.next_deadline(), at(next));
  }
  EXPECT_EQ(box.report()[0].error, "it answered 503");
  box.send(at(31));
  sent();
  box.answered(last_, status(204), at(31));
  EXPECT_EQ(sent().size(), 2U);  // the rest at once
  EXPECT_THAT(said_.back(), HasSubstr("takes events again"));
  EXPECT_EQ(box.report()[0].failures, 0U);
}

TEST_F(EventOutboxTest, GoesOnWithOthersWhenOneEventFailsAlone) {
  auto box = outbox();
  box.owe(event("bad"));
  box.owe(event("good"));
  box.send(at(0));
  auto const calls = calls_;
  sent();
  box.answered(calls[0].id, status(500), at(0));
  box.answered(calls[1].id, status(200), at(0));
  EXPECT_EQ(box.report()[0].failures, 0U);
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_EQ(box.next_deadline(), at(1));
  box.owe(event("new"));
  box.send(at(0));
  EXPECT_THAT(sent(), ElementsAre("new"));
  box.send(at(1));
  EXPECT_THAT(sent(), ElementsAre("bad"));
}

TEST_F(EventOutboxTest, GivesUpAnEventThatTheSinkRefusesButNotOneThatAnOperatorCanMend) {
  auto box = outbox();
  for (auto const code : {400, 413, 422}) {
    box.owe(event(std::to_string(code)));
    box.send(at(0));
    sent();
    box.answered(last_, status(code), at(0));
  }
  EXPECT_EQ(kept_.size(), 3U);
  EXPECT_TRUE(kept_[0].refused);
  EXPECT_EQ(box.report()[0].refused, 3U);
  EXPECT_EQ(box.report()[0].owed, 0U);
  EXPECT_THAT(said_[0], HasSubstr("refuses the event s 400"));
  std::int64_t now = 0;
  for (auto const code : {401, 403, 404, 429, 301}) {
    box.owe(event(std::to_string(code)));
    box.send(at(now));
    sent();
    box.answered(last_, status(code), at(now));
    now += 100;
  }
  EXPECT_EQ(box.report()[0].owed, 5U);
}

TEST_F(EventOutboxTest, WaitsAsLongAsTheSinkAsks) {
  auto box = outbox();
  box.owe(event("1"));
  box.send(at(0));
  sent();
  auto busy = status(503);
  busy.retry_after = Duration::from_seconds(120);
  box.answered(last_, busy, at(0));
  EXPECT_EQ(box.next_deadline(), at(120));
}

TEST_F(EventOutboxTest, HasALimitOfWhatItOwesAndOfWhatIsUnderWay) {
  auto box = outbox({"shop"}, {3, std::size_t{1} << 20U, 2});
  for (auto const* id : {"1", "2"}) box.owe(event(id));
  EXPECT_FALSE(box.full());
  box.owe(event("3"));
  EXPECT_TRUE(box.full());
  box.send(at(0));
  EXPECT_THAT(sent(), ElementsAre("1", "2"));
  EXPECT_EQ(box.next_deadline(), std::nullopt);  // an answer comes first
  box.answered(last_, status(200), at(0));
  EXPECT_FALSE(box.full());
  EXPECT_THAT(sent(), ElementsAre("3"));
}

TEST_F(EventOutboxTest, KeepsWhatIsOwedToASinkThatIsNotConfiguredAnyMore) {
  auto box = outbox({});
  box.owe(event("1", {"gone"}));
  box.begin(at(0));
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(said_, ElementsAre(HasSubstr("'gone' is owed 1 events")));
  ASSERT_EQ(box.report().size(), 1U);
  EXPECT_FALSE(box.report()[0].configured);
  EXPECT_FALSE(box.full());
}

TEST_F(EventOutboxTest, TakesTheSecondAnswerOfAFunctionThatWasOverdueForNothing) {
  auto box = outbox();
  box.owe(event("1"));
  box.send(at(0));
  sent();
  auto const overdue = last_;
  box.answered(overdue, {}, at(0));
  box.answered(overdue, status(200), at(0));
  EXPECT_EQ(box.report()[0].owed, 1U);
}

}  // namespace
}  // namespace skald::runtime
