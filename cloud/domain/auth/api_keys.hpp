// Keys for machines: "pfk_<prefix>_<secret>", shown once and stored as a hash. A key may do what
// its role allows, but never more than whoever made it may do now, and only to the printers it is
// limited to. It belongs to one organisation and cannot manage people, keys or sign-ins.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/tenants/members.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "cloud/kit/events.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

inline constexpr int api_keys_per_organization_max = 100;
inline constexpr std::string_view api_key_mark = "pfk_";

using PrinterIds = List<Uuid, 500>;

struct ApiKey {
  static constexpr std::string_view table = "api_keys";
  Uuid id;
  Name name;
  std::string prefix;  // What is seen of it in logs and settings.
  Role role = Role::viewer;
  std::optional<PrinterIds> printer_ids;  // Absent: all of the organisation.
  Uuid user_id;                           // Who made it.
  Millis created_at = 0;
  std::optional<Millis> expires_at;
  std::optional<Millis> last_used_at;  // To an hour.
  FIELDS(id, name, prefix, role, printer_ids, user_id, created_at, expires_at, last_used_at)
};

struct NewApiKey {
  Name name;
  Role role = Role::viewer;
  std::optional<PrinterIds> printer_ids;
  std::optional<Millis> expires_at;
  FIELDS(name, role, printer_ids, expires_at)
};

struct MadeApiKey {
  ApiKey api_key;
  std::string key;  // The whole of it, this once.
  FIELDS(api_key, key)
};

class ApiKeys {
 public:
  ApiKeys(Database& database, const Events& events, const Clock& clock, Random& random)
      : database_(database), events_(events), clock_(clock), random_(random) {}

  Answer<Page<ApiKey>> list(const Caller& caller);
  Answer<Created<MadeApiKey>> create(const Caller& caller, const NewApiKey& wanted);
  Answer<Done> remove(const Caller& caller, const PathId& id);

  // For the HTTP edge. Nothing, without saying why, for whatever is no key in force.
  std::optional<Caller> caller_of(const Visitor& visitor, std::string_view key);
  // His keys go with whoever leaves.
  void on_membership_changed(const MembershipChanged& change);

 private:
  void note_use(const TenantId& tenant, std::string_view id,
                const std::optional<Millis>& last_used_at);

  Database& database_;
  const Events& events_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto api_key_routes() {
  return std::to_array<Route<ApiKeys>>({
      get<&ApiKeys::list>("/api/api-keys", Role::admin),
      post<&ApiKeys::create>("/api/api-keys", Role::admin),
      remove<&ApiKeys::remove>("/api/api-keys/{id}", Role::admin),
  });
}

}  // namespace pf
