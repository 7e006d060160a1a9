#include "runtime/sweep/sweep.hpp"

#include <algorithm>
#include <set>

#include "base/digest.hpp"

namespace skald::sweep {
namespace {

constexpr Kind kForward[] = {Kind::refuse, Kind::error, Kind::timeout, Kind::silence,
                             Kind::lost,   Kind::late,  Kind::unsent,  Kind::twice};
constexpr Kind kUndo[] = {Kind::refuse, Kind::error, Kind::timeout, Kind::silence,
                          Kind::lost,   Kind::late,  Kind::unsent,  Kind::twice};

class Sweep {
 public:
  Sweep(Subject const& subject, Limits const& limits) : subject_(subject), limits_(limits) {}

  Report run() {
    auto const plain = play({});
    report_.plain = judge(subject_, plain);
    if (report_.plain.status != "completed") {
      add(report_.problems,
          "without any fault the run is " + report_.plain.status +
              (report_.plain.error.empty() ? "" : " (" + report_.plain.error + ")") +
              ": what comes behind is not tried; give what it needs (--input, --stubs)",
          {});
    }
    // First every single fault; of those that led to an unwinding, one of each shape is a base.
    std::vector<Base> bases;
    for (auto& fault : points(plain, nullptr)) {
      Schedule schedule{std::move(fault)};
      auto trace = play(schedule);
      if (!trace.first_stop || !shapes_.insert(shape(trace)).second) continue;
      bases.push_back({std::move(schedule), std::move(trace)});
    }
    for (auto const& base : bases) {
      for (auto& fault : points(base.trace, &plain)) {
        auto schedule = base.schedule;
        schedule.push_back(std::move(fault));
        play(schedule);
      }
    }
    list_what_was_never_called();
    return std::move(report_);
  }

 private:
  struct Base {
    Schedule schedule;
    Trace trace;
  };

  // Where a fault can be put: everywhere; or, behind a base, from the moment on at which its
  // unwinding began, and at the calls that the plain run did not make.
  std::vector<Fault> points(Trace const& trace, Trace const* plain) const {
    std::vector<Fault> out;
    auto const first = plain == nullptr ? 1 : trace.first_stop.value_or(1);
    for (auto at = first; at <= trace.moments; ++at) {
      out.push_back({Kind::crash, at});
      out.push_back({Kind::cancel, at});
    }
    for (auto const& call : trace.calls) {
      auto const same = [&call](Call const& other) { return other.name == call.name; };
      if (plain != nullptr && std::any_of(plain->calls.begin(), plain->calls.end(), same)) continue;
      if (call.undo) {
        for (auto const kind : kUndo) out.push_back({kind, 0, call.name});
      } else {
        for (auto const kind : kForward) out.push_back({kind, 0, call.name});
      }
    }
    return out;
  }

  void list_what_was_never_called() {
    list_never(*subject_.graph, "");
    for (auto const& [digest, graph] : subject_.others) list_never(*graph, graph->id.text() + ": ");
  }

  void list_never(graph::StepGraph const& graph, std::string const& of) {
    for (auto const& task : graph.tasks) {
      bool const call = std::holds_alternative<graph::Call>(task.kind);
      if (call && !called_.contains({&graph, task.index})) report_.never.push_back(of + task.path);
    }
  }

  // Equal for runs in which the same facts happened in the same order.
  static std::string shape(Trace const& trace) {
    std::string text;
    for (auto const& run : trace.runs) {
      text += run.run + ' ';
      for (auto const& record : run.records) append_shape(text, record);
    }
    return sha256(text).hex();
  }

  static void append_shape(std::string& text, runtime::Record const& record) {
    text += std::to_string(record.body.index());
    if (auto const* entered = std::get_if<runtime::TaskEntered>(&record.body)) {
      text += '.' + std::to_string(entered->task.value);
    } else if (auto const* ended = std::get_if<runtime::AttemptEnded>(&record.body)) {
      text += '.' + std::to_string(static_cast<int>(ended->outcome));
    }
    text += ' ';
  }

  Trace play(Schedule const& schedule) {
    if (report_.played >= limits_.schedules) {
      ++report_.left_out;
      return {};
    }
    auto trace = Player(subject_, schedule).play();
    ++report_.played;
    for (auto const& fault : schedule) ++report_.kinds[std::string(word(fault.kind))];
    auto verdict = judge(subject_, trace);
    if (verdict.status == "waiting" && trace.cancelled) {
      verdict.problems.emplace_back("the run was cancelled, and goes on waiting");
    }
    ++report_.ends[verdict.status];
    for (auto const& what : verdict.problems) add(report_.problems, what, schedule);
    for (auto const& what : verdict.left) add(report_.left, what, schedule);
    compare_undos(trace, schedule);
    for (auto const& run : trace.runs) {
      for (auto const& call : trace.calls) {
        if (call.run == run.run) called_.insert({run.graph.get(), call.task});
      }
    }
    return trace;
  }

  // An undo asks for the same whether or not the answer came, unless it reads the answer.
  void compare_undos(Trace const& trace, Schedule const& schedule) {
    for (auto const& call : trace.calls) {
      if (!call.undo) continue;
      auto const [known, fresh] = undos_.emplace(call.name, call.with);
      if (fresh) continue;
      auto const lost = loses(known->second, call.with) || loses(call.with, known->second);
      if (!lost) continue;
      auto const& poorer = loses(known->second, call.with) ? call.with : known->second;
      add(report_.unsure, call.name + " asks with " + to_text(poorer), schedule);
    }
  }

  // True when something in `from` is null, or another endpoint, in `to`.
  static bool loses(Json const& from, Json const& to) {
    if (!from.is_object() || !to.is_object()) return !from.is_null() && to.is_null();
    for (auto const& [name, value] : from.members()) {
      auto const& other = to[name.as_string()];
      auto const key = name.as_string();
      bool const place = (key == "endpoint" || key == "uri") && value.is_string();
      if (place && other.is_string() && other.as_string().size() < value.as_string().size()) {
        return true;
      }
      if (loses(value, other)) return true;
    }
    return false;
  }

  static void add(std::vector<Finding>& findings, std::string const& what,
                  Schedule const& schedule) {
    auto const known = std::find_if(findings.begin(), findings.end(),
                                    [&what](Finding const& each) { return each.what == what; });
    if (known == findings.end()) {
      findings.push_back({what, schedule});
    } else {
      ++known->times;
    }
  }

  Subject const& subject_;
  Limits limits_;
  std::set<std::string> shapes_;
  std::set<std::pair<graph::StepGraph const*, graph::TaskIndex>> called_;
  std::map<std::string, Json> undos_;  // their arguments, as first seen
  Report report_;
};

}  // namespace

Report sweep(Subject const& subject, Limits const& limits) {
  return Sweep(subject, limits).run();
}

}  // namespace skald::sweep
