#include "runtime/executor/resolver.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

namespace skald::runtime {
namespace {

using Clock = std::chrono::steady_clock;

std::string numeric_text(sockaddr const& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  void const* bytes = nullptr;
  if (address.sa_family == AF_INET) {
    bytes = &reinterpret_cast<sockaddr_in const&>(address).sin_addr;
  } else if (address.sa_family == AF_INET6) {
    bytes = &reinterpret_cast<sockaddr_in6 const&>(address).sin6_addr;
  } else {
    return {};
  }
  auto const* result = inet_ntop(address.sa_family, bytes, text.data(), text.size());
  return result == nullptr ? std::string() : std::string(result);
}

Result<Addresses> system_lookup(std::string const& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  int const error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) {
    return Error{ErrorCode::unavailable,
                 "the name '" + host + "' can not be resolved: " + gai_strerror(error),
                 "check the name, or send it elsewhere with --rewrite FROM=TO"};
  }
  Addresses out;
  for (addrinfo const* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::string text = numeric_text(*entry->ai_addr);
    if (!text.empty() && std::find(out.begin(), out.end(), text) == out.end()) {
      out.push_back(std::move(text));
    }
  }
  freeaddrinfo(list);
  if (out.empty()) {
    return Error{ErrorCode::unavailable, "the name '" + host + "' has no address", ""};
  }
  return out;
}

// A lookup that took longer than this makes the name a suspect.
constexpr auto kSlow = std::chrono::milliseconds(500);

}  // namespace

struct Resolver::State {
  struct Name {
    std::optional<Result<Addresses>> result;
    Clock::time_point fresh_until{};
    bool looking = false;
    bool suspect = false;
    std::vector<Callback> waiting;
  };

  explicit State(ResolverOptions given)
      : options(std::move(given)), suspects_allowed(std::max(2U, options.threads) / 2) {
    if (!options.lookup) options.lookup = system_lookup;
  }

  void work();
  // The next name to look up; nothing when the resolver stops. Locked.
  std::optional<std::string> next(std::unique_lock<std::mutex>& lock);
  void look_up(std::string const& host, std::unique_lock<std::mutex>& lock);
  void forget_old_names();

  ResolverOptions options;
  unsigned suspects_allowed;
  unsigned suspects_running = 0;
  bool stopping = false;
  std::mutex mutex;
  std::condition_variable wake;
  std::unordered_map<std::string, Name> names;
  std::deque<std::string> queue;
  std::deque<std::string> suspects;
  unsigned calling_back = 0;
  std::condition_variable called_back;
};

std::optional<std::string> Resolver::State::next(std::unique_lock<std::mutex>& lock) {
  auto const may_take_suspect = [this] {
    return !suspects.empty() && suspects_running < suspects_allowed;
  };
  wake.wait(lock, [&] { return stopping || !queue.empty() || may_take_suspect(); });
  if (stopping) return {};
  auto& from = queue.empty() ? suspects : queue;
  std::string host = std::move(from.front());
  from.pop_front();
  return host;
}

void Resolver::State::work() {
  std::unique_lock lock(mutex);
  while (auto host = next(lock)) look_up(*host, lock);
}

void Resolver::State::look_up(std::string const& host, std::unique_lock<std::mutex>& lock) {
  bool const suspect = names[host].suspect;
  if (suspect) ++suspects_running;
  lock.unlock();
  auto const begin = Clock::now();
  Result<Addresses> result = options.lookup(host);
  auto const end = Clock::now();
  lock.lock();
  if (suspect) --suspects_running;

  Name& name = names[host];
  name.looking = false;
  name.suspect = !result.ok() || end - begin > kSlow;
  Duration const keep = result.ok() ? options.keep : options.keep_failure;
  name.fresh_until = end + std::chrono::microseconds(keep.us);
  name.result = result;
  auto const waiting = std::exchange(name.waiting, {});
  wake.notify_one();
  if (stopping) return;
  ++calling_back;
  lock.unlock();
  for (auto const& callback : waiting) callback(result);
  lock.lock();
  --calling_back;
  called_back.notify_all();
}

void Resolver::State::forget_old_names() {
  if (names.size() < options.max_names) return;
  std::erase_if(names, [](auto const& entry) { return !entry.second.looking; });
}

Resolver::Resolver(ResolverOptions options) : state_(std::make_shared<State>(std::move(options))) {
  unsigned const threads = std::max(2U, state_->options.threads);
  for (unsigned i = 0; i < threads; ++i) {
    std::thread([state = state_] { state->work(); }).detach();
  }
}

Resolver::~Resolver() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->wake.notify_all();
  state_->called_back.wait(lock, [this] { return state_->calling_back == 0; });
}

void Resolver::resolve(std::string const& host, Callback callback) {
  std::unique_lock lock(state_->mutex);
  state_->forget_old_names();
  State::Name& name = state_->names[host];
  bool const fresh = name.result && Clock::now() < name.fresh_until;
  bool const usable = name.result && (fresh || name.result->ok());
  if (!fresh && !name.looking) {
    name.looking = true;
    (name.suspect ? state_->suspects : state_->queue).push_back(host);
    state_->wake.notify_one();
  }
  if (!usable) {
    name.waiting.push_back(std::move(callback));
    return;
  }
  Result<Addresses> const result = *name.result;
  lock.unlock();
  callback(result);
}

}  // namespace skald::runtime
