#include "runtime/engine/documents.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <sstream>

#include "dsl/yaml/reader.hpp"
#include "runtime/executor/http_executor.hpp"
#include "runtime/executor/http_status.hpp"

namespace skald {
namespace {

namespace fs = std::filesystem;

constexpr Duration kPatience = Duration::from_seconds(10);  // for one document
constexpr std::chrono::seconds kPatienceForAll{30};
constexpr std::size_t kMostDocuments = 64;
constexpr std::size_t kLargest = std::size_t{16} << 20U;

// What the documents of one workflow have taken. Shared by the copies of a reader.
struct Spent {
  std::size_t documents = 0;
  std::chrono::steady_clock::time_point since{};

  std::chrono::steady_clock::duration left() const {
    return kPatienceForAll - (std::chrono::steady_clock::now() - since);
  }
};

Error too_large() {
  return {ErrorCode::too_large, "it is larger than 16 MiB", ""};
}

// The file of that name at or below the folder, wherever links lead.
Result<fs::path> file_below(fs::path const& folder, std::string const& name) {
  std::error_code error;
  auto const root = fs::canonical(folder, error);
  auto const full = error ? fs::path() : fs::weakly_canonical(root / name, error);
  auto const way = full.lexically_relative(root);
  if (error || way.empty() || *way.begin() == "..") {
    return Error{ErrorCode::invalid_argument,
                 "the file '" + name + "' lies outside of the workflow's folder",
                 "put it beside the workflow, or into a folder there"};
  }
  if (!fs::is_regular_file(full, error)) {
    return Error{ErrorCode::not_found,
                 "the file '" + (folder / name).lexically_normal().string() + "' can not be read",
                 "check the name; it is relative to the workflow's file"};
  }
  if (fs::file_size(full, error) > kLargest) return too_large();
  return full;
}

class DocumentReader {
 public:
  DocumentReader(EngineOptions const& options, std::string folder,
                 std::map<std::string, std::string> given)
      : folder_(std::move(folder)),
        given_(std::move(given)),
        public_only_(folder_.empty() && !options.allow_private_documents),
        targets_(http_targets(options)),
        secrets_(std::make_shared<runtime::Secrets const>(
            runtime::SecretOptions{options.secrets.dir, options.secrets.env_prefix})) {}

  Result<Json> operator()(compiler::Resource const& resource) {
    if (spent_->documents++ == 0) spent_->since = std::chrono::steady_clock::now();
    if (spent_->documents > kMostDocuments) {
      return Error{
          ErrorCode::too_large,
          "the workflow refers to more than " + std::to_string(kMostDocuments) + " documents",
          "write some of them into the workflow, or divide it"};
    }
    std::string_view const uri = resource.uri;
    if (auto const file = given_.find(resource.uri); file != given_.end()) {
      return checked(file->second);
    }
    if (uri.starts_with("http://") || uri.starts_with("https://")) return fetch(resource);
    if (uri.starts_with("file:")) {
      auto path = uri.substr(5);
      if (path.starts_with("//")) path.remove_prefix(2);
      return read_file(std::string(path));
    }
    if (uri.find("://") != std::string_view::npos) {
      return Error{ErrorCode::invalid_argument, "documents are read over http, https or from files",
                   ""};
    }
    return read_file(resource.uri);
  }

 private:
  Result<Json> read_file(std::string const& path) const {
    if (folder_.empty()) {
      return Error{ErrorCode::invalid_argument,
                   "the file '" + path + "' did not come with the workflow",
                   "'skald deploy' sends files along; or give the document a URL that the server "
                   "can reach"};
    }
    auto const full = file_below(folder_, path);
    if (!full.ok()) return full.error();
    std::ifstream in(*full, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in || in.bad()) {
      return Error{ErrorCode::not_found, "the file '" + full->string() + "' can not be read",
                   "check the name; it is relative to the workflow's file"};
    }
    return checked(text.view());
  }

  static Result<Json> checked(std::string_view text) {
    if (text.size() > kLargest) return too_large();
    if (!is_valid_utf8(text)) return Error{ErrorCode::invalid_argument, "it is not UTF-8 text", ""};
    return Json(text);
  }

  Result<Json> fetch(compiler::Resource const& resource) {
    auto const left = std::chrono::duration_cast<std::chrono::microseconds>(spent_->left());
    if (left.count() <= 0) {
      return Error{ErrorCode::unavailable,
                   "the documents of the workflow took more than " +
                       std::to_string(kPatienceForAll.count()) + " seconds",
                   "are their servers up? --rewrite FROM=TO leads to a stand-in"};
    }
    runtime::CallRequest request;
    request.id = {1, 1, 1};
    request.function = "http";
    request.timeout = Duration{std::min(kPatience.us, left.count())};
    request.run = "deploy";
    request.step = "/use";
    request.with =
        Json::object({{"method", "get"}, {"endpoint", Json(resource.uri)}, {"redirect", true}});
    if (!resource.authentication.is_null()) {
      request.with.set("authentication", resource.authentication);
    }
    auto answer = ask(std::move(request));
    if (!answer.ok()) return std::move(answer).error();
    bool const good = answer->kind == saga::Answer::Kind::returned ||
                      (answer->kind == saga::Answer::Kind::response && answer->status / 100 == 2);
    if (good) return std::move(answer->output);
    if (answer->kind == saga::Answer::Kind::response) {
      // Without what the answer says: it may be none of the author's business.
      return Error{
          ErrorCode::not_found,
          "HTTP " + std::to_string(answer->status) + " " + runtime::status_name(answer->status),
          ""};
    }
    if (answer->invalid) {
      return Error{ErrorCode::not_found, answer->message,
                   public_only_
                       ? "start the server with --allow-private-documents, or lead the URL "
                         "there with --rewrite FROM=TO"
                       : ""};
    }
    return Error{ErrorCode::unavailable, answer->message,
                 "is the server up? --rewrite FROM=TO leads to a stand-in"};
  }

  // Deploying is rare: a client for one request, and no thread that stays.
  Result<saga::Answer> ask(runtime::CallRequest request) const {
    auto promise = std::make_shared<std::promise<saga::Answer>>();
    auto future = promise->get_future();
    runtime::HttpOptions options;
    options.targets = targets_;
    options.secrets = secrets_;
    options.max_response = kLargest;
    options.public_only = public_only_;
    auto http = runtime::HttpExecutor::make(std::move(options),
                                            [promise](runtime::AttemptId, saga::Answer answer) {
                                              promise->set_value(std::move(answer));
                                            });
    if (!http.ok()) return std::move(http).error();
    (*http)->submit(std::move(request));
    return future.get();
  }

  std::string folder_;
  std::map<std::string, std::string> given_;
  bool public_only_;
  std::vector<runtime::Target> targets_;
  std::shared_ptr<runtime::Secrets const> secrets_;
  std::shared_ptr<Spent> spent_ = std::make_shared<Spent>();
};

}  // namespace

std::vector<runtime::Target> http_targets(EngineOptions const& options) {
  std::vector<runtime::Target> targets;
  for (auto const& rewrite : options.targets) {
    runtime::Target target;
    target.from = rewrite.from;
    target.to = rewrite.to;
    target.in_flight = rewrite.in_flight;
    target.rate = rewrite.rate;
    target.breaker = rewrite.breaker;
    targets.push_back(std::move(target));
  }
  return targets;
}

compiler::ResourceReader document_reader(EngineOptions const& options, std::string folder,
                                         std::map<std::string, std::string> given) {
  return DocumentReader(options, std::move(folder), std::move(given));
}

WorkflowSource with_documents(WorkflowSource source) {
  auto const yaml = source.folder.empty() ? dsl::YamlResult() : dsl::read_yaml(source.text, "");
  if (!yaml.document) return source;
  auto const read = document_reader({}, source.folder);
  for (auto const& name : compiler::document_files(*yaml.document)) {
    auto const text = read({name, {}});
    if (text.ok() && text->is_string()) source.documents.emplace(name, text->as_string());
  }
  return source;
}

}  // namespace skald
