#include "cloud/domain/auth/passwords.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/auth/test_accounts.hpp"

namespace pf {
namespace {

constexpr std::string_view new_password = "a quite different phrase";

class PasswordsTest : public testing::Test, protected TestAccounts {
 protected:
  std::string token_for(std::string_view email) {
    EXPECT_TRUE(passwords.forgot({}, {email}));
    deliver();
    return token_in(letter_box.letters.back().text);
  }
};

TEST_F(PasswordsTest, AForgottenOneIsResetByTheLinkInTheMail) {
  const auto before = sign_up("ada@example.com").value();
  const auto token = token_for("ADA@example.com");
  EXPECT_EQ(letter_box.letters.back().to, "ada@example.com");
  EXPECT_NE(letter_box.letters.back().text.find("https://farm.example/reset-password#"),
            std::string::npos);
  ASSERT_TRUE(passwords.reset({}, {token, new_password}));
  EXPECT_FALSE(log_in("ada@example.com"));
  EXPECT_TRUE(log_in("ada@example.com", new_password));
  const auto actions = log_of({before.body.organization.id.value});
  EXPECT_EQ(actions.at(1), "passwords.reset");
  EXPECT_EQ(actions.at(2), "passwords.send_reset");
  EXPECT_FALSE(caller_of(before));
  EXPECT_FALSE(refresh(cookie(before, "refresh").value));
  deliver();
  EXPECT_NE(letter_box.letters.back().subject.find("was changed"), std::string::npos);
}

TEST_F(PasswordsTest, AskingLooksTheSameForAnAccountAndForNone) {
  sign_up("ada@example.com").value();
  const auto work_before = hasher.times_used();
  for (const std::string email : {"ada@example.com", "nobody@example.com"}) {
    ASSERT_TRUE(passwords.forgot({}, {email})) << email;
  }
  // Both are one row, and who has an account is looked up only later.
  EXPECT_EQ(count("password_reset_requests"), 2);
  EXPECT_EQ(count("password_resets"), 0);
  EXPECT_EQ(hasher.times_used(), work_before);
  deliver();
  EXPECT_EQ(count("password_reset_requests"), 0);
  EXPECT_EQ(letter_box.letters.size(), 1u);
}

TEST_F(PasswordsTest, WhatIsNoAddressIsRefusedByItsField) {
  EXPECT_EQ(passwords.forgot({}, {"no address"}).error().field, "email");
}

TEST_F(PasswordsTest, ALinkWorksOnce) {
  sign_up("ada@example.com").value();
  const auto token = token_for("ada@example.com");
  ASSERT_TRUE(passwords.reset({}, {token, new_password}));
  const auto again = passwords.reset({}, {token, "yet another phrase"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().field, "token");
  EXPECT_TRUE(log_in("ada@example.com", new_password));
}

TEST_F(PasswordsTest, ALinkWorksForHalfAnHour) {
  sign_up("ada@example.com").value();
  const auto token = token_for("ada@example.com");
  clock.advance(password_reset_lifetime);
  const auto late = passwords.reset({}, {token, new_password});
  ASSERT_FALSE(late);
  const auto unknown = passwords.reset({}, {std::string(43, 'A'), new_password});
  EXPECT_EQ(late.error().says, unknown.error().says);
}

TEST_F(PasswordsTest, OneResetMakesTheOtherLinksUseless) {
  sign_up("ada@example.com").value();
  const auto first = token_for("ada@example.com");
  const auto second = token_for("ada@example.com");
  ASSERT_TRUE(passwords.reset({}, {second, new_password}));
  EXPECT_FALSE(passwords.reset({}, {first, "yet another phrase"}));
}

TEST_F(PasswordsTest, AWrongLinkCostsNoHashing) {
  const auto before = hasher.times_used();
  for (const std::string token : {"x", "' OR 1=1 --", ""}) {
    EXPECT_FALSE(passwords.reset({}, {token, new_password}));
  }
  EXPECT_EQ(hasher.times_used(), before);
}

TEST_F(PasswordsTest, NobodysLetterBoxIsFilled) {
  sign_up("ada@example.com").value();
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(passwords.forgot({}, {"ada@example.com"}));
  deliver();
  EXPECT_EQ(letter_box.letters.size(), 5u);
  clock.advance(Minutes(61));
  ASSERT_TRUE(passwords.forgot({}, {"ada@example.com"}));
  deliver();
  EXPECT_EQ(letter_box.letters.size(), 6u);
}

TEST_F(PasswordsTest, AFloodOfQuestionsIsBounded) {
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(passwords.forgot({}, {"user" + std::to_string(i) + "@example.com"}));
  }
  const auto refused = passwords.forgot({}, {"one.more@example.com"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 503);
  EXPECT_EQ(refused.error().retry_after, Seconds{60});
}

TEST_F(PasswordsTest, NoTokenIsStoredOrLeftInTheOutboxInTheClear) {
  sign_up("ada@example.com").value();
  ASSERT_TRUE(passwords.forgot({}, {"ada@example.com"}));
  passwords.answer_requests();
  const auto sealed = database.query("SELECT sealed FROM mail_outbox").at(0).at(0);
  mails.send_due();
  const auto token = token_in(letter_box.letters.at(0).text);
  EXPECT_EQ(std::get<Blob>(sealed).bytes.find(token), std::string::npos);
  EXPECT_EQ(database.query("SELECT token_hash FROM password_resets").at(0).at(0),
            SqlValue(stored_form(token)));
}

TEST_F(PasswordsTest, AResetOpensAnAccountThatAStrangerHadDelayed) {
  sign_up("ada@example.com").value();
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(log_in("ada@example.com", "wrong horse"));
  ASSERT_EQ(log_in("ada@example.com").error().status, 429);
  ASSERT_TRUE(passwords.reset({}, {token_for("ada@example.com"), new_password}));
  EXPECT_TRUE(log_in("ada@example.com", new_password));
}

TEST_F(PasswordsTest, ChangingOneWantsThePresentOneAndEndsTheOtherSessions) {
  const auto elsewhere = sign_up("ada@example.com").value();
  const auto here = log_in("ada@example.com").value();
  const auto ada = *caller_of(here);
  const auto wrong = passwords.change(ada, {"wrong horse", new_password});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().field, "current");
  EXPECT_TRUE(caller_of(elsewhere));
  ASSERT_TRUE(passwords.change(ada, {password, new_password}));
  EXPECT_FALSE(caller_of(elsewhere));
  EXPECT_TRUE(caller_of(here));
  EXPECT_TRUE(log_in("ada@example.com", new_password));
  EXPECT_FALSE(log_in("ada@example.com"));
  deliver();
  EXPECT_EQ(letter_box.letters.size(), 1u);
}

TEST_F(PasswordsTest, GuessingThePresentOneWithAStolenSessionIsDelayed) {
  const auto ada = owner("ada@example.com");
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(passwords.change(ada, {"wrong", new_password}));
  EXPECT_EQ(passwords.change(ada, {password, new_password}).error().status, 429);
}

TEST_F(PasswordsTest, AnApiKeyCannotChangeOne) {
  auto key = owner("ada@example.com");
  key.api_key_id = "k1";
  EXPECT_EQ(passwords.change(key, {password, new_password}).error().status, 403);
}

TEST_F(PasswordsTest, EveryOrganizationOfTheUserSeesTheChangeInItsLog) {
  const auto ada = owner("ada@example.com");
  const TenantId second{tenants.add(ada, {"Second"})->body.id.value};
  ASSERT_TRUE(passwords.change(ada, {password, new_password}));
  EXPECT_EQ(log_of(ada.tenant).front(), "passwords.change");
  EXPECT_EQ(log_of(second).front(), "passwords.change");
}

TEST(PasswordChange, NamesItsFieldsAsPeopleWould) {
  const auto good = json::decode<PasswordChange>(R"({"current":"x","new":"0123456789"})",
                                                 {.unknown_keys = json::UnknownKeys::refuse});
  ASSERT_TRUE(good);
  EXPECT_EQ(good->new_, "0123456789");
  const auto short_one = json::decode<PasswordChange>(R"({"current":"x","new":"012345678"})");
  ASSERT_FALSE(short_one);
  EXPECT_EQ(short_one.error().field, "new");
  const auto long_one = json::decode<PasswordReset>(R"({"token":")" + std::string(101, 'a') +
                                                    R"(","password":"0123456789"})");
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error().field, "token");
}

}  // namespace
}  // namespace pf
