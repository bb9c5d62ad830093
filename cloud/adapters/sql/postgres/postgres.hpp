// The database for those who outgrow one machine: PostgreSQL 15 or newer.
//
// Writing transactions are SERIALIZABLE, because the domain is written as if it were alone (it
// looks and then acts); the server ends those that disturb each other, and they run again. Readers
// see one snapshot.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "cloud/adapters/sql/nesting.hpp"
#include "cloud/adapters/sql/postgres/pool.hpp"
#include "crypto/secure_random.hpp"

namespace pf {

class Postgres final : public Database {
 public:
  using Limits = PostgresPool::Limits;

  // Connects when first used. Bring its tables up to date before, with migrate_postgres.
  explicit Postgres(std::string address, Limits limits = {}) : pool_(std::move(address), limits) {}

  void read(const std::function<void(Transaction&)>& work) override;
  void write(const std::function<void(Transaction&)>& work) override;
  void confine_this_thread(std::string_view tenant) override;
  void release_this_thread() override;

 private:
  using Work = std::function<void(Transaction&)>;
  enum class Access { read, write };
  enum class Outcome { done, again };

  void run(Access access, const Work& work);
  Outcome attempt(Access access, const Work& work, int number);
  void pause(int number);
  std::string confinement();

  PostgresPool pool_;
  Nesting nesting_;
  struct Confined {
    std::mutex mutex;
    std::map<std::thread::id, std::string> tenants;
  };
  Confined confined_;
  crypto::SecureRandom random_;  // For pauses, so that rivals do not meet again.
};

}  // namespace pf
