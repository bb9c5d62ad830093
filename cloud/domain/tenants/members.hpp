// The people of an organisation and what each may do. Owners decide about everybody, admins about
// operators and viewers, and everybody may leave; the last owner can neither leave nor step down.
#pragma once
#include <string>

#include "base/time.hpp"
#include "cloud/kit/events.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

inline constexpr int members_per_organization_max = page_limit_max;

struct Member {
  Uuid user_id;
  Name name;
  Text<3, 254> email;
  Role role = Role::viewer;
  Millis created_at = 0;  // When he joined.
  FIELDS(user_id, name, email, role, created_at)
};

struct MemberChange {
  Role role = Role::viewer;
  FIELDS(role)
};

// Somebody's role is another, or he belongs to the organisation no more.
struct MembershipChanged {
  TenantId tenant;
  std::string user_id;
  bool is_removed = false;
};

// Whether somebody with this role decides about members (and keys) with that one.
bool may_decide_about(Role own, Role other);

class Members {
 public:
  Members(Database& database, const Events& events, const Clock& clock)
      : database_(database), events_(events), clock_(clock) {}

  // In the order of joining.
  Answer<Page<Member>> list(const Caller& caller);
  Answer<Member> update(const Caller& caller, const PathId& user_id, const MemberChange& change);
  // Also for leaving.
  Answer<Done> remove(const Caller& caller, const PathId& user_id);

 private:
  Database& database_;
  const Events& events_;
  const Clock& clock_;
};

inline constexpr auto member_routes() {
  return std::to_array<Route<Members>>({
      get<&Members::list>("/api/members", Role::viewer),
      put<&Members::update>("/api/members/{user_id}", Role::admin),
      remove<&Members::remove>("/api/members/{user_id}", Role::viewer),
  });
}

}  // namespace pf
