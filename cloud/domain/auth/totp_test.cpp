#include "cloud/domain/auth/totp.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/auth/test_accounts.hpp"
#include "cloud/domain/auth/totp_code.hpp"

namespace pf {
namespace {

std::string from_base32(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    pending = pending << 5 | static_cast<std::uint32_t>(digits.find(c));
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(pending >> bits & 255);
    }
  }
  return bytes;
}

class TotpTest : public testing::Test, protected TestAccounts {
 protected:
  std::string code_now(std::int64_t steps_away = 0) {
    return totp_code(secret, clock.unix_now().milliseconds / 30'000 + steps_away);
  }
  // Ada, whose account has a second factor from now on.
  Caller protected_ada() {
    const auto ada = owner("ada@example.com");
    secret = from_base32(totp.setup(ada)->secret);
    recovery_codes = totp.enable(ada, {code_now()}).value().recovery_codes;
    clock.advance(totp_step);
    return ada;
  }
  Answer<WithCookies<SignedIn>> log_in_with(std::optional<std::string> code,
                                            std::optional<std::string> recovery = {}) {
    Login login{"ada@example.com", password, {}, {}, {}};
    if (code) login.totp = TotpCode(*code);
    if (recovery) login.recovery_code = RecoveryCode(*recovery);
    return auth.login({}, login);
  }

  std::string secret;
  std::vector<std::string> recovery_codes;
};

TEST_F(TotpTest, ARightPasswordAloneIsAnsweredWithTheWishForACode) {
  protected_ada();
  const auto answer = log_in_with({});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 401);
  EXPECT_EQ(answer.error().type, "totp_required");
  EXPECT_TRUE(log_in_with(code_now()));
}

TEST_F(TotpTest, AWrongPasswordTellsNothingOfASecondFactor) {
  protected_ada();
  const auto with = log_in("ada@example.com", "wrong horse battery");
  const auto unknown = log_in("bob@example.com", "wrong horse battery");
  EXPECT_EQ(with.error().says, unknown.error().says);
  EXPECT_EQ(with.error().type, unknown.error().type);
  Login login{"ada@example.com", "wrong horse battery", TotpCode(code_now()), {}, {}};
  EXPECT_EQ(auth.login({}, login).error().says, unknown.error().says);
}

TEST_F(TotpTest, ACodeIsNeverAcceptedTwice) {
  protected_ada();
  const auto code = code_now();
  ASSERT_TRUE(log_in_with(code));
  const auto replayed = log_in_with(code);
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().type, "totp_wrong");
  EXPECT_FALSE(log_in_with(code_now(-1)));  // Nor an older one that was never seen.
  clock.advance(totp_step);
  EXPECT_FALSE(log_in_with(code));
  EXPECT_TRUE(log_in_with(code_now()));
}

TEST_F(TotpTest, TheCodeThatProvedTheSetupIsUsedToo) {
  const auto ada = owner("ada@example.com");
  secret = from_base32(totp.setup(ada)->secret);
  const auto code = code_now();
  ASSERT_TRUE(totp.enable(ada, {code}));
  EXPECT_FALSE(log_in_with(code));
}

TEST_F(TotpTest, WrongCodesCountAsFailuresAndAreLogged) {
  const auto ada = protected_ada();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in_with("000000").error().type, "totp_wrong");
  EXPECT_EQ(log_in_with(code_now()).error().status, 429);
  EXPECT_EQ(log_of(ada.tenant).front(), "auth.second_factor_failed");
  clock.advance(Minutes(1));
  EXPECT_TRUE(log_in_with(code_now()));
}

TEST_F(TotpTest, EachRecoveryCodeOpensOnce) {
  protected_ada();
  ASSERT_EQ(recovery_codes.size(), 10u);
  EXPECT_TRUE(log_in_with({}, recovery_codes[3]));
  EXPECT_EQ(log_in_with({}, recovery_codes[3]).error().type, "totp_wrong");
  std::string typed = recovery_codes[4];
  for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  EXPECT_TRUE(log_in_with({}, typed));
  EXPECT_FALSE(log_in_with({}, "AAAA-AAAA-AAAA-AAAA"));
  EXPECT_EQ(count("recovery_codes"), 8);
}

TEST_F(TotpTest, NeitherSecretNorRecoveryCodesAreStoredInTheClear) {
  protected_ada();
  const auto sealed = std::get<Blob>(database.query("SELECT secret FROM user_totp").at(0).at(0));
  EXPECT_EQ(sealed.bytes.find(secret), std::string::npos);
  for (const auto& row : database.query("SELECT code_hash FROM recovery_codes")) {
    EXPECT_EQ(std::get<std::string>(row.at(0)).size(), 64u);
  }
}

TEST_F(TotpTest, ASetupThatWasNotProvedChangesNothing) {
  const auto ada = owner("ada@example.com");
  EXPECT_EQ(totp.enable(ada, {"123456"}).error().status, 409);  // Nothing was set up.
  const auto first = totp.setup(ada)->secret;
  EXPECT_TRUE(log_in("ada@example.com"));
  const auto wrong = totp.enable(ada, {"000000"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().field, "code");
  EXPECT_FALSE(totp.status(ada)->enabled);
  EXPECT_NE(totp.setup(ada)->secret, first);  // Another try has another secret.
  secret = from_base32(first);
  EXPECT_FALSE(totp.enable(ada, {code_now()}));
}

TEST_F(TotpTest, AnEnabledOneIsNotReplaced) {
  const auto ada = protected_ada();
  EXPECT_EQ(totp.setup(ada).error().status, 409);
  EXPECT_EQ(totp.enable(ada, {code_now()}).error().status, 409);
  EXPECT_TRUE(totp.status(ada)->enabled);
  EXPECT_EQ(totp.status(ada)->recovery_codes_left, 10);
}

TEST_F(TotpTest, TurningItOffWantsThePasswordAndACode) {
  const auto ada = protected_ada();
  EXPECT_EQ(totp.disable(ada, {"wrong horse", code_now()}).error().field, "password");
  EXPECT_EQ(totp.disable(ada, {password, "000000"}).error().field, "code");
  EXPECT_TRUE(totp.status(ada)->enabled);
  EXPECT_TRUE(totp.disable(ada, {password, code_now()}));
  EXPECT_TRUE(log_in("ada@example.com"));
  EXPECT_EQ(count("recovery_codes"), 0);
  EXPECT_EQ(totp.disable(ada, {password, code_now()}).error().status, 409);
}

TEST_F(TotpTest, ItIsTurnedOffWithARecoveryCodeWhenThePhoneIsGone) {
  const auto ada = protected_ada();
  EXPECT_TRUE(totp.disable(ada, {password, recovery_codes[0]}));
}

TEST_F(TotpTest, GuessingWithAStolenSessionIsDelayed) {
  const auto ada = protected_ada();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(totp.disable(ada, {"wrong horse", "000000"}));
  EXPECT_EQ(totp.disable(ada, {password, code_now()}).error().status, 429);
}

TEST_F(TotpTest, OneUsersSecretDoesNotOpenAnothersAccount) {
  protected_ada();
  const auto bob = owner("bob@example.com");
  ASSERT_TRUE(totp.setup(bob));
  EXPECT_FALSE(totp.enable(bob, {code_now()}));
  // Not even moved there in the database: a sealed secret is bound to its row.
  database.execute(
      "UPDATE user_totp SET secret = (SELECT secret FROM user_totp WHERE "
      "enabled_at IS NOT NULL) WHERE enabled_at IS NULL");
  EXPECT_THROW((void)totp.enable(bob, {code_now()}), DatabaseError);
}

TEST_F(TotpTest, AnApiKeyCannotTouchIt) {
  auto key = protected_ada();
  key.api_key_id = "k1";
  EXPECT_EQ(totp.status(key).error().status, 403);
  EXPECT_EQ(totp.setup(key).error().status, 403);
  EXPECT_EQ(totp.enable(key, {code_now()}).error().status, 403);
  EXPECT_EQ(totp.disable(key, {password, code_now()}).error().status, 403);
}

}  // namespace
}  // namespace pf
