#include "compiler/explain/codes.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;

constexpr Explanation kTexts[] = {
    {Code::bad_expression,
     R"--(Expressions are jq programs. This one can not be understood at the marked place.
'skald eval EXPR --input JSON' tries one out.

Wrong:
  if: ${ .amount > }
Right:
  if: ${ .amount > 5000 }
)--"},
    {Code::unknown_variable,
     R"--(Variables are $context, $input, $output, $task, $workflow, $runtime, $tasks and
$undo; inside of a loop its item and index; inside of a 'catch' its error; and
those the expression binds itself with 'as'.

Wrong:
  for: { each: seat, in: .seats }
  do:
    - hold: { set: { number: '${ $item.number }' } }
Right:
    - hold: { set: { number: '${ $seat.number }' } }
)--"},
    {Code::tasks_whole,
     R"--(Only the outputs that are named are kept, so $tasks needs the name of a task
right behind it.

Wrong:
  set: { all: '${ $tasks }' }
Right:
  set: { hotel: '${ $tasks.hotel }', flight: '${ $tasks.flight }' }
)--"},
    {Code::undo_elsewhere,
     R"--($undo holds what a compensate block undoes: its input, output, outcome and
error. Outside of such a block there is nothing to undo.

Wrong:
  - note: { set: { id: '${ $undo.input.id }' } }
Right:
  - book:
      call: bookHotel
      compensate:
        - cancel: { call: cancelHotel, with: { id: '${ $undo.input.id }' } }
)--"},
    {Code::open_expression,
     R"--(A text that begins with '${' is an expression, which ends with '}'. Nothing
else may stand around it.

Wrong:
  body: ${ .order
Right:
  body: ${ .order }
)--"},
    {Code::partial_expression,
     R"--(Only a text that is an expression as a whole is evaluated. '${' in the middle
of a text is left as it is. jq builds texts with \( ... ).

Wrong:
  greeting: 'Hello ${ .name }'
Right:
  greeting: ${ "Hello \(.name)" }
)--"},
    {Code::bare_variable,
     R"--(In values, expressions stand in ${ }. Without it this is a text that begins
with a dollar sign.

Wrong:
  set: { error: $error }
Right:
  set: { error: '${ $error }' }
)--"},
    {Code::no_value_yet,
     R"--(The variable exists, but has no value when this expression is evaluated:
$input is made by 'input.from', and $output by 'output.as'.

Wrong:
  output: { as: $output.id }
Right:
  output: { as: .id }
)--"},
};

}  // namespace

std::span<Explanation const> expression_explanations() {
  return kTexts;
}

}  // namespace skald::compiler
