// Organisations and who belongs to them with which role.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/domain/audit/audit.hpp"
#include "cloud/kit/caller.hpp"
#include "cloud/kit/fault.hpp"
#include "cloud/kit/replies.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

struct Organization {
  Uuid id;
  Name name;
  Millis created_at = 0;
  Millis updated_at = 0;
  FIELDS(id, name, created_at, updated_at)
};

struct OrganizationChange {
  Name name;
  FIELDS(name)
};

struct NewOrganization {
  Name name;
  FIELDS(name)
};

struct Membership {
  TenantId tenant;
  Role role = Role::viewer;
};

class Tenants {
 public:
  Tenants(Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}

  // Those the caller belongs to.
  Answer<Page<Organization>> list(const Caller& caller);
  // A further one, owned by the caller. He stays signed in to the present one.
  Answer<Created<Organization>> add(const Caller& caller, const NewOrganization& organization);
  Answer<Organization> find(const Caller& caller, const PathId& id);
  Answer<Organization> update(const Caller& caller, const PathId& id,
                              const OrganizationChange& change);

  // For the modules above, inside their transaction.
  Organization create(Transaction& db, std::string_view name);
  void add_member(Transaction& db, const TenantId& tenant, std::string_view user_id, Role role);
  bool has_room_for_member(Transaction& db, const TenantId& tenant);
  // Of the organisation joined first; absent: the user belongs to none.
  std::optional<Membership> membership_of(Transaction& db, std::string_view user_id);
  // Absent: the user does not belong to it.
  std::optional<Role> role_of(Transaction& db, const TenantId& tenant, std::string_view user_id);
  std::optional<Organization> organization(Transaction& db, const TenantId& tenant);
  // Into the log of every organisation of the user: what he did to his account concerns them all.
  void record_everywhere(Transaction& db, const std::string& user_id, const audit::Actor& actor,
                         const audit::Change& change);
  // Of the whole server, for its operator.
  std::vector<Organization> all();

 private:
  Database& database_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto tenant_routes() {
  return std::to_array<Route<Tenants>>({
      get<&Tenants::list>("/api/organizations", Role::viewer),
      post<&Tenants::add>("/api/organizations", Role::viewer),
      get<&Tenants::find>("/api/organizations/{id}", Role::viewer),
      put<&Tenants::update>("/api/organizations/{id}", Role::owner),
  });
}

}  // namespace pf
