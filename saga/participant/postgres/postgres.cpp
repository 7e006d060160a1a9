#include "saga/participant/postgres/postgres.hpp"

#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <libpq-fe.h>

namespace skald::participant {
namespace {

// Types of pg_type that come back as something better than text.
constexpr Oid kBool = 16;
constexpr Oid kNumbers[] = {20, 21, 23, 26, 700, 701, 1700};
constexpr Oid kJson[] = {114, 3802};

struct Clear {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

template <std::size_t N>
bool is_one_of(Oid type, Oid const (&types)[N]) {
  for (auto const each : types) {
    if (each == type) return true;
  }
  return false;
}

// By SQLSTATE (appendix A of PostgreSQL's manual): the first two characters are the class.
ErrorCode code_of(std::string_view state) {
  auto const group = state.substr(0, 2);
  if (state == "53100") return ErrorCode::no_space;
  if (group == "23") return ErrorCode::conflict;
  if (group == "40" || group == "53" || group == "55") return ErrorCode::overloaded;
  if (group == "08" || group == "57" || state.empty()) return ErrorCode::unavailable;
  if (group == "22" || group == "42") return ErrorCode::invalid_argument;
  if (group == "25") return ErrorCode::failed_precondition;
  return ErrorCode::io;
}

std::string trimmed(char const* text) {
  std::string_view view(text == nullptr ? "" : text);
  while (!view.empty() && (view.back() == '\n' || view.back() == ' ')) view.remove_suffix(1);
  return std::string(view);
}

Error error_of(pg_conn* connection, PGresult const* result, std::string const& statement) {
  char const* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  char const* primary =
      result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  auto message = "PostgreSQL: " + trimmed(primary ? primary : PQerrorMessage(connection));
  if (!statement.empty()) message += " in: " + statement;
  return {code_of(state == nullptr ? "" : state), std::move(message), ""};
}

// As text, the way the server reads it; nothing for null.
std::optional<std::string> bound(Json const& value) {
  switch (value.kind()) {
    case Json::Kind::null: return std::nullopt;
    case Json::Kind::boolean: return value.as_boolean() ? "true" : "false";
    case Json::Kind::string: return std::string(value.as_string());
    case Json::Kind::number:
    case Json::Kind::array:
    case Json::Kind::sealed:
    case Json::Kind::object: return to_text(value);
  }
  return std::nullopt;
}

Json column(PGresult const* result, int row, int index) {
  if (PQgetisnull(result, row, index) != 0) return {};
  std::string_view const text(PQgetvalue(result, row, index),
                              static_cast<std::size_t>(PQgetlength(result, row, index)));
  auto const type = PQftype(result, index);
  if (type == kBool) return text == "t";
  if (is_one_of(type, kNumbers) || is_one_of(type, kJson)) {
    if (auto value = parse_json(text); value.ok()) return std::move(*value);
  }
  return text;  // NaN and Infinity, too
}

SqlResult read(PGresult* result) {
  SqlResult read;
  int const columns = PQnfields(result);
  for (int row = 0; row < PQntuples(result); ++row) {
    Json values = Json::array();
    for (int index = 0; index < columns; ++index) values.push_back(column(result, row, index));
    read.rows.push_back(std::move(values));
  }
  std::string_view const changed = PQcmdTuples(result);
  std::from_chars(changed.data(), changed.data() + changed.size(), read.changed);
  read.tag = PQcmdStatus(result);
  return read;
}

}  // namespace

Result<SqlResult> postgres_sql(pg_conn* connection, std::string const& text,
                               std::vector<Json> const& values) {
  std::vector<std::optional<std::string>> texts;
  texts.reserve(values.size());
  for (auto const& value : values) texts.push_back(bound(value));
  std::vector<char const*> pointers;
  pointers.reserve(values.size());
  for (auto const& each : texts) pointers.push_back(each ? each->c_str() : nullptr);
  Answer const answer(PQexecParams(connection, text.c_str(), static_cast<int>(values.size()),
                                   nullptr, pointers.data(), nullptr, nullptr, 0));
  auto const status = answer ? PQresultStatus(answer.get()) : PGRES_FATAL_ERROR;
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return error_of(connection, answer.get(), text);
  }
  return read(answer.get());
}

Result<pg_conn*> open_postgres(std::string const& conninfo) {
  std::unique_ptr<pg_conn, decltype(&PQfinish)> connection(PQconnectdb(conninfo.c_str()),
                                                           &PQfinish);
  if (connection == nullptr || PQstatus(connection.get()) != CONNECTION_OK) {
    return Error{ErrorCode::unavailable,
                 "PostgreSQL: " + trimmed(connection ? PQerrorMessage(connection.get()) : ""),
                 "check that the server runs and that the connection string is right"};
  }
  // "already exists, skipping" is no news.
  PQsetNoticeProcessor(
      connection.get(), [](void*, char const*) {}, nullptr);
  return connection.release();
}

void close_postgres(pg_conn* connection) noexcept {
  PQfinish(connection);
}

}  // namespace skald::participant
