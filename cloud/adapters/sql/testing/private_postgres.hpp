// A PostgreSQL server of the test program's own: in a temporary folder, on a socket in that folder,
// with nothing written durably, gone at the program's end. It runs as an unprivileged user, as the
// server demands, and the tests connect as a role that is no superuser, as in real life.
#pragma once
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/adapters/sql/postgres/connection.hpp"
#include "cloud/adapters/sql/testing/temporary_folder.hpp"

namespace pf {

// PF_TEST_DATABASE=postgres: the store tests run on PostgreSQL instead of SQLite.
bool tests_use_postgres();

class PrivatePostgres {
 public:
  // Of this program, started before its first test. Only when tests_use_postgres().
  static PrivatePostgres& instance();
  // Where initdb and postgres are; absent when they are not installed.
  static std::optional<std::string> programs();

  explicit PrivatePostgres(std::string programs);
  ~PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;

  // With the program's tables, as migrations left them. A lent one is cleaned when it comes back,
  // which is several times faster than making one.
  std::string lend_migrated();
  void give_back(const std::string& database);
  std::string make_empty();

  std::string address_of(const std::string& database) const;
  void run_as_superuser(const std::string& database, const std::vector<std::string>& statements);
  pid_t pid() const { return server_; }

 private:
  pid_t start(const std::vector<std::string>& command) const;
  void initialise() const;
  void wait_until_ready();
  void make_template();
  std::string next_name() { return "test_" + std::to_string(++made_); }
  std::string superuser_address(const std::string& database) const;

  const std::string programs_;
  TemporaryFolder folder_;
  pid_t server_ = -1;
  int made_ = 0;
  std::vector<std::string> clean_;
};

}  // namespace pf
