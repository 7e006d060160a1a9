#include "compiler/members.hpp"

#include <algorithm>
#include <array>

namespace skald::compiler {

namespace {

using Names = std::string_view const;

constexpr Names kWorkflow[] = {"id", "definition", "input", "startedAt"};
constexpr Names kTask[] = {"name", "reference", "definition", "input", "output", "startedAt"};
constexpr Names kRuntime[] = {"name", "version", "metadata"};
constexpr Names kAuthorization[] = {"scheme", "parameter"};
constexpr Names kUndo[] = {"input", "output", "outcome", "error"};
constexpr Names kTime[] = {"iso8601", "epoch"};
constexpr Names kEpoch[] = {"seconds", "milliseconds"};
constexpr Names kError[] = {"type", "status", "title", "detail", "instance", "child"};

struct Known {
  std::string_view variable;
  MemberNames members;
};
constexpr std::array<Known, 5> kKnown = {{{"workflow", kWorkflow},
                                          {"task", kTask},
                                          {"runtime", kRuntime},
                                          {"authorization", kAuthorization},
                                          {"undo", kUndo}}};

struct Same {
  std::string_view foreign;
  std::string_view ours;
};
constexpr std::array<Same, 17> kSame = {{{"message", "detail"},
                                         {"msg", "detail"},
                                         {"reason", "detail"},
                                         {"description", "detail"},
                                         {"code", "status"},
                                         {"statusCode", "status"},
                                         {"path", "reference"},
                                         {"runId", "id"},
                                         {"executionId", "id"},
                                         {"instanceId", "id"},
                                         {"uid", "id"},
                                         {"inputs", "input"},
                                         {"data", "input"},
                                         {"params", "input"},
                                         {"parameters", "input"},
                                         {"result", "output"},
                                         {"outputs", "output"}}};

bool contains(MemberNames names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

MemberNames members_of(std::vector<std::string_view> const& path) {
  if (path.empty()) return {};
  if (path.size() == 1) {
    auto const found = std::find_if(kKnown.begin(), kKnown.end(),
                                    [&](Known const& each) { return each.variable == path[0]; });
    return found == kKnown.end() ? MemberNames{} : found->members;
  }
  bool const time = (path[0] == "workflow" || path[0] == "task") && path[1] == "startedAt";
  if (time && path.size() == 2) return kTime;
  if (time && path.size() == 3 && path[2] == "epoch") return kEpoch;
  return {};
}

MemberNames members_of_error() {
  return kError;
}

std::string_view same_member(MemberNames members, std::string_view name) {
  for (auto const& [foreign, ours] : kSame) {
    if (foreign == name && contains(members, ours)) return ours;
  }
  return {};
}

}  // namespace skald::compiler
