#include "base/sealed.hpp"

#include <utility>
#include <vector>

namespace skald {
namespace {

constexpr int kDeepest = 1'000;

Json pieces_of(Json const& value) {
  return value.is_sealed() ? value.pieces() : Json::array({value});
}

std::string shown_path(Json const& path) {
  std::string out = "<secret ";
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0) out += '.';
    if (path[i].is_string()) {
      out += path[i].as_string();
    } else {
      append_text(out, path[i]);
    }
  }
  return out + ">";
}

bool is_path(Json const& piece) {
  if (!piece.is_array() || piece.size() == 0 || !piece[0].is_string()) return false;
  for (Json const& step : piece.items()) {
    if (!step.is_string() && !step.is_number()) return false;
  }
  return true;
}

class Opening {
 public:
  using Opened = std::function<void(std::string_view, std::string)>;
  Opening(SecretReader const& read, Opened const& opened) : read_(read), opened_(opened) {}

  Result<Json> open(Json const& value, int depth) {
    if (value.is_sealed()) return text(value.pieces());
    if (!value.is_array() && !value.is_object()) return value;
    if (depth > kDeepest) {
      return Error{ErrorCode::invalid_argument, "a value with secrets is nested too deeply", ""};
    }
    Json result = value;
    for (std::size_t i = 0; i < value.size(); ++i) {
      Json const& part = value.is_array() ? value.items()[i] : value.members()[i].value;
      auto opened = open(part, depth + 1);
      if (!opened.ok()) return opened;
      result.put_at(i, std::move(*opened));
    }
    return result;
  }

 private:
  Result<Json> text(Json const& pieces) {
    if (pieces.size() == 1 && pieces[0].is_array()) return piece(pieces[0]);
    std::string out;
    for (Json const& each : pieces.items()) {
      if (each.is_string()) {
        out += each.as_string();
        continue;
      }
      auto value = piece(each);
      if (!value.ok()) return value;
      if (value->is_string()) {
        out += value->as_string();
      } else if (value->is_number()) {
        append_text(out, *value);
      } else {
        return Error{ErrorCode::invalid_argument,
                     "the secret '" + name_of(each) + "' is no text, but text stands beside it",
                     "name a member of it"};
      }
    }
    return Json(out);
  }

  Result<Json> piece(Json const& path) {
    auto value = read_(std::string(path[0].as_string()));
    if (!value.ok()) return value;
    Json at = std::move(*value);
    for (std::size_t i = 1; i < path.size(); ++i) {
      Json const* next = nullptr;
      if (path[i].is_string()) {
        next = at.find(path[i].as_string());
      } else if (at.is_array() && path[i].as_number() >= 0 &&
                 path[i].as_number() < static_cast<double>(at.size())) {
        next = &at[static_cast<std::size_t>(path[i].as_number())];
      }
      if (next == nullptr) {
        return Error{
            ErrorCode::invalid_argument,
            "the secret '" + name_of(path) + "' has no member '" + shown_step(path[i]) + "'",
            "a secret with members is a JSON object, or a folder with a file for each"};
      }
      Json const step = *next;
      at = step;
    }
    tell(at, path, 0);
    return at;
  }

  // Every text in the secret, so that it can be recognised when somebody repeats it.
  void tell(Json const& value, Json const& path, int depth) {
    if (!opened_ || depth > kDeepest) return;
    if (value.is_string()) opened_(value.as_string(), shown_path(path));
    if (value.is_number()) opened_(to_text(value), shown_path(path));
    if (value.is_array()) {
      for (Json const& item : value.items()) tell(item, path, depth + 1);
    } else if (value.is_object()) {
      for (auto const& member : value.members()) tell(member.value, path, depth + 1);
    }
  }

  static std::string name_of(Json const& path) { return std::string(path[0].as_string()); }
  static std::string shown_step(Json const& step) {
    return step.is_string() ? std::string(step.as_string()) : to_text(step);
  }

  SecretReader const& read_;
  Opened const& opened_;
};

}  // namespace

Json secret(std::string_view name) {
  return Json::sealed(Json::array({Json::array({name})}));
}

Json secret_member(Json const& sealed, Json const& key) {
  Json const pieces = sealed.pieces();
  bool const whole = pieces.size() == 1 && pieces[0].is_array();
  if (!whole || (!key.is_string() && !key.is_number())) return {};
  Json path = pieces[0];
  path.push_back(key);
  return Json::sealed(Json::array({std::move(path)}));
}

Json sealed_text(Json const& a, Json const& b) {
  Json out = pieces_of(a);
  Json const more = pieces_of(b);
  for (Json const& piece : more.items()) {
    bool const joins = piece.is_string() && out.size() > 0 && out[out.size() - 1].is_string();
    if (!joins) {
      out.push_back(piece);
      continue;
    }
    Json text = out.take(out.size() - 1);
    text.append(piece.as_string());
    out.set(out.size() - 1, std::move(text));
  }
  return Json::sealed(std::move(out));
}

Json sealed_from(Json const& pieces) {
  if (!pieces.is_array() || pieces.size() == 0) return {};
  for (Json const& piece : pieces.items()) {
    if (!piece.is_string() && !is_path(piece)) return {};
  }
  return Json::sealed(pieces);
}

std::string shown_text(Json const& sealed) {
  std::string out;
  Json const pieces = sealed.pieces();
  for (Json const& piece : pieces.items()) {
    out += piece.is_string() ? std::string(piece.as_string()) : shown_path(piece);
  }
  return out;
}

bool holds_secret(Json const& value) {
  if (value.is_sealed()) return true;
  if (!value.is_array() && !value.is_object()) return false;
  std::vector<Json const*> todo{&value};
  while (!todo.empty()) {
    Json const& at = *todo.back();
    todo.pop_back();
    if (at.is_sealed()) return true;
    if (at.is_array()) {
      for (Json const& item : at.items()) todo.push_back(&item);
    } else if (at.is_object()) {
      for (auto const& member : at.members()) todo.push_back(&member.value);
    }
  }
  return false;
}

Result<Json> open_secrets(Json const& value, SecretReader const& read,
                          std::function<void(std::string_view, std::string)> const& opened) {
  if (!holds_secret(value)) return value;
  return Opening(read, opened).open(value, 0);
}

}  // namespace skald
