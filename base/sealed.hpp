#pragma once

// Sealed values: secrets by name. A sealed Json (Json::Kind::sealed) is a text of pieces; a piece
// is literal text or the path of a secret: its name, then members of it. The secret itself is in no
// Json; only what writes a request to the world opens a sealed value, and forgets it again.
//
// Printed (and in digests) a sealed value is a text like "Bearer <secret api.token>".

#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald {

// The secret of that name as a whole.
Json secret(std::string_view name);

// A member of a secret: `key` is a string or a number. Null when the value is more than one secret
// (text was added to it), or the key is of another kind.
Json secret_member(Json const& sealed, Json const& key);

// `a` and `b`, each a string or sealed, as one sealed text.
Json sealed_text(Json const& a, Json const& b);

// The value of pieces as pieces() gives them; null when they are none. For codecs.
Json sealed_from(Json const& pieces);

// How a sealed value is shown.
std::string shown_text(Json const& sealed);

// True when the value is sealed, or something in it.
bool holds_secret(Json const& value);

// Gives a secret's value by its name.
using SecretReader = std::function<Result<Json>(std::string const& name)>;

// The value with everything sealed in it opened. A secret alone may be of any kind; one with text
// around it must be a text or a number. `opened`, if given, is told each secret text with the way
// it is shown. Errors: those of `read`; invalid_argument when a secret has no such member.
Result<Json> open_secrets(
    Json const& value, SecretReader const& read,
    std::function<void(std::string_view secret, std::string shown)> const& opened = nullptr);

}  // namespace skald
