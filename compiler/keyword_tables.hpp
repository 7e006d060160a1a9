#pragma once

// Tables of keywords that several of the files use that define them. Private to keywords*.cpp.

#include "compiler/keywords.hpp"

namespace skald::compiler {

inline constexpr std::uint8_t kTextOrMap = kText | kMap;
inline constexpr Need kRequired = Need::required;
inline constexpr Need kLater = Need::later;
inline constexpr Need kOptional = Need::optional;

// keywords.cpp
extern Table const kDuration;

// keywords_calls.cpp
extern Table const kAuthentication;
extern Table const kEndpoint;
extern Table const kResource;  // a document somewhere else: {name, endpoint}
extern Table const kContainer;
extern Table const kCatalog;
extern Table const kExtension;

constexpr Key duration(std::string_view name, Need need = kOptional) {
  return {.name = name,
          .kinds = kTextOrMap,
          .need = need,
          .nest = Nest::self,
          .table = &kDuration,
          .form = "a map like { seconds: 10 }, or ISO 8601 text like PT10S"};
}

}  // namespace skald::compiler
