#include "cloud/domain/auth/auth.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <functional>
#include <stdexcept>
#include <utility>

#include "cloud/adapters/sql/test_database.hpp"
#include "crypto/hash.hpp"

namespace pf {
namespace {

constexpr std::string_view password = "correct horse battery";

// Generating a key takes long enough to do it once.
const TokenIssuer& tokens() {
  static const TokenIssuer issuer(crypto::RsaKey::generate());
  return issuer;
}

class AuthTest : public testing::Test {
 protected:
  Answer<WithCookies<SignedIn>> sign_up(std::string_view email, const Visitor& visitor = {}) {
    return auth_.register_(visitor, {email, password, "Ada", "Ada's farm"});
  }
  Answer<WithCookies<SignedIn>> log_in(std::string_view email, std::string_view with = password) {
    return auth_.login({}, {email, with});
  }
  Answer<WithCookies<SignedIn>> refresh(const std::string& token) {
    Visitor visitor;
    visitor.refresh_token = token;
    return auth_.refresh(visitor);
  }
  Answer<WithCookies<Done>> log_out(std::optional<std::string> token) {
    Visitor visitor;
    visitor.refresh_token = std::move(token);
    return auth_.logout(visitor);
  }
  std::optional<Caller> caller_of(const WithCookies<SignedIn>& answer) {
    return auth_.caller_of({}, cookie(answer, "access").value);
  }
  template <class Body>
  static const Cookie& cookie(const WithCookies<Body>& answer, std::string_view name) {
    for (const auto& one : answer.cookies) {
      if (one.name == name) return one;
    }
    throw std::out_of_range("no such cookie");
  }
  std::int64_t count(const std::string& table) {
    return std::get<std::int64_t>(database_.query("SELECT count(*) FROM " + table).at(0).at(0));
  }

  TestDatabase database_;
  ManualClock clock_;
  SeededRandom random_{1};
  Tenants tenants_{database_, clock_, random_};
  Auth auth_{database_, tenants_, clock_, random_, tokens()};
};

TEST_F(AuthTest, RegisteringMakesAUserWhoOwnsAnOrganizationAndIsSignedIn) {
  const auto answer = sign_up("Ada@Example.com");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.user.email, "ada@example.com");
  EXPECT_EQ(answer->body.organization.name, "Ada's farm");
  EXPECT_EQ(answer->body.role, Role::owner);
  EXPECT_EQ(answer->body.expires_at, (clock_.unix_now() + Minutes(15)).milliseconds);
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
  const auto hash = database_.query("SELECT password_hash FROM users").at(0).at(0);
  EXPECT_TRUE(std::get<std::string>(hash).starts_with("$argon2id$"));
  EXPECT_EQ(database_.query("SELECT token_hash FROM refresh_tokens").at(0).at(0),
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
  Auth second(database_, tenants_, clock_, late, tokens());
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

double cpu_seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
  };
  const auto before = now();
  work();
  return now() - before;
}

TEST_F(AuthTest, AnUnknownUserCostsAsMuchWorkAsAWrongPassword) {
  ASSERT_TRUE(sign_up("ada@example.com"));
  const auto wrong =
      cpu_seconds([&] { ASSERT_FALSE(log_in("ada@example.com", "wrong horse battery")); });
  const auto unknown =
      cpu_seconds([&] { ASSERT_FALSE(log_in("bob@example.com", "wrong horse battery")); });
  const auto no_address =
      cpu_seconds([&] { ASSERT_FALSE(log_in("no address", "wrong horse battery")); });
  // Without the work it would be a hundredth; the margin is for a busy machine's caches.
  EXPECT_GT(unknown, wrong / 4);
  EXPECT_GT(no_address, wrong / 4);
}

TEST_F(AuthTest, AUserWithoutOrganizationIsToldSo) {
  const auto answer = sign_up("ada@example.com");
  database_.execute("DELETE FROM tenant_members");
  EXPECT_EQ(log_in("ada@example.com").error().status, 403);
}

TEST_F(AuthTest, AUserHasABoundedNumberOfSessionsAndTheNewestStay) {
  const auto first = sign_up("ada@example.com");
  const auto user_id = first->body.user.id.value;
  for (int i = 0; i < 150; ++i) {
    database_.execute(
        "INSERT INTO sessions (id, user_id, tenant_id, address, user_agent, created_at) "
        "SELECT $1, user_id, tenant_id, '', '', created_at + 1 FROM sessions LIMIT 1",
        {"session-" + std::to_string(i)});
  }
  clock_.advance(Minutes(1));
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
  const auto stored = database_.query("SELECT user_agent FROM sessions").at(0).at(0);
  EXPECT_EQ(std::get<std::string>(stored), visitor.user_agent.substr(0, 199));
}

// ---- refresh ----

TEST_F(AuthTest, RefreshingGivesNewTokensOfTheSameSession) {
  const auto before = sign_up("ada@example.com");
  clock_.advance(Minutes(14));
  const auto after = refresh(cookie(*before, "refresh").value);
  ASSERT_TRUE(after);
  EXPECT_NE(cookie(*after, "refresh").value, cookie(*before, "refresh").value);
  EXPECT_EQ(after->body.expires_at, (clock_.unix_now() + Minutes(15)).milliseconds);
  EXPECT_EQ(after->body.user.id, before->body.user.id);
  clock_.advance(Minutes(2));
  EXPECT_FALSE(caller_of(*before));
  EXPECT_EQ(caller_of(*after)->session_id,
            std::get<std::string>(database_.query("SELECT id FROM sessions").at(0).at(0)));
}

TEST_F(AuthTest, ASessionLivesAsLongAsItIsRefreshed) {
  auto token = cookie(*sign_up("ada@example.com"), "refresh").value;
  for (int day = 0; day < 30; ++day) {
    clock_.advance(std::chrono::hours(24));
    const auto answer = refresh(token);
    ASSERT_TRUE(answer) << day;
    token = cookie(*answer, "refresh").value;
  }
  EXPECT_LE(count("refresh_tokens"), 8);  // Those that are over are not kept.
  clock_.advance(std::chrono::hours(24 * 7));
  EXPECT_EQ(refresh(token).error().status, 401);
}

TEST_F(AuthTest, TwoTabsThatRefreshAtOnceBothGoOn) {
  const auto token = cookie(*sign_up("ada@example.com"), "refresh").value;
  const auto one = refresh(token);
  clock_.advance(Seconds(10));
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
  clock_.advance(Seconds(6));
  ASSERT_TRUE(refresh(token));
  clock_.advance(Seconds(6));
  EXPECT_FALSE(refresh(token));
}

TEST_F(AuthTest, ATokenUsedAgainLaterEndsTheFamilyAtOnce) {
  const auto first = sign_up("ada@example.com");
  const auto stolen = cookie(*first, "refresh").value;
  const auto second = refresh(stolen);
  ASSERT_TRUE(caller_of(*second));
  clock_.advance(Milliseconds(10'001));
  ASSERT_TRUE(caller_of(*second));

  const auto reused = refresh(stolen);
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().status, 401);
  EXPECT_FALSE(caller_of(*second));  // Though its signature is good and it was just looked up.
  EXPECT_FALSE(caller_of(*first));
  EXPECT_EQ(refresh(cookie(*second, "refresh").value).error().status, 401);
  EXPECT_EQ(database_.query("SELECT revoked_at, revoked_reason FROM sessions").at(0),
            (SqlRow{clock_.unix_now().milliseconds, "refresh token used twice"}));
}

TEST_F(AuthTest, TheEndOfOneFamilyIsNotThatOfAnother) {
  const auto here = sign_up("ada@example.com");
  const auto there = log_in("ada@example.com");
  const auto stolen = cookie(*here, "refresh").value;
  ASSERT_TRUE(refresh(stolen));
  clock_.advance(Seconds(11));
  ASSERT_FALSE(refresh(stolen));
  EXPECT_TRUE(caller_of(*there));
  EXPECT_TRUE(refresh(cookie(*there, "refresh").value));
}

TEST_F(AuthTest, WhatIsNoRefreshTokenIsRefusedInTheSameWords) {
  const auto answer = sign_up("ada@example.com");
  clock_.advance(std::chrono::hours(24 * 7));
  const auto expired = refresh(cookie(*answer, "refresh").value);
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().status, 401);
  EXPECT_EQ(auth_.refresh({}).error().says, expired.error().says);
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
  database_.execute("DELETE FROM tenant_members");
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
  database_.execute("UPDATE tenant_members SET role = 'viewer'");
  clock_.advance(Seconds(5));
  EXPECT_EQ(caller_of(*answer)->role, Role::viewer);
  database_.execute("DELETE FROM tenant_members");
  clock_.advance(Seconds(5));
  EXPECT_FALSE(caller_of(*answer));
}

TEST_F(AuthTest, ACallerIsNotLookedUpAgainForEachRequest) {
  const auto answer = sign_up("ada@example.com");
  ASSERT_TRUE(caller_of(*answer));
  database_.execute("DELETE FROM sessions");
  clock_.advance(Milliseconds(4'999));
  EXPECT_TRUE(caller_of(*answer));
  clock_.advance(Milliseconds(1));
  EXPECT_FALSE(caller_of(*answer));
}

TEST_F(AuthTest, ACallerKeepsWhatTheVisitorBrought) {
  const auto answer = sign_up("ada@example.com");
  Visitor visitor;
  visitor.request_id = "request-7";
  visitor.if_match = "42";
  const auto caller = auth_.caller_of(visitor, cookie(*answer, "access").value);
  EXPECT_EQ(caller->request_id, "request-7");
  EXPECT_EQ(caller->if_match, "42");
}

TEST_F(AuthTest, ASignedTokenForASessionThatIsNotTheUsersIsRefused) {
  const auto ada = caller_of(*sign_up("ada@example.com"));
  const auto bob = caller_of(*sign_up("bob@example.com"));
  Auth elsewhere(database_, tenants_, clock_, random_, tokens());  // Remembers nothing.
  const auto accepted = [&](const std::string& user, const std::string& tenant,
                            const std::string& session) {
    return elsewhere.caller_of({}, tokens().issue(user, tenant, session, clock_.unix_now()))
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
    EXPECT_FALSE(auth_.caller_of({}, token));
  }
}

TEST_F(AuthTest, MeTellsWhoIAmAndWhenToRefresh) {
  const auto answer = sign_up("ada@example.com");
  const auto me = auth_.me(*caller_of(*answer));
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
  EXPECT_EQ(auth_.me(key).error().status, 403);
  database_.execute("DELETE FROM users");
  EXPECT_EQ(auth_.me(caller).error().status, 401);
}

}  // namespace
}  // namespace pf
