// What the domain asks of a database. SQL is written by the domain's *_store.cpp, with $1, $2 ...
// as parameters, in the common language of SQLite and PostgreSQL; adapters only carry it.
//
// A transaction is a function: it runs on the engine's own terms (one writer for SQLite, retries
// for PostgreSQL), may run more than once, and must touch nothing outside. Writing transactions
// behave as if they had run one after the other. Whatever a transaction throws rolls it back; a
// statement that throws ends it, even where its exception is caught inside. A broken database
// throws DatabaseError, caught once at the edge.
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pf {

struct Blob {  // Bytes that are not text.
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;
using SqlRow = std::vector<SqlValue>;

class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// A UNIQUE or partial unique index refused the write: somebody else was first.
class UniqueViolation : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};
// The disk is full or the database cannot be written now; retry later.
class DatabaseUnavailable : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

// The connection broke during a commit: the work may be kept or not, and only looking will tell.
// Running it again could do it twice.
class OutcomeUnknown : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values) = 0;
  // The number of rows that changed.
  virtual std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values) = 0;
};

class Database {
 public:
  virtual ~Database() = default;
  // A consistent view; must not write. Calling it or write from inside a transaction is a
  // std::logic_error.
  virtual void read(const std::function<void(Transaction&)>& work) = 0;
  // Returns when the commit is durable.
  virtual void write(const std::function<void(Transaction&)>& work) = 0;

  // From then on the transactions of the calling thread reach the rows of one tenant only, until it
  // is released. A second lock behind the conditions of the statements themselves, where the engine
  // has one (PostgreSQL's row-level security); elsewhere nothing happens. See Confinement.
  virtual void confine_this_thread(std::string_view /*tenant*/) {}
  virtual void release_this_thread() {}

  // The same, for functions that give a value.
  template <class Work>
  auto reading(Work&& work) {
    std::optional<std::invoke_result_t<Work&, Transaction&>> result;
    read([&](Transaction& transaction) { result.emplace(work(transaction)); });
    return std::move(*result);
  }
  template <class Work>
  auto writing(Work&& work) {
    std::optional<std::invoke_result_t<Work&, Transaction&>> result;
    write([&](Transaction& transaction) { result.emplace(work(transaction)); });
    return std::move(*result);
  }
};

// For the time of one request on behalf of one tenant.
class Confinement {
 public:
  Confinement(Database& database, std::string_view tenant) : database_(database) {
    database_.confine_this_thread(tenant);
  }
  ~Confinement() { database_.release_this_thread(); }
  Confinement(const Confinement&) = delete;
  Confinement& operator=(const Confinement&) = delete;

 private:
  Database& database_;
};

}  // namespace pf
