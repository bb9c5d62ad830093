#include "cloud/adapters/sql/postgres/pool.hpp"

#include <utility>

namespace pf {

PostgresPool::Lease PostgresPool::take() {
  auto connection = take_free();
  if (!connection) {
    try {
      connection = std::make_unique<PostgresConnection>(address_, limits_.answer_patience);
    } catch (...) {
      forget_one();
      throw;
    }
  }
  return {*this, std::move(connection)};
}

// Null: there is room for a new one, which is already counted.
std::unique_ptr<PostgresConnection> PostgresPool::take_free() {
  std::unique_lock lock(mutex_);
  const bool in_time = one_is_free_.wait_for(lock, limits_.free_patience, [this] {
    return !free_.empty() || open_ < limits_.connections_max;
  });
  if (!in_time) throw DatabaseUnavailable("All connections to the database are in use.");
  if (free_.empty()) {
    ++open_;
    return nullptr;
  }
  auto connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

// A broken one says that the server went away, so that those which wait beside it are broken too.
void PostgresPool::give_back(std::unique_ptr<PostgresConnection> connection) {
  std::vector<std::unique_ptr<PostgresConnection>> broken;  // Closed without the lock.
  {
    const std::lock_guard lock(mutex_);
    if (connection->is_usable()) {
      free_.push_back(std::move(connection));
    } else {
      broken.swap(free_);
      broken.push_back(std::move(connection));
      open_ -= broken.size();
    }
  }
  one_is_free_.notify_all();
}

void PostgresPool::forget_one() {
  {
    const std::lock_guard lock(mutex_);
    --open_;
  }
  one_is_free_.notify_one();
}

}  // namespace pf
