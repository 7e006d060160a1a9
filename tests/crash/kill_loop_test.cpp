// The real server is killed at random moments under load, again and again, while its participants
// refuse, lose answers, are slow, and are killed themselves. In the end every saga is all booked or
// all undone, no acknowledged start is missing, and no key was ever used for two things.
//
// SKALD_KILLS sets how often the server is killed (50), SKALD_KILL_SEED the random moments (1),
// SKALD_KILL_MINUTES how long server and participants are killed (scripts/kill-loop); without it
// they are killed 40 times.

#include <gtest/gtest.h>

#include "tests/crash/kill_loop.hpp"

namespace skald::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class KillLoop : public testing::Test {
 protected:
  void deploy(Client& client) {
    auto const deployed = client.deploy(
        load(SKALD_SOURCE_DIR "/examples/holiday-booking/holiday-booking.yaml").value());
    ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  }

  TemporaryDir folder_;
  std::mt19937_64 random_{setting("SKALD_KILL_SEED", 1)};
  Services services_{folder_.path()};
  KilledServer server_{folder_.path() + "/data", services_.rewrites()};
};

TEST_F(KillLoop, EverySagaIsAllBookedOrAllUndone) {
  auto const kills = setting("SKALD_KILLS", 50);
  Client client(server_.url());
  deploy(client);
  Starter starter(server_.url());
  for (std::uint64_t i = 0; i < kills; ++i) {
    services_.disturb(random_);
    starter.allow(40);
    starter.wait_for(starter.count() + random_() % 40,
                     std::chrono::milliseconds(20 + random_() % 300));
    server_.kill();
    server_.start_again();
  }
  starter.stop();
  services_.calm();

  auto const acknowledged = starter.acknowledged();
  ASSERT_GT(acknowledged.size(), kills);
  auto counts = reckon(client, services_, acknowledged);
  std::printf("%llu kills, %zu sagas acknowledged: %zu booked, %zu undone\n",
              static_cast<unsigned long long>(kills), acknowledged.size(), counts["completed"],
              counts["compensated"] + counts["faulted"]);
  EXPECT_GT(counts["completed"], 0U);
  EXPECT_GT(counts["compensated"], 0U);
  EXPECT_EQ(server_.stop(), 0);
}

// The server, a participant, or all of them at once; what was killed is away for a moment.
TEST_F(KillLoop, TheLedgersReconcileWhenParticipantsAreKilledToo) {
  auto const minutes = setting("SKALD_KILL_MINUTES", 0);
  auto const end = Clock::now() + std::chrono::minutes(minutes);
  Client client(server_.url());
  deploy(client);
  Starter starter(server_.url());
  std::size_t of_server = 0;
  std::size_t of_participants = 0;
  auto const pause = [&](std::uint64_t most) {
    starter.wait_for(starter.count() + random_() % 60, std::chrono::milliseconds(random_() % most));
  };
  while (minutes > 0 ? Clock::now() < end : of_server + of_participants < 40) {
    services_.disturb_all_ways(random_);
    starter.allow(60);
    pause(400);
    auto const cancelled = starter.any(random_);
    if (!cancelled.empty()) static_cast<void>(client.cancel(cancelled, "changed my mind"));
    auto const victim = random_() % 8;
    bool const participant = victim < 4 || victim == 7;
    auto& service = services_.any(random_);
    if (participant) {
      service.kill();
      ++of_participants;
    }
    if (victim >= 4) {
      server_.kill();
      ++of_server;
      server_.start_again();
    }
    if (!participant) continue;
    pause(300);
    service.start();
  }
  starter.stop();
  services_.calm();

  auto const acknowledged = starter.acknowledged();
  auto counts = reckon(client, services_, acknowledged);
  std::printf("server killed %zu times, participants %zu times; %zu sagas acknowledged: ",
              of_server, of_participants, acknowledged.size());
  for (auto const& [status, count] : counts) std::printf("%zu %s ", count, status.c_str());
  std::printf("\n");
  EXPECT_GT(counts["completed"], 0U);
  EXPECT_GT(counts["compensated"], 0U);
  EXPECT_EQ(server_.stop(), 0);
}

}  // namespace
}  // namespace skald::test
