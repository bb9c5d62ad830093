#include "cloud/domain/auth/api_keys.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/auth/test_accounts.hpp"

namespace pf {
namespace {

class ApiKeysTest : public testing::Test, protected TestAccounts {
 protected:
  MadeApiKey make(const Caller& by, Role role, std::optional<Millis> expires_at = {}) {
    auto made = api_keys.create(by, {"Slicer", role, {}, expires_at});
    if (!made) throw std::runtime_error(made.error().says);
    return made->body;
  }
  std::optional<Caller> caller_with(std::string_view key) { return auth.caller_of({}, key); }
};

TEST_F(ApiKeysTest, OneActsForItsMakerWithItsOwnRole) {
  const auto ada = owner("ada@example.com");
  const auto made = make(ada, Role::operator_);
  const auto caller = caller_with(made.key);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->tenant, ada.tenant);
  EXPECT_EQ(caller->user_id, ada.user_id);
  EXPECT_EQ(caller->role, Role::operator_);
  EXPECT_EQ(caller->api_key_id, made.api_key.id.value);
  EXPECT_TRUE(caller->session_id.empty());
  EXPECT_FALSE(caller->expires_at);
  EXPECT_TRUE(caller->may_touch("any printer"));
  EXPECT_EQ(auth.me(*caller).error().status, 403);
}

TEST_F(ApiKeysTest, OneIsShownOnceAndStoredAsAHash) {
  const auto ada = owner("ada@example.com");
  const auto made = make(ada, Role::viewer);
  EXPECT_EQ(made.key.substr(0, 15), "pfk_" + made.api_key.prefix + "_");
  const auto secret = made.key.substr(15);
  EXPECT_EQ(secret.size(), 43u);
  EXPECT_EQ(database.query("SELECT secret_hash FROM api_keys").at(0).at(0),
            SqlValue(stored_form(secret)));
  EXPECT_EQ(json::encode(*api_keys.list(ada)).find(secret), std::string::npos);
  const auto entries = database.query("SELECT COALESCE(after, '') FROM audit_entries");
  for (const auto& row : entries) {
    EXPECT_EQ(std::get<std::string>(row.at(0)).find(secret), std::string::npos);
  }
}

TEST_F(ApiKeysTest, OneIsLimitedToItsPrinters) {
  const auto ada = owner("ada@example.com");
  NewApiKey wanted{"Camera", Role::operator_, PrinterIds{{Uuid("p1"), Uuid("p2")}}, {}};
  const auto caller = caller_with(api_keys.create(ada, wanted)->body.key);
  ASSERT_TRUE(caller);
  EXPECT_TRUE(caller->may_touch("p1"));
  EXPECT_FALSE(caller->may_touch("p3"));
  // A list of none is none, not all.
  NewApiKey none{"Nothing", Role::operator_, PrinterIds{}, {}};
  EXPECT_FALSE(caller_with(api_keys.create(ada, none)->body.key)->may_touch("p1"));
}

TEST_F(ApiKeysTest, NobodyMakesOneAboveHisOwnRole) {
  const auto ada = owner("ada@example.com");
  const auto admin = member(ada, "admin@example.com", Role::admin);
  const auto refused = api_keys.create(admin, {"Root", Role::owner, {}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "role");
  EXPECT_EQ(count("api_keys"), 0);
  EXPECT_EQ(caller_with(make(admin, Role::admin).key)->role, Role::admin);
}

TEST_F(ApiKeysTest, OneFallsWithItsMakersRoleAndGoesWithHim) {
  const auto ada = owner("ada@example.com");
  const auto admin = member(ada, "admin@example.com", Role::admin);
  const auto key = make(admin, Role::admin).key;
  ASSERT_TRUE(members.update(ada, {admin.user_id}, {Role::viewer}));
  EXPECT_EQ(caller_with(key)->role, Role::viewer);
  ASSERT_TRUE(members.remove(ada, {admin.user_id}));
  EXPECT_FALSE(caller_with(key));
  EXPECT_EQ(count("api_keys"), 0);
}

TEST_F(ApiKeysTest, WhatIsNoKeyIsNobody) {
  const auto ada = owner("ada@example.com");
  const auto key = make(ada, Role::viewer).key;
  auto other_secret = key;
  other_secret.back() = other_secret.back() == 'A' ? 'B' : 'A';
  auto other_prefix = key;
  other_prefix[6] = other_prefix[6] == '0' ? '1' : '0';
  for (const auto& wrong :
       {std::string("pfk_"), key + "x", key.substr(0, key.size() - 1), other_secret, other_prefix,
        std::string("pfk_' OR 1=1 --"), std::string(10'000, 'p'), "PFK_" + key.substr(4)}) {
    EXPECT_FALSE(caller_with(wrong)) << wrong;
  }
  EXPECT_TRUE(caller_with(key));
}

TEST_F(ApiKeysTest, OneEndsAtItsTimeAndNoneIsMadeThatHasEnded) {
  const auto ada = owner("ada@example.com");
  const auto now = clock.unix_now().milliseconds;
  EXPECT_EQ(api_keys.create(ada, {"Late", Role::viewer, {}, now}).error().field, "expires_at");
  const auto key = make(ada, Role::viewer, now + 1'000).key;
  clock.advance(Milliseconds(999));
  EXPECT_TRUE(caller_with(key));
  clock.advance(Milliseconds(1));
  EXPECT_FALSE(caller_with(key));
}

TEST_F(ApiKeysTest, ARemovedOneIsDeadAtOnce) {
  const auto ada = owner("ada@example.com");
  const auto made = make(ada, Role::viewer);
  ASSERT_TRUE(caller_with(made.key));
  ASSERT_TRUE(api_keys.remove(ada, {made.api_key.id.value}));
  EXPECT_FALSE(caller_with(made.key));
  EXPECT_EQ(api_keys.remove(ada, {made.api_key.id.value}).error().status, 404);
  EXPECT_EQ(log_of(ada.tenant).front(), "api_keys.remove");
}

TEST_F(ApiKeysTest, AnotherOrganizationSeesAndRemovesNone) {
  const auto ada = owner("ada@example.com");
  const auto bob = owner("bob@example.com");
  const auto made = make(ada, Role::viewer);
  EXPECT_TRUE(api_keys.list(bob)->items.empty());
  EXPECT_EQ(api_keys.remove(bob, {made.api_key.id.value}).error().says,
            api_keys.remove(bob, {"unknown"}).error().says);
  EXPECT_TRUE(caller_with(made.key));
}

TEST_F(ApiKeysTest, AKeyManagesNoKeys) {
  const auto key = *caller_with(make(owner("ada@example.com"), Role::owner).key);
  EXPECT_EQ(api_keys.list(key).error().status, 403);
  EXPECT_EQ(api_keys.create(key, {"Child", Role::viewer, {}, {}}).error().status, 403);
  EXPECT_EQ(api_keys.remove(key, {*key.api_key_id}).error().status, 403);
}

TEST_F(ApiKeysTest, UseIsNotedOnceAnHour) {
  const auto ada = owner("ada@example.com");
  const auto key = make(ada, Role::viewer).key;
  const auto last_used = [&] { return api_keys.list(ada)->items.at(0).last_used_at; };
  EXPECT_FALSE(last_used());
  ASSERT_TRUE(caller_with(key));
  const auto first = last_used();
  EXPECT_EQ(first, clock.unix_now().milliseconds);
  clock.advance(Minutes(59));
  ASSERT_TRUE(caller_with(key));
  EXPECT_EQ(last_used(), first);
  clock.advance(Minutes(1));
  ASSERT_TRUE(caller_with(key));
  EXPECT_EQ(last_used(), clock.unix_now().milliseconds);
}

TEST_F(ApiKeysTest, AnOrganizationHasABoundedNumber) {
  const auto ada = owner("ada@example.com");
  for (int i = 0; i < api_keys_per_organization_max; ++i) make(ada, Role::viewer);
  EXPECT_EQ(api_keys.create(ada, {"One more", Role::viewer, {}, {}}).error().status, 409);
}

}  // namespace
}  // namespace pf
