// A letter box instead of a mail server. For tests.
#pragma once
#include <optional>
#include <vector>

#include "cloud/ports/mailer.hpp"

namespace pf {

class LetterBox final : public Mailer {
 public:
  Result<Nothing, MailFailure> send(const Mail& mail) override {
    ++tries;
    if (failure) return *failure;
    letters.push_back(mail);
    return Nothing{};
  }

  std::vector<Mail> letters;
  int tries = 0;
  std::optional<MailFailure> failure;  // Of the next ones.
};

}  // namespace pf
