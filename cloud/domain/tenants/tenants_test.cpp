#include "cloud/domain/tenants/tenants.hpp"

#include <gtest/gtest.h>

#include "cloud/adapters/sql/test_database.hpp"

namespace pf {
namespace {

class TenantsTest : public testing::Test {
 protected:
  TenantsTest() {
    for (const std::string id : {"ada", "bob"}) {
      database_.execute(
          "INSERT INTO users (id, email, name, password_hash, created_at, updated_at) "
          "VALUES ($1, $1, $1, '', 0, 0)",
          {id});
    }
  }

  Organization found(std::string_view name, const std::string& user_id, Role role) {
    clock_.advance(Milliseconds(1));
    return database_.writing([&](Transaction& db) {
      auto organization = tenants_.create(db, name);
      tenants_.add_member(db, {organization.id.value}, user_id, role);
      return organization;
    });
  }
  static Caller caller(const std::string& user_id, const Organization& organization) {
    Caller caller;
    caller.user_id = user_id;
    caller.tenant = {organization.id.value};
    caller.role = Role::owner;
    return caller;
  }

  TestDatabase database_;
  ManualClock clock_;
  SeededRandom random_{1};
  Tenants tenants_{database_, clock_, random_};
};

TEST_F(TenantsTest, ListsOnlyThoseTheCallerBelongsToInTheOrderOfJoining) {
  const auto first = found("First", "ada", Role::owner);
  found("Not hers", "bob", Role::owner);
  const auto second = found("Second", "ada", Role::viewer);
  const auto page = tenants_.list(caller("ada", first));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[0].id, first.id);
  EXPECT_EQ(page->items[1].id, second.id);
  EXPECT_TRUE(tenants_.list(caller("nobody", first))->items.empty());
}

TEST_F(TenantsTest, FindsThoseOfTheCallerAndNoOthers) {
  const auto hers = found("Hers", "ada", Role::owner);
  const auto his = found("His", "bob", Role::owner);
  EXPECT_EQ(tenants_.find(caller("ada", hers), {hers.id.value})->name, "Hers");
  for (const std::string& id : {his.id.value, std::string("unknown"), std::string()}) {
    const auto answer = tenants_.find(caller("ada", hers), {id});
    ASSERT_FALSE(answer) << id;
    EXPECT_EQ(answer.error().status, 404);
  }
  // Not even through a caller who claims the other tenant: the membership decides.
  EXPECT_FALSE(tenants_.find(caller("ada", his), {his.id.value}));
}

TEST_F(TenantsTest, AKeySeesOnlyItsOwn) {
  const auto first = found("First", "ada", Role::owner);
  const auto second = found("Second", "ada", Role::owner);
  auto key = caller("ada", second);
  key.api_key_id = "k1";
  ASSERT_EQ(tenants_.list(key)->items.size(), 1u);
  EXPECT_EQ(tenants_.list(key)->items[0].id, second.id);
  EXPECT_TRUE(tenants_.find(key, {second.id.value}));
  EXPECT_EQ(tenants_.find(key, {first.id.value}).error().status, 404);
}

TEST_F(TenantsTest, AFurtherOneBelongsToWhoMakesIt) {
  const auto ada = caller("ada", found("First", "ada", Role::viewer));
  const auto made = tenants_.add(ada, {"Second"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->location, "/api/organizations/" + made->body.id.value);
  EXPECT_EQ(tenants_.list(ada)->items.size(), 2u);
  database_.read([&](Transaction& db) {
    EXPECT_EQ(tenants_.role_of(db, {made->body.id.value}, "ada"), Role::owner);
  });
  auto key = ada;
  key.api_key_id = "k1";
  EXPECT_EQ(tenants_.add(key, {"Third"}).error().status, 403);
}

TEST_F(TenantsTest, NobodyOwnsThemWithoutEnd) {
  const auto ada = caller("ada", found("1", "ada", Role::owner));
  for (int i = 2; i <= 50; ++i) ASSERT_TRUE(tenants_.add(ada, {std::to_string(i)})) << i;
  EXPECT_EQ(tenants_.add(ada, {"51"}).error().status, 409);
}

TEST_F(TenantsTest, ARenamingIsInTheLogWithBeforeAndAfter) {
  const auto before = found("Before", "ada", Role::owner);
  ASSERT_TRUE(tenants_.update(caller("ada", before), {before.id.value}, {"After"}));
  const auto row =
      database_.query("SELECT action, before, after FROM audit_entries ORDER BY seq DESC LIMIT 1")
          .at(0);
  EXPECT_EQ(std::get<std::string>(row[0]), "organizations.update");
  EXPECT_NE(std::get<std::string>(row[1]).find("Before"), std::string::npos);
  EXPECT_NE(std::get<std::string>(row[2]).find("After"), std::string::npos);
}

TEST_F(TenantsTest, AreRenamed) {
  const auto before = found("Before", "ada", Role::owner);
  const auto after = tenants_.update(caller("ada", before), {before.id.value}, {"After"});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->name, "After");
  EXPECT_GT(after->updated_at, before.updated_at);  // Though the clock stands still.
  EXPECT_EQ(tenants_.find(caller("ada", before), {before.id.value})->name, "After");
}

TEST_F(TenantsTest, OfOthersAreNotRenamed) {
  const auto hers = found("Hers", "ada", Role::owner);
  const auto his = found("His", "bob", Role::owner);
  const auto answer = tenants_.update(caller("ada", hers), {his.id.value}, {"Mine now"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 404);
  EXPECT_EQ(tenants_.find(caller("bob", his), {his.id.value})->name, "His");
}

TEST_F(TenantsTest, AreNotRenamedOverAChangeThatWasNotSeen) {
  const auto seen = found("Seen", "ada", Role::owner);
  auto first = caller("ada", seen), second = first;
  first.if_match = second.if_match = std::to_string(seen.updated_at);
  EXPECT_TRUE(tenants_.update(first, {seen.id.value}, {"First"}));
  const auto lost = tenants_.update(second, {seen.id.value}, {"Second"});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().status, 412);
  EXPECT_EQ(tenants_.find(first, {seen.id.value})->name, "First");
}

TEST_F(TenantsTest, MembershipIsThatOfTheOrganizationJoinedFirst) {
  const auto first = found("First", "ada", Role::operator_);
  found("Second", "ada", Role::owner);
  database_.read([&](Transaction& db) {
    const auto membership = tenants_.membership_of(db, "ada");
    ASSERT_TRUE(membership);
    EXPECT_EQ(membership->tenant.value, first.id.value);
    EXPECT_EQ(membership->role, Role::operator_);
    EXPECT_FALSE(tenants_.membership_of(db, "bob"));
  });
}

TEST_F(TenantsTest, TakeNobodyTwiceAndNobodyUnknown) {
  const auto organization = found("Hers", "ada", Role::owner);
  const TenantId tenant{organization.id.value};
  EXPECT_THROW(database_.write(
                   [&](Transaction& db) { tenants_.add_member(db, tenant, "ada", Role::viewer); }),
               UniqueViolation);
  EXPECT_THROW(database_.write([&](Transaction& db) {
    tenants_.add_member(db, tenant, "nobody", Role::viewer);
  }),
               DatabaseError);
  EXPECT_THROW(database_.write([&](Transaction& db) {
    tenants_.add_member(db, {"nowhere"}, "bob", Role::viewer);
  }),
               DatabaseError);
}

}  // namespace
}  // namespace pf
