// A migrated SQLite database in a temporary folder, removed at its end. For tests.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "cloud/adapters/sql/migrations.hpp"
#include "cloud/adapters/sql/sqlite/sqlite.hpp"

namespace pf {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "printfarm-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder can be made");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

class TestDatabase final : public Database {
 public:
  TestDatabase() : database_(migrated(), {.durability = SqliteDurability::off}) {}

  void read(const std::function<void(Transaction&)>& work) override { database_.read(work); }
  void write(const std::function<void(Transaction&)>& work) override { database_.write(work); }

  // For arranging and looking: one statement in a transaction of its own.
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return reading([&](Transaction& db) { return db.query(sql, values); });
  }
  std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return writing([&](Transaction& db) { return db.execute(sql, values); });
  }

 private:
  std::string migrated() {
    SeededRandom random(1);
    const auto file = folder_.file("test.db");
    migrate_sqlite(file, embedded_migrations(), {1'700'000'000'000}, random, SqliteDurability::off);
    return file;
  }

  TemporaryFolder folder_;  // First: it outlives the database.
  Sqlite database_;
};

}  // namespace pf
