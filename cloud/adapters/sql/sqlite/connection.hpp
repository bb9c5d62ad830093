// One connection to a SQLite file, used by one thread at a time. Prepared statements are kept, so
// that a statement is compiled once per connection.
#pragma once
#include <exception>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cloud/ports/database.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace pf {

enum class SqliteAccess { read, write };
// off: commits survive the program's end but not a power cut. For tests only.
enum class SqliteDurability { full, off };

class SqliteConnection final : public Transaction {
 public:
  // Throws DatabaseUnavailable where the file cannot be opened.
  SqliteConnection(const std::string& file, SqliteAccess access,
                   SqliteDurability durability = SqliteDurability::full);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Only between BEGIN and its end; otherwise the engine has given the transaction up, and whatever
  // followed would be committed by itself.
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values) override;
  std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values) override;

  // What the first statement that failed since then threw, if any; those after it throw the same.
  std::exception_ptr failure() const { return failure_; }
  void forget_failure() { failure_ = nullptr; }

  // BEGIN, COMMIT, SAVEPOINT and their like.
  void control(std::string_view sql);
  bool in_transaction() const;
  void roll_back() noexcept;  // Nothing to roll back is fine.

 private:
  struct Statement {
    sqlite3_stmt* handle = nullptr;
    std::vector<std::size_t> parameters;  // Of each of SQLite's parameters: which value, from 0.
    std::size_t values = 0;               // The highest number used.
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  class Run;

  void configure(SqliteAccess access, SqliteDurability durability);
  Statement& prepared(std::string_view sql);
  Statement compile(std::string_view sql);
  void drop_statements();
  void must_be_in_transaction() const;
  template <class Step>
  auto remembering_failure(Step&& step);
  [[noreturn]] void fail(int code) const;

  sqlite3* handle_ = nullptr;
  std::exception_ptr failure_;
  std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements_;
};

}  // namespace pf
