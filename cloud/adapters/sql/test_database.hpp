// A migrated database of one test's own, removed at its end: SQLite in a temporary folder, or a
// PostgreSQL database where the test program runs with PF_TEST_DATABASE=postgres.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "cloud/adapters/sql/testing/temporary_folder.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

class TestDatabase final : public Database {
 public:
  enum class Tables { migrated, none };
  explicit TestDatabase(Tables tables = Tables::migrated);
  ~TestDatabase() override;

  void read(const std::function<void(Transaction&)>& work) override;
  // Runs the work twice and takes the first back, as a database may.
  void write(const std::function<void(Transaction&)>& work) override;
  void confine_this_thread(std::string_view tenant) override;
  void release_this_thread() override;

  std::size_t transactions() const { return transactions_; }

  // For arranging and looking: one statement in a transaction of its own.
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return reading([&](Transaction& db) { return db.query(sql, values); });
  }
  std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return writing([&](Transaction& db) { return db.execute(sql, values); });
  }

  class Engine;

 private:
  std::unique_ptr<Engine> engine_;
  std::atomic<std::size_t> transactions_ = 0;
};

}  // namespace pf
