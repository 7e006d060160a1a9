#pragma once

// A JSON Schema (draft 7), compiled once and checked many times. valijson does it; nothing of it
// is seen here.
//
// Thread-safety: const after construction; copies share the compiled form.

#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald {

class JsonSchema {
 public:
  // The schema that everything fits.
  JsonSchema() = default;
  // Errors: invalid_argument, with what is wrong with the schema. References to other documents
  // are refused. Patterns are those of base/pattern.hpp.
  static Result<JsonSchema> compile(Json document);

  Json const& document() const { return document_; }
  // Empty when the value fits; else what does not, in words: "/amount: not a number". A check whose
  // patterns take about 100 ms ends with words that say so.
  std::string check(Json const& value) const;

 private:
  struct Rules;
  Json document_;
  std::shared_ptr<Rules const> rules_;
};

}  // namespace skald
