#include "cloud/domain/auth/auth.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "cloud/domain/auth/test_accounts.hpp"

namespace pf {
namespace {

class AuthTest : public testing::Test, protected TestAccounts {
 protected:
  Answer<WithCookies<Done>> log_out(std::optional<std::string> token) {
    Visitor visitor;
    visitor.refresh_token = std::move(token);
    return auth.logout(visitor);
  }
};

TEST_F(AuthTest, RegisteringMakesAUserWhoOwnsAnOrganizationAndIsSignedIn) {
  const auto answer = sign_up("Ada@Example.com");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.user.email, "ada@example.com");
  EXPECT_EQ(answer->body.organization.name, "Ada's farm");
  EXPECT_EQ(answer->body.role, Role::owner);
  EXPECT_EQ(answer->body.expires_at, (clock.unix_now() + Minutes(15)).milliseconds);
  const auto caller = caller_of(*answer);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user_id, answer->body.user.id.value);
  EXPECT_EQ(caller->tenant.value, answer->body.organization.id.value);
  EXPECT_EQ(caller->role, Role::owner);
  EXPECT_EQ(caller->expires_at, answer->body.expires_at);
}

TEST_F(AuthTest, CookiesLastAsLongAsTheirTokens) {
  const auto answer = sign_up("ada@example.com");
  ASSERT_EQ(answer->cookies.size(), 2u);
  EXPECT_EQ(cookie(*answer, "access").max_age_seconds, 15 * 60);
  EXPECT_EQ(cookie(*answer, "refresh").max_age_seconds, 7 * 24 * 60 * 60);
  EXPECT_EQ(cookie(*answer, "refresh").value.size(), 43u);  // 256 bits.
}

TEST_F(AuthTest, TheAccessTokenIsInTheBodyOnlyForMachines) {
  Visitor browser;
  browser.from_browser = true;
  EXPECT_FALSE(sign_up("ada@example.com", browser)->body.access_token);
  const auto machine = sign_up("bob@example.com");
  EXPECT_EQ(machine->body.access_token, cookie(*machine, "access").value);
}

TEST_F(AuthTest, NeitherPasswordNorRefreshTokenIsStored) {
  const auto answer = sign_up("ada@example.com");
  const auto hash = database.query("SELECT password_hash FROM users").at(0).at(0);
  EXPECT_TRUE(std::get<std::string>(hash).starts_with("$argon2id$"));
  EXPECT_EQ(database.query("SELECT token_hash FROM refresh_tokens").at(0).at(0),
            SqlValue(crypto::sha256_hex(cookie(*answer, "refresh").value)));
}

TEST_F(AuthTest, AnAddressHasOneAccountHoweverItIsSpelled) {
  ASSERT_TRUE(sign_up("ada@example.com"));
  for (const std::string email : {"ada@example.com", "ADA@EXAMPLE.COM", "Ada@example.com"}) {
    const auto answer = sign_up(email);
    ASSERT_FALSE(answer) << email;
    EXPECT_EQ(answer.error().status, 409);
    EXPECT_NE(answer.error().says.find("Sign in instead"), std::string::npos);
  }
  EXPECT_EQ(count("users"), 1);
  EXPECT_EQ(count("tenants"), 1);
}

// Lets another registration of the same address in while the password is hashed.
class LateRandom final : public Random {
 public:
  explicit LateRandom(std::function<void()> meanwhile) : meanwhile_(std::move(meanwhile)) {}
  void fill(std::span<std::uint8_t> bytes) override {
    if (auto once = std::exchange(meanwhile_, nullptr)) once();
    random_.fill(bytes);
  }

 private:
  std::function<void()> meanwhile_;
  SeededRandom random_{2};
};

TEST_F(AuthTest, OfTwoWhoRegisterOneAddressAtOnceOneIsTold) {
  LateRandom late([&] { ASSERT_TRUE(sign_up("ada@example.com")); });
  PasswordHasher late_hasher(late);
  Auth second({database, tenants, sessions, totp, invitations, api_keys, late_hasher, delay}, clock,
              random);
  const auto answer = second.register_({}, {"ada@example.com", password, "Eve", "Eve's farm"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 409);
  EXPECT_EQ(count("tenants"), 1);  // The second one's was taken back with the rest.
}

TEST_F(AuthTest, AnImplausibleAddressIsRefusedWithItsField) {
  const auto answer = sign_up("ada at example");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 422);
  EXPECT_EQ(answer.error().field, "email");
  EXPECT_EQ(count("users"), 0);
}

TEST(Registration, IsRefusedWithThePathOfWhatIsWrong) {
  const auto body = [](std::string_view email, const std::string& secret, std::string_view more) {
    return std::string(R"({"email":")").append(email).append(R"(","password":")").append(secret) +
           R"(","name":"Ada","organization_name":"Farm")" + std::string(more) + "}";
  };
  const auto field = [](const std::string& json) {
    auto decoded = json::decode<Registration>(json, {.unknown_keys = json::UnknownKeys::refuse});
    return decoded ? std::string("none") : decoded.error().field;
  };
  const std::string good(10, 'p');
  EXPECT_EQ(field(body("a@b.c", good, "")), "none");
  EXPECT_EQ(field(body("a@b.c", std::string(200, 'p'), "")), "none");
  EXPECT_EQ(field(body("a@b.c", std::string(9, 'p'), "")), "password");
  EXPECT_EQ(field(body("a@b.c", std::string(201, 'p'), "")), "password");
  EXPECT_EQ(field(body("", good, "")), "email");
  EXPECT_EQ(field(body(std::string(255, 'a'), good, "")), "email");
  EXPECT_EQ(field(body("a@b.c", good, R"(,"role":"owner")")), "role");
}

TEST_F(AuthTest, LoggingInWorksInAnySpellingOfTheAddress) {
  const auto registered = sign_up("ada@example.com");
  const auto answer = log_in("ADA@example.com");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.user.id, registered->body.user.id);
  EXPECT_EQ(answer->body.organization.id, registered->body.organization.id);
  EXPECT_NE(caller_of(*answer)->session_id, caller_of(*registered)->session_id);
}

TEST_F(AuthTest, AWrongPasswordAndAnUnknownUserGetTheSameAnswer) {
  ASSERT_TRUE(sign_up("ada@example.com"));
  const auto wrong = log_in("ada@example.com", "wrong horse battery");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().status, 401);
  for (const std::string email : {"bob@example.com", "no address", "' OR 1=1 --"}) {
    const auto unknown = log_in(email);
    ASSERT_FALSE(unknown) << email;
    EXPECT_EQ(unknown.error().status, wrong.error().status);
    EXPECT_EQ(unknown.error().says, wrong.error().says);
  }
  EXPECT_EQ(count("sessions"), 1);
}

TEST_F(AuthTest, AnUnknownUserCostsAsMuchWorkAsAWrongPassword) {
  ASSERT_TRUE(sign_up("ada@example.com"));
  const auto work_of = [&](std::string_view email) {
    const auto before = hasher.times_used();
    EXPECT_FALSE(log_in(email, "wrong horse battery"));
    return hasher.times_used() - before;
  };
  EXPECT_EQ(work_of("ada@example.com"), 1u);
  EXPECT_EQ(work_of("bob@example.com"), 1u);
  EXPECT_EQ(work_of("no address"), 1u);
}

TEST_F(AuthTest, AUserWithoutOrganizationIsToldSo) {
  const auto answer = sign_up("ada@example.com");
  database.execute("DELETE FROM tenant_members");
  EXPECT_EQ(log_in("ada@example.com").error().status, 403);
}

TEST_F(AuthTest, AUserHasABoundedNumberOfSessionsAndTheNewestStay) {
  const auto first = sign_up("ada@example.com");
  const auto user_id = first->body.user.id.value;
  for (int i = 0; i < 150; ++i) {
    database.execute(
        "INSERT INTO sessions (id, user_id, tenant_id, address, user_agent, created_at) "
        "SELECT $1, user_id, tenant_id, '', '', created_at + 1 FROM sessions LIMIT 1",
        {"session-" + std::to_string(i)});
  }
  clock.advance(Minutes(1));
  const auto newest = log_in("ada@example.com");
  EXPECT_EQ(count("sessions"), 100);
  EXPECT_TRUE(caller_of(*newest));
  EXPECT_FALSE(caller_of(*first));
}

TEST_F(AuthTest, ALongUserAgentIsCutBetweenCharacters) {
  Visitor visitor;
  for (int i = 0; i < 150; ++i) visitor.user_agent += "\xc3\xa4";
  visitor.user_agent.insert(0, "x");
  ASSERT_TRUE(sign_up("ada@example.com", visitor));
  const auto stored = database.query("SELECT user_agent FROM sessions").at(0).at(0);
  EXPECT_EQ(std::get<std::string>(stored), visitor.user_agent.substr(0, 199));
}

// ---- refresh ----

TEST_F(AuthTest, RefreshingGivesNewTokensOfTheSameSession) {
  const auto before = sign_up("ada@example.com");
  clock.advance(Minutes(14));
  const auto after = refresh(cookie(*before, "refresh").value);
  ASSERT_TRUE(after);
  EXPECT_NE(cookie(*after, "refresh").value, cookie(*before, "refresh").value);
  EXPECT_EQ(after->body.expires_at, (clock.unix_now() + Minutes(15)).milliseconds);
  EXPECT_EQ(after->body.user.id, before->body.user.id);
  clock.advance(Minutes(2));
  EXPECT_FALSE(caller_of(*before));
  EXPECT_EQ(caller_of(*after)->session_id,
            std::get<std::string>(database.query("SELECT id FROM sessions").at(0).at(0)));
}

TEST_F(AuthTest, ASessionLivesAsLongAsItIsRefreshed) {
  auto token = cookie(*sign_up("ada@example.com"), "refresh").value;
  for (int day = 0; day < 30; ++day) {
    clock.advance(std::chrono::hours(24));
    const auto answer = refresh(token);
    ASSERT_TRUE(answer) << day;
    token = cookie(*answer, "refresh").value;
  }
  EXPECT_LE(count("refresh_tokens"), 8);  // Those that are over are not kept.
  clock.advance(std::chrono::hours(24 * 7));
  EXPECT_EQ(refresh(token).error().status, 401);
}

TEST_F(AuthTest, TwoTabsThatRefreshAtOnceBothGoOn) {
  const auto token = cookie(*sign_up("ada@example.com"), "refresh").value;
  const auto one = refresh(token);
  clock.advance(Seconds(10));
  const auto other = refresh(token);
  ASSERT_TRUE(one);
  ASSERT_TRUE(other);
  EXPECT_NE(cookie(*one, "refresh").value, cookie(*other, "refresh").value);
  EXPECT_EQ(caller_of(*one)->session_id, caller_of(*other)->session_id);
  EXPECT_TRUE(refresh(cookie(*one, "refresh").value));
  EXPECT_TRUE(refresh(cookie(*other, "refresh").value));
}

TEST_F(AuthTest, ToleranceIsCountedFromTheFirstUse) {
  const auto token = cookie(*sign_up("ada@example.com"), "refresh").value;
  ASSERT_TRUE(refresh(token));
  clock.advance(Seconds(6));
  ASSERT_TRUE(refresh(token));
  clock.advance(Seconds(6));
  EXPECT_FALSE(refresh(token));
}

TEST_F(AuthTest, ATokenUsedAgainLaterEndsTheFamilyAtOnce) {
  const auto first = sign_up("ada@example.com");
  const auto stolen = cookie(*first, "refresh").value;
  const auto second = refresh(stolen);
  ASSERT_TRUE(caller_of(*second));
  clock.advance(Milliseconds(10'001));
  ASSERT_TRUE(caller_of(*second));

  const auto reused = refresh(stolen);
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().status, 401);
  EXPECT_FALSE(caller_of(*second));  // Though its signature is good and it was just looked up.
  EXPECT_FALSE(caller_of(*first));
  EXPECT_EQ(refresh(cookie(*second, "refresh").value).error().status, 401);
  EXPECT_EQ(database.query("SELECT revoked_at, revoked_reason FROM sessions").at(0),
            (SqlRow{clock.unix_now().milliseconds, "refresh token used twice"}));
}

TEST_F(AuthTest, TheEndOfOneFamilyIsNotThatOfAnother) {
  const auto here = sign_up("ada@example.com");
  const auto there = log_in("ada@example.com");
  const auto stolen = cookie(*here, "refresh").value;
  ASSERT_TRUE(refresh(stolen));
  clock.advance(Seconds(11));
  ASSERT_FALSE(refresh(stolen));
  EXPECT_TRUE(caller_of(*there));
  EXPECT_TRUE(refresh(cookie(*there, "refresh").value));
}

TEST_F(AuthTest, WhatIsNoRefreshTokenIsRefusedInTheSameWords) {
  const auto answer = sign_up("ada@example.com");
  clock.advance(std::chrono::hours(24 * 7));
  const auto expired = refresh(cookie(*answer, "refresh").value);
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().status, 401);
  EXPECT_EQ(auth.refresh({}).error().says, expired.error().says);
  for (const auto& token :
       {std::string(), std::string("x"), std::string(43, 'A'), std::string(1'000'000, 'A'),
        cookie(*answer, "access").value, crypto::sha256_hex(cookie(*answer, "refresh").value)}) {
    const auto refused = refresh(token);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().says, expired.error().says);
  }
}

TEST_F(AuthTest, WhoBelongsToTheOrganizationNoMoreCannotRefresh) {
  const auto answer = sign_up("ada@example.com");
  database.execute("DELETE FROM tenant_members");
  EXPECT_EQ(refresh(cookie(*answer, "refresh").value).error().status, 401);
}

// ---- logout ----

TEST_F(AuthTest, LoggingOutEndsTheSessionAtOnceAndClearsTheCookies) {
  const auto answer = sign_up("ada@example.com");
  ASSERT_TRUE(caller_of(*answer));
  const auto out = log_out(cookie(*answer, "refresh").value);
  ASSERT_TRUE(out);
  for (const auto name : {"access", "refresh"}) {
    EXPECT_EQ(cookie(*out, name).value, "");
    EXPECT_EQ(cookie(*out, name).max_age_seconds, 0);
  }
  EXPECT_FALSE(caller_of(*answer));
  EXPECT_FALSE(refresh(cookie(*answer, "refresh").value));
}

TEST_F(AuthTest, LoggingOutAlwaysSucceeds) {
  const auto answer = sign_up("ada@example.com");
  EXPECT_TRUE(log_out(std::nullopt));
  EXPECT_TRUE(log_out("never given"));
  EXPECT_TRUE(log_out(cookie(*answer, "refresh").value));
  EXPECT_TRUE(log_out(cookie(*answer, "refresh").value));
  EXPECT_TRUE(log_in("ada@example.com"));
}

TEST_F(AuthTest, LoggingOutWithARotatedTokenEndsTheSessionToo) {
  const auto first = sign_up("ada@example.com");
  const auto second = refresh(cookie(*first, "refresh").value);
  EXPECT_TRUE(log_out(cookie(*first, "refresh").value));
  EXPECT_FALSE(caller_of(*second));
}

// ---- who calls ----

TEST_F(AuthTest, ARoleTakenElsewhereIsNoticedWithinFiveSeconds) {
  const auto answer = sign_up("ada@example.com");
  ASSERT_EQ(caller_of(*answer)->role, Role::owner);
  database.execute("UPDATE tenant_members SET role = 'viewer'");
  clock.advance(Seconds(5));
  EXPECT_EQ(caller_of(*answer)->role, Role::viewer);
  database.execute("DELETE FROM tenant_members");
  clock.advance(Seconds(5));
  EXPECT_FALSE(caller_of(*answer));
}

TEST_F(AuthTest, ACallerIsNotLookedUpAgainForEachRequest) {
  const auto answer = sign_up("ada@example.com");
  ASSERT_TRUE(caller_of(*answer));
  database.execute("DELETE FROM sessions");
  clock.advance(Milliseconds(4'999));
  EXPECT_TRUE(caller_of(*answer));
  clock.advance(Milliseconds(1));
  EXPECT_FALSE(caller_of(*answer));
}

TEST_F(AuthTest, ACallerKeepsWhatTheVisitorBrought) {
  const auto answer = sign_up("ada@example.com");
  Visitor visitor;
  visitor.request_id = "request-7";
  visitor.if_match = "42";
  const auto caller = auth.caller_of(visitor, cookie(*answer, "access").value);
  EXPECT_EQ(caller->request_id, "request-7");
  EXPECT_EQ(caller->if_match, "42");
}

TEST_F(AuthTest, ASignedTokenForASessionThatIsNotTheUsersIsRefused) {
  const auto ada = caller_of(*sign_up("ada@example.com"));
  const auto bob = caller_of(*sign_up("bob@example.com"));
  // Remembers nothing.
  Sessions elsewhere({database, tenants, letters, test_token_issuer(), events}, clock, random);
  const auto accepted = [&](const std::string& user, const std::string& tenant,
                            const std::string& session) {
    return elsewhere
        .caller_of({}, test_token_issuer().issue(user, tenant, session, clock.unix_now()))
        .has_value();
  };
  EXPECT_FALSE(accepted(bob->user_id, ada->tenant.value, ada->session_id));
  EXPECT_FALSE(accepted(ada->user_id, bob->tenant.value, ada->session_id));
  EXPECT_FALSE(accepted(ada->user_id, ada->tenant.value, bob->session_id));
  EXPECT_FALSE(accepted(ada->user_id, ada->tenant.value, ""));
  EXPECT_TRUE(accepted(ada->user_id, ada->tenant.value, ada->session_id));
}

TEST_F(AuthTest, WhatIsNoAccessTokenIsNobody) {
  const auto answer = sign_up("ada@example.com");
  const auto good = cookie(*answer, "access").value;
  for (const auto& token : {std::string(), good + "x", good.substr(1),
                            cookie(*answer, "refresh").value, std::string(10'000, 'a')}) {
    EXPECT_FALSE(auth.caller_of({}, token));
  }
}

TEST_F(AuthTest, MeTellsWhoIAmAndWhenToRefresh) {
  const auto answer = sign_up("ada@example.com");
  const auto me = auth.me(*caller_of(*answer));
  ASSERT_TRUE(me);
  EXPECT_EQ(me->user.email, "ada@example.com");
  EXPECT_EQ(me->organization.id, answer->body.organization.id);
  EXPECT_EQ(me->role, Role::owner);
  EXPECT_EQ(me->expires_at, answer->body.expires_at);
  EXPECT_FALSE(me->access_token);
}

TEST_F(AuthTest, MeIsNotForApiKeysOrAccountsThatAreGone) {
  auto caller = *caller_of(*sign_up("ada@example.com"));
  auto key = caller;
  key.expires_at.reset();
  EXPECT_EQ(auth.me(key).error().status, 403);
  database.execute("DELETE FROM users");
  EXPECT_EQ(auth.me(caller).error().status, 401);
}

}  // namespace
}  // namespace pf
