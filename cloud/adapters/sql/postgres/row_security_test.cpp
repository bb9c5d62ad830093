#include "cloud/adapters/sql/postgres/row_security.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/adapters/sql/testing/private_postgres.hpp"

namespace pf {
namespace {

// Two organisations with a hub and a file each, looked at with statements that forget the tenant.
class RowSecurity : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests_use_postgres()) GTEST_SKIP() << "PF_TEST_DATABASE=postgres runs these.";
    database_.emplace();
    for (const auto* tenant : {"ours", "theirs"}) {
      database_->execute(
          "INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, 'T', 0, 0)",
          {tenant});
      insert_hub(tenant);
    }
  }
  void insert_hub(const std::string& tenant, const std::string& id = "hub") {
    database_->execute(
        "INSERT INTO hubs (tenant_id, id, name, firmware_version, hardware_revision, claimed_at, "
        "updated_at) VALUES ($1, $2, 'H', '1', 'linux', 0, 0)",
        {tenant, id});
  }
  std::vector<SqlRow> owners() {
    return database_->query("SELECT tenant_id FROM hubs ORDER BY tenant_id");
  }

  std::optional<TestDatabase> database_;
};

TEST_F(RowSecurity, ShowsAConfinedThreadTheRowsOfItsTenantOnly) {
  {
    const Confinement confinement(*database_, "ours");
    EXPECT_EQ(owners(), (std::vector<SqlRow>{{"ours"}}));
    std::thread([&] { EXPECT_EQ(owners().size(), 2u); }).join();
  }
  EXPECT_EQ(owners().size(), 2u);
}

TEST_F(RowSecurity, LetsAConfinedThreadChangeNobodyElsesRows) {
  {
    const Confinement confinement(*database_, "ours");
    EXPECT_EQ(database_->execute("UPDATE hubs SET name = 'mine now'"), 1);
    EXPECT_EQ(database_->execute("DELETE FROM hubs WHERE tenant_id = 'theirs'"), 0);
    EXPECT_THROW(insert_hub("theirs", "smuggled"), DatabaseError);
    EXPECT_THROW(database_->execute("UPDATE hubs SET tenant_id = 'theirs', id = 'moved'"),
                 DatabaseError);
    EXPECT_NO_THROW(insert_hub("ours", "second"));
  }
  EXPECT_EQ(database_->query("SELECT id, name FROM hubs WHERE tenant_id = 'theirs'"),
            (std::vector<SqlRow>{{"hub", "H"}}));
}

TEST_F(RowSecurity, TakesATenantsNameForNothingButAName) {
  for (const auto* odd : {"'", "x'; DELETE FROM hubs; --", "\\'", "nobody"}) {
    const Confinement confinement(*database_, odd);
    EXPECT_TRUE(owners().empty()) << odd;
  }
  EXPECT_EQ(owners().size(), 2u);
}

TEST_F(RowSecurity, CoversEveryTableOfTenantsButTheListedOnes) {
  EXPECT_EQ(
      database_->query("SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                       "WHERE a.attname = 'tenant_id' AND c.relkind = 'r' AND "
                       "c.relnamespace = 'public'::regnamespace AND NOT c.relforcerowsecurity AND "
                       "a.attnotnull AND a.attnum = 1 ORDER BY c.relname"),
      (std::vector<SqlRow>{{"audit_entries"}, {"audit_heads"}, {"tenant_members"}}));
}

}  // namespace
}  // namespace pf
