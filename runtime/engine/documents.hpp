#pragma once

// Reads the documents that workflows refer to when they are deployed: files beside the workflow,
// and URLs through the same targets and with the same secrets as calls. Blocking, for at most 30
// seconds for all of a workflow; more than 64 documents, and those over 16 MiB, are refused.
//
// Thread-safety: the readers it gives may be used by one thread each; the options are copied.

#include <map>
#include <string>
#include <vector>

#include "compiler/resources.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/executor/targets.hpp"

namespace skald {

// The targets as the executor takes them.
std::vector<runtime::Target> http_targets(EngineOptions const& options);

// Of one workflow. `folder`: where relative paths begin, and where all files must lie, links
// followed: a workflow of somebody else must not read what is elsewhere. Empty: the workflow came
// over a network; files and addresses of the own network are refused. `given`: files that came with
// it, by name.
compiler::ResourceReader document_reader(EngineOptions const& options, std::string folder,
                                         std::map<std::string, std::string> given = {});

namespace runtime {
// The media type of a workflow and its files in one body: {"workflow": TEXT, "documents": {NAME:
// TEXT}}.
inline constexpr char kBundleType[] = "application/vnd.skald.bundle+json";
}  // namespace runtime

// The workflow with the files that it names and that lie in its folder, for a server elsewhere.
// What can not be read is left out: the server says so.
WorkflowSource with_documents(WorkflowSource source);

}  // namespace skald
