#include "tests/compat/shop.hpp"

namespace skald::compat {

Shop::Shop(bool troubles) : troubles_(troubles) {
  using httplib::Request;
  using httplib::Response;
  auto answers = [this](int status, std::string const& body) {
    return [this, status, body](Request const& request, Response& answer) {
      note(request);
      answer.status = status;
      answer.set_content(body, "application/json");
    };
  };
  server_.Put("/ok/.*", answers(201, R"({"booked":true})"));
  server_.Delete("/ok/.*", answers(200, "{}"));
  server_.Put("/doubt", answers(500, "{}"));
  server_.Get("/doubt", answers(200, R"({"booked":true})"));
  server_.Put("/no", answers(402, "{}"));
  server_.Put("/visa", answers(troubles_ ? 202 : 200, R"({"visa":"V-7"})"));
  server_.Delete("/stuck", answers(troubles_ ? 503 : 200, "{}"));
  server_.Post("/jobs", [this](Request const& request, Response& answer) {
    note(request);
    std::lock_guard const lock(mutex_);
    auto const url = request.get_header_value("Skald-Callback");
    callback_ = url.substr(url.rfind('/') + 1);
    answer.status = 202;
  });
  port_ = server_.bind_to_any_port("127.0.0.1");
  thread_ = std::thread([this] { server_.listen_after_bind(); });
}

Shop::~Shop() {
  server_.stop();
  thread_.join();
}

std::string Shop::callback() const {
  std::lock_guard const lock(mutex_);
  return callback_;
}

std::string Shop::calls() const {
  std::lock_guard const lock(mutex_);
  return calls_;
}

void Shop::note(httplib::Request const& request) {
  if (request.method == "GET") return;
  std::lock_guard const lock(mutex_);
  calls_ += (calls_.empty() ? "" : " ") + request.method + request.path;
}

}  // namespace skald::compat
