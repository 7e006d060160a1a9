// What a workflow may make its reader read.

#include "runtime/engine/documents.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_dir.hpp"

namespace skald {
namespace {

namespace fs = std::filesystem;

class DocumentsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(dir_ / "flows/schemas");
    write("private.json", "{}");
    write("flows/order.json", "{}");
    write("flows/schemas/trip.json", "{}");
  }

  void write(std::string const& name, std::string const& text) {
    std::ofstream(dir_ / name, std::ios::binary) << text;
  }
  compiler::ResourceReader reader() const { return document_reader({}, (dir_ / "flows").string()); }
  ErrorCode error_of(std::string const& uri) const {
    auto const read = reader()({uri, {}});
    EXPECT_FALSE(read.ok()) << uri;
    return read.ok() ? ErrorCode::io : read.error().code;
  }

  test::TemporaryDir temporary_;
  fs::path dir_ = temporary_.path();
};

TEST_F(DocumentsTest, AreFilesAtOrBelowTheWorkflow) {
  for (std::string const uri : {"order.json", "./order.json", "schemas/trip.json",
                                "schemas/../order.json", "../flows/order.json"}) {
    EXPECT_TRUE(reader()({uri, {}}).ok()) << uri;
  }
  EXPECT_TRUE(reader()({"file:" + (dir_ / "flows/order.json").string(), {}}).ok());
}

TEST_F(DocumentsTest, LeadNowhereElse) {
  fs::create_symlink("../private.json", dir_ / "flows/link.json");
  std::string const outside = (dir_ / "private.json").string();
  for (std::string const& uri :
       {std::string("../private.json"), std::string("schemas/../../private.json"),
        std::string("link.json"), outside, "file:" + outside, "file://" + outside,
        std::string("/dev/zero"), std::string("../missing.json")}) {
    EXPECT_EQ(error_of(uri), ErrorCode::invalid_argument) << uri;
  }
  EXPECT_EQ(error_of("schemas"), ErrorCode::not_found);
  EXPECT_EQ(error_of("missing.json"), ErrorCode::not_found);
}

TEST_F(DocumentsTest, AreNotReadWhenTheyAreTooLarge) {
  write("flows/large.json", "");
  fs::resize_file(dir_ / "flows/large.json", (std::uintmax_t{16} << 20U) + 1);
  EXPECT_EQ(error_of("large.json"), ErrorCode::too_large);
}

TEST_F(DocumentsTest, AreOnlySoManyForOneWorkflow) {
  auto const one = reader();
  for (int i = 0; i < 64; ++i) EXPECT_TRUE(one({"order.json", {}}).ok());
  auto const more = one({"order.json", {}});
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().message, "the workflow refers to more than 64 documents");
  EXPECT_TRUE(reader()({"order.json", {}}).ok());
}

TEST_F(DocumentsTest, ThatCameWithAWorkflowGoBeforeFiles) {
  auto const with = document_reader({}, (dir_ / "flows").string(), {{"order.json", "[]"}});
  EXPECT_EQ(*with({"order.json", {}}), Json("[]"));
  auto const alone = document_reader({}, "", {{"order.json", "[]"}});
  EXPECT_EQ(*alone({"order.json", {}}), Json("[]"));
  EXPECT_EQ(alone({"trip.json", {}}).error().message,
            "the file 'trip.json' did not come with the workflow");
}

TEST_F(DocumentsTest, AreSentAlongAsFarAsTheyCanBeRead) {
  WorkflowSource source;
  source.text =
      "input: { schema: { resource: { endpoint: order.json } } }\n"
      "output: { schema: { resource: { endpoint: ../private.json } } }\n";
  EXPECT_TRUE(with_documents(source).documents.empty());
  source.folder = (dir_ / "flows").string();
  EXPECT_EQ(with_documents(source).documents,
            (std::map<std::string, std::string>{{"order.json", "{}"}}));
}

TEST_F(DocumentsTest, OfTheOwnNetworkAreNotReadForStrangers) {
  auto const refused = document_reader({}, "")({"http://127.0.0.1:1/private.json", {}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_NE(refused.error().hint.find("--allow-private-documents"), std::string::npos);
  EngineOptions options;
  options.allow_private_documents = true;
  EXPECT_EQ(document_reader(options, "")({"http://127.0.0.1:1/private.json", {}}).error().code,
            ErrorCode::unavailable);
  EXPECT_EQ(reader()({"http://127.0.0.1:1/private.json", {}}).error().code, ErrorCode::unavailable);
}

// A deployment that failed was compiled once more for them, and its documents read again.
TEST(Deploying, TellsItsFindingsAlsoWhenItFails) {
  EngineOptions settings;
  settings.in_memory = true;
  auto engine = Engine::open(settings).value();
  Json findings;
  DeployOptions options;
  options.findings = &findings;
  WorkflowSource const broken{"document: {}\ndo: 7\n", "broken.yaml"};
  EXPECT_FALSE(engine.deploy(broken, options).ok());
  EXPECT_GT(findings.size(), 0U);
  EXPECT_EQ(to_text(findings), to_text(engine.check(broken)));
}

}  // namespace
}  // namespace skald
