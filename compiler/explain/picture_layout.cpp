// make_picture: where everything stands. Each list is a column along a spine at x = 0; what is
// inside of a composite is laid out first and then framed.

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/explain/picture.hpp"

namespace skald::compiler {

namespace {

using graph::ListIndex;
using graph::ListRole;
using graph::Task;
using graph::TaskIndex;
using graph::Then;
using Look = Picture::Look;
using Line = Picture::Line;
using Point = Picture::Point;

constexpr double kGap = 30;      // between the tasks of a list
constexpr double kColumns = 26;  // between columns side by side
constexpr double kInset = 18;    // between a frame and what it holds
constexpr double kHeading = 34;  // of a frame
constexpr double kRow = 17;      // a line of text in a card
constexpr double kLane = 12;     // between the lines of jumps
constexpr double kNarrowest = 150;
constexpr double kWidest = 310;
constexpr double kNameSize = 13;
constexpr double kCodeSize = 11;

// A picture of tasks whose spine is x = 0, and what flow needs to know about it.
struct Group {
  Picture picture;
  bool goes_on = true;  // the flow leaves it at its bottom
};

class Layout {
 public:
  Layout(graph::StepGraph const& graph, Marks const& marks)
      : graph_(graph), marks_(marks), inner_(graph.tasks.size()) {
    for (auto const& each : graph.lists) {
      if (each.owner.valid() && each.role != ListRole::compensate) {
        inner_[each.owner.value].push_back(each.index);
      }
    }
    int place = 0;
    for (TaskIndex const task : unwind_order(graph)) badges_[task.value] = ++place;
  }

  Picture run() {
    Group flow = list(graph_.root);
    Picture out;
    out.dots.push_back({{0, 8}, false});
    flow.picture.shift(0, 40);
    bool const empty = graph_.list(graph_.root).tasks.empty();
    if (!empty) line(out, {{0, 15}, {0, 40}}, Line::forward);
    double bottom = 40 + flow.picture.height;
    out.left = std::min(-10.0, flow.picture.left);
    out.right = std::max(10.0, flow.picture.right);
    out.take(std::move(flow.picture));
    if (flow.goes_on) line(out, {{0, bottom}, {0, bottom + 24}}, Line::forward);
    out.dots.push_back({{0, bottom + 32}, true});
    bottom += 42;
    for (auto const& each : graph_.lists) {
      if (each.owner.valid() || each.index == graph_.root) continue;
      bottom = beside(out, each.index, bottom);
    }
    out.height = bottom;
    undo_lane(out);
    return out;
  }

 private:
  // A list of the workflow beside its tasks, below them: what runs in every end.
  double beside(Picture& out, ListIndex index, double y) {
    Group group = list(index);
    frame(group, std::string(to_string(graph_.list(index).role)), "", Look::composite, nullptr);
    group.picture.shift(0, y + kGap);
    out.left = std::min(out.left, group.picture.left);
    out.right = std::max(out.right, group.picture.right);
    y += kGap + group.picture.height;
    out.take(std::move(group.picture));
    return y;
  }

  static void line(Picture& to, std::vector<Point> points, Line look, bool arrow = true) {
    to.paths.push_back({std::move(points), look, arrow, "", {}});
  }

  std::string state_of(std::string const& path) const {
    auto const found = marks_.find(path);
    return found == marks_.end() ? "" : found->second;
  }

  int badge_of(TaskIndex task) const {
    auto const found = badges_.find(task.value);
    return found == badges_.end() ? 0 : found->second;
  }

  // A way out of a task that is not simply the next one.
  struct Jump {
    TaskIndex from;
    Point source;
    Then to;
    std::string label;
  };

  // Where the tasks of the list that is being laid out stand.
  struct Place {
    double top = 0;
    double bottom = 0;
    double left = 0;
  };

  Group list(ListIndex index) {
    Group out;
    std::map<std::uint32_t, Place> places;
    std::vector<Jump> jumps;
    double y = 0;
    bool connected = false;
    auto const& tasks = graph_.list(index).tasks;
    for (TaskIndex const each : tasks) {
      Group group = task(graph_.task(each), jumps, y);
      group.picture.shift(0, y);
      Place const place{y, y + group.picture.height, group.picture.left};
      places[each.value] = place;
      if (connected) line(out.picture, {{0, y - kGap}, {0, y}}, Line::forward);
      connected = group.goes_on;
      out.picture.left = std::min(out.picture.left, group.picture.left);
      out.picture.right = std::max(out.picture.right, group.picture.right);
      out.picture.take(std::move(group.picture));
      auto const& then = graph_.task(each).then;
      if (then.kind != Then::Kind::next && group.goes_on) {
        jumps.push_back({each, {place.left, place.bottom - 12}, then, ""});
        connected = false;
      }
      y = place.bottom + kGap;
    }
    out.picture.height = tasks.empty() ? 0 : y - kGap;
    out.goes_on = connected || tasks.empty();
    draw_jumps(out, places, jumps);
    return out;
  }

  // Jumps run in lanes at the left, the short ones inside.
  void draw_jumps(Group& out, std::map<std::uint32_t, Place> const& places,
                  std::vector<Jump> const& jumps) {
    struct Run {
      Jump const* jump;
      Point target;
      double low;
      double high;
    };
    std::vector<Run> runs;
    bool exits = false;
    for (Jump const& each : jumps) exits = exits || leaves(each.to);
    double const end = out.picture.height + (exits ? kGap : 0);
    for (Jump const& each : jumps) {
      Point target{0, end};
      if (each.to.kind == Then::Kind::task) {
        Place const& place = places.at(each.to.target.value);
        target = {place.left, place.top + 12};
      }
      runs.push_back(
          {&each, target, std::min(each.source.y, target.y), std::max(each.source.y, target.y)});
    }
    std::stable_sort(runs.begin(), runs.end(),
                     [](Run const& a, Run const& b) { return a.high - a.low < b.high - b.low; });
    double const inner = out.picture.left - 16;
    std::vector<std::vector<Run const*>> lanes;
    for (Run const& run : runs) {
      auto const free = std::find_if(lanes.begin(), lanes.end(), [&](auto const& lane) {
        return std::none_of(lane.begin(), lane.end(), [&](Run const* other) {
          return run.low <= other->high + 6 && other->low <= run.high + 6;
        });
      });
      auto const lane = static_cast<std::size_t>(free - lanes.begin());
      if (free == lanes.end()) lanes.emplace_back();
      lanes[lane].push_back(&run);
      double const x = inner - kLane * static_cast<double>(lane);
      out.picture.left = std::min(out.picture.left, x - 4);
      bool const to_task = run.jump->to.kind == Then::Kind::task;
      Picture::Path path{{run.jump->source, {x, run.jump->source.y}, {x, run.target.y}, run.target},
                         Line::jump,
                         to_task,
                         "",
                         {}};
      out.picture.paths.push_back(std::move(path));
    }
    if (!exits) return;
    if (out.goes_on) line(out.picture, {{0, out.picture.height}, {0, end}}, Line::forward, false);
    out.picture.height = end;
    out.goes_on = true;
  }

  // To the end of the list or of the workflow.
  static bool leaves(Then const& then) {
    return then.kind == Then::Kind::exit || then.kind == Then::Kind::end;
  }

  std::string details(Task const& task) const {
    std::string out;
    auto const add = [&](std::string const& part) { out += (out.empty() ? "" : " · ") + part; };
    if (task.timeout && !task.timeout->dynamic) add("within " + to_human(task.timeout->fixed));
    if (task.retry) {
      auto const retries = task.retry->max_retries;
      add(retries ? std::to_string(*retries) + " retries" : "retried without end");
    }
    // A handler with tasks says it in its own frame.
    if (auto const* attempt = std::get_if<graph::Try>(&task.kind)) {
      auto const handler = attempt->handler.body;
      bool const framed = handler.valid() && !graph_.list(handler).tasks.empty();
      auto const caught = framed ? std::string() : catch_text(*attempt);
      if (!framed) add(caught.empty() ? "catch" : "catch " + caught);
    }
    return out;
  }

  Group task(Task const& task, std::vector<Jump>& jumps, double y) {
    if (!inner_[task.index.value].empty()) return composite(task);
    std::vector<Picture::Row> rows = {{task.name, true, false}};
    auto const what = summary(task);
    bool const choice = std::holds_alternative<graph::Switch>(task.kind);
    if (!choice) rows.push_back({what, false, true});
    if (task.when) rows.push_back({"if " + short_text(task.when->code().text()), false, true});
    if (task.pivot) rows.push_back({"pivot: no way back behind it", false, false});
    if (task.lock) rows.push_back({lock_text(task), false, true});
    if (auto const more = details(task); !more.empty()) rows.push_back({more, false, false});
    Look look = Look::step;
    if (std::holds_alternative<graph::Listen>(task.kind) ||
        std::holds_alternative<graph::Wait>(task.kind)) {
      look = Look::event;
    }
    if (std::holds_alternative<graph::Raise>(task.kind)) look = Look::error;
    if (auto const* cases = std::get_if<graph::Switch>(&task.kind)) {
      look = Look::choice;
      return choice_card(task, *cases, std::move(rows), jumps, y);
    }
    Group out = card(task, look, std::move(rows));
    out.goes_on = !std::holds_alternative<graph::Raise>(task.kind) || task.when.has_value();
    return out;
  }

  Group choice_card(Task const& task, graph::Switch const& choice, std::vector<Picture::Row> rows,
                    std::vector<Jump>& jumps, double y) {
    bool goes_on = true;
    std::vector<std::pair<std::size_t, graph::Switch::Case const*>> sources;
    for (auto const& each : choice.cases) {
      auto text = each.name;
      if (each.when) text += ": " + short_text(each.when->code().text());
      sources.emplace_back(rows.size(), &each);
      rows.push_back({"→ " + text, false, true});
      goes_on = goes_on && each.when.has_value();
    }
    Group out = card(task, Look::choice, std::move(rows));
    for (auto const& [row, each] : sources) {
      if (each->then.kind == Then::Kind::next) {
        goes_on = true;
        continue;
      }
      double const at = y + 10 + kRow * (static_cast<double>(row) + 0.5);
      jumps.push_back({task.index, {out.picture.left, at}, each->then, each->name});
    }
    out.goes_on = goes_on;
    return out;
  }

  Group card(Task const& task, Look look, std::vector<Picture::Row> rows) const {
    Picture::Card card;
    card.look = look;
    card.path = task.path;
    card.state = state_of(task.path);
    card.badge = badge_of(task.index);
    card.tip = task.path;
    double widest = kNarrowest;
    for (auto const& row : rows) {
      double const side =
          row.strong && !card.state.empty() ? 20 + 6.4 * double(card.state.size()) : 0;
      auto const size = row.strong ? kNameSize : kCodeSize;
      widest = std::max(widest, text_width(row.text, row.code) * size + 34 + side);
      card.tip += "\n" + row.text;
    }
    card.width = std::min(widest, kWidest);
    for (auto& row : rows) {
      auto const size = row.strong ? kNameSize : kCodeSize;
      row.text = fitted(row.text, card.width - 32, size, row.code);
    }
    card.rows = std::move(rows);
    card.height = 20 + kRow * static_cast<double>(card.rows.size());
    card.at = {-card.width / 2, 0};
    Group out;
    out.picture.left = -card.width / 2;
    out.picture.right = card.width / 2 + (card.badge > 0 ? 12 : 0);
    out.picture.height = card.height;
    out.picture.cards.push_back(std::move(card));
    return out;
  }

  static constexpr double kWidestDetail = 300;

  // Puts a border with a heading around a group, wide enough for most of what it says.
  void frame(Group& group, std::string name, std::string detail, Look look,
             Task const* task) const {
    Picture::Frame frame;
    frame.look = look;
    double const heading = text_width(name, false) * kNameSize + 50;
    double const words = std::min(text_width(detail, true) * kCodeSize, kWidestDetail);
    double const left = std::min(group.picture.left - kInset, -heading / 2);
    double const right = std::max(group.picture.right + kInset, left + heading + words);
    if (task != nullptr) {
      frame.path = task->path;
      frame.state = state_of(task->path);
      frame.badge = badge_of(task->index);
    }
    frame.width = right - left;
    double const pill = frame.state.empty() ? 0 : 24 + 6.4 * double(frame.state.size());
    auto const room = frame.width - heading - pill;
    frame.tip = frame.path.empty() ? name : frame.path;
    if (!detail.empty()) frame.tip += "\n" + detail;
    frame.detail = room < 40 ? "" : fitted(detail, room, kCodeSize, true);
    frame.name = std::move(name);
    group.picture.shift(0, kHeading);
    frame.at = {left, 0};
    frame.height = kHeading + group.picture.height + kInset;
    group.picture.frames.insert(group.picture.frames.begin(), std::move(frame));
    group.picture.left = left;
    group.picture.right = right + (task != nullptr && badge_of(task->index) > 0 ? 12 : 0);
    group.picture.height += kHeading + kInset;
  }

  Group composite(Task const& task) {
    std::vector<ListIndex> bodies;
    std::optional<ListIndex> handler;
    for (ListIndex const each : inner_[task.index.value]) {
      if (graph_.list(each).role == ListRole::handler) {
        handler = each;
      } else {
        bodies.push_back(each);
      }
    }
    bool const fork = std::holds_alternative<graph::Fork>(task.kind);
    Group group = fork || bodies.size() != 1 ? branches(bodies) : list(bodies.front());
    if (handler && !graph_.list(*handler).tasks.empty()) add_handler(group, task, *handler);
    auto const* loop = std::get_if<graph::For>(&task.kind);
    bool const together = loop != nullptr && loop->concurrency > 1;
    if (loop != nullptr && !together) add_loop(group);
    group.goes_on = group.goes_on || together;
    auto what = summary(task);
    if (task.lock) what += " · " + lock_text(task);
    if (task.when) what += " · if " + short_text(task.when->code().text());
    if (auto const more = details(task); !more.empty()) what += " · " + more;
    bool const joined = group.goes_on && (fork || handler);
    double const inner = group.picture.height;
    frame(group, task.name, what, Look::composite, &task);
    if (together) stack(group);
    if (joined) {
      line(group.picture, {{0, kHeading + inner}, {0, group.picture.height}}, Line::forward, false);
    }
    return group;
  }

  // Lists side by side, from one point and to one point.
  Group branches(std::vector<ListIndex> const& lists) {
    std::vector<Group> groups;
    double width = 0;
    double height = 0;
    for (ListIndex const each : lists) {
      groups.push_back(list(each));
      auto const& picture = groups.back().picture;
      width += picture.right - picture.left + (groups.size() > 1 ? kColumns : 0);
      height = std::max(height, picture.height);
    }
    Group out;
    std::vector<double> spines;
    double x = -width / 2;
    for (Group const& each : groups) {
      spines.push_back(x - each.picture.left);
      x += each.picture.right - each.picture.left + kColumns;
    }
    double const shift = to_middle(spines);
    double const end = kGap + height + kGap;
    out.goes_on = false;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      double const spine = spines[i] + shift;
      auto& picture = groups[i].picture;
      double const bottom = kGap + picture.height;
      picture.shift(spine, kGap);
      out.picture.take(std::move(picture));
      line(out.picture, {{0, 0}, {0, 12}, {spine, 12}, {spine, kGap}}, Line::forward);
      if (!groups[i].goes_on) continue;
      line(out.picture, {{spine, bottom}, {spine, end - 12}, {0, end - 12}, {0, end}},
           Line::forward, false);
      out.goes_on = true;
    }
    out.picture.left = -width / 2 + shift;
    out.picture.right = width / 2 + shift;
    out.picture.height = end;
    return out;
  }

  // How far columns must move so that one that is nearly in the middle stands there.
  static double to_middle(std::vector<double> const& spines) {
    for (double const spine : spines) {
      if (spine > -30 && spine < 30) return -spine;
    }
    return 0;
  }

  // What catches the errors of a group, at its right.
  void add_handler(Group& group, Task const& task, ListIndex index) {
    Group handler = list(index);
    auto const* caught = std::get_if<graph::Try>(&task.kind);
    frame(handler, "catch", caught != nullptr ? catch_text(*caught) : "", Look::error, nullptr);
    double const shift = group.picture.right + kColumns + 14 - handler.picture.left;
    handler.picture.shift(shift, 0);
    double const door = group.picture.right + 4;
    double const inlet = shift + handler.picture.left;
    line(group.picture, {{door, 17}, {inlet, 17}}, Line::error);
    double const height = std::max(group.picture.height, handler.picture.height) + kGap;
    auto const& attempt = std::get_if<graph::Try>(&task.kind);
    bool const joins = handler.goes_on && attempt != nullptr;
    if (joins) {
      line(group.picture, {{shift, handler.picture.height}, {shift, height - 12}, {0, height - 12}},
           Line::forward, false);
    }
    if (group.goes_on) {
      line(group.picture, {{0, group.picture.height}, {0, height}}, Line::forward, false);
    } else if (joins) {
      line(group.picture, {{0, height - 12}, {0, height}}, Line::forward, false);
    }
    group.goes_on = group.goes_on || joins;
    group.picture.right = shift + handler.picture.right;
    group.picture.height = height;
    group.picture.take(std::move(handler.picture));
  }

  // Back from the end of a loop's body to its begin.
  static void add_loop(Group& group) {
    double const x = group.picture.right + 14;
    double const bottom = group.picture.height;
    line(group.picture, {{0, bottom}, {0, bottom + 12}, {x, bottom + 12}, {x, -6}, {2, -6}},
         Line::jump);
    group.picture.right = x + 4;
    group.picture.height = bottom + 14;
    group.goes_on = true;
  }

  // Items that go side by side: a second sheet behind the frame says it, no way leads back.
  static void stack(Group& group) {
    group.picture.frames.front().stacked = true;
    group.picture.right = std::max(group.picture.right, edge_of(group.picture.frames.front()));
  }

  static double edge_of(Picture::Frame const& frame) {
    return frame.at.x + frame.width + Picture::kSheet;
  }

  // One card for each undo, beside what it undoes, joined from the last to the first.
  void undo_lane(Picture& out) const {
    auto order = unwind_order(graph_);
    if (order.empty()) return;
    std::reverse(order.begin(), order.end());
    double const x = out.right + 54;
    double y = 30;
    std::vector<Picture::Card> cards;
    for (TaskIndex const index : order) {
      Picture::Card card = undo_card(index);
      card.at = {x, std::max(y, top_of(out, graph_.task(index).path))};
      y = card.at.y + card.height + 26;
      cards.push_back(std::move(card));
    }
    double widest = 0;
    for (auto const& card : cards) widest = std::max(widest, card.width);
    for (auto& card : cards) card.width = widest;
    for (std::size_t i = 1; i < cards.size(); ++i) {
      double const middle = x + widest / 2;
      line(out, {{middle, cards[i].at.y}, {middle, cards[i - 1].at.y + cards[i - 1].height}},
           Line::undo);
    }
    out.right = x + widest;
    out.height = std::max(out.height, y);
    for (auto& card : cards) out.cards.push_back(std::move(card));
  }

  static double top_of(Picture const& picture, std::string const& path) {
    for (auto const& card : picture.cards) {
      if (card.path == path) return card.at.y;
    }
    for (auto const& frame : picture.frames) {
      if (frame.path == path) return frame.at.y;
    }
    return 0;
  }

  Picture::Card undo_card(TaskIndex index) const {
    Task const& task = graph_.task(index);
    Picture::Card card;
    card.look = Look::undo;
    card.badge = badge_of(index);
    card.tip = "undoes " + task.path;
    card.rows.push_back({"undo of " + task.name, false, false});
    if (task.compensate.valid()) {
      undo_rows(card, task.compensate, "");
    } else {
      card.rows.push_back({"by the child run itself", false, false});
    }
    double widest = kNarrowest;
    for (auto const& row : card.rows) {
      card.tip += "\n" + row.text;
      widest = std::max(widest,
                        text_width(row.text, row.code) * (row.strong ? kNameSize : kCodeSize) + 34);
    }
    card.width = std::min(widest, kWidest);
    for (auto& row : card.rows) {
      row.text = fitted(row.text, card.width - 32, row.strong ? kNameSize : kCodeSize, row.code);
    }
    card.height = 20 + kRow * static_cast<double>(card.rows.size());
    return card;
  }

  void undo_rows(Picture::Card& card, ListIndex list, std::string const& indent) const {
    for (TaskIndex const each : graph_.list(list).tasks) {
      Task const& task = graph_.task(each);
      if (card.state.empty()) {
        card.state = state_of(task.path);
        card.path = task.path;
      }
      card.rows.push_back({indent + task.name, indent.empty(), false});
      card.rows.push_back({indent + summary(task), false, true});
      for (ListIndex const inner : inner_[each.value]) undo_rows(card, inner, indent + "  ");
    }
  }

  graph::StepGraph const& graph_;
  Marks const& marks_;
  std::vector<std::vector<ListIndex>> inner_;  // the lists of each task
  std::map<std::uint32_t, int> badges_;
};

}  // namespace

Picture make_picture(graph::StepGraph const& graph, Marks const& marks) {
  return Layout(graph, marks).run();
}

}  // namespace skald::compiler
