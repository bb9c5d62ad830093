#include "cloud/domain/tenants/tenants.hpp"

#include <algorithm>
#include <utility>

#include "cloud/domain/tenants/members.hpp"
#include "cloud/domain/tenants/people_only.hpp"
#include "cloud/domain/tenants/tenants_store.hpp"

namespace pf {
namespace {

constexpr int organizations_listed_max = page_limit_max;
constexpr std::int64_t organizations_owned_max = 50;

}  // namespace

Answer<Page<Organization>> Tenants::list(const Caller& caller) {
  Page<Organization> page;
  page.items = database_.reading([&](Transaction& db) {
    return tenants_store::of_user(db, caller.user_id, organizations_listed_max);
  });
  // A key belongs to one organisation and tells nothing of its maker's others.
  if (caller.api_key_id) {
    std::erase_if(page.items,
                  [&](const Organization& one) { return one.id.value != caller.tenant.value; });
  }
  return page;
}

Answer<Created<Organization>> Tenants::add(const Caller& caller,
                                           const NewOrganization& organization) {
  if (auto refused = refuse_key(caller)) return *refused;
  return database_.writing([&](Transaction& db) -> Answer<Created<Organization>> {
    if (tenants_store::count_owned(db, caller.user_id) >= organizations_owned_max) {
      return conflict("You own " + std::to_string(organizations_owned_max) +
                      " organizations, and more are not possible.");
    }
    auto made = create(db, organization.name);
    const TenantId tenant{made.id.value};
    add_member(db, tenant, caller.user_id, Role::owner);
    audit::record(db, tenant, audit::actor_of(caller), clock_.unix_now(),
                  {"organizations.add", "organization", made.id.value, {}, json::encode(made)});
    return Created<Organization>{made, "/api/organizations/" + made.id.value};
  });
}

Answer<Organization> Tenants::find(const Caller& caller, const PathId& id) {
  auto found = database_.reading([&](Transaction& db) -> std::optional<Organization> {
    const TenantId tenant{id.value};
    if (caller.api_key_id && tenant != caller.tenant) return std::nullopt;
    if (!tenants_store::role_of(db, tenant, caller.user_id)) return std::nullopt;
    return tenants_store::find(db, tenant);
  });
  if (!found) return not_found("organization");
  return std::move(*found);
}

// Only the organisation that the caller is signed in to: his role was checked for no other.
Answer<Organization> Tenants::update(const Caller& caller, const PathId& id,
                                     const OrganizationChange& change) {
  if (id.value != caller.tenant.value) return not_found("organization");
  const auto now = clock_.unix_now().milliseconds;
  return database_.writing([&](Transaction& db) -> Answer<Organization> {
    auto organization = tenants_store::find(db, caller.tenant);
    if (!organization) return not_found("organization");
    if (caller.if_match && *caller.if_match != std::to_string(organization->updated_at)) {
      return Fault{412, "Somebody else has changed this organization. Look at it again first."};
    }
    const auto before = json::encode(*organization);
    organization->name = change.name;
    // Later than before even within one millisecond: it is also the version that If-Match names.
    organization->updated_at = std::max(now, organization->updated_at + 1);
    tenants_store::update(db, *organization);
    audit::record(db, caller, clock_.unix_now(),
                  {"organizations.update", "organization", organization->id.value, before,
                   json::encode(*organization)});
    return std::move(*organization);
  });
}

Organization Tenants::create(Transaction& db, std::string_view name) {
  const auto now = clock_.unix_now();
  Organization organization;
  organization.id = uuid7(now, random_);
  organization.name = name;
  organization.created_at = organization.updated_at = now.milliseconds;
  tenants_store::insert(db, organization);
  return organization;
}

void Tenants::add_member(Transaction& db, const TenantId& tenant, std::string_view user_id,
                         Role role) {
  tenants_store::insert_member(db, tenant, user_id, role, clock_.unix_now().milliseconds);
}

std::optional<Membership> Tenants::membership_of(Transaction& db, std::string_view user_id) {
  return tenants_store::first_membership(db, user_id);
}

bool Tenants::has_room_for_member(Transaction& db, const TenantId& tenant) {
  return tenants_store::count_members(db, tenant) < members_per_organization_max;
}

std::optional<Role> Tenants::role_of(Transaction& db, const TenantId& tenant,
                                     std::string_view user_id) {
  return tenants_store::role_of(db, tenant, user_id);
}

std::optional<Organization> Tenants::organization(Transaction& db, const TenantId& tenant) {
  return tenants_store::find(db, tenant);
}

void Tenants::record_everywhere(Transaction& db, const std::string& user_id,
                                const audit::Actor& actor, const audit::Change& change) {
  for (const auto& one : tenants_store::of_user(db, user_id, organizations_listed_max)) {
    audit::record(db, {one.id.value}, actor, clock_.unix_now(), change);
  }
}

std::vector<Organization> Tenants::all() {
  return database_.reading([](Transaction& db) { return tenants_store::all(db); });
}

}  // namespace pf
