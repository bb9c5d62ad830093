// How people come into an organisation that exists: an admin invites an e-mail address, and whoever
// holds the link and that address's account (or makes it) may join. Where mail is off the admin
// gets the link and hands it over himself.
#pragma once
#include <optional>
#include <string>

#include "cloud/domain/auth/letters.hpp"
#include "cloud/domain/auth/password_hasher.hpp"
#include "cloud/domain/auth/sessions.hpp"
#include "cloud/domain/auth/user.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

inline constexpr int invitations_per_organization_max = 200;

using InvitationToken = Text<1, 100>;

struct Invitation {
  static constexpr std::string_view table = "invitations";
  Uuid id;
  Email email;
  Role role = Role::viewer;
  Uuid invited_by;
  Millis created_at = 0;
  Millis expires_at = 0;
  FIELDS(id, email, role, invited_by, created_at, expires_at)
};

struct NewInvitation {
  Email email;
  Role role = Role::viewer;
  FIELDS(email, role)
};

struct MadeInvitation {
  Invitation invitation;
  std::optional<std::string> link;  // Only where this server sends no mail.
  FIELDS(invitation, link)
};

struct InvitationProof {
  InvitationToken token;
  FIELDS(token)
};

// What the invited one is shown before he decides.
struct InvitationView {
  Name organization_name;
  Email email;
  Role role = Role::viewer;
  bool has_account = false;  // Then he signs in to accept; otherwise he makes an account.
  Millis expires_at = 0;
  FIELDS(organization_name, email, role, has_account, expires_at)
};

struct InvitationAcceptance {
  InvitationToken token;
  std::optional<Name> name;  // Both of the new account.
  std::optional<Password> password;
  FIELDS(token, name, password)
};

class Invitations {
 public:
  struct Rooms {
    Database& database;
    Tenants& tenants;
    Sessions& sessions;
    Letters& letters;
    PasswordHasher& passwords;
  };
  Invitations(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  Answer<Page<Invitation>> list(const Caller& caller);
  // Takes the place of an older one for the same address.
  Answer<Created<MadeInvitation>> create(const Caller& caller, const NewInvitation& wanted);
  Answer<Done> revoke(const Caller& caller, const PathId& id);

  Answer<InvitationView> look(const Visitor& visitor, const InvitationProof& proof);
  // With a new account for the invited address.
  Answer<WithCookies<SignedIn>> accept(const Visitor& visitor,
                                       const InvitationAcceptance& acceptance);
  // With the account that is signed in, which goes on in the organisation it joins.
  Answer<WithCookies<SignedIn>> join(const Caller& caller, const InvitationProof& proof);

  // For signing in with an invitation at hand, inside its transaction.
  Answer<Membership> admit(Transaction& db, const Visitor& visitor, const User& user,
                           std::string_view token);
  void remove_expired();

 private:
  // What the invitation would make of this address; a fault where it would not.
  Answer<Membership> offered(Transaction& db, const Email& email, std::string_view token);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto invitation_routes() {
  return std::to_array<Route<Invitations>>({
      get<&Invitations::list>("/api/invitations", Role::admin),
      post<&Invitations::create>("/api/invitations", Role::admin),
      remove<&Invitations::revoke>("/api/invitations/{id}", Role::admin),
      open_post<&Invitations::look>("/auth/invitations/look"),
      open_post<&Invitations::accept>("/auth/invitations/accept"),
      post<&Invitations::join>("/auth/invitations/join", Role::viewer),
  });
}

}  // namespace pf
