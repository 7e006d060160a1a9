#pragma once

// A call of "run:shell" or "run:script" as a program to start, and what the program did as an
// answer. No process is touched here.

#include <string>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/executor/process_spawn.hpp"

namespace skald::runtime {

// What may be run at all; nothing by default.
struct ProcessPermissions {
  bool shell = false;
  std::vector<std::string> scripts = {};  // languages: "js", "python"
};

struct ProcessPlan {
  ProcessSpec spec;
  std::string input;        // written to standard input
  std::string script;       // a script's text; its file becomes the second argument
  std::string file_ending;  // of that file
  bool await = true;
  Json output_when_started;  // of one that is not waited for
};

// The plan, or the answer of a call that can not be made.
std::variant<ProcessPlan, saga::Answer> plan_process(CallRequest const& request,
                                                     ProcessPermissions const& permissions);

struct ProcessEnd {
  int code = 0;    // exit code
  int signal = 0;  // that ended it; 0 when it exited
  std::string output;
  std::string errors;
};

// By the call's `return`: stdout (default), stderr, code, all, none. A program that does not exit
// with 0 has failed, unless its code is what is asked for.
saga::Answer answer_of_process(Json const& with, ProcessEnd end);

bool is_process_call(std::string_view function);

}  // namespace skald::runtime
