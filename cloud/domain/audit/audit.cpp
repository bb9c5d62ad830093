#include "cloud/domain/audit/audit.hpp"

#include <charconv>
#include <limits>

#include "cloud/domain/audit/audit_store.hpp"
#include "cloud/kit/table.hpp"
#include "crypto/hash.hpp"

namespace pf {
namespace {

constexpr int entries_verified_at_once = 500;

// Every field with its length before it, so that no two different entries read the same.
std::string hash_of(std::string_view hash_before, const AuditEntry& entry) {
  std::string text(hash_before);
  AuditEntry::each_field(entry, [&](std::string_view name, const auto& field) {
    if (name == "hash") return;
    const auto value = to_sql(field);
    if (std::holds_alternative<std::monostate>(value)) {
      text += "-;";
      return;
    }
    const auto* number = std::get_if<std::int64_t>(&value);
    const std::string shown = number ? std::to_string(*number) : std::get<std::string>(value);
    text += std::to_string(shown.size()) + ":" + shown + ";";
  });
  return crypto::sha256_hex(text);
}

template <class Bounded>
std::optional<Bounded> cut(const std::optional<std::string>& text, std::size_t bytes_max) {
  if (!text) return std::nullopt;
  return Bounded(text->substr(0, bytes_max));
}

std::optional<json::Raw> raw(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return json::Raw{*text};
}

}  // namespace

namespace audit {

Actor actor_of(const Caller& caller) {
  if (caller.api_key_id) return {ActorKind::api_key, caller.api_key_id, caller.address};
  return {ActorKind::user, caller.user_id, caller.address};
}

void record(Transaction& db, const TenantId& tenant, const Actor& actor, UnixTime now,
            const Change& change) {
  const auto head = audit_store::next(db, tenant);
  AuditEntry entry;
  entry.seq = head.seq;
  entry.at = now.milliseconds;
  entry.actor_kind = actor.kind;
  entry.actor_id = cut<Text<0, 64>>(actor.id, 64);
  entry.address = cut<Text<0, 64>>(actor.address, 64);
  entry.action = change.action;
  entry.subject_kind = change.subject_kind;
  entry.subject_id = cut<Text<0, 128>>(change.subject_id, 128);
  entry.before = raw(change.before);
  entry.after = raw(change.after);
  entry.hash = hash_of(head.hash, entry);
  audit_store::append(db, tenant, entry);
}

ChainVerdict verify(Database& database, const TenantId& tenant) {
  ChainVerdict verdict;
  database.read([&](Transaction& db) {
    verdict = {};
    const auto head = audit_store::head(db, tenant);
    for (;;) {
      const auto entries =
          audit_store::after(db, tenant, verdict.entries, entries_verified_at_once);
      if (entries.empty()) break;
      for (const auto& entry : entries) {
        const bool follows =
            entry.seq == verdict.entries + 1 && entry.hash.value == hash_of(verdict.head, entry);
        if (!follows) {
          verdict.broken_at = verdict.entries + 1;
          return;
        }
        verdict.entries = entry.seq;
        verdict.head = entry.hash.value;
      }
    }
    // The head knows how many there were: entries cut off at the end are missed here.
    const audit_store::Head expected = head.value_or(audit_store::Head{});
    if (expected.seq != verdict.entries || expected.hash != verdict.head) {
      verdict.broken_at = verdict.entries + 1;
    }
  });
  return verdict;
}

}  // namespace audit

Answer<Page<AuditEntry>> Audit::list(const Caller& caller, const AuditQuery& query) {
  const int limit = query.limit.value_or(page_limit_default);
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  if (query.cursor) {
    const std::string& text = query.cursor->value;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), below);
    if (error != std::errc{} || end != text.data() + text.size()) {
      return invalid("cursor", "is no cursor of this list");
    }
  }
  Page<AuditEntry> page;
  page.items = database_.reading([&](Transaction& db) {
    return audit_store::newest(db, caller.tenant, query, below, limit + 1);
  });
  if (static_cast<int>(page.items.size()) > limit) {
    page.items.resize(static_cast<std::size_t>(limit));
    page.next_cursor = std::to_string(page.items.back().seq);
  }
  return page;
}

}  // namespace pf
