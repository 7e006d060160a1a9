#pragma once

// Functions of text that operators and builtins share.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "dsl/jq/run.hpp"

namespace skald::jq {

// The code points from `begin` to `end` (exclusive) of valid UTF-8.
std::string_view slice_text(std::string_view text, std::size_t begin, std::size_t end);
// Where `part` begins at `from` or behind it, or npos; in linear time.
std::size_t find_text(std::string_view text, std::string_view part, std::size_t from);
// text / separator; an empty separator splits into code points.
bool split_string(Run& run, Json const& text, Json const& separator, Json& out);
// jq's tostring: strings stay, all else is dumped.
Json to_string_value(Json const& value);
void append_as_text(std::string& out, Json const& value);
// @name applied to a value, appended to `out`.
bool format_value(Run& run, std::string_view name, Json const& value, std::string& out);
bool is_format(std::string_view name);
// fromjson, with jq's messages.
// JSON as jq reads it, NaN included. Returns jq's message, empty when it was read.
std::string read_json_text(std::string_view text, Json& out);
// A number from all of the text (tonumber); false when it is none.
bool number_from_string(std::string_view text, Json& out);
bool parse_json_text(Run& run, std::string_view text, Json& out);
// tojson of values deeper than jq prints is cut as jq cuts it.
std::string dump_json(Json const& value);

}  // namespace skald::jq
