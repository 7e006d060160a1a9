#include "examples/services/service.hpp"

#include <string_view>
#include <utility>

#include "saga/participant/http.hpp"

namespace booking {
namespace {

using skald::Error;
using skald::Json;
using skald::Result;
using skald::participant::Outcome;
using skald::participant::Reply;
using skald::participant::SqliteBarrier;
using skald::participant::SqliteTx;

Answer problem(int status, std::string const& title, std::string const& detail = "") {
  return {status, to_text(Json::object({{"title", title}, {"status", status}, {"detail", detail}})),
          "", false};
}

Answer problem(Error const& error) {
  return problem(skald::participant::http_status(error), error.message, error.hint);
}

Answer answer_of(Result<Outcome> const& outcome) {
  if (!outcome.ok()) return problem(outcome.error());
  return {outcome->reply.status, outcome->reply.body, to_string(outcome->verdict), false};
}

constexpr std::string_view kConfirmation = "/confirmation";

}  // namespace

Result<std::unique_ptr<Service>> Service::open(Kind const& kind, std::string const& name,
                                               std::string const& file) {
  Result<Ledger> ledger = Ledger::open(kind, file);
  if (!ledger.ok()) return std::move(ledger).error();
  Result<CallLog> log = CallLog::open(file == ":memory:" ? file : file + ".calls");
  if (!log.ok()) return std::move(log).error();
  return std::unique_ptr<Service>(
      new Service(kind, name, std::move(ledger).value(), std::move(log).value()));
}

Answer Service::handle(Call const& call) {
  if (call.path == "/control") return control(call);
  if (call.method == "GET") return show(call.path);
  std::string const root = "/" + kind_.collection + "/";
  if (call.path.compare(0, root.size(), root) != 0) {
    return problem(404, "no such resource", "this service has " + root + "{id}");
  }
  if (call.method != "PUT" && call.method != "DELETE") {
    return problem(405, "only PUT and DELETE", "");
  }
  std::string id = call.path.substr(root.size());
  bool const confirmation =
      id.size() > kConfirmation.size() && std::string_view(id).ends_with(kConfirmation);
  if (confirmation) id.resize(id.size() - kConfirmation.size());
  if (id.empty()) return problem(404, "the id is missing");
  return business(call, id, confirmation);
}

Answer Service::control(Call const& call) {
  if (call.method == "POST") {
    Result<Json> const order = skald::parse_json(call.body);
    if (!order.ok()) return problem(order.error());
    if (Result<void> const done = faults_.control(*order); !done.ok()) return problem(done.error());
  }
  return {200, to_text(faults_.to_json()), "", false};
}

Answer Service::show(std::string const& path) {
  if (path == "/healthz") return {200, R"({"status":"ok"})", "", false};
  Json page = Json::object({{"name", name_}, {"kind", kind_.name}});
  if (path == "/ledger" || path == "/bookings") {
    Result<Json> booked = ledger_.booked();
    if (!booked.ok()) return problem(booked.error());
    page.set("booked", std::move(booked).value());
  }
  if (path == "/ledger" || path == "/calls") {
    Result<Json> calls = log_.list();
    if (!calls.ok()) return problem(calls.error());
    page.set("calls", std::move(calls).value());
  }
  if (page.size() == 2) return problem(404, "no such page", "GET /ledger, /bookings, /calls");
  return {200, to_text(page), "", false};
}

Answer Service::business(Call const& call, std::string const& id, bool confirmation) {
  Result<std::int64_t> const number = log_.arrival(call);
  if (!number.ok()) return problem(number.error());
  Answer answer = suffer(call, id, confirmation);
  if (Result<void> const noted = log_.answer(*number, answer); !noted.ok()) {
    return problem(noted.error());
  }
  return answer;
}

Answer Service::suffer(Call const& call, std::string const& id, bool confirmation) {
  Fault const fault = faults_.take(call.direction, call.path);
  if (fault.down) return {0, "", "down", true};
  faults_.wait_ms(fault.delay_before_ms);
  if (fault.fail) return problem(500, "told to fail");
  Answer answer = work(call, id, confirmation, fault.refuse);
  if (fault.hold) faults_.wait_released();
  faults_.wait_ms(fault.delay_ms);
  answer.drop = fault.lose_answer;
  return answer;
}

Answer Service::work(Call const& call, std::string const& id, bool confirmation, bool refuse) {
  auto const job = [&](SqliteTx& tx) -> Result<Reply> {
    if (refuse) return Reply{409, problem(409, "told to refuse").body};
    if (confirmation) return ledger_.confirm(tx, id, call.method == "PUT");
    return call.method == "PUT" ? ledger_.book(tx, call, id) : ledger_.cancel(tx, id);
  };
  SqliteBarrier& barrier = ledger_.barrier();
  bool const undo = !call.keys.undoes.empty();
  return answer_of(undo ? barrier.undo(call.keys, job) : barrier.action(call.keys, job));
}

}  // namespace booking
