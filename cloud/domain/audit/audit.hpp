// The audit log: every write of a person, a key or a hub, with what was before and after, in one
// chain of hashes per organisation. Modules record into it inside the transaction of the write, so
// that neither can exist without the other. Nothing in it may be a secret: before and after are
// what the API would show.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

enum class ActorKind { user, api_key, hub, system };
WORDS(ActorKind, user, api_key, hub, system)

struct AuditEntry {
  std::int64_t seq = 0;  // From 1, without gaps.
  Millis at = 0;
  ActorKind actor_kind = ActorKind::system;
  std::optional<Text<0, 64>> actor_id;
  std::optional<Text<0, 64>> address;
  Text<1, 64> action;  // "printers.update"
  Text<1, 32> subject_kind;
  std::optional<Text<0, 128>> subject_id;
  std::optional<json::Raw> before;  // Absent: it was made.
  std::optional<json::Raw> after;   // Absent: it was removed.
  Hex256 hash;                      // SHA-256 over this entry and the hash before it.
  FIELDS(seq, at, actor_kind, actor_id, address, action, subject_kind, subject_id, before, after,
         hash)
};

struct AuditQuery {
  static constexpr bool is_query = true;
  std::optional<Text<1, 32>> subject_kind;
  std::optional<Text<1, 128>> subject_id;
  std::optional<Text<1, 64>> actor_id;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 20>> cursor;  // The seq of the last entry of the page before.
  FIELDS(subject_kind, subject_id, actor_id, limit, cursor)
};

namespace audit {

struct Actor {
  ActorKind kind = ActorKind::system;
  std::optional<std::string> id;
  std::optional<std::string> address;
};
Actor actor_of(const Caller& caller);

struct Change {
  std::string_view action;        // "<noun>.<verb>", as the route's handler is called.
  std::string_view subject_kind;  // "printer"
  std::optional<std::string> subject_id;
  std::optional<std::string> before, after;  // JSON.
};

// Appends to the organisation's chain, inside the caller's transaction.
void record(Transaction& db, const TenantId& tenant, const Actor& actor, UnixTime now,
            const Change& change);
inline void record(Transaction& db, const Caller& caller, UnixTime now, const Change& change) {
  record(db, caller.tenant, actor_of(caller), now, change);
}

struct ChainVerdict {
  std::int64_t entries = 0;  // That were read and are right.
  std::string head;          // Hash of the newest; empty: no entry yet.
  // The first entry that was changed, is missing or does not follow from the one before.
  std::optional<std::int64_t> broken_at;
};
ChainVerdict verify(Database& database, const TenantId& tenant);

}  // namespace audit

class Audit {
 public:
  explicit Audit(Database& database) : database_(database) {}

  // Newest first.
  Answer<Page<AuditEntry>> list(const Caller& caller, const AuditQuery& query);

 private:
  Database& database_;
};

inline constexpr auto audit_routes() {
  return std::to_array<Route<Audit>>({
      get<&Audit::list>("/api/audit", Role::admin),
  });
}

}  // namespace pf
