#include "cloud/domain/tenants/members.hpp"

#include "cloud/domain/audit/audit.hpp"
#include "cloud/domain/tenants/people_only.hpp"
#include "cloud/domain/tenants/tenants_store.hpp"

namespace pf {
namespace {

Fault above_own_role() {
  return {403, "Only an owner may do this to owners and admins. Ask an owner of the organization."};
}
Fault last_owner() {
  return conflict("This is the only owner. Make somebody else an owner first.");
}

// The role now, not as it was when the request came in: it may have been taken in between.
Role role_now(Transaction& db, const Caller& caller) {
  return tenants_store::role_of(db, caller.tenant, caller.user_id).value_or(Role::viewer);
}

}  // namespace

bool may_decide_about(Role own, Role other) {
  return own == Role::owner || (own == Role::admin && other < Role::admin);
}

Answer<Page<Member>> Members::list(const Caller& caller) {
  Page<Member> page;
  page.items = database_.reading([&](Transaction& db) {
    return tenants_store::members(db, caller.tenant, members_per_organization_max);
  });
  return page;
}

Answer<Member> Members::update(const Caller& caller, const PathId& user_id,
                               const MemberChange& change) {
  if (auto refused = refuse_key(caller)) return *refused;
  auto answer = database_.writing([&](Transaction& db) -> Answer<Member> {
    auto member = tenants_store::find_member(db, caller.tenant, user_id.value);
    if (!member) return not_found("member");
    const auto own = role_now(db, caller);
    if (!may_decide_about(own, member->role) || !may_decide_about(own, change.role)) {
      return above_own_role();
    }
    const bool steps_down = member->role == Role::owner && change.role != Role::owner;
    if (steps_down && tenants_store::count_owners(db, caller.tenant) == 1) return last_owner();
    const auto before = json::encode(*member);
    member->role = change.role;
    tenants_store::set_role(db, caller.tenant, user_id.value, change.role);
    audit::record(db, caller, clock_.unix_now(),
                  {"members.update", "member", user_id.value, before, json::encode(*member)});
    return std::move(*member);
  });
  if (answer) events_.emit(MembershipChanged{caller.tenant, user_id.value});
  return answer;
}

Answer<Done> Members::remove(const Caller& caller, const PathId& user_id) {
  if (auto refused = refuse_key(caller)) return *refused;
  auto answer = database_.writing([&](Transaction& db) -> Answer<Done> {
    const auto member = tenants_store::find_member(db, caller.tenant, user_id.value);
    if (!member) return not_found("member");
    const bool leaves = user_id.value == caller.user_id;
    if (!leaves && !may_decide_about(role_now(db, caller), member->role)) return above_own_role();
    if (member->role == Role::owner && tenants_store::count_owners(db, caller.tenant) == 1) {
      return last_owner();
    }
    tenants_store::remove_member(db, caller.tenant, user_id.value);
    audit::record(db, caller, clock_.unix_now(),
                  {"members.remove", "member", user_id.value, json::encode(*member), {}});
    return Done{};
  });
  if (answer) events_.emit(MembershipChanged{caller.tenant, user_id.value, true});
  return answer;
}

}  // namespace pf
