// Letters over SMTP, by libcurl: over TLS from the start (smtps://) or by STARTTLS (smtp://), with
// a certificate that is valid for the server's name.
#pragma once
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/ports/mailer.hpp"

namespace pf {

// Without TLS a password and links that open accounts would be read on the way; only a server on
// this machine may be spoken to as it offers.
enum class SmtpTls { required, as_offered };
SmtpTls smtp_tls_for(const std::string& url);

struct SmtpSettings {
  std::string url;   // "smtps://mail.example" or "smtp://mail.example:587".
  std::string user;  // Empty: the server wants none.
  std::string password;
  std::string from;  // One address.
  SmtpTls tls = SmtpTls::required;
  std::string ca_file;  // Empty: the authorities that the machine trusts.
};

class SmtpMailer final : public Mailer {
 public:
  SmtpMailer(SmtpSettings settings, const Clock& clock, Random& random);
  Result<Nothing, MailFailure> send(const Mail& mail) override;

 private:
  const SmtpSettings settings_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace pf
