// One connection to a PostgreSQL server, used by one thread at a time. Prepared statements are
// kept, so that a statement is parsed once per connection. No call waits longer than the patience
// given: a server that says nothing is as good as gone.
#pragma once
#include <exception>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "cloud/ports/database.hpp"

struct pg_conn;
struct pg_result;

namespace pf {

// Others wrote what this transaction has read, or each waits for the other: run it again.
class PostgresConflict : public DatabaseUnavailable {
 public:
  using DatabaseUnavailable::DatabaseUnavailable;
};
// Gone before anything was committed.
class PostgresConnectionLost : public DatabaseUnavailable {
 public:
  using DatabaseUnavailable::DatabaseUnavailable;
};

class PostgresConnection final : public Transaction {
 public:
  // The address is postgres://user:password@host:port/database. Throws DatabaseUnavailable, or
  // DatabaseError where the address cannot be meant; neither repeats the password.
  PostgresConnection(const std::string& address, Milliseconds patience);
  ~PostgresConnection() override;
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  // Only between begin and its end. A statement that throws ends its transaction: whatever follows
  // throws the same again, commit too.
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values) override;
  std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values) override;

  void begin(std::string_view sql);    // BEGIN with its isolation level.
  void control(std::string_view sql);  // For what no transaction may hold.
  // Throws OutcomeUnknown when the connection is lost before the server has answered.
  void commit();
  void end_reading();         // In place of a commit, where there is nothing to commit.
  void roll_back() noexcept;  // Nothing to roll back is fine.

  // What the first failed statement of this transaction threw, if any.
  std::exception_ptr failure() const { return failure_; }
  bool is_usable() const;  // For another transaction.

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  class Result;

  template <class Step>
  auto remembering_failure(Step&& step);
  Result run_prepared(std::string_view sql, const std::vector<SqlValue>& values);
  Result run_plainly(std::string_view sql);
  const std::string& prepared(std::string_view sql);
  Result answer();
  void wait_for_answer(Instant deadline);
  void must_be_in_transaction() const;
  [[noreturn]] void lose(const std::string& why);
  [[noreturn]] void fail(const Result& result);

  const Milliseconds patience_;
  const SystemClock clock_;
  pg_conn* handle_ = nullptr;
  bool is_lost_ = false;
  std::exception_ptr failure_;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> statements_;  // To its name.
};

}  // namespace pf
