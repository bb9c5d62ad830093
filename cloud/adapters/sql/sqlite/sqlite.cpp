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
  const Nesting::Inside inside(nesting_);
  auto reader = take_reader();
  try {
    reader->control("BEGIN DEFERRED");
    work(*reader);
    if (reader->failure()) std::rethrow_exception(reader->failure());
    reader->control("COMMIT");
  } catch (...) {
    reader->roll_back();
    reader->forget_failure();
    give_back(std::move(reader));
    throw;
  }
  give_back(std::move(reader));
}

void Sqlite::write(const std::function<void(Transaction&)>& work) {
  must_be_outside();
  const Nesting::Inside inside(nesting_);
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

// A writing transaction runs on the writer's thread, whoever called for it.
void Sqlite::must_be_outside() const {
  if (writer_.is_this_thread()) throw std::logic_error("a transaction was begun inside another");
}

}  // namespace pf
