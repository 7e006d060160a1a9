// Where secrets come from, and that they are hidden again.

#include "runtime/executor/secrets.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/sealed.hpp"
#include "runtime/executor/http_call.hpp"
#include "runtime/executor/http_reply.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::runtime {
namespace {

namespace fs = std::filesystem;

class SecretFiles : public ::testing::Test {
 protected:
  void write(std::string const& name, std::string const& text) {
    fs::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name, std::ios::binary) << text;
  }
  Secrets secrets() const { return Secrets({dir_.string(), "SKALD_TEST_SECRET_"}); }

  skald::test::TemporaryDir temporary_;
  fs::path dir_ = temporary_.path();
};

TEST_F(SecretFiles, AreTextsObjectsOrFolders) {
  write("plain", "s3cret\n");
  write("object", " { \"username\": \"me\", \"port\": 5 }\n");
  write("folder/token", "abc\r\n");
  EXPECT_EQ(secrets().read("plain").value(), Json("s3cret"));
  EXPECT_EQ(to_text(secrets().read("object").value()), R"({"username":"me","port":5})");
  EXPECT_EQ(to_text(secrets().read("folder").value()), R"({"token":"abc"})");
  write("plain", "rotated");
  EXPECT_EQ(secrets().read("plain").value(), Json("rotated"));
}

TEST_F(SecretFiles, ComeFromTheEnvironmentToo) {
  setenv("SKALD_TEST_SECRET_SHOP_KEY", "from-there", 1);
  EXPECT_EQ(secrets().read("shop-key").value(), Json("from-there"));
  unsetenv("SKALD_TEST_SECRET_SHOP_KEY");
  auto const missing = secrets().read("shop-key");
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().hint.find("SKALD_TEST_SECRET_SHOP_KEY"), std::string::npos);
}

TEST_F(SecretFiles, NamesLeadNowhereElse) {
  write("a", "x");
  for (auto const* name : {"../a", "", ".", "..", "a/b", ".hidden", "a b"}) {
    EXPECT_FALSE(secrets().read(name).ok()) << name;
  }
}

TEST_F(SecretFiles, AreOpenedForTheRequestOnly) {
  write("api", R"({ "user": "me", "password": "pass-word-1" })");
  CallRequest request;
  request.run = "r";
  request.with = Json::object(
      {{"method", "get"},
       {"endpoint", "http://a.example/x"},
       {"headers", Json::object({{"X-Key", secret_member(secret("api"), "password")}})},
       {"output", "response"}});
  Json const sealed = request.with;
  auto const opened = open_request(request, secrets());
  ASSERT_TRUE(opened.ok());
  auto call = build_call(request, TargetTable());
  ASSERT_TRUE(call.ok()) << call.error().message;
  EXPECT_NE(to_wire(*call).find("X-Key: pass-word-1"), std::string::npos);
  call->shown = sealed;
  HttpReply reply{200, {{"Echo", "pass-word-1"}}, R"(["pass-word-1", "x"])"};
  auto const answer = opened->hide(answer_of(*call, std::move(reply), Time{}));
  auto const text = to_text(answer.output);
  EXPECT_EQ(text.find("pass-word-1"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("X-Key":"<secret api.password>")"), std::string::npos) << text;
}

TEST_F(SecretFiles, ThatAreMissingAreAnAuthorizationError) {
  CallRequest request;
  request.with = Json::object({{"a", secret("nobody")}});
  auto const opened = open_request(request, secrets());
  ASSERT_FALSE(opened.ok());
  auto const answer = no_secret_answer(opened.error());
  EXPECT_EQ(answer.kind, saga::Answer::Kind::not_sent);
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.message.find("there is no secret 'nobody'"), std::string::npos);
}

}  // namespace
}  // namespace skald::runtime
