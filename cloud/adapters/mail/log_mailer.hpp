// Letters into the server's log, links and all: for trying things out on one's own machine, where
// no mail server is. Whoever reads such a log can reset passwords.
#pragma once
#include "base/log.hpp"
#include "cloud/ports/mailer.hpp"

namespace pf {

class LogMailer final : public Mailer {
 public:
  explicit LogMailer(Log& log) : log_(log) {}
  Result<Nothing, MailFailure> send(const Mail& mail) override {
    log_.info("mail", {{"to", mail.to}, {"subject", mail.subject}, {"text", mail.text}});
    return Nothing{};
  }

 private:
  Log& log_;
};

}  // namespace pf
