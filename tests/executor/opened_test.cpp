// That a secret is hidden in whatever way somebody repeats it, and what that may cost.

#include "runtime/executor/opened.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "runtime/executor/secret_forms.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

std::string const kCanary = "p@ss/word=Zq9+\"\\ \xC3\xA9<x>";

Opened opened_with(std::string const& secret, std::string shown = "<secret key>") {
  Opened opened;
  opened.add(secret, std::move(shown));
  return opened;
}

std::string repeated(std::string const& text, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += text;
  return out;
}

TEST(Opened, HidesTheLongestFirstAndLeavesShortOnes) {
  Opened opened;
  opened.add("secret", "<a>");
  opened.add("secret-and-more", "<b>");
  opened.add("x", "<c>");
  EXPECT_EQ(opened.hide(std::string("secret-and-more secret x")).value(), "<b> <a> x");
  EXPECT_EQ(to_text(opened.hide(Json::object({{"secret", Json::array({"my secret"})}})).value()),
            R"({"<a>":["my <a>"]})");
}

TEST(Opened, LeavesNoTailOfTwoThatOverlap) {
  Opened opened;
  opened.add("abcdefgh", "<a>");
  opened.add("fghijklm", "<b>");
  EXPECT_EQ(opened.hide(std::string("_abcdefghijklm_")).value(), "_<a>_");
}

TEST(Opened, HidesASecretInEveryFormOfIt) {
  auto const opened = opened_with(kCanary);
  for (std::string const form : {
           "p@ss/word=Zq9+\"\\ \xC3\xA9<x>",
           "p%40ss%2Fword%3DZq9%2B%22%5C%20%C3%A9%3Cx%3E",
           "p%40ss%2fword%3dZq9%2b%22%5c%20%c3%a9%3cx%3e",
           "p%40ss/word%3DZq9%2B%22%5C%20%C3%A9%3Cx%3E",
           "p%40ss%2Fword%3DZq9%2B%22%5C+%C3%A9%3Cx%3E",
           "p@ss/word=Zq9+%22%5C%20%C3%A9%3Cx%3E",
           "p@ss/word=Zq9+\\\"\\\\ \xC3\xA9<x>",
           "p@ss\\/word=Zq9+\\\"\\\\ \xC3\xA9<x>",
           "p@ss/word=Zq9+\\\"\\\\ \\u00e9<x>",
           "p@ss/word=Zq9+\\\"\\\\ \xC3\xA9\\u003cx\\u003e",
       }) {
    EXPECT_EQ(opened.hide("a " + form + " b").value(), "a <secret key> b") << form;
  }
}

TEST(Opened, HidesASecretInBase64WhereverItStands) {
  auto const opened = opened_with("a-canary-of-many-bytes");
  for (std::string const before : {"", "u", "u:", "me:", "user:"}) {
    for (std::string const after : {"", "1", "12", "123"}) {
      auto const text = to_base64(before + "a-canary-of-many-bytes" + after);
      auto const hidden = opened.hide(text).value();
      EXPECT_NE(hidden.find("<secret key>"), std::string::npos) << text;
      EXPECT_LE(hidden.size(), std::string("<secret key>").size() + 18) << hidden;
    }
  }
  auto const url_safe = opened_with("\xC3\xBF\xC3\xBF\xC3\xBF\xC3\xBF");
  EXPECT_EQ(url_safe.hide(std::string("w7_Dv8O_w78")).value(), "<secret key>");
}

TEST(Opened, HidesASecretOfManyLinesThatWasFolded) {
  auto const opened = opened_with("-----BEGIN-----\r\nabc\n  def\n-----END-----\n");
  EXPECT_EQ(opened.hide(std::string("got -----BEGIN----- abc def -----END----- here")).value(),
            "got <secret key> here");
  EXPECT_EQ(
      opened.hide(std::string("-----BEGIN-----\\r\\nabc\\n  def\\n-----END-----\\n!")).value(),
      "<secret key>!");
}

// Sixteen megabytes of it took minutes once.
TEST(Opened, HidesManyInOnePass) {
  auto const opened = opened_with("secret", "<a>");
  auto const hidden = opened.hide(repeated("secret", std::size_t{16} << 20U));
  ASSERT_TRUE(hidden.ok());
  EXPECT_EQ(hidden->size(), ((std::size_t{16} << 20U) + 5) / 6 * 3);
}

TEST(Opened, DoesNotLetAnAnswerGrowWithoutEnd) {
  auto const opened = opened_with("secret", "<secret with.a.long.name>");
  EXPECT_EQ(opened.hide(repeated("secret", std::size_t{16} << 20U)).error().code,
            ErrorCode::too_large);
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::response;
  answer.status = 200;
  answer.output = Json::array({Json(repeated("secret ", std::size_t{16} << 20U)), Json("x")});
  answer = opened.hide(std::move(answer));
  EXPECT_EQ(answer.kind, saga::Answer::Kind::failed);
  EXPECT_TRUE(answer.output.is_null());
  EXPECT_NE(answer.message.find("more than 4 MiB"), std::string::npos) << answer.message;
}

TEST(SecretForms, AreEachThereOnce) {
  auto forms = secret_forms("plainsecret");
  EXPECT_EQ(forms.front(), "plainsecret");
  std::sort(forms.begin(), forms.end());
  EXPECT_EQ(std::adjacent_find(forms.begin(), forms.end()), forms.end());
}

}  // namespace
}  // namespace skald::runtime
