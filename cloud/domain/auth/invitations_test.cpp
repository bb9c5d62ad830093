#include "cloud/domain/auth/invitations.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/auth/test_accounts.hpp"

namespace pf {
namespace {

class InvitationsTest : public testing::Test, protected TestAccounts {
 protected:
  std::string invite(const Caller& by, std::string_view email, Role role = Role::operator_) {
    const auto made = invitations.create(by, {email, role});
    if (!made) throw std::runtime_error(made.error().says);
    deliver();
    return token_in(letter_box.letters.back().text);
  }
  Answer<WithCookies<SignedIn>> accept(const std::string& token) {
    return invitations.accept({}, {token, Name("Bob"), Password(password)});
  }
};

TEST_F(InvitationsTest, SomebodyNewMakesHisAccountByTheLink) {
  const auto ada = owner("ada@example.com");
  const auto token = invite(ada, "Bob@Example.com");
  EXPECT_EQ(letter_box.letters.back().to, "bob@example.com");
  EXPECT_NE(letter_box.letters.back().text.find("https://farm.example/invite#"), std::string::npos);
  const auto view = invitations.look({}, {token});
  ASSERT_TRUE(view);
  EXPECT_EQ(view->organization_name, "Ada's farm");
  EXPECT_EQ(view->email, "bob@example.com");
  EXPECT_FALSE(view->has_account);

  const auto bob = accept(token);
  ASSERT_TRUE(bob);
  EXPECT_EQ(caller_of(*bob)->tenant, ada.tenant);
  EXPECT_EQ(caller_of(*bob)->role, Role::operator_);
  EXPECT_EQ(invitations.list(ada)->items.size(), 0u);
  EXPECT_TRUE(log_in("bob@example.com"));
}

TEST_F(InvitationsTest, WhoHasAnAccountSignsInToAccept) {
  const auto ada = owner("ada@example.com");
  const auto bob = owner("bob@example.com");
  const auto token = invite(ada, "bob@example.com");
  EXPECT_TRUE(invitations.look({}, {token})->has_account);
  const auto refused = accept(token);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "sign_in_required");

  Login login{"bob@example.com", password, {}, {}, InvitationToken(token)};
  const auto joined = auth.login({}, login);
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->body.organization.id.value, ada.tenant.value);
  EXPECT_EQ(caller_of(*joined)->role, Role::operator_);
  EXPECT_EQ(tenants.list(bob)->items.size(), 2u);
}

TEST_F(InvitationsTest, WhoIsSignedInJoinsAtOnce) {
  const auto ada = owner("ada@example.com");
  const auto bob = owner("bob@example.com");
  const auto joined = invitations.join(bob, {invite(ada, "bob@example.com", Role::viewer)});
  ASSERT_TRUE(joined);
  EXPECT_EQ(caller_of(*joined)->tenant, ada.tenant);
  EXPECT_EQ(caller_of(*joined)->role, Role::viewer);
}

TEST_F(InvitationsTest, WhoBelongsNowhereComesBackByOne) {
  const auto ada = owner("ada@example.com");
  accept(invite(ada, "bob@example.com")).value();
  database.execute("DELETE FROM tenant_members WHERE role = 'operator'");
  ASSERT_EQ(log_in("bob@example.com").error().status, 403);
  Login login{"bob@example.com", password, {}, {}, InvitationToken(invite(ada, "bob@example.com"))};
  EXPECT_TRUE(auth.login({}, login));
}

TEST_F(InvitationsTest, AUsedAnOldAWithdrawnAndAnUnknownOneLookTheSame) {
  const auto ada = owner("ada@example.com");
  const auto unknown = accept(std::string(43, 'A'));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().status, 404);

  const auto used = invite(ada, "bob@example.com");
  accept(used).value();
  EXPECT_EQ(accept(used).error().says, unknown.error().says);

  const auto withdrawn = invite(ada, "eve@example.com");
  ASSERT_TRUE(invitations.revoke(ada, {invitations.list(ada)->items.at(0).id.value}));
  EXPECT_EQ(accept(withdrawn).error().says, unknown.error().says);

  const auto old = invite(ada, "joe@example.com");
  clock.advance(invitation_lifetime);
  EXPECT_EQ(accept(old).error().says, unknown.error().says);
  EXPECT_EQ(invitations.look({}, {old}).error().says, unknown.error().says);
  invitations.remove_expired();
  EXPECT_EQ(count("invitations"), 0);
}

TEST_F(InvitationsTest, AnothersIsOfNoUse) {
  const auto ada = owner("ada@example.com");
  const auto eve = owner("eve@example.com");
  const auto token = invite(ada, "bob@example.com");
  EXPECT_EQ(invitations.join(eve, {token}).error().status, 404);
  Login login{"eve@example.com", password, {}, {}, InvitationToken(token)};
  EXPECT_EQ(auth.login({}, login).error().status, 404);
  EXPECT_EQ(members.list(ada)->items.size(), 1u);
  EXPECT_TRUE(accept(token));  // And is still there for Bob.
}

TEST_F(InvitationsTest, ANewOneTakesThePlaceOfAnOlder) {
  const auto ada = owner("ada@example.com");
  const auto first = invite(ada, "bob@example.com", Role::viewer);
  const auto second = invite(ada, "bob@example.com", Role::admin);
  EXPECT_EQ(invitations.list(ada)->items.size(), 1u);
  EXPECT_FALSE(accept(first));
  EXPECT_EQ(accept(second)->body.role, Role::admin);
}

TEST_F(InvitationsTest, AdminsInviteNobodyToTheirOwnLevel) {
  const auto ada = owner("ada@example.com");
  const auto admin = member(ada, "admin@example.com", Role::admin);
  EXPECT_TRUE(invitations.create(admin, {"a@example.com", Role::operator_}));
  EXPECT_EQ(invitations.create(admin, {"b@example.com", Role::admin}).error().status, 403);
  EXPECT_EQ(invitations.create(admin, {"c@example.com", Role::owner}).error().status, 403);
  EXPECT_TRUE(invitations.create(ada, {"d@example.com", Role::owner}));
}

TEST_F(InvitationsTest, MembersAndNonsenseAreNotInvited) {
  const auto ada = owner("ada@example.com");
  EXPECT_EQ(invitations.create(ada, {"ada@example.com", Role::viewer}).error().status, 409);
  EXPECT_EQ(invitations.create(ada, {"no address", Role::viewer}).error().field, "email");
  auto key = ada;
  key.api_key_id = "k1";
  EXPECT_EQ(invitations.create(key, {"bob@example.com", Role::viewer}).error().status, 403);
  EXPECT_EQ(count("invitations"), 0);
}

TEST_F(InvitationsTest, ANewAccountNeedsANameAndAPassword) {
  const auto token = invite(owner("ada@example.com"), "bob@example.com");
  EXPECT_EQ(invitations.accept({}, {token, {}, Password(password)}).error().field, "name");
  EXPECT_EQ(invitations.accept({}, {token, Name("Bob"), {}}).error().field, "password");
  EXPECT_EQ(count("users"), 1);
}

TEST_F(InvitationsTest, AnotherOrganizationSeesAndWithdrawsNone) {
  const auto ada = owner("ada@example.com");
  const auto bob = owner("bob@example.com");
  invite(ada, "eve@example.com");
  const auto id = invitations.list(ada)->items.at(0).id.value;
  EXPECT_TRUE(invitations.list(bob)->items.empty());
  EXPECT_EQ(invitations.revoke(bob, {id}).error().says,
            invitations.revoke(bob, {"unknown"}).error().says);
  EXPECT_EQ(invitations.list(ada)->items.size(), 1u);
}

TEST_F(InvitationsTest, TheLinkIsShownOnlyWhereItCannotBeMailed) {
  const auto ada = owner("ada@example.com");
  EXPECT_FALSE(invitations.create(ada, {"bob@example.com", Role::viewer})->body.link);

  TestAccounts mute(TestMail::off);
  const auto eve = mute.owner("eve@example.com");
  const auto made = mute.invitations.create(eve, {"bob@example.com", Role::viewer});
  ASSERT_TRUE(made->body.link);
  EXPECT_EQ(mute.count("mail_outbox"), 0);
  EXPECT_TRUE(
      mute.invitations.accept({}, {token_in(*made->body.link), Name("Bob"), Password(password)}));
}

TEST_F(InvitationsTest, NoTokenIsStored) {
  const auto token = invite(owner("ada@example.com"), "bob@example.com");
  EXPECT_EQ(database.query("SELECT token_hash FROM invitations").at(0).at(0),
            SqlValue(stored_form(token)));
}

}  // namespace
}  // namespace pf
