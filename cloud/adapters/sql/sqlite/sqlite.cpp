#include "cloud/adapters/sql/sqlite/sqlite.hpp"

#include <stdexcept>
#include <utility>

namespace pf {

Sqlite::Sqlite(const std::string& file, SqliteOptions options) : writer_(file, options.durability) {
  for (std::size_t i = 0; i < options.readers; ++i) {
    readers_.free.push_back(
        std::make_unique<SqliteConnection>(file, SqliteAccess::read, options.durability));
  }
}

void Sqlite::read(const std::function<void(Transaction&)>& work) {
  must_be_outside();
  auto reader = take_reader();
  try {
    reader->control("BEGIN DEFERRED");
    work(*reader);
    reader->control("COMMIT");
  } catch (...) {
    reader->roll_back();
    give_back(std::move(reader));
    throw;
  }
  give_back(std::move(reader));
}

void Sqlite::write(const std::function<void(Transaction&)>& work) {
  must_be_outside();
  writer_.write(work);
}

std::unique_ptr<SqliteConnection> Sqlite::take_reader() {
  std::unique_lock lock(readers_.mutex);
  readers_.one_is_free.wait(lock, [this] { return !readers_.free.empty(); });
  auto reader = std::move(readers_.free.back());
  readers_.free.pop_back();
  return reader;
}

void Sqlite::give_back(std::unique_ptr<SqliteConnection> reader) {
  {
    const std::lock_guard lock(readers_.mutex);
    readers_.free.push_back(std::move(reader));
  }
  readers_.one_is_free.notify_one();
}

// A write inside a write would wait for itself for ever; a read inside a write would not see it.
void Sqlite::must_be_outside() const {
  if (writer_.is_this_thread()) {
    throw std::logic_error("a transaction was begun inside a writing transaction");
  }
}

}  // namespace pf
