#include "saga/participant/sqlite/sqlite.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include <sqlite3.h>

namespace skald::participant {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

ErrorCode code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::overloaded;
    case SQLITE_CONSTRAINT: return ErrorCode::conflict;
    case SQLITE_FULL: return ErrorCode::no_space;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::corrupt;
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_MISUSE: return ErrorCode::invalid_argument;
    default: return ErrorCode::io;
  }
}

Error error_of(sqlite3* db, int result, std::string_view what) {
  std::string message = "SQLite: ";
  message += db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(result);
  if (!what.empty()) message.append(" in: ").append(what);
  return {code_of(result), std::move(message), ""};
}

int bind(sqlite3_stmt* statement, int index, Json const& value) {
  switch (value.kind()) {
    case Json::Kind::boolean: return sqlite3_bind_int(statement, index, value.as_boolean() ? 1 : 0);
    case Json::Kind::number: {
      double const number = value.as_number();
      if (std::nearbyint(number) == number && std::abs(number) < 9e15) {
        return sqlite3_bind_int64(statement, index, static_cast<sqlite3_int64>(number));
      }
      return sqlite3_bind_double(statement, index, number);
    }
    case Json::Kind::string: {
      std::string_view const text = value.as_string();
      return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8);
    }
    case Json::Kind::null: return sqlite3_bind_null(statement, index);
    case Json::Kind::array:
    case Json::Kind::sealed:
    case Json::Kind::object: {
      std::string const text = to_text(value);
      return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8);
    }
  }
  return SQLITE_MISUSE;
}

Json column(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL: return {};
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, index));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, index);
    default: break;
  }
  void const* const bytes = sqlite3_column_blob(statement, index);
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
  std::string_view const text(static_cast<char const*>(bytes), bytes == nullptr ? 0 : size);
  return is_valid_utf8(text) ? Json(text) : Json("(bytes that are not UTF-8)");
}

Json row_of(sqlite3_stmt* statement) {
  std::vector<Json> columns;
  int const count = sqlite3_column_count(statement);
  for (int index = 0; index < count; ++index) columns.push_back(column(statement, index));
  return Json::array(std::move(columns));
}

}  // namespace

Result<std::vector<Json>> sql(sqlite3* db, std::string_view text, std::vector<Json> const& values) {
  sqlite3_stmt* prepared = nullptr;
  int result =
      sqlite3_prepare_v2(db, text.data(), static_cast<int>(text.size()), &prepared, nullptr);
  Statement const statement(prepared);
  if (result != SQLITE_OK) return error_of(db, result, text);
  int index = 0;
  for (Json const& value : values) {
    result = bind(prepared, ++index, value);
    if (result != SQLITE_OK) return error_of(db, result, text);
  }
  std::vector<Json> rows;
  while ((result = sqlite3_step(prepared)) == SQLITE_ROW) rows.push_back(row_of(prepared));
  if (result != SQLITE_DONE) return error_of(db, result, text);
  return rows;
}

int changed_rows(sqlite3* db) noexcept {
  return sqlite3_changes(db);
}

Result<sqlite3*> open_database(std::string const& path, int busy_ms) {
  sqlite3* db = nullptr;
  int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
  int const result = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  if (result != SQLITE_OK) {
    Error error = error_of(db, result, "");
    error.message = "can not open " + path + ": " + error.message;
    error.hint = "check that the folder exists and can be written";
    sqlite3_close(db);
    return error;
  }
  sqlite3_busy_timeout(db, busy_ms);
  for (char const* pragma : {"pragma journal_mode = wal", "pragma synchronous = full"}) {
    if (Result<std::vector<Json>> set = sql(db, pragma); !set.ok()) {
      sqlite3_close(db);
      return std::move(set).error();
    }
  }
  return db;
}

void close_database(sqlite3* db) noexcept {
  sqlite3_close(db);
}

}  // namespace skald::participant
