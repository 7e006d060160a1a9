#pragma once

// Words of other workflow languages (Step Functions, Argo, GitHub Actions, Kestra, older versions
// of the specification), with what says the same here. For hints only.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace skald::compiler {

// Where a key stands that means nothing there, as bits.
enum Where : std::uint8_t { kInTask = 1, kInWorkflow = 2, kInCall = 4, kElsewhere = 8 };

// What to write instead of a key that other languages have; empty when it is not known.
std::string_view instead_of_key(std::string_view key, Where where);

// The same for a key that belongs to another place than the table `what` ("a retry policy").
std::string_view instead_of_key_in(std::string_view key, std::string_view what);

// What is wrong with an expression that is written in another language; empty when nothing is
// known.
// `text` is the whole text, "${ ... }" where it has that.
std::string_view foreign_expression(std::string_view program, std::string_view text);

// What is called in jq what is the function `name` elsewhere; empty when it is not known.
std::string_view foreign_function(std::string_view name);

// The marks of another language's templates in a text, as "{{ }}", and where they begin; empty when
// there are none.
std::string_view foreign_template(std::string_view text, std::size_t& begin);

// How much of a text is a path into the data, ".order.items[0]", when nothing but that stands there
// or a pipe, '//' or a comparison follows; 0 when it is no such text.
std::size_t data_path(std::string_view text);

// The end of a file's or a host's name: ".pdf", ".tar.gz", ".gitignore", ".example.com".
bool is_suffix(std::string_view text);

// What to write instead of a variable that other languages have; empty when it is not known.
std::string_view instead_of_variable(std::string_view name);

}  // namespace skald::compiler
