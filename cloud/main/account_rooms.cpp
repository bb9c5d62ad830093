#include "cloud/main/account_rooms.hpp"

#include "cloud/adapters/mail/log_mailer.hpp"
#include "cloud/adapters/mail/smtp.hpp"

namespace pf {

std::unique_ptr<Mailer> make_mailer(const Config& config, Log& log, const Clock& clock,
                                    Random& random) {
  if (config.mail_to_log) return std::make_unique<LogMailer>(log);
  if (config.smtp_url.empty()) return nullptr;
  return std::make_unique<SmtpMailer>(SmtpSettings{config.smtp_url,
                                                   config.smtp_user,
                                                   config.smtp_password,
                                                   config.mail_from,
                                                   smtp_tls_for(config.smtp_url),
                                                   {}},
                                      clock, random);
}

std::string web_origin_of(const Config& config) {
  if (!config.public_origin.empty()) return config.public_origin;
  return (speaks_tls(config) ? "https://localhost:" : "http://localhost:") +
         std::to_string(config.port);
}

AccountRooms::AccountRooms(Neighbours neighbours, Mailer* mailer, const std::string& web_origin,
                           const Clock& clock, Random& random)
    : mails({neighbours.database, neighbours.secrets, neighbours.log}, mailer, clock, random),
      letters(mails, web_origin),
      members(neighbours.database, neighbours.events, clock),
      hasher(random),
      delay(clock),
      sessions(
          {neighbours.database, neighbours.tenants, letters, neighbours.tokens, neighbours.events},
          clock, random),
      passwords({neighbours.database, neighbours.tenants, sessions, letters, hasher, delay}, clock,
                random),
      totp({neighbours.database, neighbours.tenants, neighbours.secrets, hasher, delay}, clock,
           random),
      invitations({neighbours.database, neighbours.tenants, sessions, letters, hasher}, clock,
                  random),
      api_keys(neighbours.database, neighbours.events, clock, random),
      auth({neighbours.database, neighbours.tenants, sessions, totp, invitations, api_keys, hasher,
            delay},
           clock, random) {
  // Who was removed or demoted loses access at once.
  neighbours.events.on(sessions, &Sessions::on_membership_changed);
  neighbours.events.on(api_keys, &ApiKeys::on_membership_changed);
}

void AccountRooms::add_routes(Router& router) {
  router.add(auth_routes(), auth);
  router.add(session_routes(), sessions);
  router.add(password_routes(), passwords);
  router.add(totp_routes(), totp);
  router.add(invitation_routes(), invitations);
  router.add(api_key_routes(), api_keys);
  router.add(member_routes(), members);
  router.add(mail_routes(), mails);
}

void AccountRooms::remove_expired() {
  sessions.remove_ended();
  passwords.remove_expired();
  invitations.remove_expired();
}

void AccountRooms::send_letters() {
  passwords.answer_requests();
  mails.send_due();
}

}  // namespace pf
