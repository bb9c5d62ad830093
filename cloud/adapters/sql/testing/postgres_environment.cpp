// Starts the server before the first test and stops it after the last, or says why no test runs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "cloud/adapters/sql/testing/private_postgres.hpp"

namespace pf {
namespace {

constexpr const char* absence =
    "PostgreSQL 15 is not installed (apt-get install postgresql): nothing was tested on it.";

bool is_required() {
  const char* value = std::getenv("PF_REQUIRE_POSTGRES");
  return value && std::strcmp(value, "1") == 0;
}

class PostgresEnvironment final : public testing::Environment {
 public:
  void SetUp() override {
    if (!tests_use_postgres()) return;
    const auto programs = PrivatePostgres::programs();
    if (programs) {
      server_ = std::make_unique<PrivatePostgres>(*programs);
    } else if (is_required()) {
      FAIL() << absence;
    } else {
      GTEST_SKIP() << absence;
    }
  }
  void TearDown() override { server_.reset(); }

  PrivatePostgres& server() {
    if (!server_) throw std::logic_error("no test may run without the server it asked for");
    return *server_;
  }

 private:
  std::unique_ptr<PrivatePostgres> server_;
};

// GoogleTest owns it, and runs it around every test of a program that asks for instance().
PostgresEnvironment* const environment = [] {
  auto* const made = new PostgresEnvironment;
  testing::AddGlobalTestEnvironment(made);
  return made;
}();

}  // namespace

PrivatePostgres& PrivatePostgres::instance() { return environment->server(); }

}  // namespace pf
