// The rooms of people: sign-in, passwords, second factors, members, invitations and keys. Built
// together, because nobody but main sees more of them than their routes.
#pragma once
#include <memory>
#include <string>

#include "base/log.hpp"
#include "cloud/domain/auth/auth.hpp"
#include "cloud/domain/auth/passwords.hpp"
#include "cloud/kit/router.hpp"
#include "cloud/main/config.hpp"

namespace pf {

// How this server sends letters; null: it cannot.
std::unique_ptr<Mailer> make_mailer(const Config& config, Log& log, const Clock& clock,
                                    Random& random);
// Where links in letters lead.
std::string web_origin_of(const Config& config);

struct AccountRooms {
  struct Neighbours {
    Database& database;
    Secrets& secrets;
    Tenants& tenants;
    Events& events;
    const TokenIssuer& tokens;
    Log& log;
  };
  AccountRooms(Neighbours neighbours, Mailer* mailer, const std::string& web_origin,
               const Clock& clock, Random& random);
  AccountRooms(const AccountRooms&) = delete;
  AccountRooms& operator=(const AccountRooms&) = delete;

  void add_routes(Router& router);
  // What the schedule calls; both may wait for the disk, the second also for a mail server.
  void remove_expired();
  void send_letters();

  Mails mails;
  Letters letters;
  Members members;
  PasswordHasher hasher;
  SignInDelay delay;
  Sessions sessions;
  Passwords passwords;
  Totp totp;
  Invitations invitations;
  ApiKeys api_keys;
  Auth auth;
};

}  // namespace pf
