// The mailer against a real SMTP server, aiosmtpd.
#include "cloud/adapters/mail/smtp.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>

#include "process/scratch_directory.hpp"
#include "process/test_program.hpp"

namespace pf {
namespace {

using process::TestProgram;

// Debian's own, which sees Debian's packages.
std::string python() { return process::find_program("python3").value_or("python3"); }

class MailServer {
 public:
  explicit MailServer(const std::string& kind) {
    std::vector<std::string> words = {python(), "cloud/adapters/mail/test_smtp_server.py",
                                      std::to_string(port_), scratch_.path(), kind};
    if (kind != "plain") {
      make_certificate();
      words.insert(words.end(), {certificate(), scratch_.file("key.pem")});
    }
    program_ = std::make_unique<TestProgram>(words, scratch_.file("server.log"));
    const bool started = process::eventually(
        [this] { return !program_->is_running() || process::answers_on("127.0.0.1", port_); });
    EXPECT_TRUE(started && program_->is_running()) << program_->output();
  }

  SmtpSettings settings(const std::string& scheme) const {
    SmtpSettings settings;
    settings.url = scheme + "://localhost:" + std::to_string(port_);
    settings.from = "farm@example.com";
    settings.ca_file = certificate();
    return settings;
  }
  // A letter as it arrived, with what the server says of how; empty: there is none.
  std::string letter(int number) const {
    std::ifstream file(scratch_.file(std::to_string(number) + ".txt"));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void stop() { program_.reset(); }

 private:
  std::string certificate() const { return scratch_.file("certificate.pem"); }
  void make_certificate() const {
    TestProgram made({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                      "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                      "-addext", "subjectAltName=DNS:localhost", "-keyout",
                      scratch_.file("key.pem"), "-out", certificate()},
                     scratch_.file("openssl.log"));
    EXPECT_EQ(made.wait(), 0) << made.output();
  }

  process::ScratchDirectory scratch_;
  const std::uint16_t port_ = process::free_tcp_port();
  std::unique_ptr<TestProgram> program_;
};

class SmtpTest : public testing::Test {
 protected:
  void SetUp() override {
    const process::ScratchDirectory scratch;
    TestProgram probe({python(), "-c", "import aiosmtpd"}, scratch.file("log"));
    if (probe.wait() == 0) return;
    if (std::getenv("PF_REQUIRE_SMTP")) FAIL() << "python3-aiosmtpd is not installed";
    GTEST_SKIP() << "python3-aiosmtpd is not installed";
  }
  Result<Nothing, MailFailure> send(const SmtpSettings& settings,
                                    const std::string& to = "ada@example.com") {
    return SmtpMailer(settings, clock_, random_).send({to, "Grüße", text});
  }

  const std::string text = "Hello Ada,\n\n.\nthe link: https://farm.example/#a=b\nBis später\n";
  ManualClock clock_;
  SeededRandom random_{1};
};

TEST_F(SmtpTest, ALetterArrivesAsItWasWritten) {
  const MailServer server("plain");
  auto settings = server.settings("smtp");
  settings.tls = SmtpTls::as_offered;
  const auto sent = send(settings);
  ASSERT_TRUE(sent) << sent.error().says;
  const auto letter = server.letter(1);
  EXPECT_NE(letter.find("envelope: farm@example.com -> ada@example.com\n"), std::string::npos);
  EXPECT_NE(letter.find("Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\n"), std::string::npos);
  EXPECT_NE(letter.find("To: <ada@example.com>\n"), std::string::npos);
  EXPECT_NE(letter.find("Content-Type: text/plain; charset=utf-8\n"), std::string::npos);
  // Quoted-printable; the lone dot did not end the letter.
  EXPECT_NE(letter.find("\n\nHello Ada,\n\n.\nthe link: https://farm.example/#a=3Db\n"
                        "Bis sp=C3=A4ter\n"),
            std::string::npos)
      << letter;
}

TEST_F(SmtpTest, ItSignsInOverStarttls) {
  const MailServer server("starttls");
  auto settings = server.settings("smtp");
  settings.user = "farm";
  settings.password = "secret";
  const auto sent = send(settings);
  ASSERT_TRUE(sent) << sent.error().says;
  EXPECT_NE(server.letter(1).find("tls: True\nsigned in: True\n"), std::string::npos);
}

TEST_F(SmtpTest, ItSignsInOverTlsFromTheStart) {
  const MailServer server("implicit");
  auto settings = server.settings("smtps");
  settings.user = "farm";
  settings.password = "secret";
  const auto sent = send(settings);
  ASSERT_TRUE(sent) << sent.error().says;
  EXPECT_NE(server.letter(1).find("signed in: True\n"), std::string::npos);
}

TEST_F(SmtpTest, NothingLeavesInTheClearWhereTlsIsRequired) {
  const MailServer server("plain");
  auto settings = server.settings("smtp");
  settings.ca_file.clear();
  const auto sent = send(settings);
  ASSERT_FALSE(sent);
  EXPECT_FALSE(sent.error().is_final);  // The operator can mend it.
  EXPECT_EQ(server.letter(1), "");
}

TEST_F(SmtpTest, AStrangersCertificateIsRefused) {
  const MailServer server("implicit");
  auto settings = server.settings("smtps");
  settings.ca_file.clear();
  const auto sent = send(settings);
  ASSERT_FALSE(sent);
  EXPECT_FALSE(sent.error().is_final);
  EXPECT_EQ(server.letter(1), "");
}

TEST_F(SmtpTest, AWrongPasswordIsTheOperatorsToMend) {
  const MailServer server("starttls");
  auto settings = server.settings("smtp");
  settings.user = "farm";
  settings.password = "wrong";
  const auto sent = send(settings);
  ASSERT_FALSE(sent);
  EXPECT_FALSE(sent.error().is_final);
  EXPECT_EQ(sent.error().says.find("wrong\n"), std::string::npos);
  EXPECT_EQ(server.letter(1), "");
}

TEST_F(SmtpTest, AMailboxThatIsNotThereIsFinal) {
  const MailServer server("plain");
  auto settings = server.settings("smtp");
  settings.tls = SmtpTls::as_offered;
  const auto sent = send(settings, "refused@example.com");
  ASSERT_FALSE(sent);
  EXPECT_TRUE(sent.error().is_final) << sent.error().says;
  EXPECT_NE(sent.error().says.find("550"), std::string::npos) << sent.error().says;
}

TEST_F(SmtpTest, AServerThatIsAwayIsTriedAgainLater) {
  MailServer server("plain");
  auto settings = server.settings("smtp");
  settings.tls = SmtpTls::as_offered;
  server.stop();
  const auto sent = send(settings);
  ASSERT_FALSE(sent);
  EXPECT_FALSE(sent.error().is_final);
}

TEST(SmtpTls, is_required_of_every_server_that_is_not_on_this_machine) {
  for (const auto* here : {"smtp://localhost", "smtp://localhost:1025", "smtp://127.0.0.1:25",
                           "smtp://[::1]:25", "smtp://127.8.9.1/name"}) {
    EXPECT_EQ(smtp_tls_for(here), SmtpTls::as_offered) << here;
  }
  for (const auto* away :
       {"smtp://mail.example", "smtp://127.evil.example:25", "smtp://192.168.1.5",
        "smtp://localhost.example", "smtps://mail.example:465", "nonsense",
        "smtp://mail.example/localhost", "smtp://[2001:db8::1]:25"}) {
    EXPECT_EQ(smtp_tls_for(away), SmtpTls::required) << away;
  }
}

}  // namespace
}  // namespace pf
