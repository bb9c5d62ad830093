// The letters about accounts: what each says, and where its link leads. Tokens stand behind the #,
// which browsers keep to themselves.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "cloud/domain/auth/user.hpp"
#include "cloud/domain/mail/mail.hpp"

namespace pf {

inline constexpr Minutes password_reset_lifetime{30};
inline constexpr Seconds invitation_lifetime = std::chrono::hours(7 * 24);

class Letters {
 public:
  // web_origin: how people reach this server, such as "https://farm.example". Never what a request
  // says of itself, or a stranger could have links to his own server mailed in our name.
  Letters(Mails& mails, std::string web_origin)
      : mails_(mails), web_origin_(std::move(web_origin)) {}

  bool are_sent() const { return mails_.is_enabled(); }
  std::string invitation_link(std::string_view token) const;

  // Inside the caller's transaction.
  void password_reset(Transaction& db, const User& user, std::string_view token);
  void password_changed(Transaction& db, const User& user, std::string_view address);
  void refresh_token_reused(Transaction& db, const User& user, std::string_view address);
  void invitation(Transaction& db, std::string_view email, std::string_view organization,
                  std::string_view token);

 private:
  Mails& mails_;
  const std::string web_origin_;
};

}  // namespace pf
