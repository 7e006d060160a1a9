#pragma once

// The participant of the runs in tests/compat: one HTTP server that books, is asked again, calls
// back, refuses, and can be told that its troubles are over. Its methods may be called from any
// thread.

#include <httplib.h>

#include <mutex>
#include <string>
#include <thread>

namespace skald::compat {

class Shop {
 public:
  // With troubles a visa takes its time, and what is stuck can not be undone.
  explicit Shop(bool troubles);
  ~Shop();
  Shop(Shop const&) = delete;
  Shop& operator=(Shop const&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // The last part of the URL that the job's result is to be posted to; empty until it has come.
  std::string callback() const;
  // "DELETE /ok/take", ...: every change that was asked for, in order.
  std::string calls() const;

 private:
  void note(httplib::Request const& request);

  bool const troubles_;
  httplib::Server server_;
  mutable std::mutex mutex_;
  std::string callback_;
  std::string calls_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace skald::compat
