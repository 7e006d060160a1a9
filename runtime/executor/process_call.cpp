#include "runtime/executor/process_call.hpp"

#include <algorithm>
#include <cstdlib>

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;

saga::Answer not_possible(std::string message) {
  saga::Answer answer;
  answer.kind = Kind::not_sent;
  answer.invalid = true;
  answer.message = std::move(message);
  return answer;
}

std::string text_of(Json const& value) {
  return value.is_string() ? std::string(value.as_string()) : to_text(value);
}

bool has_zero(std::string const& text) {
  return text.find('\0') != std::string::npos;
}

// Of this process only what programs need to run at all: secrets of the server stay with it.
std::vector<std::string> base_environment(CallRequest const& request) {
  std::vector<std::string> result;
  for (auto const* name : {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"}) {
    if (auto const* value = std::getenv(name)) result.push_back(std::string(name) + "=" + value);
  }
  result.push_back("SKALD_RUN=" + request.run);
  result.push_back("SKALD_STEP=" + request.step);
  result.push_back("SKALD_KEY=" + request.key);
  result.push_back("SKALD_ATTEMPT=" + std::to_string(request.attempt));
  bool const forward = request.direction == saga::Direction::forward;
  result.push_back(std::string("SKALD_DIRECTION=") + (forward ? "forward" : "undo"));
  if (!request.undoes.empty()) result.push_back("SKALD_UNDOES=" + request.undoes);
  return result;
}

// Empty when the arguments are good.
std::string add_arguments(Json const& with, ProcessSpec& spec) {
  auto const& arguments = with["arguments"];
  if (!arguments.is_null() && !arguments.is_array()) return "'arguments' must be a list";
  if (arguments.is_array()) {
    for (auto const& argument : arguments.items()) spec.arguments.push_back(text_of(argument));
  }
  auto const& environment = with["environment"];
  if (!environment.is_null() && !environment.is_object()) return "'environment' must be a map";
  if (environment.is_object()) {
    for (auto const& member : environment.members()) {
      auto const name = std::string(member.key.as_string());
      if (name.empty() || name.find('=') != std::string::npos) {
        return "'" + name + "' can not be the name of a variable of the environment";
      }
      std::erase_if(spec.environment,
                    [&](auto const& known) { return known.starts_with(name + "="); });
      spec.environment.push_back(name + "=" + text_of(member.value));
    }
  }
  bool const zero = std::ranges::any_of(spec.arguments, has_zero) ||
                    std::ranges::any_of(spec.environment, has_zero);
  return zero ? "an argument holds a zero byte" : "";
}

// The last lines, which usually say what is wrong.
std::string tail(std::string text) {
  constexpr std::size_t kMost = 400;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.size() <= kMost) return text;
  return "..." + text.substr(text.size() - kMost);
}

// As $(...) does it: without the end of the last line.
std::string without_last_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

bool is_process_call(std::string_view function) {
  return function == "run:shell" || function == "run:script";
}

std::variant<ProcessPlan, saga::Answer> plan_process(CallRequest const& request,
                                                     ProcessPermissions const& permissions) {
  auto const& with = request.with;
  ProcessPlan plan;
  plan.spec.environment = base_environment(request);
  if (request.function == "run:shell") {
    if (!permissions.shell) {
      return not_possible("shell commands are not allowed here; start with --allow-shell");
    }
    plan.spec.arguments = {"/bin/sh", "-c", text_of(with["command"]), "sh"};
  } else {
    auto const& given = with["language"];
    bool const js = given == Json("js") || given == Json("javascript");
    auto const language = js ? std::string("js") : text_of(given);
    if (std::ranges::find(permissions.scripts, language) == permissions.scripts.end()) {
      return not_possible("scripts in " + language +
                          " are not allowed here; start with --allow-script " + language);
    }
    plan.spec.arguments = {js ? "node" : "python3"};
    plan.script = text_of(with["code"]);
    plan.file_ending = js ? ".mjs" : ".py";
  }
  if (auto problem = add_arguments(with, plan.spec); !problem.empty()) return not_possible(problem);
  if (auto const* input = with.find("stdin"); input != nullptr && !input->is_null()) {
    plan.spec.has_input = true;
    plan.input = text_of(*input);
  }
  plan.await = with["await"] != Json(false);
  plan.output_when_started = with["input"];
  return plan;
}

saga::Answer answer_of_process(Json const& with, ProcessEnd end) {
  auto const& wanted = with["return"];
  auto const what = wanted.is_string() ? wanted.as_string() : std::string_view("stdout");
  saga::Answer answer;
  bool const code_counts = what != "code" && what != "all";
  if (end.signal != 0 || (end.code != 0 && code_counts)) {
    answer.kind = Kind::failed;
    answer.message = end.signal != 0 ? "ended by signal " + std::to_string(end.signal)
                                     : "exit code " + std::to_string(end.code);
    if (auto const words = tail(std::move(end.errors)); !words.empty()) {
      answer.message += ": " + words;
    }
    return answer;
  }
  answer.kind = Kind::returned;
  auto output = without_last_newline(std::move(end.output));
  auto errors = without_last_newline(std::move(end.errors));
  if (what == "stdout") answer.output = Json(output);
  if (what == "stderr") answer.output = Json(errors);
  if (what == "code") answer.output = Json(end.code);
  if (what == "all") {
    answer.output = Json::object({{"code", end.code}, {"stdout", output}, {"stderr", errors}});
  }
  return answer;
}

}  // namespace skald::runtime
