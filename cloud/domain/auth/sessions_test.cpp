#include "cloud/domain/auth/sessions.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/auth/test_accounts.hpp"

namespace pf {
namespace {

class SessionsTest : public testing::Test, protected TestAccounts {};

TEST_F(SessionsTest, AreListedWithWhereTheyWereBegunAndWhichOneAsks) {
  Visitor phone;
  phone.address = "192.0.2.7";
  phone.user_agent = "Phone";
  const auto first = sign_up("ada@example.com", phone).value();
  clock.advance(Minutes(1));
  const auto second = log_in("ada@example.com").value();
  owner("bob@example.com");
  const auto page = sessions.list(*caller_of(second));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_TRUE(page->items[0].current);
  const auto& other = page->items[1];
  EXPECT_FALSE(other.current);
  EXPECT_EQ(other.id.value, caller_of(first)->session_id);
  EXPECT_EQ(other.address, "192.0.2.7");
  EXPECT_EQ(other.user_agent, "Phone");
  EXPECT_EQ(other.organization_name, "Ada's farm");
  EXPECT_EQ(other.created_at, (clock.unix_now() + -Minutes(1)).milliseconds);
  EXPECT_EQ(other.last_used_at, other.created_at);
}

TEST_F(SessionsTest, SayWhenTheyWereUsedLast) {
  const auto answer = sign_up("ada@example.com").value();
  clock.advance(Minutes(14));
  const auto refreshed = refresh(cookie(answer, "refresh").value).value();
  EXPECT_EQ(sessions.list(*caller_of(refreshed))->items.at(0).last_used_at,
            clock.unix_now().milliseconds);
}

TEST_F(SessionsTest, OneIsRevokedAtOnce) {
  const auto lost = sign_up("ada@example.com").value();
  const auto here = *caller_of(log_in("ada@example.com").value());
  ASSERT_TRUE(caller_of(lost));
  ASSERT_TRUE(sessions.revoke(here, {caller_of(lost)->session_id}));
  EXPECT_FALSE(caller_of(lost));
  EXPECT_FALSE(refresh(cookie(lost, "refresh").value));
  EXPECT_EQ(sessions.list(here)->items.size(), 1u);
  EXPECT_EQ(log_of(here.tenant).front(), "sessions.revoke");
}

TEST_F(SessionsTest, NobodyRevokesAnothersOrOneThatHasEnded) {
  const auto ada = owner("ada@example.com");
  const auto bob = owner("bob@example.com");
  const auto unknown = sessions.revoke(bob, {"unknown"});
  const auto others = sessions.revoke(bob, {ada.session_id});
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().status, 404);
  EXPECT_EQ(others.error().says, unknown.error().says);
  EXPECT_EQ(sessions.list(ada)->items.size(), 1u);
  ASSERT_TRUE(sessions.revoke(ada, {ada.session_id}));
  EXPECT_FALSE(sessions.revoke(ada, {ada.session_id}));
}

TEST_F(SessionsTest, AllOthersAreRevokedTogether) {
  const auto one = sign_up("ada@example.com").value();
  const auto two = log_in("ada@example.com").value();
  const auto bob = sign_up("bob@example.com").value();
  const auto here = log_in("ada@example.com").value();
  ASSERT_TRUE(sessions.revoke_others(*caller_of(here)));
  EXPECT_FALSE(caller_of(one));
  EXPECT_FALSE(caller_of(two));
  EXPECT_TRUE(caller_of(here));
  EXPECT_TRUE(caller_of(bob));
}

TEST_F(SessionsTest, ACopiedTokenEndsTheFamilyAndItsOwnerIsTold) {
  const auto answer = sign_up("ada@example.com").value();
  const auto copied = cookie(answer, "refresh").value;
  const auto ada = *caller_of(answer);
  ASSERT_TRUE(refresh(copied));
  clock.advance(Seconds(11));
  ASSERT_FALSE(refresh(copied));
  deliver();
  ASSERT_EQ(letter_box.letters.size(), 1u);
  EXPECT_EQ(letter_box.letters[0].to, "ada@example.com");
  EXPECT_EQ(log_of(ada.tenant).front(), "sessions.token_reused");
  ASSERT_FALSE(refresh(copied));  // A third use tells nothing new.
  deliver();
  EXPECT_EQ(letter_box.letters.size(), 1u);
}

TEST_F(SessionsTest, SwitchingGoesOnInAnotherOrganizationWithNewTokens) {
  const auto first = sign_up("ada@example.com").value();
  const auto ada = *caller_of(first);
  const auto second = tenants.add(ada, {"Second"})->body;
  const auto answer = sessions.switch_organization(ada, {second.id});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.organization.id, second.id);
  EXPECT_EQ(caller_of(*answer)->tenant.value, second.id.value);
  EXPECT_EQ(caller_of(*answer)->role, Role::owner);
  EXPECT_FALSE(caller_of(first));
  EXPECT_FALSE(refresh(cookie(first, "refresh").value));
}

TEST_F(SessionsTest, SwitchingLeadsOnlyWhereOneBelongs) {
  const auto ada = owner("ada@example.com");
  const auto bob = owner("bob@example.com");
  const auto his = sessions.switch_organization(ada, {bob.tenant.value});
  const auto unknown = sessions.switch_organization(ada, {"unknown"});
  ASSERT_FALSE(his);
  EXPECT_EQ(his.error().status, 404);
  EXPECT_EQ(his.error().says, unknown.error().says);
  EXPECT_EQ(sessions.list(ada)->items.size(), 1u);  // And the present session goes on.
}

TEST_F(SessionsTest, WhatHasEndedIsSweptAwayAndNothingElse) {
  const auto out = sign_up("ada@example.com").value();
  Visitor leaving;
  leaving.refresh_token = cookie(out, "refresh").value;
  ASSERT_TRUE(auth.logout(leaving));
  log_in("ada@example.com").value();  // Will have expired.
  clock.advance(std::chrono::hours(24 * 6));
  const auto living = log_in("ada@example.com").value();
  clock.advance(std::chrono::hours(24 * 2));
  sessions.remove_ended();
  EXPECT_EQ(count("sessions"), 1);
  EXPECT_EQ(count("refresh_tokens"), 1);
  EXPECT_TRUE(refresh(cookie(living, "refresh").value));
}

TEST_F(SessionsTest, SignInsAndSignOutsAreInTheLogOfTheirOrganization) {
  const auto answer = sign_up("ada@example.com").value();
  const auto tenant = caller_of(answer)->tenant;
  Visitor leaving;
  leaving.refresh_token = cookie(answer, "refresh").value;
  ASSERT_TRUE(auth.logout(leaving));
  ASSERT_TRUE(auth.logout(leaving));  // Nothing ended by that.
  EXPECT_EQ(log_of(tenant),
            (std::vector<std::string>{"auth.logout", "auth.login", "auth.register"}));
}

TEST_F(SessionsTest, WhoeverServesAUserIsToldWhenHisAccessChanges) {
  struct Listener {
    void hear(const AccessChanged& change) { heard.push_back(change.user_id); }
    std::vector<std::string> heard;
  } listener;
  events.on(listener, &Listener::hear);
  const auto answer = sign_up("ada@example.com").value();
  const auto ada = *caller_of(answer);
  const auto guest = member(ada, "bob@example.com", Role::admin);
  listener.heard.clear();
  ASSERT_TRUE(members.update(ada, {guest.user_id}, {Role::viewer}));
  ASSERT_TRUE(members.remove(ada, {guest.user_id}));
  ASSERT_TRUE(sessions.revoke_others(ada));
  Visitor leaving;
  leaving.refresh_token = cookie(answer, "refresh").value;
  ASSERT_TRUE(auth.logout(leaving));
  EXPECT_EQ(listener.heard,
            (std::vector<std::string>{guest.user_id, guest.user_id, ada.user_id, ada.user_id}));
}

TEST_F(SessionsTest, AnApiKeyHasNone) {
  auto key = owner("ada@example.com");
  key.api_key_id = "k1";
  EXPECT_EQ(sessions.list(key).error().status, 403);
  EXPECT_EQ(sessions.revoke(key, {"s"}).error().status, 403);
  EXPECT_EQ(sessions.revoke_others(key).error().status, 403);
  EXPECT_EQ(sessions.switch_organization(key, {key.tenant.value}).error().status, 403);
}

}  // namespace
}  // namespace pf
