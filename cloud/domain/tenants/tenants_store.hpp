// The statements about organisations and their members.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "cloud/domain/tenants/members.hpp"
#include "cloud/domain/tenants/tenants.hpp"

namespace pf::tenants_store {

void insert(Transaction& db, const Organization& organization);
std::optional<Organization> find(Transaction& db, const TenantId& tenant);
std::vector<Organization> all(Transaction& db);
// False: there is no such organisation.
bool update(Transaction& db, const Organization& organization);

void insert_member(Transaction& db, const TenantId& tenant, std::string_view user_id, Role role,
                   Millis now);
// Those the user belongs to, in the order of joining.
std::vector<Organization> of_user(Transaction& db, std::string_view user_id, int limit);
std::optional<Membership> first_membership(Transaction& db, std::string_view user_id);
// Absent: the user does not belong to it.
std::optional<Role> role_of(Transaction& db, const TenantId& tenant, std::string_view user_id);
std::int64_t count_owned(Transaction& db, std::string_view user_id);

std::vector<Member> members(Transaction& db, const TenantId& tenant, int limit);
std::optional<Member> find_member(Transaction& db, const TenantId& tenant,
                                  std::string_view user_id);
std::int64_t count_members(Transaction& db, const TenantId& tenant);
std::int64_t count_owners(Transaction& db, const TenantId& tenant);
void set_role(Transaction& db, const TenantId& tenant, std::string_view user_id, Role role);
void remove_member(Transaction& db, const TenantId& tenant, std::string_view user_id);

}  // namespace pf::tenants_store
