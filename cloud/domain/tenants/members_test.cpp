#include "cloud/domain/tenants/members.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/auth/test_accounts.hpp"

namespace pf {
namespace {

class MembersTest : public testing::Test, protected TestAccounts {
 protected:
  int set_role(const Caller& by, const Caller& whom, Role role) {
    const auto answer = members.update(by, {whom.user_id}, {role});
    return answer ? 200 : answer.error().status;
  }
  int remove(const Caller& by, const Caller& whom) {
    const auto answer = members.remove(by, {whom.user_id});
    return answer ? 204 : answer.error().status;
  }

  Caller ada = owner("ada@example.com");
  Caller admin = member(ada, "admin@example.com", Role::admin);
  Caller viewer = member(ada, "viewer@example.com", Role::viewer);
};

TEST_F(MembersTest, AreListedInTheOrderOfJoiningWithTheirRoles) {
  const auto page = members.list(viewer);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 3u);
  EXPECT_EQ(page->items[0].email, "ada@example.com");
  EXPECT_EQ(page->items[0].role, Role::owner);
  const auto stranger = owner("bob@example.com");
  EXPECT_EQ(members.list(stranger)->items.size(), 1u);
}

TEST_F(MembersTest, AdminsDecideAboutOperatorsAndViewersOnly) {
  const auto second_admin = member(ada, "second@example.com", Role::admin);
  EXPECT_EQ(set_role(admin, viewer, Role::operator_), 200);
  EXPECT_EQ(set_role(admin, viewer, Role::admin), 403);
  EXPECT_EQ(set_role(admin, viewer, Role::owner), 403);
  EXPECT_EQ(set_role(admin, second_admin, Role::viewer), 403);
  EXPECT_EQ(set_role(admin, ada, Role::viewer), 403);
  EXPECT_EQ(set_role(admin, admin, Role::owner), 403);  // Not himself either.
  EXPECT_EQ(remove(admin, second_admin), 403);
  EXPECT_EQ(remove(admin, ada), 403);
  EXPECT_EQ(remove(admin, viewer), 204);
}

TEST_F(MembersTest, OwnersDecideAboutEverybody) {
  EXPECT_EQ(set_role(ada, viewer, Role::owner), 200);
  EXPECT_EQ(set_role(ada, admin, Role::viewer), 200);
  EXPECT_EQ(set_role(ada, viewer, Role::operator_), 200);
  EXPECT_EQ(remove(ada, viewer), 204);
}

TEST_F(MembersTest, TheLastOwnerStays) {
  EXPECT_EQ(set_role(ada, ada, Role::admin), 409);
  EXPECT_EQ(remove(ada, ada), 409);
  EXPECT_EQ(set_role(ada, ada, Role::owner), 200);  // Which changes nothing.
  ASSERT_EQ(set_role(ada, viewer, Role::owner), 200);
  EXPECT_EQ(remove(ada, ada), 204);
  EXPECT_EQ(remove(viewer, viewer), 409);
}

TEST_F(MembersTest, EverybodyElseMayLeaveAndOnlyForHimself) {
  EXPECT_EQ(remove(viewer, admin), 403);
  EXPECT_EQ(remove(viewer, viewer), 204);
  EXPECT_EQ(remove(admin, admin), 204);
}

TEST_F(MembersTest, ARoleCountsAsItIsNowNotAsTheRequestBroughtIt) {
  const Caller before = admin;
  ASSERT_EQ(set_role(ada, admin, Role::viewer), 200);
  EXPECT_EQ(set_role(before, viewer, Role::operator_), 403);
  EXPECT_EQ(remove(before, viewer), 403);
}

TEST_F(MembersTest, WhoIsDemotedOrRemovedLosesAccessAtOnce) {
  const auto signed_in = log_in("admin@example.com").value();
  auto session = *caller_of(signed_in);
  const auto there = sessions.switch_organization(session, {ada.tenant.value}).value();
  ASSERT_EQ(caller_of(there)->role, Role::admin);
  ASSERT_EQ(set_role(ada, admin, Role::viewer), 200);
  EXPECT_EQ(caller_of(there)->role, Role::viewer);
  ASSERT_EQ(remove(ada, admin), 204);
  EXPECT_FALSE(caller_of(there));
  EXPECT_FALSE(refresh(cookie(there, "refresh").value));
  // Nor does an old sign-in come to life again with a later invitation.
  database.write(
      [&](Transaction& db) { tenants.add_member(db, ada.tenant, admin.user_id, Role::viewer); });
  EXPECT_FALSE(refresh(cookie(there, "refresh").value));
}

TEST_F(MembersTest, OfAnotherOrganizationAreNotFound) {
  const auto bob = owner("bob@example.com");
  const auto unknown = members.update(ada, {"unknown"}, {Role::viewer});
  const auto others = members.update(ada, {bob.user_id}, {Role::viewer});
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().status, 404);
  EXPECT_EQ(others.error().says, unknown.error().says);
  EXPECT_EQ(remove(ada, bob), 404);
  EXPECT_EQ(remove(bob, ada), 404);
}

TEST_F(MembersTest, AnApiKeyDecidesAboutNobody) {
  auto key = ada;
  key.api_key_id = "k1";
  EXPECT_EQ(set_role(key, viewer, Role::operator_), 403);
  EXPECT_EQ(remove(key, viewer), 403);
}

TEST_F(MembersTest, EachChangeIsInTheLogWithBeforeAndAfter) {
  ASSERT_EQ(set_role(ada, viewer, Role::operator_), 200);
  const auto row = database
                       .query(
                           "SELECT action, subject_id, before, after FROM audit_entries "
                           "WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1",
                           {ada.tenant.value})
                       .at(0);
  EXPECT_EQ(std::get<std::string>(row[0]), "members.update");
  EXPECT_EQ(std::get<std::string>(row[1]), viewer.user_id);
  EXPECT_NE(std::get<std::string>(row[2]).find(R"("role":"viewer")"), std::string::npos);
  EXPECT_NE(std::get<std::string>(row[3]).find(R"("role":"operator")"), std::string::npos);
  ASSERT_EQ(remove(ada, viewer), 204);
  EXPECT_EQ(log_of(ada.tenant).front(), "members.remove");
  EXPECT_FALSE(audit::verify(database, ada.tenant).broken_at);
}

}  // namespace
}  // namespace pf
