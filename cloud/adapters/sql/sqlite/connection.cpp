#include "cloud/adapters/sql/sqlite/connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace pf {
namespace {

constexpr int busy_timeout_ms = 10'000;  // Only other programs (a backup) can make us wait.
constexpr std::size_t statements_kept_max = 512;
constexpr std::size_t rows_max = 200'000;
constexpr std::size_t values_max = 1'000;

// "$12" is value 11.
std::size_t value_index(const char* name) {
  const std::string_view text = name ? name : "";
  std::size_t number = 0;
  const auto* end = text.data() + text.size();
  if (text.starts_with('$')) {
    const auto parsed = std::from_chars(text.data() + 1, end, number);
    if (parsed.ec == std::errc{} && parsed.ptr == end && number >= 1 && number <= values_max) {
      return number - 1;
    }
  }
  throw DatabaseError("parameters of a statement must be $1, $2 ...");
}

struct Binder {
  sqlite3_stmt* statement;
  int place;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, place, number); }
  int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(const Blob& blob) const {
    return sqlite3_bind_blob64(statement, place, blob.bytes.data(), blob.bytes.size(),
                               SQLITE_STATIC);
  }
};

std::string column_bytes(sqlite3_stmt* statement, int column) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  return data ? std::string(data, size) : std::string();
}

SqlValue column_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: return column_bytes(statement, column);
    case SQLITE_BLOB: return Blob{column_bytes(statement, column)};
    default: return {};
  }
}

}  // namespace

// One run of a prepared statement: the values are bound by reference until it ends, in any way.
class SqliteConnection::Run {
 public:
  Run(SqliteConnection& connection, Statement& statement, const std::vector<SqlValue>& values)
      : connection_(connection), handle_(statement.handle) {
    if (values.size() != statement.values) {
      throw DatabaseError("a statement of " + std::to_string(statement.values) +
                          " parameters was given " + std::to_string(values.size()) + " values");
    }
    int place = 0;
    for (const auto index : statement.parameters) {
      const int code = std::visit(Binder{handle_, ++place}, values[index]);
      if (code != SQLITE_OK) {
        reset();
        connection_.fail(code);
      }
    }
  }
  ~Run() { reset(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool next() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_.fail(code);
    return false;
  }
  SqlRow row() const {
    SqlRow row;
    const int columns = sqlite3_column_count(handle_);
    row.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) row.push_back(column_value(handle_, column));
    return row;
  }

 private:
  void reset() {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
  }

  SqliteConnection& connection_;
  sqlite3_stmt* handle_;
};

SqliteConnection::SqliteConnection(const std::string& file, SqliteAccess access,
                                   SqliteDurability durability) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
  try {
    if (code != SQLITE_OK) {
      throw DatabaseUnavailable("The database " + file + " cannot be opened: " +
                                (handle_ ? sqlite3_errmsg(handle_) : "out of memory"));
    }
    configure(access, durability);
  } catch (...) {
    drop_statements();
    sqlite3_close(handle_);
    throw;
  }
}

SqliteConnection::~SqliteConnection() {
  drop_statements();
  sqlite3_close(handle_);
}

void SqliteConnection::configure(SqliteAccess access, SqliteDurability durability) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, busy_timeout_ms);
  // In WAL readers never wait for the writer. FULL syncs the log at each commit: with the usual
  // NORMAL a power cut takes acknowledged commits with it.
  control("PRAGMA journal_mode = WAL");
  control(durability == SqliteDurability::full ? "PRAGMA synchronous = FULL"
                                               : "PRAGMA synchronous = OFF");
  control("PRAGMA foreign_keys = ON");
  control("PRAGMA journal_size_limit = 67108864");
  if (access == SqliteAccess::read) control("PRAGMA query_only = ON");
}

// SQLite would let a transaction go on after a statement that failed. PostgreSQL does not, and the
// domain is written for both.
template <class Step>
auto SqliteConnection::remembering_failure(Step&& step) {
  if (failure_) std::rethrow_exception(failure_);
  must_be_in_transaction();
  try {
    return step();
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

std::vector<SqlRow> SqliteConnection::query(std::string_view sql,
                                            const std::vector<SqlValue>& values) {
  return remembering_failure([&] {
    std::vector<SqlRow> rows;
    Run run(*this, prepared(sql), values);
    while (run.next()) {
      if (rows.size() == rows_max) throw DatabaseError("a query gave too many rows; ask for pages");
      rows.push_back(run.row());
    }
    return rows;
  });
}

std::int64_t SqliteConnection::execute(std::string_view sql, const std::vector<SqlValue>& values) {
  return remembering_failure([&]() -> std::int64_t {
    const auto changes_before = sqlite3_total_changes64(handle_);
    Run run(*this, prepared(sql), values);
    while (run.next()) {
    }
    // changes64() alone would repeat the number of an earlier statement after one that changes no
    // row (CREATE TABLE); total_changes64() alone would count rows removed by cascades.
    return sqlite3_total_changes64(handle_) == changes_before ? 0 : sqlite3_changes64(handle_);
  });
}

void SqliteConnection::control(std::string_view sql) {
  Run run(*this, prepared(sql), {});
  while (run.next()) {
  }
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void SqliteConnection::roll_back() noexcept {
  if (in_transaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

SqliteConnection::Statement& SqliteConnection::prepared(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second;
  if (statements_.size() >= statements_kept_max) drop_statements();
  return statements_.emplace(std::string(sql), compile(sql)).first->second;
}

SqliteConnection::Statement SqliteConnection::compile(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, &rest);
  if (code != SQLITE_OK) fail(code);
  const auto tail = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  Statement statement;
  statement.handle = handle;
  try {
    if (!handle || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
      throw DatabaseError("exactly one statement is expected at a time");
    }
    const int count = sqlite3_bind_parameter_count(handle);
    for (int place = 1; place <= count; ++place) {
      const auto index = value_index(sqlite3_bind_parameter_name(handle, place));
      statement.parameters.push_back(index);
      statement.values = std::max(statement.values, index + 1);
    }
    if (statement.values != statement.parameters.size()) {
      throw DatabaseError("a statement must use each of its parameters");
    }
  } catch (...) {
    sqlite3_finalize(handle);
    throw;
  }
  return statement;
}

void SqliteConnection::drop_statements() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
  statements_.clear();
}

void SqliteConnection::must_be_in_transaction() const {
  if (!in_transaction()) {
    throw DatabaseUnavailable("The database has given this transaction up; nothing of it is kept.");
  }
}

void SqliteConnection::fail(int code) const {
  const std::string says = sqlite3_errmsg(handle_);
  switch (sqlite3_extended_errcode(handle_)) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: throw UniqueViolation(says);  // Names the columns or the index.
    default: break;
  }
  switch (code & 0xff) {  // The primary code.
    case SQLITE_FULL:
      throw DatabaseUnavailable("The disk is full: free some space (" + says + ").");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM: throw DatabaseUnavailable("The database cannot be used now: " + says);
    case SQLITE_READONLY: throw DatabaseError("A reading transaction must not write: " + says);
    default: throw DatabaseError(says);
  }
}

}  // namespace pf
