#include "compiler/scope.hpp"

#include <algorithm>
#include <limits>

namespace skald::compiler {

namespace {

using dsl::Node;
using graph::ListIndex;
using graph::ListRole;
using graph::TaskIndex;

// One step of the way from a task up to the root.
struct Hop {
  ListIndex list;
  std::uint32_t position = 0;
  ListIndex from;  // the list below, which the way came out of; none at the start
};

std::vector<Hop> way_up(Outline const& outline, TaskIndex task) {
  std::vector<Hop> way;
  ListIndex from;
  while (task.valid()) {
    TaskInfo const& info = outline.task(task);
    way.push_back({info.list, info.position, from});
    from = info.list;
    task = outline.list(info.list).owner;
  }
  return way;
}

std::vector<Hop> way_up(Outline const& outline, Site const& site) {
  if (site.end_of.valid()) {
    auto way = way_up(outline, site.task);
    way.front().from = site.end_of;
    way.insert(way.begin(), {site.end_of, std::numeric_limits<std::uint32_t>::max(), {}});
    return way;
  }
  if (site.task.valid()) return way_up(outline, site.task);
  bool const end = site.point == Site::Point::after;
  return {{outline.root, end ? std::numeric_limits<std::uint32_t>::max() : 0, {}}};
}

// How a task is related to a site.
struct Relation {
  enum class Kind { direct, inner, not_done, hidden };
  Kind kind = Kind::hidden;
  char const* reason = "";
};

class Relating {
 public:
  Relating(Outline const& outline, Site const& site)
      : outline_(outline), site_(site), way_(way_up(outline, site)) {}

  Relation to(TaskIndex candidate) const {
    char const* closed = nullptr;  // why what is inside of the lists passed so far is not seen
    ListIndex from;
    for (TaskIndex at = candidate; at.valid();) {
      TaskInfo const& info = outline_.task(at);
      for (std::size_t up = 0; up < way_.size(); ++up) {
        if (way_[up].list != info.list) continue;
        return meet(up, {info.list, info.position, from}, at == candidate, closed);
      }
      ListInfo const& list = outline_.list(info.list);
      bool const apart = list.role == ListRole::compensate || list.role == ListRole::probe;
      if (list.closed || apart) return {};
      if (list.role == ListRole::loop) {
        closed = "it runs once for each item; after the loop only the loop's own output is there";
      }
      from = info.list;
      at = list.owner;
    }
    return {};
  }

  std::vector<Hop> const& way() const { return way_; }

 private:
  // The ways from site and candidate meet in one list, at two positions of it.
  Relation meet(std::size_t up, Hop const& other, bool direct, char const* closed) const {
    for (std::size_t i = 0; i < up; ++i) {
      if (outline_.list(way_[i].list).closed) return {};
    }
    Hop const& own = way_[up];
    ListInfo const& list = outline_.list(own.list);
    if (other.position == own.position) return same_task(up, other, direct, closed);
    if (other.position > own.position && !list.jumps_back) {
      return {Relation::Kind::not_done, "it runs later"};
    }
    return seen(direct, closed);
  }

  static Relation seen(bool direct, char const* closed) {
    if (closed != nullptr) return {Relation::Kind::not_done, closed};
    return {direct ? Relation::Kind::direct : Relation::Kind::inner, ""};
  }

  // The candidate is, or is inside of, a task that the site itself is (in).
  Relation same_task(std::size_t up, Hop const& other, bool direct, char const* closed) const {
    ListIndex const from = way_[up].from;
    bool const undo = from.valid() && outline_.list(from).role == ListRole::compensate;
    if (direct) {
      if (undo) return {Relation::Kind::not_done, "its output is '$undo.output' here"};
      if (site_.point == Site::Point::exported && up == 0) {
        return {Relation::Kind::not_done, "its output is '$output' here"};
      }
      return {Relation::Kind::not_done, "it is not finished"};
    }
    ListRole const role = outline_.list(other.from).role;
    bool const handler = from.valid() && outline_.list(from).role == ListRole::handler;
    if (handler && role == ListRole::attempt) {
      return {Relation::Kind::not_done, "the error has left its list, and what it did is undone"};
    }
    bool const own = up == 0 && !from.valid();
    bool const finished =
        own && (site_.point == Site::Point::after || site_.point == Site::Point::exported);
    if (undo || finished) return seen(false, closed);
    if (role == ListRole::branch) {
      return {Relation::Kind::not_done, "it runs in a parallel branch"};
    }
    return {Relation::Kind::not_done, "it is not finished"};
  }

  Outline const& outline_;
  Site const& site_;
  std::vector<Hop> way_;
};

// Of a name that stands in thousands of lists not all are looked at: it is hostile.
constexpr int kMostHomonyms = 1'000;

// The nearest task of that name in the lists around the site, if it has run by then.
std::optional<TaskIndex> direct_task(Outline const& outline, Relating const& relating,
                                     std::string_view name) {
  for (Hop const& hop : relating.way()) {
    auto const found = outline.members.find({hop.list, name});
    if (found == outline.members.end()) continue;
    if (relating.to(found->second).kind == Relation::Kind::direct) return found->second;
  }
  return std::nullopt;
}

std::string name_in(Node const* node, std::string_view key, std::string_view otherwise) {
  Node const* found = node == nullptr ? nullptr : node->get(key);
  auto name = found != nullptr && found->is_string() ? found->text() : otherwise;
  // "$item" is reported where it stands, and what reads $item is no second mistake.
  if (name.starts_with('$')) name.remove_prefix(1);
  return std::string(name);
}

}  // namespace

TaskLookup find_task(Outline const& outline, Site const& site, std::string_view name) {
  Relating const relating(outline, site);
  TaskLookup lookup;
  if (auto const task = direct_task(outline, relating, name)) {
    lookup.answer = TaskLookup::Answer::found;
    lookup.task = *task;
    return lookup;
  }
  std::vector<TaskIndex> inner;
  int looked_at = 0;
  auto const [begin, end] = outline.names.equal_range(name);
  for (auto each = begin; each != end && inner.size() < 2 && looked_at < kMostHomonyms; ++each) {
    ++looked_at;
    Relation const relation = relating.to(each->second);
    if (relation.kind == Relation::Kind::inner) inner.push_back(each->second);
    if (relation.kind == Relation::Kind::not_done && lookup.answer == TaskLookup::Answer::unknown) {
      lookup.answer = TaskLookup::Answer::not_done;
      lookup.task = each->second;
      lookup.reason = relation.reason;
    }
  }
  if (inner.empty()) return lookup;
  lookup.answer = inner.size() == 1 ? TaskLookup::Answer::found : TaskLookup::Answer::ambiguous;
  lookup.task = inner.front();
  lookup.all = std::move(inner);
  return lookup;
}

std::vector<std::string_view> visible_tasks(Outline const& outline, Site const& site) {
  Relating const relating(outline, site);
  std::vector<std::string_view> names;
  for (auto const& [name, task] : outline.names) {
    auto const kind = relating.to(task).kind;
    if (kind == Relation::Kind::direct || kind == Relation::Kind::inner) names.push_back(name);
  }
  return names;
}

std::vector<std::string> scope_variables(Outline const& outline, Site const& site) {
  std::vector<std::string> names = site.variables;
  if (!site.task.valid()) return names;
  for (Hop const& hop : way_up(outline, site.task)) {
    ListInfo const& list = outline.list(hop.list);
    if (list.closed) break;
    if (!list.owner.valid()) continue;
    Node const& owner = *outline.task(list.owner).body;
    if (list.role == ListRole::loop) {
      names.push_back(loop_item(owner));
      names.push_back(loop_index(owner));
    }
    if (list.role == ListRole::handler) names.push_back(catch_variable(owner));
  }
  return names;
}

bool is_error(Outline const& outline, Site const& site, std::string_view name) {
  auto const own = std::find(site.variables.begin(), site.variables.end(), name);
  if (own != site.variables.end()) return site.error && site.variables.back() == name;
  if (!site.task.valid()) return false;
  for (Hop const& hop : way_up(outline, site.task)) {
    ListInfo const& list = outline.list(hop.list);
    if (list.closed) return false;
    if (!list.owner.valid()) continue;
    Node const& owner = *outline.task(list.owner).body;
    if (list.role == ListRole::loop && (loop_item(owner) == name || loop_index(owner) == name)) {
      return false;
    }
    if (list.role == ListRole::handler && catch_variable(owner) == name) return true;
  }
  return false;
}

bool in_undo(Outline const& outline, Site const& site) {
  return site.task.valid() && outline.task(site.task).undo;
}

std::string loop_item(Node const& task) {
  if (Node const* each = task.get("foreach")) return name_in(each, "item", "item");
  return name_in(task.get("for"), "each", "item");
}
std::string loop_index(Node const& task) {
  Node const* each = task.get("foreach");
  return name_in(each != nullptr ? each : task.get("for"), "at", "index");
}
std::string catch_variable(Node const& task) {
  return name_in(task.get("catch"), "as", "error");
}

}  // namespace skald::compiler
