#include "cloud/domain/auth/letters.hpp"

namespace pf {
namespace {

// News about an account is worth sending late; a link is not once it is over.
constexpr Seconds news_useful_for = std::chrono::hours(3 * 24);

std::string greeting(const User& user) { return "Hello " + user.name.value + ",\n\n"; }

}  // namespace

std::string Letters::invitation_link(std::string_view token) const {
  return web_origin_ + "/invite#" + std::string(token);
}

void Letters::password_reset(Transaction& db, const User& user, std::string_view token) {
  mails_.queue(db,
               {user.email.value, "Reset your PrintFarm password",
                greeting(user) +
                    "somebody, probably you, asked to reset your password. Choose a new one here "
                    "within 30 minutes:\n\n" +
                    web_origin_ + "/reset-password#" + std::string(token) +
                    "\n\nIf it was not you, do nothing: your password stays as it is.\n"},
               password_reset_lifetime);
}

void Letters::password_changed(Transaction& db, const User& user, std::string_view address) {
  mails_.queue(
      db,
      {user.email.value, "Your PrintFarm password was changed",
       greeting(user) + "your password was just changed from the address " + std::string(address) +
           ". If it was not you, reset it at once:\n\n" + web_origin_ + "/forgot-password\n"},
      news_useful_for);
}

void Letters::refresh_token_reused(Transaction& db, const User& user, std::string_view address) {
  mails_.queue(db,
               {user.email.value, "You were signed out of PrintFarm for your safety",
                greeting(user) + "a sign-in of yours was used a second time, from the address " +
                    std::string(address) +
                    ", as if it had been copied. It was ended. Sign in again; if you do not know "
                    "that address, change your password as well:\n\n" +
                    web_origin_ + "\n"},
               news_useful_for);
}

void Letters::invitation(Transaction& db, std::string_view email, std::string_view organization,
                         std::string_view token) {
  mails_.queue(db,
               {std::string(email), "You are invited to " + std::string(organization),
                "Hello,\n\nyou are invited to the organization \"" + std::string(organization) +
                    "\" on PrintFarm. Join it here within 7 days:\n\n" + invitation_link(token) +
                    "\n\nIf you do not know it, do nothing.\n"},
               invitation_lifetime);
}

}  // namespace pf
