#include "cloud/domain/mail/mail.hpp"

#include <gtest/gtest.h>

#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/domain/mail/test_mailer.hpp"

namespace pf {
namespace {

class MailTest : public testing::Test {
 protected:
  void queue(Mails& through, Milliseconds useful_for = Minutes{30}) {
    database.write([&](Transaction& db) {
      through.queue(db, {"ada@example.com", "Hello", "Secret link\n"}, useful_for);
    });
  }
  std::int64_t waiting() {
    return std::get<std::int64_t>(database.query("SELECT COUNT(*) FROM mail_outbox").at(0).at(0));
  }

  TestDatabase database;
  ManualClock clock;
  SeededRandom random{1};
  QuietLog log;
  Secrets secrets{std::string(32, 'k'), random};
  LetterBox letter_box;
  Mails mails{{database, secrets, log}, &letter_box, clock, random};
};

TEST_F(MailTest, ALetterIsSentOnceAndThenGone) {
  queue(mails);
  EXPECT_EQ(letter_box.tries, 0);  // Not by whoever wrote it.
  mails.send_due();
  mails.send_due();
  ASSERT_EQ(letter_box.letters.size(), 1u);
  EXPECT_EQ(letter_box.letters[0].to, "ada@example.com");
  EXPECT_EQ(letter_box.letters[0].text, "Secret link\n");
  EXPECT_EQ(waiting(), 0);
}

TEST_F(MailTest, ALetterGoesWithTheTransactionThatGaveTheReason) {
  EXPECT_THROW(database.write([&](Transaction& db) {
    mails.queue(db, {"ada@example.com", "Hello", "text"}, Minutes{30});
    throw DatabaseError("undone");
  }),
               DatabaseError);
  mails.send_due();
  EXPECT_EQ(letter_box.tries, 0);
}

TEST_F(MailTest, WhatCouldNotBeSentIsTriedAgainLessAndLessOften) {
  queue(mails, std::chrono::hours(24));
  letter_box.failure = MailFailure{"connection refused"};
  std::vector<std::int64_t> tried_at_s;
  const auto begin = clock.unix_now();
  for (int second = 0; second < 8'000; second += 10) {
    const int before = letter_box.tries;
    mails.send_due();
    if (letter_box.tries > before) tried_at_s.push_back((clock.unix_now() - begin).count() / 1000);
    clock.advance(Seconds(10));
  }
  EXPECT_EQ(tried_at_s, (std::vector<std::int64_t>{0, 30, 90, 210, 450, 930, 1890, 3810, 7410}));
  letter_box.failure.reset();
  clock.advance(Minutes(60));
  mails.send_due();
  EXPECT_EQ(letter_box.letters.size(), 1u);
}

TEST_F(MailTest, ALetterIsGivenUpWhenItIsOfNoMoreUse) {
  queue(mails, Minutes{1});
  letter_box.failure = MailFailure{"connection refused"};
  mails.send_due();
  EXPECT_EQ(waiting(), 1);
  clock.advance(Seconds(30));
  mails.send_due();  // The next try would be too late.
  EXPECT_EQ(waiting(), 0);
}

TEST_F(MailTest, ALetterThatTheServerRefusesIsNotSentAgain) {
  queue(mails);
  letter_box.failure = MailFailure{"no such mailbox", true};
  mails.send_due();
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(letter_box.tries, 1);
}

TEST_F(MailTest, ALetterWhoseWorkerDiedIsSentByTheNext) {
  queue(mails);
  class Dying final : public Mailer {
    Result<Nothing, MailFailure> send(const Mail&) override { throw std::runtime_error("killed"); }
  } dying;
  Mails doomed({database, secrets, log}, &dying, clock, random);
  EXPECT_THROW(doomed.send_due(), std::runtime_error);
  mails.send_due();
  EXPECT_EQ(letter_box.tries, 0);  // It may be on its way still.
  clock.advance(Minutes(10));
  mails.send_due();
  EXPECT_EQ(letter_box.letters.size(), 1u);
}

TEST_F(MailTest, WhatWaitsIsSealed) {
  queue(mails);
  const auto sealed = std::get<Blob>(database.query("SELECT sealed FROM mail_outbox").at(0).at(0));
  EXPECT_EQ(sealed.bytes.find("Secret"), std::string::npos);
  EXPECT_EQ(sealed.bytes.find("ada@"), std::string::npos);
}

class CountingLog final : public Log {
 public:
  void write(LogLevel level, std::string_view, std::initializer_list<LogField>) override {
    warnings += level == LogLevel::warning ? 1 : 0;
  }
  int warnings = 0;
};

TEST_F(MailTest, WithoutAMailServerLettersAreDroppedAndTheOperatorIsToldOnce) {
  CountingLog counting;
  Mails off({database, secrets, counting}, nullptr, clock, random);
  queue(off);
  queue(off);
  off.send_due();
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(counting.warnings, 1);
  EXPECT_FALSE(off.status({})->enabled);
  EXPECT_TRUE(mails.status({})->enabled);
}

}  // namespace
}  // namespace pf
