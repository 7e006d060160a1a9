// booking-service: a participant for the examples, the demo and the tests. One process is a flight,
// hotel, car, payment or notification service with its own SQLite file (service.hpp).
//
//   booking-service --kind hotel --port 0 --db hotel.db
//   hotel ready at http://127.0.0.1:40123
//
// SIGTERM ends it; it may be killed at any time.

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include <pthread.h>
#include <CLI/CLI.hpp>

#include "examples/services/front.hpp"
#include "examples/services/service.hpp"

namespace {

struct Options {
  std::string kind;
  std::string name;
  std::string host = "127.0.0.1";
  std::string db = ":memory:";
  int port = 0;
};

int complain(std::string const& name, skald::Error const& error) {
  std::fprintf(stderr, "%s: %s\n  %s\n", name.c_str(), error.message.c_str(), error.hint.c_str());
  return 1;
}

int serve(Options const& options) {
  skald::Result<booking::Kind> const kind = booking::find_kind(options.kind);
  if (!kind.ok()) return complain(options.name, kind.error());
  auto service = booking::Service::open(*kind, options.name, options.db);
  if (!service.ok()) return complain(options.name, service.error());
  booking::Front front([&](booking::Call const& call) { return (*service)->handle(call); });
  int const port = front.bind(options.host, options.port);
  if (port == 0) {
    return complain(options.name, {skald::ErrorCode::unavailable,
                                   "port " + std::to_string(options.port) + " is in use",
                                   "take another, or --port 0 for any free one"});
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread listener([&] { front.listen(); });
  std::printf("%s ready at http://%s:%d\n", options.name.c_str(), options.host.c_str(), port);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  (*service)->release();
  front.stop();
  listener.join();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("A booking service for skald's examples");
  app.add_option("--kind", options.kind, "flight, hotel, car, payment or notify")->required();
  app.add_option("--name", options.name, "the name in its lines (default: the kind)");
  app.add_option("--host", options.host, "the address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "the port; 0 takes a free one")->capture_default_str();
  app.add_option("--db", options.db, "the SQLite file; :memory: keeps nothing")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.name.empty()) options.name = options.kind;
  return serve(options);
}
