#include "runtime/engine/deployments.hpp"

#include <algorithm>
#include <set>

#include "dsl/diagnostic.hpp"

namespace skald::runtime {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    auto const at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// -1, 0 or 1; numeric identifiers by value and below words.
int compare_identifiers(std::string_view a, std::string_view b) {
  if (is_number(a) && is_number(b)) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  } else if (is_number(a) != is_number(b)) {
    return is_number(a) ? -1 : 1;
  }
  auto const order = a.compare(b);
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

int compare_lists(std::string_view a, std::string_view b) {
  auto const x = split(a, '.');
  auto const y = split(b, '.');
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (int const order = compare_identifiers(x[i], y[i]); order != 0) return order;
  }
  if (x.size() == y.size()) return 0;
  return x.size() < y.size() ? -1 : 1;
}

}  // namespace

bool older_version(std::string_view a, std::string_view b) {
  a = a.substr(0, a.find('+'));
  b = b.substr(0, b.find('+'));
  auto const dash_a = a.find('-');
  auto const dash_b = b.find('-');
  if (int const order = compare_lists(a.substr(0, dash_a), b.substr(0, dash_b)); order != 0) {
    return order < 0;
  }
  bool const pre_a = dash_a != std::string_view::npos;
  bool const pre_b = dash_b != std::string_view::npos;
  if (pre_a != pre_b) return pre_a;
  return pre_a && compare_lists(a.substr(dash_a + 1), b.substr(dash_b + 1)) < 0;
}

void Deployments::add(Deployed deployed, GraphPtr graph) {
  std::lock_guard const lock(mutex_);
  by_digest_.try_emplace(deployed.digest, graph);
  auto& item = by_name_[deployed.workflow];
  bool const newer = item == nullptr || item->deployed.at <= deployed.at;
  if (newer) item = std::make_shared<Item const>(Item{std::move(deployed), std::move(graph)});
}

Result<void> Deployments::load(Deployed const& deployed) {
  if (auto graph = by_digest(deployed.digest)) {
    add(deployed, std::move(graph));
    return {};
  }
  auto json = parse_json(deployed.graph);
  if (!json.ok()) return std::move(json).error();
  auto graph = graph::from_json(*json);
  if (!graph.ok()) return std::move(graph).error();
  add(deployed, std::make_shared<graph::StepGraph const>(std::move(*graph)));
  return {};
}

GraphPtr Deployments::by_digest(std::string const& digest) const {
  std::lock_guard const lock(mutex_);
  auto const at = by_digest_.find(digest);
  return at == by_digest_.end() ? nullptr : at->second;
}

Deployments::ItemPtr Deployments::find(std::string_view name) const {
  std::lock_guard const lock(mutex_);
  if (auto const at = by_name_.find(std::string(name)); at != by_name_.end()) return at->second;
  if (std::count(name.begin(), name.end(), '/') != 1) return nullptr;
  auto const prefix = std::string(name) + "/";
  ItemPtr newest;
  for (auto at = by_name_.lower_bound(prefix);
       at != by_name_.end() && at->first.starts_with(prefix); ++at) {
    if (newest == nullptr ||
        older_version(newest->graph->id.version, at->second->graph->id.version)) {
      newest = at->second;
    }
  }
  return newest;
}

Error no_such_workflow(std::string_view wanted, std::vector<std::string> const& deployed) {
  std::set<std::string> names;  // both forms that a start takes
  std::string same_name;
  for (auto const& full : deployed) {
    auto const short_name = full.substr(0, full.rfind('/'));
    names.insert({full, short_name});
    if (short_name.substr(short_name.find('/') + 1) == wanted) same_name = short_name;
  }
  Error error{ErrorCode::not_found, "no workflow '" + std::string(wanted) + "' is deployed",
              "`skald deploy FILE` deploys one, `skald ls --workflows` lists them"};
  auto const near = !same_name.empty()
                        ? same_name
                        : std::string(dsl::nearest(wanted, {names.begin(), names.end()}));
  if (!near.empty()) error.hint = "did you mean '" + near + "'?";
  if (wanted.find('/') == std::string_view::npos) {
    error.message += ": a workflow is named namespace/name";
  }
  return error;
}

std::vector<std::string> Deployments::names() const {
  std::lock_guard const lock(mutex_);
  std::vector<std::string> names;
  for (auto const& [name, item] : by_name_) names.push_back(name);
  return names;
}

std::vector<Deployments::ItemPtr> Deployments::all() const {
  std::lock_guard const lock(mutex_);
  std::vector<ItemPtr> items;
  for (auto const& [name, item] : by_name_) items.push_back(item);
  return items;
}

}  // namespace skald::runtime
