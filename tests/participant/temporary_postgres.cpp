#include "tests/participant/temporary_postgres.hpp"

#include <csignal>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

namespace skald::test {
namespace {

namespace fs = std::filesystem;

// /usr/lib/postgresql/15/bin of the newest version that is installed.
std::string bin_dir() {
  fs::path newest;
  std::error_code none;
  for (auto const& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    auto const bin = version.path() / "bin";
    if (fs::exists(bin / "initdb") && bin > newest) newest = bin;
  }
  return newest.string();
}

// What goes before a command that must not run as root.
std::vector<std::string> as_postgres() {
  if (geteuid() != 0) return {};
  return {"/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
          "--pdeathsig=QUIT"};
}

std::vector<std::string> command(std::vector<std::string> const& arguments) {
  auto result = as_postgres();
  result.insert(result.end(), arguments.begin(), arguments.end());
  return result;
}

}  // namespace

TemporaryPostgres::TemporaryPostgres() {
  start();
}

void TemporaryPostgres::start() {
  auto const bin = bin_dir();
  if (bin.empty()) {
    ADD_FAILURE() << "PostgreSQL is not installed; scripts/setup-deps installs it";
    return;
  }
  if (geteuid() == 0) {
    auto const* user = getpwnam("postgres");
    ASSERT_NE(user, nullptr) << "there is no user 'postgres'";
    ASSERT_EQ(chown(dir_.path().c_str(), user->pw_uid, user->pw_gid), 0);
  }
  auto const data = dir_.path() + "/data";
  Process init(command({bin + "/initdb", "-D", data, "-U", "skald", "-A", "trust", "--no-sync"}),
               dir_.path() + "/initdb.log");
  while (init.read_line(std::chrono::seconds(60))) {
  }
  ASSERT_EQ(init.wait(), 0) << "initdb failed, see " << dir_.path();
  // Crashes of the machine are not what is tested with it: no waiting for the disk.
  // Errors of statements are part of the tests and not logged: nobody reads them from the pipe.
  server_.emplace(command({"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh", bin + "/postgres", "-D", data,
                           "-k", dir_.path(), "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                           "log_min_messages=log", "-c", "log_min_error_statement=panic"}));
  auto const ready =
      server_->wait_for_line("ready to accept connections", std::chrono::seconds(60));
  ASSERT_TRUE(ready) << "PostgreSQL does not start";
}

TemporaryPostgres::~TemporaryPostgres() {
  if (!server_) return;
  server_->signal(SIGQUIT);
  server_->wait();
}

std::string TemporaryPostgres::conninfo() const {
  return "host=" + dir_.path() + " dbname=postgres user=skald";
}

}  // namespace skald::test
