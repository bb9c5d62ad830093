#include "cloud/main/audit_command.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "process/scratch_directory.hpp"

namespace pf {
namespace {

class AuditCommandTest : public testing::Test {
 protected:
  std::string add_organization(std::string_view name, int entries) {
    return database_.writing([&](Transaction& db) {
      const auto id = tenants_.create(db, name).id.value;
      for (int i = 0; i < entries; ++i) {
        audit::record(db, {id}, {}, {1'000}, {"things.update", "thing", "t1", {}, "{}"});
      }
      return id;
    });
  }
  std::string output(bool expected) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(verify_audit_logs(database_), expected);
    return testing::internal::GetCapturedStdout();
  }

  TestDatabase database_;
  ManualClock clock_;
  SeededRandom random_{1};
  Tenants tenants_{database_, clock_, random_};
};

TEST_F(AuditCommandTest, it_counts_each_organizations_entries) {
  const auto one = add_organization("One", 3);
  const auto two = add_organization("Two", 0);
  const auto says = output(true);
  EXPECT_NE(says.find(one + "  3 entries, head "), std::string::npos) << says;
  EXPECT_NE(says.find(two + "  0 entries, head none"), std::string::npos) << says;
}

TEST_F(AuditCommandTest, it_names_the_place_where_a_chain_is_broken_and_checks_the_others) {
  const auto one = add_organization("One", 5);
  const auto two = add_organization("Two", 2);
  database_.execute("UPDATE audit_entries SET after = '[]' WHERE tenant_id = $1 AND seq = 4",
                    {one});
  const auto says = output(false);
  EXPECT_NE(says.find(one + "  BROKEN at entry 4"), std::string::npos) << says;
  EXPECT_NE(says.find(two + "  2 entries"), std::string::npos) << says;
}

TEST_F(AuditCommandTest, a_folder_without_a_database_is_a_mistake_and_stays_empty) {
  const process::ScratchDirectory empty;
  const char* words[] = {"verify", "--data-dir", empty.path().c_str()};
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_audit_verify(3, words), 2);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("--data-dir"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
}

}  // namespace
}  // namespace pf
