#include "compiler/explain/codes.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;

constexpr Explanation kTexts[] = {
    {Code::unknown_secret,
     R"--(A workflow declares the secrets it uses; $secrets and the `use` of an
authentication scheme know these names only. What they are is given where the
workflow runs: a folder with a file for each (--secrets DIR).

Wrong:
  - pay: { set: { key: '${ $secrets.shop.key }' } }
Right:
  use: { secrets: [ shop ] }
  do:
    - pay: { set: { key: '${ $secrets.shop.key }' } }
)--"},
    {Code::unreadable_document,
     R"--(A document that a call or a schema refers to is read when the workflow is
deployed, and becomes a part of it. It is a URL, or the path of a file beside
the workflow, in JSON or YAML; that of a call is OpenAPI 3.x or Swagger 2.0.

Wrong:
  call: openapi
  with: { document: { endpoint: pet.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
Right:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
)--"},
    {Code::unknown_operation,
     R"--(An operation is named by its operationId in the document.

Wrong:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPet,
          parameters: { petId: 1 } }
Right:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
)--"},
    {Code::unknown_parameter,
     R"--(The names below `parameters` are those of the operation's parameters, `body`
for its whole body, or members of the body.

Wrong:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: 1, id: 1 } }
Right:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
)--"},
    {Code::missing_parameter,
     R"--(The document says that the operation can not do without this parameter.

Wrong:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById }
Right:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
)--"},
    {Code::wrong_argument,
     R"--(The document says of what type the parameter is, or which values it has. What an
expression gives is not known before the run, and not checked.

Wrong:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: one } }
Right:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
)--"},
    {Code::document_not_read,
     R"--(A document that the workflow names could not be reached from here, so what
depends on it was not checked. Deploying the workflow reads it, and fails when it
can not. `--rewrite https://pets.example=http://127.0.0.1:8081` leads to a
stand-in; a file beside the workflow can always be read.

Wrong:
  call: openapi
  with: { document: { endpoint: https://pets.example/pets.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
Right:
  call: openapi
  with: { document: { endpoint: pets.yaml }, operationId: getPetById,
          parameters: { petId: 1 } }
)--"},
};

}  // namespace

std::span<Explanation const> call_explanations() {
  return kTexts;
}

}  // namespace skald::compiler
