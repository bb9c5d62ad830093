// A bounded number of connections, made when they are first needed and kept.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cloud/adapters/sql/postgres/connection.hpp"

namespace pf {

class PostgresPool {
 public:
  struct Limits {
    std::size_t connections_max = 16;
    Milliseconds free_patience{10'000};    // For one that another thread uses.
    Milliseconds answer_patience{30'000};  // For the server, each time.
  };

  PostgresPool(std::string address, Limits limits)
      : address_(std::move(address)), limits_(limits) {}

  // Comes back to the pool at its end, unless it broke.
  class Lease {
   public:
    Lease(PostgresPool& pool, std::unique_ptr<PostgresConnection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Lease() { pool_.give_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    PostgresConnection& operator*() const { return *connection_; }
    PostgresConnection* operator->() const { return connection_.get(); }

   private:
    PostgresPool& pool_;
    std::unique_ptr<PostgresConnection> connection_;
  };

  // Throws DatabaseUnavailable when none becomes free in time or the server cannot be reached.
  Lease take();

 private:
  std::unique_ptr<PostgresConnection> take_free();
  void give_back(std::unique_ptr<PostgresConnection> connection);
  void forget_one();

  const std::string address_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable one_is_free_;
  std::size_t open_ = 0;  // Free ones and those in use.
  std::vector<std::unique_ptr<PostgresConnection>> free_;
};

}  // namespace pf
