// The embedded database: a SQLite file in WAL, one writer thread, a few connections for readers,
// each of which sees the snapshot of its beginning.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cloud/adapters/sql/nesting.hpp"
#include "cloud/adapters/sql/sqlite/connection.hpp"
#include "cloud/adapters/sql/sqlite/writer.hpp"

namespace pf {

struct SqliteOptions {
  std::size_t readers = 4;
  SqliteDurability durability = SqliteDurability::full;
};

class Sqlite final : public Database {
 public:
  // Opens or makes the file. Throws DatabaseUnavailable. Bring its tables up to date before, with
  // migrate_sqlite.
  explicit Sqlite(const std::string& file, SqliteOptions options = {});

  void read(const std::function<void(Transaction&)>& work) override;
  void write(const std::function<void(Transaction&)>& work) override;

  SqliteWriter::Figures figures() const { return writer_.figures(); }

 private:
  std::unique_ptr<SqliteConnection> take_reader();
  void give_back(std::unique_ptr<SqliteConnection> reader);
  void must_be_outside() const;

  SqliteWriter writer_;
  struct Pool {
    std::mutex mutex;
    std::condition_variable one_is_free;
    std::vector<std::unique_ptr<SqliteConnection>> free;
  };
  Pool readers_;
  Nesting nesting_;
};

}  // namespace pf
