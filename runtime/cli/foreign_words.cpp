#include "runtime/cli/foreign_words.hpp"

#include <algorithm>
#include <array>

namespace skald::cli {
namespace {

struct Word {
  std::string_view foreign;
  std::string_view hint;
};

constexpr std::string_view kList = "'skald ls' lists runs, 'skald ls --workflows' what is deployed";
constexpr std::string_view kShow = "'skald show RUN' shows a run, 'skald ls' lists them";
constexpr std::string_view kStop =
    "'skald cancel RUN' stops a run and undoes what it did, 'skald kill RUN' only stops it";
constexpr std::string_view kLogs =
    "'skald history RUN' lists the facts of a run, 'skald watch RUN' follows it";
constexpr std::string_view kCheck = "'skald check FILE' reports what is wrong with a workflow";
constexpr std::string_view kDeploy = "'skald deploy FILE' gives a workflow to the server";
constexpr std::string_view kStart =
    "'skald start WORKFLOW' starts a run on the server, 'skald run FILE' runs a file here";
constexpr std::string_view kEvent = "'skald signal RUN TYPE' sends an event to a run";
constexpr std::string_view kUndo =
    "'skald cancel RUN' undoes what a run did, 'skald plan RUN' says what that would be";

constexpr std::array kWords = {
    Word{"list", kList},
    Word{"ps", kList},
    Word{"runs", kList},
    Word{"executions", kList},
    Word{"workflows", kList},
    Word{"schedules", "'skald ls --schedules' lists what starts by itself"},
    Word{"get", kShow},
    Word{"describe", kShow},
    Word{"status", kShow},
    Word{"inspect", kShow},
    Word{"view", kShow},
    Word{"info", kShow},
    Word{"logs", kLogs},
    Word{"log", kLogs},
    Word{"tail", kLogs},
    Word{"follow", kLogs},
    Word{"events", kLogs},
    Word{"trace", kLogs},
    Word{"terminate", kStop},
    Word{"stop", kStop},
    Word{"abort", kStop},
    Word{"delete",
         "runs that have ended are forgotten by themselves; 'skald cancel RUN' stops one"},
    Word{"rm", "runs that have ended are forgotten by themselves; 'skald cancel RUN' stops one"},
    Word{"remove",
         "runs that have ended are forgotten by themselves; 'skald cancel RUN' stops one"},
    Word{"validate", kCheck},
    Word{"lint", kCheck},
    Word{"verify", kCheck},
    Word{"compile", kCheck},
    Word{"apply", kDeploy},
    Word{"push", kDeploy},
    Word{"publish", kDeploy},
    Word{"create", kDeploy},
    Word{"register", kDeploy},
    Word{"upload", kDeploy},
    Word{"submit", kStart},
    Word{"trigger", kStart},
    Word{"execute", kStart},
    Word{"exec", kStart},
    Word{"launch", kStart},
    Word{"invoke", kStart},
    Word{"dispatch", kStart},
    Word{"result", "'skald wait RUN' waits for the end of a run and prints its output"},
    Word{"output", "'skald wait RUN' waits for the end of a run and prints its output"},
    Word{"format", "'skald fmt FILE' writes a workflow in the one form"},
    Word{"draw", "'skald graph FILE' draws a workflow, 'skald show RUN' a run"},
    Word{"render", "'skald graph FILE' draws a workflow, 'skald show RUN' a run"},
    Word{"server", "'skald serve' runs the server"},
    Word{"up", "'skald serve' runs the server"},
    Word{"daemon", "'skald serve' runs the server"},
    Word{"pause", "'skald suspend RUN' holds a run, 'skald resume RUN' lets it go on"},
    Word{"hold", "'skald suspend RUN' holds a run, 'skald resume RUN' lets it go on"},
    Word{"unpause", "'skald resume RUN' lets a run go on"},
    Word{"continue", "'skald resume RUN' lets a run go on"},
    Word{"restart", "'skald retry RUN STEP' tries a step again"},
    Word{"rerun", "'skald retry RUN STEP' tries a step again"},
    Word{"rollback", kUndo},
    Word{"undo", kUndo},
    Word{"compensate", kUndo},
    Word{"send", kEvent},
    Word{"emit", kEvent},
    Word{"event", kEvent},
    Word{"simulate", "'skald run FILE --dry' rehearses a workflow with stubs"},
    Word{"dry-run", "'skald run FILE --dry' rehearses a workflow with stubs"},
    Word{"sweep", "'skald test FILE --sweep' tries a workflow with every fault at every point"},
    Word{"jq", "'skald eval EXPR --input JSON' tries an expression"},
    Word{"help", "'skald --help' lists the commands, 'skald COMMAND --help' their options"},
};

}  // namespace

std::string_view instead_of_command(std::string_view word) {
  auto const found = std::find_if(kWords.begin(), kWords.end(),
                                  [&](Word const& each) { return each.foreign == word; });
  return found == kWords.end() ? std::string_view{} : found->hint;
}

}  // namespace skald::cli
