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
  set: { a: 1 }
Right:
  if: ${ .amount > 5000 }
  set: { a: 1 }
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
  for: { each: seat, in: .seats }
  do:
    - hold: { set: { number: '${ $seat.number }' } }
)--"},
    {Code::tasks_whole,
     R"--(Only the outputs that are named are kept, so $tasks needs the name of a task
right behind it.

Wrong:
  - hotel: { set: { id: 1 } }
  - all: { set: { all: '${ $tasks }' } }
Right:
  - hotel: { set: { id: 1 } }
  - all: { set: { hotel: '${ $tasks.hotel }' } }
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
  set: { order: '${ .order' }
Right:
  set: { order: '${ .order }' }
)--"},
    {Code::partial_expression,
     R"--(Only a text that is an expression as a whole is evaluated. '${' in the middle
of a text is left as it is. jq builds texts with \( ... ).

Wrong:
  set: { greeting: 'Hello ${ .name }' }
Right:
  set: { greeting: '${ "Hello \(.name)" }' }
)--"},
    {Code::bare_variable,
     R"--(In values, expressions stand in ${ }. Without it this is a text that begins
with a dollar sign or a dot. Ends of names, such as .pdf, .tar.gz or
.example.com, are texts.

Wrong:
  set: { input: $input }
Right:
  set: { input: '${ $input }' }
)--"},
    {Code::no_value_yet,
     R"--(The variable exists, but has no value when this expression is evaluated:
$input is made by 'input.from', and $output by 'output.as'.

Wrong:
  set: { id: 5 }
  output: { as: $output.id }
Right:
  set: { id: 5 }
  output: { as: .id }
)--"},
    {Code::foreign_template,
     R"--(Other languages put values into texts by '{{ }}'. Here an expression is the
whole text, and jq puts values into texts by '\( )'.
Wrong:
  set: { text: 'Hello {{ .name }}' }
Right:
  set: { text: '${ "Hello \(.name)" }' }
)--"},
    {Code::assignment,
     R"--(In jq one '=' sets a member and gives the changed data, which counts as true. A
comparison has two.
Wrong:
  if: .status = "paid"
  set: { a: 1 }
Right:
  if: .status == "paid"
  set: { a: 1 }
)--"},
    {Code::unknown_property,
     R"--(The data has a schema, and the schema lists its properties, but not this one.
Then it is always null, or the schema lacks something. The note shows where the
properties stand.
Wrong:
  input: { schema: { document: { type: object, properties: { name: { type: string } } } } }
  do: [{ greet: { set: { text: '${ .nmae }' } } }]
Right:
  input: { schema: { document: { type: object, properties: { name: { type: string } } } } }
  do: [{ greet: { set: { text: '${ .name }' } } }]
)--"},
    {Code::unknown_member,
     R"--(Some variables have fixed members: $workflow (id, definition, input, startedAt),
$task (name, reference, definition, input, output, startedAt), $runtime (name,
version, metadata), $undo (input, output, outcome, error), and the error of a
'catch' (type, status, title, detail, instance). Any other is always null.

Wrong:
  set: { customer: '${ $workflow.inputs.customer }' }
Right:
  set: { customer: '${ $workflow.input.customer }' }
)--"},
    {Code::data_for_error,
     R"--(In 'when' and 'exceptWhen' of a 'catch' or of a retry, '.' is the data of the task, as
everywhere. The error is a variable: $error, or what 'as' of the catch names. If
a member of the data is meant, $input.status says so, and so does an input
schema that has the property.

Wrong:
  try: [ { ship: { call: ship } } ]
  catch: { when: .status == 503 }
Right:
  try: [ { ship: { call: ship } } ]
  catch: { when: $error.status == 503 }
)--"},
};

}  // namespace

std::span<Explanation const> expression_explanations() {
  return kTexts;
}

}  // namespace skald::compiler
