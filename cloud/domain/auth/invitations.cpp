#include "cloud/domain/auth/invitations.hpp"

#include "cloud/domain/auth/email.hpp"
#include "cloud/domain/auth/invitations_store.hpp"
#include "cloud/domain/auth/opaque_token.hpp"
#include "cloud/domain/auth/users_store.hpp"
#include "cloud/domain/tenants/people_only.hpp"
#include "cloud/kit/table.hpp"

namespace pf {
namespace {

// The same for an unknown link, an old one, a used one and somebody else's.
Fault no_invitation() {
  return {404,
          "There is no such invitation for you. It may be older than 7 days, used or withdrawn; "
          "ask for a new one."};
}
Fault organization_full() {
  return conflict("The organization has " + std::to_string(members_per_organization_max) +
                  " members, and more are not possible.");
}
Fault sign_in_first() {
  auto fault = conflict("There is already an account with this address. Sign in to accept.");
  fault.type = "sign_in_required";
  return fault;
}

}  // namespace

Answer<Page<Invitation>> Invitations::list(const Caller& caller) {
  Page<Invitation> page;
  page.items = rooms_.database.reading([&](Transaction& db) {
    return Table<Invitation>::newest(db, caller.tenant, invitations_per_organization_max, {});
  });
  return page;
}

Answer<Created<MadeInvitation>> Invitations::create(const Caller& caller,
                                                    const NewInvitation& wanted) {
  if (auto refused = refuse_key(caller)) return *refused;
  auto email = normalised_email(wanted.email);
  if (!email) return invalid("email", "must be an e-mail address such as name@example.com");
  if (!may_decide_about(caller.role, wanted.role)) {
    return Fault{403, "Only an owner may invite owners and admins."};
  }
  const auto now = clock_.unix_now();
  Invitation invitation;
  invitation.id = uuid7(now, random_);
  invitation.email = std::move(*email);
  invitation.role = wanted.role;
  invitation.invited_by = caller.user_id;
  invitation.created_at = now.milliseconds;
  invitation.expires_at = (now + invitation_lifetime).milliseconds;
  const auto token = new_opaque_token(random_);
  return rooms_.database.writing([&](Transaction& db) -> Answer<Created<MadeInvitation>> {
    const auto account = users_store::find_account(db, invitation.email);
    if (account && rooms_.tenants.role_of(db, caller.tenant, account->user.id)) {
      return conflict("This person is a member already.");
    }
    invitations_store::remove_for(db, caller.tenant, invitation.email);
    if (invitations_store::count(db, caller.tenant) >= invitations_per_organization_max) {
      return conflict("There are " + std::to_string(invitations_per_organization_max) +
                      " open invitations already. Withdraw one that is not needed.");
    }
    invitations_store::insert(db, caller.tenant, invitation, stored_form(token));
    audit::record(
        db, caller, now,
        {"invitations.create", "invitation", invitation.id.value, {}, json::encode(invitation)});
    MadeInvitation made{invitation, {}};
    if (rooms_.letters.are_sent()) {
      const auto organization = rooms_.tenants.organization(db, caller.tenant).value();
      rooms_.letters.invitation(db, invitation.email, organization.name, token);
    } else {
      made.link = rooms_.letters.invitation_link(token);
    }
    return Created<MadeInvitation>{std::move(made), "/api/invitations/" + invitation.id.value};
  });
}

Answer<Done> Invitations::revoke(const Caller& caller, const PathId& id) {
  if (auto refused = refuse_key(caller)) return *refused;
  return rooms_.database.writing([&](Transaction& db) -> Answer<Done> {
    const auto invitation = Table<Invitation>::find(db, caller.tenant, id.value);
    if (!invitation) return not_found("invitation");
    Table<Invitation>::remove(db, caller.tenant, id.value);
    audit::record(db, caller, clock_.unix_now(),
                  {"invitations.revoke", "invitation", id.value, json::encode(*invitation), {}});
    return Done{};
  });
}

Answer<InvitationView> Invitations::look(const Visitor&, const InvitationProof& proof) {
  return rooms_.database.reading([&](Transaction& db) -> Answer<InvitationView> {
    const auto pending = invitations_store::find_by_token(db, stored_form(proof.token),
                                                          clock_.unix_now().milliseconds);
    if (!pending) return no_invitation();
    const auto& invitation = pending->invitation;
    return InvitationView{rooms_.tenants.organization(db, pending->tenant).value().name,
                          invitation.email, invitation.role,
                          users_store::find_account(db, invitation.email).has_value(),
                          invitation.expires_at};
  });
}

Answer<WithCookies<SignedIn>> Invitations::accept(const Visitor& visitor,
                                                  const InvitationAcceptance& acceptance) {
  const auto view = look(visitor, {acceptance.token});
  if (!view) return view.error();
  if (view->has_account) return sign_in_first();
  if (!acceptance.name) return invalid("name", "is missing");
  if (!acceptance.password) return invalid("password", "is missing");
  const auto now = clock_.unix_now();
  const User user{uuid7(now, random_), view->email, *acceptance.name, now.milliseconds};
  // Slow on purpose, so before the transaction: the writer waits for nobody's password.
  const auto password_hash = rooms_.passwords.hash(*acceptance.password);
  try {
    const auto session = rooms_.database.writing([&](Transaction& db) -> Answer<OpenSession> {
      // Again, before anything is written: it may have been withdrawn meanwhile.
      if (const auto still = offered(db, user.email, acceptance.token); !still) {
        return still.error();
      }
      users_store::insert(db, {user, password_hash});
      const auto membership = admit(db, visitor, user, acceptance.token);
      return rooms_.sessions.open(db, visitor, user, membership.value());
    });
    if (!session) return session.error();
    return rooms_.sessions.signed_in(visitor, *session);
  } catch (const UniqueViolation&) {  // Somebody registered it while the password was hashed.
    return sign_in_first();
  }
}

Answer<WithCookies<SignedIn>> Invitations::join(const Caller& caller,
                                                const InvitationProof& proof) {
  if (auto refused = refuse_key(caller)) return *refused;
  const auto joined = rooms_.database.writing([&](Transaction& db) -> Answer<Membership> {
    const auto user = users_store::find(db, caller.user_id);
    if (!user) return no_invitation();
    return admit(db, caller, *user, proof.token);
  });
  if (!joined) return joined.error();
  return rooms_.sessions.switch_organization(caller, {joined->tenant.value});
}

Answer<Membership> Invitations::offered(Transaction& db, const Email& email,
                                        std::string_view token) {
  const auto pending =
      invitations_store::find_by_token(db, stored_form(token), clock_.unix_now().milliseconds);
  if (!pending || !(pending->invitation.email == email)) return no_invitation();
  if (!rooms_.tenants.has_room_for_member(db, pending->tenant)) return organization_full();
  return Membership{pending->tenant, pending->invitation.role};
}

Answer<Membership> Invitations::admit(Transaction& db, const Visitor& visitor, const User& user,
                                      std::string_view token) {
  auto offer = offered(db, user.email, token);
  if (!offer) return offer.error();
  const auto& tenant = offer->tenant;
  invitations_store::remove_for(db, tenant, user.email);
  audit::record(db, tenant, {ActorKind::user, user.id.value, visitor.address}, clock_.unix_now(),
                {"invitations.accept", "member", user.id.value, {}, {}});
  if (const auto role = rooms_.tenants.role_of(db, tenant, user.id)) {
    return Membership{tenant, *role};  // He came in by another way; that role stays.
  }
  rooms_.tenants.add_member(db, tenant, user.id, offer->role);
  return offer;
}

void Invitations::remove_expired() {
  rooms_.database.write([&](Transaction& db) {
    invitations_store::remove_expired(db, clock_.unix_now().milliseconds);
  });
}

}  // namespace pf
