#include "examples/services/call_log.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "saga/participant/sqlite/sqlite.hpp"

namespace booking {

using skald::Json;
using skald::Result;

namespace {

std::int64_t now_us() {
  auto const now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

void CallLog::Close::operator()(sqlite3* db) const noexcept {
  skald::participant::close_database(db);
}

Result<CallLog> CallLog::open(std::string const& file) {
  Result<sqlite3*> db = skald::participant::open_database(file);
  if (!db.ok()) return std::move(db).error();
  CallLog log(*db);
  for (char const* text : {"pragma synchronous = off",
                           "create table if not exists calls (n integer primary key, key text,"
                           " undoes text, direction text, attempt integer, run text, step text,"
                           " method text, path text, at integer, status integer, verdict text)"}) {
    if (auto done = skald::participant::sql(*db, text); !done.ok()) return std::move(done).error();
  }
  return log;
}

Result<std::int64_t> CallLog::arrival(Call const& call) {
  std::scoped_lock const lock(*mutex_);
  Result<std::vector<Json>> const row = skald::participant::sql(
      db_.get(),
      "insert into calls (key, undoes, direction, attempt, run, step, method, path, at)"
      " values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning n",
      {call.keys.key, call.keys.undoes, call.direction, call.attempt, call.run, call.step,
       call.method, call.path, now_us()});
  if (!row.ok()) return row.error();
  return static_cast<std::int64_t>(row->front()[0].as_number());
}

Result<void> CallLog::answer(std::int64_t number, Answer const& answer) {
  std::scoped_lock const lock(*mutex_);
  Result<std::vector<Json>> const row =
      skald::participant::sql(db_.get(), "update calls set status = ?, verdict = ? where n = ?",
                              {answer.drop ? Json() : Json(answer.status), answer.verdict, number});
  if (!row.ok()) return row.error();
  return {};
}

Result<Json> CallLog::list() {
  constexpr char const* kColumns[] = {"n",       "key", "undoes", "direction",
                                      "attempt", "run", "step",   "method",
                                      "path",    "at",  "status", "verdict"};
  std::scoped_lock const lock(*mutex_);
  Result<std::vector<Json>> const rows = skald::participant::sql(
      db_.get(),
      "select n, key, undoes, direction, attempt, run, step, method, path, at, status, verdict"
      " from calls order by n");
  if (!rows.ok()) return rows.error();
  Json list = Json::array({});
  for (Json const& row : *rows) {
    Json entry = Json::object();
    std::size_t index = 0;
    for (char const* column : kColumns) entry.set(column, row[index++]);
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace booking
