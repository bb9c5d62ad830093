#include "cloud/domain/hubs/hubs_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::hubs_store {
namespace {

const std::string select_hubs =
    "SELECT h.id, h.name, h.firmware_version, h.hardware_revision, "
    "CASE WHEN h.lease_until > $2 THEN 1 ELSE 0 END, h.last_seen_at, h.ip_address, "
    "(SELECT COUNT(*) FROM printers p WHERE p.tenant_id = h.tenant_id AND p.hub_id = h.id AND "
    "p.removed_at IS NULL), h.claimed_at, h.updated_at, i.quarantined_at, i.quarantine_reason "
    "FROM hubs h JOIN hub_identities i ON i.hub_id = h.id AND i.tenant_id = h.tenant_id "
    "WHERE h.tenant_id = $1 AND h.released_at IS NULL";

}  // namespace

void insert_claim(Transaction& db, const ClaimRow& claim) {
  db.execute(
      "INSERT INTO claim_tokens (token_hash, tenant_id, created_by, hub_name, expires_at, "
      "same_hub) VALUES ($1, $2, $3, $4, $5, $6)",
      sql_values(claim.token_hash, claim.tenant, claim.created_by, claim.hub_name, claim.expires_at,
                 claim.same_hub));
}

std::optional<ClaimRow> find_claim(Transaction& db, std::string_view token_hash) {
  const auto rows = db.query(
      "SELECT token_hash, tenant_id, created_by, hub_name, expires_at, used_by_hub, "
      "used_secret_hash, same_hub FROM claim_tokens WHERE token_hash = $1",
      sql_values(token_hash));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return ClaimRow{column<std::string>(row, 0),
                  column<TenantId>(row, 1),
                  column<std::string>(row, 2),
                  column<std::optional<std::string>>(row, 3),
                  column<Millis>(row, 4),
                  column<std::optional<std::string>>(row, 5),
                  column<std::optional<std::string>>(row, 6),
                  column<std::optional<std::string>>(row, 7)};
}

void use_claim(Transaction& db, std::string_view token_hash, std::string_view hub_id,
               std::string_view secret_hash) {
  db.execute(
      "UPDATE claim_tokens SET used_by_hub = $2, used_secret_hash = $3 WHERE token_hash = $1",
      sql_values(token_hash, hub_id, secret_hash));
}

std::optional<IdentityRow> find_identity(Transaction& db, std::string_view hub_id) {
  const auto rows = db.query(
      "SELECT hub_id, tenant_id, secret_sealed, boot_count, boot_id, epoch, quarantined_at "
      "FROM hub_identities WHERE hub_id = $1",
      sql_values(hub_id));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return IdentityRow{column<std::string>(row, 0),
                     column<std::optional<TenantId>>(row, 1),
                     column<Blob>(row, 2),
                     column<std::int64_t>(row, 3),
                     column<std::string>(row, 4),
                     column<std::int64_t>(row, 5),
                     column<std::optional<Millis>>(row, 6)};
}

void put_identity(Transaction& db, std::string_view hub_id, const TenantId& tenant,
                  const Blob& secret_sealed) {
  db.execute(
      "INSERT INTO hub_identities (hub_id, tenant_id, secret_sealed) VALUES ($1, $2, $3) "
      "ON CONFLICT (hub_id) DO UPDATE SET tenant_id = $2, secret_sealed = $3, boot_count = 0, "
      "boot_id = '', quarantined_at = NULL, quarantine_reason = NULL",
      sql_values(hub_id, tenant, secret_sealed));
}

void open_epoch(Transaction& db, std::string_view hub_id, std::int64_t epoch,
                std::int64_t boot_count, std::string_view boot_id) {
  db.execute(
      "UPDATE hub_identities SET epoch = $2, boot_count = $3, boot_id = $4 WHERE hub_id = $1",
      sql_values(hub_id, epoch, boot_count, boot_id));
}

bool is_epoch(Transaction& db, std::string_view hub_id, std::int64_t epoch) {
  return !db.query("SELECT 1 FROM hub_identities WHERE hub_id = $1 AND epoch = $2",
                   sql_values(hub_id, epoch))
              .empty();
}

void quarantine(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                QuarantineReason reason, Millis now) {
  db.execute(
      "UPDATE hub_identities SET quarantined_at = $3, quarantine_reason = $4 "
      "WHERE tenant_id = $1 AND hub_id = $2 AND quarantined_at IS NULL",
      sql_values(tenant, hub_id, now, reason));
}

int count(Transaction& db, const TenantId& tenant) {
  return column<int>(
      db.query("SELECT COUNT(*) FROM hubs WHERE tenant_id = $1 AND released_at IS NULL",
               sql_values(tenant))
          .front(),
      0);
}

void put_hub(Transaction& db, const TenantId& tenant, std::string_view hub_id,
             std::string_view name, const HubClaim& claim, Millis now) {
  db.execute(
      "INSERT INTO hubs (tenant_id, id, name, firmware_version, hardware_revision, claimed_at, "
      "updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (tenant_id, id) DO UPDATE SET "
      "name = $3, firmware_version = $4, hardware_revision = $5, claimed_at = $6, updated_at = $6, "
      "released_at = NULL",
      sql_values(tenant, hub_id, name, claim.firmware_version, claim.hardware_revision, now));
}

std::vector<Hub> list(Transaction& db, const TenantId& tenant, Millis now) {
  static const std::string sql = select_hubs + " ORDER BY h.name, h.id";
  return rows_of<Hub>(db.query(sql, sql_values(tenant, now)));
}

std::optional<Hub> find(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                        Millis now) {
  static const std::string sql = select_hubs + " AND h.id = $3";
  const auto rows = db.query(sql, sql_values(tenant, now, hub_id));
  if (rows.empty()) return std::nullopt;
  return row_of<Hub>(rows.front());
}

void rename(Transaction& db, const TenantId& tenant, const Hub& hub) {
  db.execute("UPDATE hubs SET name = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, hub.id, hub.name, hub.updated_at));
}

void release(Transaction& db, const TenantId& tenant, std::string_view hub_id, Millis now) {
  db.execute(
      "UPDATE hubs SET released_at = $3, lease_until = NULL WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, hub_id, now));
  // The epoch grows, so that a session that is still open cannot renew its lease.
  db.execute(
      "UPDATE hub_identities SET tenant_id = NULL, epoch = epoch + 1 "
      "WHERE tenant_id = $1 AND hub_id = $2",
      sql_values(tenant, hub_id));
}

void put_discovery(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                   const PrintersDiscovered& found, Millis now) {
  db.execute(
      "INSERT INTO hub_discoveries (tenant_id, hub_id, command_id, found_at, printers) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, hub_id) "
      "DO UPDATE SET command_id = $3, found_at = $4, printers = $5",
      sql_values(tenant, hub_id, found.command_id, now, found.printers));
}

Discovery discovery(Transaction& db, const TenantId& tenant, std::string_view hub_id) {
  Discovery discovery;
  const auto rows = db.query(
      "SELECT command_id, found_at, printers FROM hub_discoveries WHERE tenant_id = $1 AND "
      "hub_id = $2",
      sql_values(tenant, hub_id));
  if (rows.empty()) return discovery;
  discovery.command_id = column<CommandId>(rows.front(), 0);
  discovery.found_at = column<Millis>(rows.front(), 1);
  for (auto& one : column<decltype(PrintersDiscovered::printers)>(rows.front(), 2)) {
    const auto known =
        db.query("SELECT id FROM printers WHERE tenant_id = $1 AND serial_number = $2",
                 sql_values(tenant, one.printer_id));
    FoundPrinter found{one.printer_id,       one.ip_address, one.model,   one.name,
                       one.firmware_version, one.bound,      std::nullopt};
    if (!known.empty()) found.printer_id = column<Uuid>(known.front(), 0);
    discovery.printers.push_back(std::move(found));
  }
  return discovery;
}

void came_online(Transaction& db, const TenantId& tenant, const HubHello& hello, Millis now,
                 Millis lease_until) {
  db.execute(
      "UPDATE hubs SET firmware_version = $3, hardware_revision = $4, lease_until = $6, "
      "last_seen_at = $5, updated_at = $5 WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, hello.hub_id, hello.firmware_version, hello.hardware_revision, now,
                 lease_until));
}

void renew(Transaction& db, const TenantId& tenant, std::string_view hub_id, Millis now,
           Millis lease_until, const std::optional<std::string>& ip_address) {
  db.execute(
      "UPDATE hubs SET lease_until = $4, last_seen_at = $3, ip_address = COALESCE($5, ip_address) "
      "WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, hub_id, now, lease_until, ip_address));
}

void went_away(Transaction& db, const TenantId& tenant, std::string_view hub_id, Millis now) {
  db.execute(
      "UPDATE hubs SET lease_until = NULL, last_seen_at = $3 WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, hub_id, now));
}

std::vector<Ended> end_leases(Transaction& db, Millis now) {
  const auto rows = db.query("SELECT tenant_id, id, last_seen_at FROM hubs WHERE lease_until <= $1",
                             sql_values(now));
  std::vector<Ended> ended;
  for (const auto& row : rows) {
    ended.push_back({column<TenantId>(row, 0), column<std::string>(row, 1),
                     column<std::optional<Millis>>(row, 2)});
    db.execute("UPDATE hubs SET lease_until = NULL WHERE tenant_id = $1 AND id = $2",
               sql_values(ended.back().tenant, ended.back().hub_id));
  }
  return ended;
}

std::int64_t event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                        std::string_view journal_id) {
  const auto rows = db.query(
      "SELECT event_high FROM hub_journals WHERE tenant_id = $1 AND hub_id = $2 AND "
      "journal_id = $3",
      sql_values(tenant, hub_id, journal_id));
  return rows.empty() ? 0 : column<std::int64_t>(rows.front(), 0);
}

void set_event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                    std::string_view journal_id, std::int64_t seq) {
  db.execute(
      "INSERT INTO hub_journals (tenant_id, hub_id, journal_id, event_high) "
      "VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, hub_id, journal_id) "
      "DO UPDATE SET event_high = $4 WHERE hub_journals.event_high < $4",
      sql_values(tenant, hub_id, journal_id, seq));
}

std::string store_incarnation(Transaction& db) {
  const auto rows =
      db.query("SELECT value FROM store_meta WHERE key = $1", sql_values("store_incarnation"));
  if (rows.empty()) throw DatabaseError("the database has no store_incarnation");
  return column<std::string>(rows.front(), 0);
}

void set_store_incarnation(Transaction& db, std::string_view incarnation) {
  db.execute("UPDATE store_meta SET value = $2 WHERE key = $1",
             sql_values("store_incarnation", incarnation));
}

}  // namespace pf::hubs_store
