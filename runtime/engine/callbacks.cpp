#include "runtime/engine/callbacks.hpp"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "base/digest.hpp"

namespace skald::runtime {
namespace {

constexpr std::size_t kKeyDigits = 64;
constexpr std::size_t kCodeDigits = 40;

std::string new_key() {
  std::random_device device;
  std::string text;
  for (int i = 0; i < 16; ++i) text += std::to_string(device()) + ",";
  return sha256(text).hex();
}

std::string as_bytes(Digest const& digest) {
  return {digest.bytes.begin(), digest.bytes.end()};
}

// HMAC (RFC 2104) with SHA-256; the key has the size of a block.
Digest hmac(std::string const& key, std::string_view text) {
  std::string inner = key;
  std::string outer = key;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return sha256(outer + as_bytes(sha256(inner.append(text))));
}

// How long it takes does not tell where they differ.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |=
        static_cast<unsigned char>(a[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

std::string encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char const c : text) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

Result<std::string> key_in(std::string const& file) {
  if (file.empty()) return new_key();
  std::error_code failure;
  if (!std::filesystem::exists(file, failure)) {
    auto const key = new_key();
    std::ofstream out(file, std::ios::binary);
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, failure);
    out << key;
    out.close();
    if (!out) return Error{ErrorCode::io, "'" + file + "' can not be written", ""};
    return key;
  }
  std::ifstream in(file, std::ios::binary);
  std::string key(std::istreambuf_iterator<char>(in), {});
  if (key.size() != kKeyDigits) {
    return Error{ErrorCode::corrupt, "'" + file + "' holds no key for callbacks",
                 "delete it: callbacks that are awaited now will then end by their timeout"};
  }
  return key;
}

}  // namespace

Result<Callbacks> Callbacks::open(std::string const& file, std::string url) {
  auto key = key_in(file);
  if (!key.ok()) return std::move(key).error();
  while (url.ends_with('/')) url.pop_back();
  Callbacks result;
  result.key_ = std::move(*key);
  result.url_ = std::move(url);
  return result;
}

std::string Callbacks::code(std::string_view text) const {
  return hmac(key_, text).hex().substr(0, kCodeDigits);
}

std::string Callbacks::url(CallbackStep const& step) const {
  if (url_.empty()) return {};
  auto const name = std::to_string(step.activation.value) + "-" + step.run;
  return url_ + "/v1/callbacks/" + code(name) + "-" + encoded(name);
}

// CODE-ACTIVATION-RUN
std::optional<CallbackStep> Callbacks::read(std::string_view token) const {
  if (token.size() < kCodeDigits + 1 || token[kCodeDigits] != '-') return std::nullopt;
  auto const name = token.substr(kCodeDigits + 1);
  if (!same(token.substr(0, kCodeDigits), code(name))) return std::nullopt;
  CallbackStep step;
  auto const* const end = name.data() + name.size();
  auto const [rest, failure] = std::from_chars(name.data(), end, step.activation.value);
  if (failure != std::errc() || rest == end || *rest != '-') return std::nullopt;
  step.run.assign(rest + 1, end);
  return step;
}

}  // namespace skald::runtime
