#include "cloud/adapters/sql/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "cloud/adapters/sql/postgres/failure.hpp"
#include "cloud/adapters/sql/postgres/values.hpp"

namespace pf {
namespace {

constexpr const char* connect_seconds = "5";                  // For each address of the host.
constexpr const char* unacknowledged_milliseconds = "10000";  // TCP without an answer.
constexpr std::size_t statements_kept_max = 512;
constexpr int rows_max = 200'000;

std::string session_settings(Milliseconds patience) {
  // The server ends what takes too long a little earlier, so that the connection can be kept.
  const auto limit = std::to_string(patience.count() * 9 / 10);
  return "SET statement_timeout = " + limit +
         "; SET idle_in_transaction_session_timeout = " + limit +
         "; SET extra_float_digits = 1; SET bytea_output = 'hex'; "
         "SET standard_conforming_strings = on";
}

void ignore_notice(void*, const pg_result*) {}

bool is_address(const std::string& address) {
  char* complaint = nullptr;  // Would repeat the address, and with it the password.
  auto* parsed = PQconninfoParse(address.c_str(), &complaint);
  PQconninfoFree(parsed);
  PQfreemem(complaint);
  return parsed != nullptr;
}

// "INSERT 0 3" and its like; SELECT counts rows too, but changes none.
bool changes_rows(const char* command) {
  for (const char* word : {"INSERT", "UPDATE", "DELETE", "MERGE"}) {
    if (std::strncmp(command, word, std::strlen(word)) == 0) return true;
  }
  return false;
}

}  // namespace

class PostgresConnection::Result {
 public:
  explicit Result(pg_result* handle = nullptr) : handle_(handle, &PQclear) {}

  pg_result* get() const { return handle_.get(); }
  explicit operator bool() const { return handle_ != nullptr; }
  bool is_error() const {
    const auto status = PQresultStatus(get());
    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK;
  }

  std::vector<SqlRow> rows() const {
    const int count = PQntuples(get()), columns = PQnfields(get());
    if (count > rows_max) throw DatabaseError("a query gave too many rows; ask for pages");
    std::vector<SqlRow> rows(static_cast<std::size_t>(count));
    for (int row = 0; row < count; ++row) {
      auto& values = rows[static_cast<std::size_t>(row)];
      values.reserve(static_cast<std::size_t>(columns));
      for (int column = 0; column < columns; ++column) values.push_back(value(row, column));
    }
    return rows;
  }
  std::int64_t changed() const {
    if (!changes_rows(PQcmdStatus(get()))) return 0;
    const std::string_view text = PQcmdTuples(get());
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
  }

 private:
  SqlValue value(int row, int column) const {
    if (PQgetisnull(get(), row, column)) return {};
    const auto length = static_cast<std::size_t>(PQgetlength(get(), row, column));
    return postgres_value(PQftype(get(), column), {PQgetvalue(get(), row, column), length});
  }

  std::unique_ptr<pg_result, void (*)(pg_result*)> handle_;
};

PostgresConnection::PostgresConnection(const std::string& address, Milliseconds patience)
    : patience_(patience) {
  if (!is_address(address)) {
    throw DatabaseError(
        "The database's address cannot be read. It looks like "
        "postgres://user:password@host:5432/database; write @ / : # ? % in a password as "
        "%40 %2F %3A %23 %3F %25.");
  }
  const char* const keywords[] = {
      "dbname",          "connect_timeout",           "tcp_user_timeout",
      "client_encoding", "fallback_application_name", nullptr};
  const char* const values[] = {address.c_str(), connect_seconds, unacknowledged_milliseconds,
                                "UTF8",          "printfarm",     nullptr};
  handle_ = PQconnectdbParams(keywords, values, 1);
  try {
    if (PQstatus(handle_) != CONNECTION_OK) {
      throw DatabaseUnavailable("The database cannot be reached: " +
                                one_line(PQerrorMessage(handle_)));
    }
    PQsetNoticeReceiver(handle_, &ignore_notice, nullptr);
    run_plainly(session_settings(patience));
  } catch (...) {
    PQfinish(handle_);
    throw;
  }
}

PostgresConnection::~PostgresConnection() { PQfinish(handle_); }

// Every statement of a transaction passes here, so that none follows one that failed: the server
// would answer each with the same complaint and turn the COMMIT into a ROLLBACK.
template <class Step>
auto PostgresConnection::remembering_failure(Step&& step) {
  must_be_in_transaction();
  try {
    return step();
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

std::vector<SqlRow> PostgresConnection::query(std::string_view sql,
                                              const std::vector<SqlValue>& values) {
  return remembering_failure([&] { return run_prepared(sql, values).rows(); });
}

std::int64_t PostgresConnection::execute(std::string_view sql,
                                         const std::vector<SqlValue>& values) {
  return remembering_failure([&] { return run_prepared(sql, values).changed(); });
}

void PostgresConnection::begin(std::string_view sql) {
  failure_ = nullptr;
  run_plainly(sql);
}

void PostgresConnection::control(std::string_view sql) { run_plainly(sql); }

void PostgresConnection::commit() {
  must_be_in_transaction();
  try {
    run_plainly("COMMIT");
  } catch (const PostgresConnectionLost& lost) {
    throw OutcomeUnknown(std::string("The connection was lost during a commit: ") + lost.what());
  }
}

void PostgresConnection::end_reading() {
  if (failure_) std::rethrow_exception(failure_);
  roll_back();
}

void PostgresConnection::roll_back() noexcept {
  if (is_lost_ || PQtransactionStatus(handle_) == PQTRANS_IDLE) return;
  try {
    run_plainly("ROLLBACK");
  } catch (...) {  // The server rolls back what a lost connection had begun.
    is_lost_ = true;
  }
}

bool PostgresConnection::is_usable() const {
  return !is_lost_ && PQstatus(handle_) == CONNECTION_OK &&
         PQtransactionStatus(handle_) == PQTRANS_IDLE;
}

PostgresConnection::Result PostgresConnection::run_prepared(std::string_view sql,
                                                            const std::vector<SqlValue>& values) {
  const PostgresParameters parameters(values);
  const auto& name = prepared(sql);
  constexpr int results_as_text = 0;
  if (!PQsendQueryPrepared(handle_, name.c_str(), parameters.count(), parameters.pointers(),
                           nullptr, nullptr, results_as_text)) {
    lose(PQerrorMessage(handle_));
  }
  return answer();
}

PostgresConnection::Result PostgresConnection::run_plainly(std::string_view sql) {
  if (!PQsendQuery(handle_, std::string(sql).c_str())) lose(PQerrorMessage(handle_));
  return answer();
}

const std::string& PostgresConnection::prepared(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second;
  if (statements_.size() >= statements_kept_max) {
    run_plainly("DEALLOCATE ALL");
    statements_.clear();
  }
  std::string text(sql), name = "s" + std::to_string(statements_.size());
  if (!PQsendPrepare(handle_, name.c_str(), text.c_str(), 0, nullptr)) {
    lose(PQerrorMessage(handle_));
  }
  answer();
  return statements_.emplace(std::move(text), std::move(name)).first->second;
}

// Of what was sent last: the first error of its statements, or else the last one's result.
PostgresConnection::Result PostgresConnection::answer() {
  const auto deadline = clock_.now() + patience_;
  Result last;
  for (;;) {
    wait_for_answer(deadline);
    Result next(PQgetResult(handle_));
    if (!next) break;
    if (!last || !last.is_error()) last = std::move(next);
  }
  if (PQstatus(handle_) != CONNECTION_OK) lose(PQerrorMessage(handle_));
  if (last.is_error()) fail(last);
  return last;
}

void PostgresConnection::wait_for_answer(Instant deadline) {
  while (PQisBusy(handle_)) {
    const auto left = deadline - clock_.now();
    pollfd readable{PQsocket(handle_), POLLIN, 0};
    if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) == 0) {
      lose("it did not answer in time");
    }
    if (!PQconsumeInput(handle_)) lose(PQerrorMessage(handle_));
  }
}

void PostgresConnection::must_be_in_transaction() const {
  if (failure_) std::rethrow_exception(failure_);
  if (is_lost_ || PQtransactionStatus(handle_) != PQTRANS_INTRANS) {
    throw PostgresConnectionLost("The database has given this transaction up.");
  }
}

void PostgresConnection::lose(const std::string& why) {
  is_lost_ = true;
  throw PostgresConnectionLost("The connection to the database was lost: " + one_line(why));
}

void PostgresConnection::fail(const Result& result) {
  if (PQresultStatus(result.get()) == PGRES_EMPTY_QUERY) {
    throw DatabaseError("exactly one statement is expected at a time");
  }
  const auto field = [&](int code) -> std::string_view {
    const char* text = PQresultErrorField(result.get(), code);
    return text ? text : "";
  };
  throw_failure({.state = field(PG_DIAG_SQLSTATE),
                 .says = field(PG_DIAG_MESSAGE_PRIMARY),
                 .detail = field(PG_DIAG_MESSAGE_DETAIL)});
}

}  // namespace pf
