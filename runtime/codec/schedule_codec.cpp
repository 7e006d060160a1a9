#include "runtime/codec/schedule_codec.hpp"

#include <utility>

#include "record.pb.h"
#include "runtime/codec/value_text.hpp"

namespace skald::runtime {
namespace {

namespace pb = journal;

static_assert(static_cast<int>(Firing::started) == pb::ScheduleFired::STARTED &&
              static_cast<int>(Firing::queued) == pb::ScheduleFired::QUEUED &&
              static_cast<int>(Firing::skipped) == pb::ScheduleFired::SKIPPED &&
              static_cast<int>(Firing::missed) == pb::ScheduleFired::MISSED);

struct Writer {
  pb::ScheduleFact& out;

  void operator()(ScheduleSet const& fact) const {
    auto& o = *out.mutable_set();
    o.set_workflow(fact.workflow);
    o.set_graph(fact.graph);
    if (fact.next) o.set_next(fact.next->us);
  }
  void operator()(ScheduleFired const& fact) const {
    auto& o = *out.mutable_fired();
    o.set_due(fact.due.us);
    o.set_firing(static_cast<pb::ScheduleFired::Firing>(fact.firing));
    o.set_run(fact.run);
    append_value(*o.mutable_input(), fact.input);
    if (fact.next) o.set_next(fact.next->us);
    o.set_group(fact.group);
  }
  void operator()(ScheduleLaunched const& fact) const {
    out.mutable_launched()->set_run(fact.run);
    out.mutable_launched()->set_watch(fact.watch);
  }
  void operator()(ScheduleRunEnded const& fact) const {
    out.mutable_run_ended()->set_run(fact.run);
    if (fact.next) out.mutable_run_ended()->set_next(fact.next->us);
  }
  void operator()(ScheduleEventTaken const& fact) const {
    auto& o = *out.mutable_event_taken();
    o.set_group(fact.group);
    o.set_filter(fact.filter);
    o.set_identity(fact.identity);
    append_value(*o.mutable_event(), fact.event);
    if (!fact.learned.is_null()) append_value(*o.mutable_learned(), fact.learned);
  }
  void operator()(ScheduleEventsDropped const& fact) const {
    out.mutable_events_dropped()->set_group(fact.group);
  }
};

Error corrupt() {
  return {ErrorCode::corrupt, "a journal payload can not be read: a schedule's value is not JSON",
          "run 'skald doctor' on the data directory"};
}

Result<Json> value(std::string const& text) {
  if (text.empty()) return Json();
  auto read = parse_value(text);
  if (!read) return corrupt();
  return std::move(*read);
}

template <class Message>
std::optional<Time> next_of(Message const& in) {
  return in.has_next() ? std::optional(Time{in.next()}) : std::nullopt;
}

Result<ScheduleBody> body(pb::ScheduleFact const& in) {
  switch (in.body_case()) {
    case pb::ScheduleFact::kSet: {
      auto const& o = in.set();
      return ScheduleBody(ScheduleSet{o.workflow(), o.graph(), next_of(o)});
    }
    case pb::ScheduleFact::kFired: {
      auto const& o = in.fired();
      auto input = value(o.input());
      if (!input) return std::move(input).error();
      return ScheduleBody(ScheduleFired{Time{o.due()}, static_cast<Firing>(o.firing()), o.run(),
                                        std::move(*input), next_of(o), o.group()});
    }
    case pb::ScheduleFact::kLaunched:
      return ScheduleBody(ScheduleLaunched{in.launched().run(), in.launched().watch()});
    case pb::ScheduleFact::kRunEnded:
      return ScheduleBody(ScheduleRunEnded{in.run_ended().run(), next_of(in.run_ended())});
    case pb::ScheduleFact::kEventTaken: {
      auto const& o = in.event_taken();
      auto event = value(o.event());
      if (!event) return std::move(event).error();
      auto learned = value(o.learned());
      if (!learned) return std::move(learned).error();
      return ScheduleBody(ScheduleEventTaken{o.group(), o.filter(), o.identity(), std::move(*event),
                                             std::move(*learned)});
    }
    case pb::ScheduleFact::kEventsDropped:
      return ScheduleBody(ScheduleEventsDropped{in.events_dropped().group()});
    case pb::ScheduleFact::BODY_NOT_SET: break;
  }
  return Error{ErrorCode::failed_precondition,
               "the journal holds facts that this version of skald does not know",
               "it was written by a newer version: use that one"};
}

}  // namespace

void put_schedule_fact(pb::ScheduleFact& out, ScheduleFact const& fact) {
  out.set_name(fact.name);
  out.set_at(fact.at.us);
  std::visit(Writer{out}, fact.body);
}

Result<ScheduleFact> read_schedule_fact(pb::ScheduleFact const& in) {
  auto read = body(in);
  if (!read) return std::move(read).error();
  return ScheduleFact{in.name(), Time{in.at()}, std::move(*read)};
}

}  // namespace skald::runtime
