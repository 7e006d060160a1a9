#include "base/sealed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace skald::testing {
namespace {

Result<Json> read(std::string const& name) {
  if (name == "api") return Json::object({{"token", "t0ken-value"}, {"ports", Json::array({80})}});
  if (name == "plain") return Json("plain-value");
  return Error{ErrorCode::not_found, "no secret '" + name + "'", ""};
}

Json api_token() {
  return secret_member(secret("api"), "token");
}

TEST(Sealed, IsShownByName) {
  EXPECT_EQ(to_text(api_token()), R"("<secret api.token>")");
  auto const header = sealed_text(Json("Bearer "), api_token());
  EXPECT_EQ(to_text(header), R"("Bearer <secret api.token>")");
  EXPECT_EQ(to_text(sealed_text(sealed_text(header, "a"), "b")),
            R"("Bearer <secret api.token>ab")");
  EXPECT_STREQ(to_string(header.kind()), "secret");
}

TEST(Sealed, AMemberOfATextWithSecretsIsNone) {
  EXPECT_TRUE(secret_member(sealed_text("x", api_token()), "y").is_null());
  EXPECT_TRUE(secret_member(secret("api"), Json::array()).is_null());
}

TEST(Sealed, IsOpenedWhereverItStands) {
  Json const value = Json::object({{"a", Json::array({sealed_text("Bearer ", api_token())})},
                                   {"b", secret("plain")},
                                   {"c", secret("api")},
                                   {"d", 5}});
  std::vector<std::string> seen;
  auto const opened = open_secrets(value, read, [&](std::string_view text, std::string shown) {
    seen.push_back(std::string(text) + "=" + shown);
  });
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(to_text(*opened), R"({"a":["Bearer t0ken-value"],"b":"plain-value",)"
                              R"("c":{"token":"t0ken-value","ports":[80]},"d":5})");
  EXPECT_THAT(seen,
              ::testing::ElementsAre("t0ken-value=<secret api.token>", "plain-value=<secret plain>",
                                     "t0ken-value=<secret api>", "80=<secret api>"));
  // The sealed value itself has not changed.
  EXPECT_TRUE(holds_secret(value));
  EXPECT_FALSE(holds_secret(*opened));
}

TEST(Sealed, SaysWhatIsMissing) {
  auto const unknown = open_secrets(secret("nobody"), read);
  EXPECT_EQ(unknown.error().message, "no secret 'nobody'");
  auto const member = open_secrets(secret_member(secret("api"), "tokn"), read);
  EXPECT_EQ(member.error().message, "the secret 'api' has no member 'tokn'");
  auto const whole = open_secrets(sealed_text("x", secret("api")), read);
  EXPECT_EQ(whole.error().message, "the secret 'api' is no text, but text stands beside it");
}

TEST(Sealed, ComparesAndHashesByItsPieces) {
  EXPECT_EQ(api_token(), api_token());
  EXPECT_EQ(hash_value(api_token()), hash_value(api_token()));
  EXPECT_NE(api_token(), secret("api"));
  EXPECT_NE(api_token(), Json("<secret api.token>"));
  EXPECT_GT(api_token().byte_size(), sizeof(Json));
}

TEST(Sealed, PiecesOfAnotherShapeAreNone) {
  EXPECT_TRUE(sealed_from(Json::array()).is_null());
  EXPECT_TRUE(sealed_from(Json::array({5})).is_null());
  EXPECT_TRUE(sealed_from(Json::array({Json::array({5})})).is_null());
  EXPECT_TRUE(sealed_from("x").is_null());
}

}  // namespace
}  // namespace skald::testing
