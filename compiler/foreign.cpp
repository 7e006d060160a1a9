#include "compiler/foreign.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace skald::compiler {

namespace {

struct Word {
  std::string_view foreign;  // lower case, without dashes
  std::string_view hint;
  std::uint8_t where = kInTask | kInWorkflow;
};

constexpr std::array kWords = {
    Word{"next", "'then' says where to go; without it the next task of the list follows"},
    Word{"end", "write 'then: end'"},
    Word{"default", "a case without 'when' is the default", kInTask},
    Word{"startat", "a workflow begins with the first task of 'do'", kInWorkflow},
    Word{"start", "a workflow begins with the first task of 'do'", kInWorkflow},
    Word{"states", "tasks stand below 'do', as a list", kInWorkflow},
    Word{"steps", "tasks stand below 'do', as a list"},
    Word{"tasks", "tasks stand below 'do', as a list"},
    Word{"jobs", "tasks stand below 'do', as a list; 'fork' runs some in parallel"},
    Word{"stages", "tasks stand below 'do', as a list; 'fork' runs some in parallel"},
    Word{"templates", "tasks stand below 'do'; those that are used often, below use.functions"},
    Word{"specversion", "document.dsl names the version of the language: '1.0.3'", kInWorkflow},
    Word{"spec", "tasks stand below 'do', as a list", kInWorkflow},
    Word{"kind", "a file is one workflow; 'document' names it", kInWorkflow},
    Word{"metadata", "it belongs below 'document'", kInWorkflow},
    Word{"apiversion", "document.dsl names the version of the language: '1.0.3'", kInWorkflow},
    Word{"name", "the name of a task is the key above it: '- name:'", kInTask},
    Word{"id", "the name of a task is the key above it: '- name:'", kInTask},
    Word{"name", "it belongs below 'document'", kInWorkflow},
    Word{"id", "it is 'document.name'", kInWorkflow},
    Word{"namespace", "it belongs below 'document'", kInWorkflow},
    Word{"version", "it belongs below 'document'", kInWorkflow},
    Word{"type", "the kind of a task is its key: call, set, wait, ...", kInTask},
    Word{"kind", "the kind of a task is its key: call, set, wait, ...", kInTask},
    Word{"resource", "'call' names the function or protocol, 'with' its arguments", kInTask},
    Word{"uses", "'call' names the function or protocol, 'with' its arguments", kInTask},
    Word{"action", "'call' names the function or protocol, 'with' its arguments", kInTask},
    Word{"function", "'call' names the function or protocol, 'with' its arguments", kInTask},
    Word{"template", "'call' names a function of use.functions", kInTask},
    Word{"arguments", "the arguments of a call stand below 'with'"},
    Word{"args", "the arguments of a call stand below 'with'"},
    Word{"parameters", "the arguments of a call stand below 'with'"},
    Word{"params", "the arguments of a call stand below 'with'"},
    Word{"inputs", "it is 'input'; the arguments of a call stand below 'with'"},
    Word{"outputs", "it is 'output'"},
    Word{"url", "the URL of an HTTP call is 'endpoint'", kInCall},
    Word{"uri", "the URL of an HTTP call is 'endpoint'", kInCall},
    Word{"payload", "the body of an HTTP call is 'body'", kInCall},
    Word{"data", "the body of an HTTP call is 'body'", kInCall},
    Word{"params", "the parameters of a URL are 'query'", kInCall},
    Word{"needs", "tasks run in the order of the list; 'fork' runs some in parallel"},
    Word{"depends", "tasks run in the order of the list; 'fork' runs some in parallel"},
    Word{"dependson", "tasks run in the order of the list; 'fork' runs some in parallel"},
    Word{"dependencies", "tasks run in the order of the list; 'fork' runs some in parallel"},
    Word{"when", "a task runs 'if' something is true; 'when' belongs to cases, catch and retry",
         kInTask},
    Word{"condition", "a task runs 'if' something is true", kInTask},
    Word{"conditions", "the cases of a 'switch' are a list of names with 'when' and 'then'",
         kInTask},
    Word{"choices", "the cases of a 'switch' are a list of names with 'when' and 'then'", kInTask},
    Word{"cases", "the cases of a 'switch' are its list: '- name: { when: ..., then: ... }'",
         kInTask},
    Word{"else", "a case of 'switch' without 'when' is taken when no other is", kInTask},
    Word{"sleep", "it is 'wait: PT5S'"},
    Word{"delay", "it is 'wait: PT5S'"},
    Word{"pause", "it is 'wait: PT5S'"},
    Word{"parallel", "it is 'fork' with 'branches'"},
    Word{"branches", "branches stand below 'fork'"},
    Word{"foreach", "it is 'for: { each: item, in: ... }' beside 'do'"},
    Word{"each", "it is 'for: { each: item, in: ... }' beside 'do'"},
    Word{"map", "it is 'for: { each: item, in: ... }' beside 'do'"},
    Word{"loop", "it is 'for: { each: item, in: ... }' beside 'do'"},
    Word{"items", "it is 'for: { each: item, in: ... }' beside 'do'"},
    Word{"withitems", "it is 'for: { each: item, in: ... }' beside 'do'"},
    Word{"withparam", "it is 'for: { each: item, in: ... }' beside 'do'"},
    Word{"matrix", "it is 'for: { each: item, in: ... }' beside 'do'; fork runs in parallel"},
    Word{"onerror", "errors are caught by 'try' and 'catch' around the task"},
    Word{"onfailure",
         "errors are caught by 'try' and 'catch'; what was done is undone by 'compensate'"},
    Word{"errors", "errors are caught by 'try' and 'catch' around the task", kInTask},
    Word{"rollback", "what undoes a task stands below its 'compensate'"},
    Word{"undo", "what undoes a task stands below its 'compensate'"},
    Word{"compensation", "what undoes a task stands below its 'compensate'"},
    Word{"compensatedby", "what undoes a task stands below its 'compensate'"},
    Word{"retries", "a task has 'retry: { limit: { attempt: { count: 3 } } }'", kInTask},
    Word{"maxattempts", "it is 'limit: { attempt: { count: 3 } }'", kInTask | kElsewhere},
    Word{"retrypolicy", "it is 'retry'"},
    Word{"retrystrategy", "it is 'retry'"},
    Word{"timeoutminutes", "it is 'timeout: { after: PT30M }'"},
    Word{"timeoutseconds", "it is 'timeout: { after: PT30S }'"},
    Word{"activedeadlineseconds", "it is 'timeout: { after: PT30S }'"},
    Word{"catch", "'catch' stands beside 'try', which holds the tasks", kInTask},
    Word{"on", "what starts runs by itself is 'schedule'", kInWorkflow},
    Word{"triggers", "what starts runs by itself is 'schedule'", kInWorkflow},
    Word{"trigger", "what starts runs by itself is 'schedule'", kInWorkflow},
    Word{"cron", "it stands below 'schedule'", kInWorkflow},
    Word{"env", "values stand in the data: 'set' makes some, 'input' gives them"},
    Word{"vars", "values stand in the data: 'set' makes some, 'input' gives them"},
    Word{"variables", "values stand in the data: 'set' makes some, 'input' gives them"},
    Word{"assign", "it is 'set'"},
    Word{"secrets", "secrets are named below 'use.secrets'"},
    Word{"retry", "a retry belongs to a task or to 'catch'", kInWorkflow},
    Word{"script", "scripts are run by 'run: { script: ... }'"},
    Word{"description", "it is 'document.summary'; for tasks a comment or 'metadata'"},
    Word{"comment", "it is 'document.summary'; for tasks a comment or 'metadata'"},
    Word{"labels", "they are 'document.tags'", kInWorkflow},
};

// Without dashes and underscores, in lower case.
std::string folded(std::string_view key) {
  std::string out;
  for (char const c : key) {
    if (c == '-' || c == '_') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

std::string_view instead_of_key(std::string_view key, Where where) {
  auto const wanted = folded(key);
  auto const found = std::find_if(kWords.begin(), kWords.end(), [&](Word const& word) {
    return word.foreign == wanted && (word.where & where) != 0;
  });
  return found == kWords.end() ? std::string_view{} : found->hint;
}

std::string_view instead_of_variable(std::string_view name) {
  auto const wanted = folded(name);
  if (wanted == "steps" || wanted == "outputs" || wanted == "needs" || wanted == "taskrun") {
    return "the output of a task is '$tasks.NAME'";
  }
  if (wanted == "inputs" || wanted == "params" || wanted == "parameters" || wanted == "trigger") {
    return "the input of the run is '$workflow.input'";
  }
  if (wanted == "now") return "the time is the function 'now', without '$'";
  if (wanted == "env" || wanted == "vars" || wanted == "variables") {
    return "values stand in the data ('.'), and what tasks export in '$context'";
  }
  if (wanted == "states" || wanted == "execution" || wanted == "flow" || wanted == "run") {
    return "the run is '$workflow': $workflow.id, $workflow.input";
  }
  return {};
}

}  // namespace skald::compiler
