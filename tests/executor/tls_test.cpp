// Calls over TLS against a local server with a certificate made here.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <gtest/gtest.h>

#include "runtime/executor/http_executor.hpp"
#include "tests/executor/answers.hpp"

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;

struct Identity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{nullptr, EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{nullptr, X509_free};
};

// A self-signed certificate for hotel.test, good for an hour.
Identity make_identity() {
  Identity me;
  me.key.reset(EVP_EC_gen("P-256"));
  me.certificate.reset(X509_new());
  X509* const x = me.certificate.get();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -60);
  X509_gmtime_adj(X509_getm_notAfter(x), 3600);
  X509_set_pubkey(x, me.key.get());
  X509_NAME* const name = X509_get_subject_name(x);
  std::string const common = "hotel.test";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>(common.c_str()), -1, -1, 0);
  X509_set_issuer_name(x, name);
  X509_EXTENSION* const names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:hotel.test");
  X509_add_ext(x, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(x, me.key.get(), EVP_sha256());
  return me;
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() : server_(me_.certificate.get(), me_.key.get()) {
    server_.Get("/", [](httplib::Request const&, httplib::Response& response) {
      response.set_content("safe", "text/plain");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
    ca_file_ = testing::TempDir() + "skald_tls_test_" + std::to_string(port_) + ".pem";
    std::FILE* const file = std::fopen(ca_file_.c_str(), "w");
    PEM_write_X509(file, me_.certificate.get());
    std::fclose(file);
  }
  ~TlsTest() override {
    executor_.reset();
    server_.stop();
    thread_.join();
    std::filesystem::remove(ca_file_);
  }

  saga::Answer ask(std::uint64_t run, std::string const& host, std::string const& ca_file) {
    HttpOptions options;
    options.ca_file = ca_file;
    options.resolver.lookup = [](std::string const&) -> Result<Addresses> {
      return Addresses{"127.0.0.1"};
    };
    if (!executor_) executor_ = HttpExecutor::make(options, answers_.callback()).value();
    std::string const url = "https://" + host + ":" + std::to_string(port_) + "/";
    executor_->submit(
        test::call(run, "http", Json::object({{"method", "get"}, {"endpoint", url}})));
    return answers_.wait(run);
  }

  Identity me_ = make_identity();
  httplib::SSLServer server_;
  std::thread thread_;
  int port_ = 0;
  std::string ca_file_;
  test::Answers answers_;
  std::unique_ptr<HttpExecutor> executor_;
};

TEST_F(TlsTest, TalksToAServerItTrustsAndKeepsTheConnection) {
  for (std::uint64_t run = 1; run <= 3; ++run) {
    auto const answer = ask(run, "hotel.test", ca_file_);
    EXPECT_EQ(answer.output, Json("safe")) << answer.message;
  }
  EXPECT_EQ(executor_->stats().connections, 1U);
}

TEST_F(TlsTest, SendsNothingToAServerWithAnotherName) {
  auto const answer = ask(1, "motel.test", ca_file_);
  EXPECT_EQ(answer.kind, Kind::not_sent);
  EXPECT_NE(answer.message.find("no secure connection to motel.test"), std::string::npos);
}

TEST_F(TlsTest, SendsNothingToAServerItDoesNotTrust) {
  EXPECT_EQ(ask(1, "hotel.test", "").kind, Kind::not_sent);
}

TEST(Tls, SaysThatACertificateFileIsMissing) {
  auto const executor = HttpExecutor::make({.ca_file = "/nowhere.pem"}, [](auto, auto) {});
  ASSERT_FALSE(executor.ok());
  EXPECT_NE(executor.error().message.find("/nowhere.pem"), std::string::npos);
}

}  // namespace
}  // namespace skald::runtime
