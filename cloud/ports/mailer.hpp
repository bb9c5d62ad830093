// How a letter leaves the house. Sending may take as long as a slow server likes: only the mail
// worker calls it, never a request.
#pragma once
#include <string>

#include "base/result.hpp"
#include "protocol/describe.hpp"

namespace pf {

struct Mail {
  std::string to;  // One address.
  std::string subject;
  std::string text;  // Plain, UTF-8, lines ending in \n.
  FIELDS(to, subject, text)
};

struct MailFailure {
  std::string says;
  bool is_final = false;  // The server refuses this letter; sending it again is no use.
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  virtual Result<Nothing, MailFailure> send(const Mail& mail) = 0;
};

}  // namespace pf
