#include "compiler/explain/codes.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;

constexpr Explanation kTexts[] = {
    {Code::yaml_syntax, R"--(The text can not be read as YAML at this place. The usual reasons are
indentation that does not fit the lines above, a missing space behind ':' or
'-', and a bracket or brace that is not closed.

Wrong:
  set: { a: 1
Right:
  set: { a: 1 }
)--"},
    {Code::yaml_duplicate_key,
     R"--(A map can not have the same key twice: one of the two values would be lost.

Wrong:
  set:
    method: get
    method: put
Right:
  set:
    method: put
)--"},
    {Code::yaml_bad_utf8,
     R"--(Workflows are read as UTF-8. The bytes at this place are something else, often
Latin-1 or a file that was cut.

Wrong:  a file saved as ISO-8859-1
Right:  the same file saved as UTF-8
)--"},
    {Code::yaml_bad_character,
     R"--(Control characters can not stand in YAML. In a double-quoted text they can be
written as an escape.

Wrong:  a zero byte, or a form feed from an editor
Right:  "\f"
)--"},
    {Code::yaml_second_document,
     R"--(A file holds one workflow. '---' in the middle of it begins a second document,
which would be ignored.

Wrong:
  document: { dsl: '1.0.3', namespace: test, name: a, version: '1.0.0' }
  do: [{ a: { set: { b: 1 } } }]
  ---
  do: [{ a: { set: { b: 2 } } }]
Right:  two files
)--"},
    {Code::yaml_dropped_half,
     R"--(Text follows where the document has already ended. The parser would drop it
without a word.

Wrong:
  # a whole file
  - a
  b: c
Right:  the list below a key, or 'b: c' as an item, '- b: c'
)--"},
    {Code::yaml_unterminated_quote, R"--(A quoted text begins here and its closing quote is missing.

Wrong:
  set:
    title: 'Trip rejected
Right:
  set:
    title: 'Trip rejected'
)--"},
    {Code::yaml_tab_indentation, R"--(YAML is indented by spaces; a tab is not allowed.

Wrong:  a line that begins with a tab
Right:  the same line with two spaces for each level
)--"},
    {Code::yaml_bad_key,
     R"--(The keys of a map are texts. Something else stands where a key should be.

Wrong:
  set:
    [a, b]: 1
Right:
  set:
    'a, b': 1
)--"},
    {Code::yaml_merge_key,
     R"--(Merge keys ('<<') are no part of YAML 1.2. Use a named component of 'use', or
write the values out.

Wrong:
  set:
    base: &base { a: 1 }
    more: { <<: *base, b: 2 }
Right:
  set:
    base: { a: 1 }
    more: { a: 1, b: 2 }
)--"},
    {Code::yaml_bad_alias,
     R"--(An alias ('*name') repeats what an anchor ('&name') stands before. There is no
such anchor above, or the alias stands inside of it.

Wrong:
  set: { a: *fast }
Right:
  set: { base: &fast { seconds: 5 }, a: *fast }
)--"},
    {Code::yaml_over_limit,
     R"--(The text is larger, deeper or, with its aliases expanded, longer than the
limits allow. They protect a server from hostile files.

Wrong:  aliases of aliases of aliases
Right:  the data in a body or a file of its own
)--"},
    {Code::yaml_bad_tag,
     R"--(A tag ('!!int') says which type a value has. This one is unknown, or the value
is not of that type.

Wrong:
  set: { count: !!int many }
Right:
  set: { count: !!int 5 }
)--"},
    {Code::yaml_bad_number, R"--(Values become JSON, and JSON has no infinity and no 'not a number'.

Wrong:
  set: { limit: .inf }
Right:
  set: { limit: 1.7976931348623157e308 }
)--"},
    {Code::yaml_unquoted_expression,
     R"--(In YAML a brace begins a map, and ': ' and ' #' end a plain text. An expression
with one of them must be quoted, or written as a map.

Wrong:
  set: ${ {a: .x} }
Right:
  set: '${ {a: .x} }'
or:
  set: { a: '${ .x }' }
)--"},
};

}  // namespace

std::span<Explanation const> yaml_explanations() {
  return kTexts;
}

}  // namespace skald::compiler
