#include "runtime/executor/resolver.hpp"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "tests/executor/raw_server.hpp"

namespace skald::runtime {
namespace {

using test::Gate;

Result<Addresses> ask(Resolver& resolver, std::string const& host) {
  std::promise<Result<Addresses>> promise;
  resolver.resolve(host, [&](Result<Addresses> const& result) { promise.set_value(result); });
  return promise.get_future().get();
}

TEST(Resolver, KnowsTheHostItself) {
  Resolver resolver({});
  auto const result = ask(resolver, "localhost");
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->empty());
}

TEST(Resolver, SaysWhichNameIsDead) {
  Resolver resolver({});
  auto const result = ask(resolver, "no-such-name.invalid");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("no-such-name.invalid"), std::string::npos);
}

TEST(Resolver, LooksANameUpOnce) {
  std::atomic<int> lookups{0};
  Resolver resolver({.lookup = [&](std::string const&) -> Result<Addresses> {
    ++lookups;
    return Addresses{"127.0.0.1"};
  }});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ask(resolver, "a").ok());
  EXPECT_EQ(lookups, 1);
}

TEST(Resolver, SuspectNamesDoNotHoldUpOthers) {
  auto const gate = std::make_shared<Gate>();
  std::atomic<bool> block{false};
  Resolver resolver({.threads = 2,
                     .keep_failure = Duration{0},
                     .lookup = [&, gate](std::string const& host) -> Result<Addresses> {
                       if (host == "good") return Addresses{"127.0.0.1"};
                       if (block) gate->wait();
                       return Error{ErrorCode::unavailable, "dead", ""};
                     }});
  for (char const* name : {"dead1", "dead2", "dead3"}) EXPECT_FALSE(ask(resolver, name).ok());
  block = true;
  std::atomic<int> called{0};
  for (char const* name : {"dead1", "dead2", "dead3"}) {
    resolver.resolve(name, [&](Result<Addresses> const&) { ++called; });
  }
  EXPECT_TRUE(ask(resolver, "good").ok());
  EXPECT_EQ(called, 0);
  gate->open();
}

}  // namespace
}  // namespace skald::runtime
