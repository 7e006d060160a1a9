#include "runtime/codec/lock_codec.hpp"

#include <utility>

#include "record.pb.h"

namespace skald::runtime {
namespace {

namespace pb = journal;

struct Writer {
  pb::LockFact& out;

  void operator()(LockQueued const& fact) const { put(*out.mutable_queued(), fact); }
  void operator()(LockGranted const& fact) const { put(*out.mutable_granted(), fact); }
  void operator()(LockReleased const& fact) const { out.mutable_released()->set_run(fact.run); }

 private:
  template <class Fact>
  static void put(pb::LockPlace& o, Fact const& fact) {
    o.set_run(fact.run);
    o.set_request(fact.request.value + 1);
  }
};

template <class Fact>
Fact placed(pb::LockPlace const& in) {
  return {in.run(), ActivationId{in.request() - 1}};
}

Result<LockBody> body(pb::LockFact const& in) {
  switch (in.body_case()) {
    case pb::LockFact::kQueued: return LockBody(placed<LockQueued>(in.queued()));
    case pb::LockFact::kGranted: return LockBody(placed<LockGranted>(in.granted()));
    case pb::LockFact::kReleased: return LockBody(LockReleased{in.released().run()});
    case pb::LockFact::BODY_NOT_SET: break;
  }
  return Error{ErrorCode::failed_precondition,
               "the journal holds facts that this version of skald does not know",
               "it was written by a newer version: use that one"};
}

}  // namespace

void put_lock_fact(pb::LockFact& out, LockFact const& fact) {
  out.set_name(fact.name);
  out.set_at(fact.at.us);
  std::visit(Writer{out}, fact.body);
}

Result<LockFact> read_lock_fact(pb::LockFact const& in) {
  auto read = body(in);
  if (!read) return std::move(read).error();
  return LockFact{in.name(), Time{in.at()}, std::move(*read)};
}

}  // namespace skald::runtime
