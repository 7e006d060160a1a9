#include "runtime/executor/addresses.hpp"

#include <gtest/gtest.h>

namespace skald::runtime {
namespace {

TEST(Addresses, OfTheInternetArePublic) {
  for (auto const* address :
       {"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111",
        "2a00:1450:4001::8a", "::ffff:1.1.1.1", "64:ff9b::808:808", "2002:808:808::1"}) {
    EXPECT_TRUE(is_public(address)) << address;
  }
}

TEST(Addresses, OfTheOwnNetworkAreNot) {
  for (auto const* address : {"127.0.0.1",
                              "127.255.0.1",
                              "0.0.0.0",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fd00::1",
                              "ff02::1",
                              "::ffff:10.0.0.1",
                              "::ffff:127.0.0.1",
                              "64:ff9b::a00:1",
                              "2002:7f00:1::1",
                              "2001:db8::1",
                              "::7f00:1"}) {
    EXPECT_FALSE(is_public(address)) << address;
  }
}

TEST(Addresses, ThatAreNoneAreNot) {
  for (auto const* address : {"", "localhost", "1.1.1", "0x7f.1", "1.1.1.1 "}) {
    EXPECT_FALSE(is_public(address)) << address;
  }
}

}  // namespace
}  // namespace skald::runtime
