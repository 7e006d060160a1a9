#pragma once

// The workflows an engine knows, by name and by digest. What is deployed stays: runs use the graph
// they began with for ever.
//
// Thread-safety: all members.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/codec/record_codec.hpp"
#include "runtime/engine/partition.hpp"

namespace skald::runtime {

class Deployments {
 public:
  struct Item {
    Deployed deployed;
    GraphPtr graph;
  };
  using ItemPtr = std::shared_ptr<Item const>;

  // Makes a deployment known. Of several of one version the latest counts for new starts.
  void add(Deployed deployed, GraphPtr graph);
  // Parses the graph of a deployment that was read from a journal, and adds it.
  Result<void> load(Deployed const& deployed);
  GraphPtr by_digest(std::string const& digest) const;
  // "ns/name" gives the newest version, "ns/name/version" that one.
  // Null when there is none.
  ItemPtr find(std::string_view name) const;
  std::vector<ItemPtr> all() const;
  // "ns/name/version" of each.
  std::vector<std::string> names() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ItemPtr> by_name_;  // "ns/name/version"
  std::map<std::string, GraphPtr> by_digest_;
};

// No workflow of that name is deployed: with the nearest of those that are ("ns/name/version").
Error no_such_workflow(std::string_view wanted, std::vector<std::string> const& deployed);

// Semantic versions in order: 1.10.0 is newer than 1.9.0, 1.0.0 than 1.0.0-rc.1.
bool older_version(std::string_view a, std::string_view b);

}  // namespace skald::runtime
