#include "examples/services/ledger.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace booking {
namespace {

using skald::Error;
using skald::ErrorCode;
using skald::Json;
using skald::Result;
using skald::participant::Reply;
using skald::participant::SqliteBarrier;
using skald::participant::SqliteTx;

Reply problem(int status, std::string const& message) {
  return {status, to_text(Json::object({{"title", message}, {"status", status}}))};
}

// A JSON value from text that a caller sent: what is no JSON is shown as a string.
Json json_or_text(Json const& text) {
  Result<Json> parsed = skald::parse_json(text.as_string());
  return parsed.ok() ? std::move(parsed).value() : text;
}

Result<void> create_bookings(SqliteTx& tx) {
  SKALD_TRY(
      tx.sql("create table if not exists bookings ("
             " number integer primary key autoincrement, id text not null, key text not null,"
             " body text not null, state text not null, confirmed integer not null default 0)"));
  // One booking of an id at a time, whatever the keys: nobody is charged twice.
  return tx.sql(
      "create unique index if not exists one_booking on bookings (id) where state = 'booked'");
}

Result<std::vector<Json>> select(SqliteBarrier& from, std::string_view text) {
  std::vector<Json> rows;
  auto const read = [&](SqliteTx& tx) -> Result<void> {
    Result<std::vector<Json>> found = tx.query(text);
    if (!found.ok()) return std::move(found).error();
    rows = std::move(found).value();
    return {};
  };
  SKALD_TRY(from.transaction(read));
  return rows;
}

}  // namespace

Result<Kind> find_kind(std::string const& name) {
  for (Kind const& kind : {Kind{"flight", "tickets", "F"}, Kind{"hotel", "reservations", "H"},
                           Kind{"car", "rentals", "C"}, Kind{"payment", "charges", "P"},
                           Kind{"notify", "notifications", "N"}}) {
    if (kind.name == name) return kind;
  }
  return Error{ErrorCode::invalid_argument, "no kind '" + name + "'",
               "kinds: flight, hotel, car, payment, notify"};
}

Result<Ledger> Ledger::open(Kind const& kind, std::string const& file) {
  Result<SqliteBarrier> bookings = SqliteBarrier::open(file);
  if (!bookings.ok()) return std::move(bookings).error();
  SKALD_TRY(bookings->transaction(create_bookings));
  return Ledger(kind, std::move(bookings).value());
}

std::string Ledger::ticket(Json const& number) const {
  return kind_.prefix + "-" + std::to_string(1000 + static_cast<std::int64_t>(number.as_number()));
}

Reply Ledger::reply(int status, std::string const& id, Json const& number,
                    char const* state) const {
  return {status,
          to_text(Json::object({{"id", ticket(number)}, {"booking", id}, {"status", state}}))};
}

Ledger::Reply Ledger::book(SqliteTx& tx, Call const& call, std::string const& id) const {
  Result<Json> const body = call.body.empty() ? Json::object() : skald::parse_json(call.body);
  if (!body.ok()) return problem(400, "the body is no JSON: " + body.error().message);
  if (Json const& card = (*body)["card"]; card.is_string() && card.as_string() == "declined") {
    return problem(402, "the card was declined");
  }
  Result<std::vector<Json>> const there =
      tx.query("select number from bookings where id = ? and state = 'booked'", {id});
  if (!there.ok()) return there.error();
  if (!there->empty()) return problem(409, id + " is booked already, under another key");
  Result<std::vector<Json>> const row = tx.query(
      "insert into bookings (id, key, body, state) values (?, ?, ?, 'booked')"
      " returning number",
      {id, call.keys.key, to_text(*body)});
  if (!row.ok()) return row.error();
  return reply(201, id, row->front()[0], "booked");
}

Ledger::Reply Ledger::cancel(SqliteTx& tx, std::string const& id) const {
  Result<std::vector<Json>> const row = tx.query(
      "update bookings set state = 'cancelled' where id = ? and state = 'booked'"
      " returning number",
      {id});
  if (!row.ok()) return row.error();
  if (row->empty()) return problem(404, "nothing is booked for " + id);
  return reply(200, id, row->front()[0], "cancelled");
}

Ledger::Reply Ledger::confirm(SqliteTx& tx, std::string const& id, bool confirmed) const {
  Result<std::vector<Json>> const row = tx.query(
      "update bookings set confirmed = ? where id = ? and state = 'booked' returning number",
      {confirmed, id});
  if (!row.ok()) return row.error();
  if (row->empty()) return problem(404, "nothing is booked for " + id);
  return reply(200, id, row->front()[0], confirmed ? "confirmed" : "booked");
}

Result<Json> Ledger::booked() {
  Result<std::vector<Json>> const rows =
      select(barrier_,
             "select id, number, confirmed, key, body from bookings"
             " where state = 'booked' order by number");
  if (!rows.ok()) return rows.error();
  Json list = Json::array({});
  for (Json const& row : *rows) {
    list.push_back(Json::object({{"id", row[0]},
                                 {"number", ticket(row[1])},
                                 {"confirmed", row[2].as_number() != 0},
                                 {"key", row[3]},
                                 {"body", json_or_text(row[4])}}));
  }
  return list;
}

}  // namespace booking
