#include "runtime/executor/url.hpp"

#include <gtest/gtest.h>

namespace skald::runtime {
namespace {

Url url(std::string_view text) {
  auto parsed = parse_url(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? *parsed : Url{};
}

std::string resolved(std::string_view base, std::string_view location) {
  auto result = resolve_location(url(base), location);
  return result.ok() ? result->text() : "error: " + result.error().message;
}

TEST(Url, IsTakenApart) {
  EXPECT_EQ(url("HTTPS://Hotel.Local/a/b?x=1#top"), (Url{"https", "hotel.local", 443, "/a/b?x=1"}));
  EXPECT_EQ(url("http://127.0.0.1:8081"), (Url{"http", "127.0.0.1", 8081, "/"}));
  EXPECT_EQ(url("http://[::1]:80/x").authority(), "[::1]");
  EXPECT_EQ(url("http://h:8080/x").authority(), "h:8080");
  EXPECT_EQ(url("http://h?q").target, "/?q");
  EXPECT_EQ(url("http://h/x").origin(), "http://h:80");
}

TEST(Url, CanNotBreakOutOfARequestLine) {
  EXPECT_EQ(url("http://h/a b\r\nEvil: 1").target, "/a%20b%0D%0AEvil:%201");
  EXPECT_EQ(url("http://h/gr\xC3\xBC\xC3\x9F").target, "/gr%C3%BC%C3%9F");
  EXPECT_FALSE(parse_url("http://h\r\nEvil/").ok());
}

TEST(Url, RefusesWhatCanNotBeCalled) {
  for (char const* bad :
       {"", "hotel", "ftp://h/", "http://", "http:///x", "http://h:0/", "http://h:99999/",
        "http://h:8x/", "http://user:pw@h/", "http://[::1/", "http://[nonsense]/", "http://a b/"}) {
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
  }
}

TEST(Url, ResolvesALocation) {
  EXPECT_EQ(resolved("http://h/a/b?x", "c"), "http://h/a/c");
  EXPECT_EQ(resolved("http://h/a/b", "../c?y=1"), "http://h/c?y=1");
  EXPECT_EQ(resolved("http://h/a/b", "./"), "http://h/a/");
  EXPECT_EQ(resolved("http://h/a/b", "../../.."), "http://h/");
  EXPECT_EQ(resolved("http://h/a/b", "/c/./d"), "http://h/c/d");
  EXPECT_EQ(resolved("http://h/a/b", "?z"), "http://h/a/b?z");
  EXPECT_EQ(resolved("http://h/a", "//other:81/c"), "http://other:81/c");
  EXPECT_EQ(resolved("http://h/a", "https://other/c#f"), "https://other/c");
  EXPECT_EQ(resolved("http://h/a", "/login?to=http://x/"), "http://h/login?to=http://x/");
  EXPECT_TRUE(resolved("http://h/a", "http://").starts_with("error"));
}

TEST(Url, EncodesAndDecodes) {
  EXPECT_EQ(encode_component("a b/c~\xC3\xBC"), "a%20b%2Fc~%C3%BC");
  EXPECT_EQ(decode_component("a%20b%2Fc+d%zz%4"), "a b/c+d%zz%4");
  EXPECT_EQ(decode_component("a+b", true), "a b");
}

}  // namespace
}  // namespace skald::runtime
