#include "cloud/domain/printers/printers_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::printers_store {
namespace {

const std::string select_printers =
    "SELECT p.id, p.hub_id, p.name, p.serial_number, p.ip_address, p.ports, p.model, "
    "p.fingerprint, "
    "CASE WHEN EXISTS (SELECT 1 FROM plate_tokens t WHERE t.tenant_id = p.tenant_id AND "
    "t.printer_id = p.id AND t.state IN ('live', 'reserved')) THEN 0 ELSE 1 END, "
    "p.assignment, p.created_at, p.updated_at, a.leaving_until FROM printers p "
    "LEFT JOIN printer_assignments a ON a.tenant_id = p.tenant_id AND "
    "a.serial_number = p.serial_number WHERE p.tenant_id = $1 AND p.removed_at IS NULL";

}  // namespace

std::vector<Printer> list(Transaction& db, const TenantId& tenant, const PrinterQuery& query,
                          int limit) {
  // By id, which is by age: a cursor stays valid while printers are renamed.
  static const std::string sql = select_printers +
                                 " AND ($2 = '' OR p.hub_id = $2) AND ($3 = '' OR p.id > $3) "
                                 "ORDER BY p.id LIMIT $4";
  const std::string_view hub = query.hub_id ? std::string_view(*query.hub_id) : "";
  const std::string_view cursor = query.cursor ? std::string_view(*query.cursor) : "";
  return rows_of<Printer>(db.query(sql, sql_values(tenant, hub, cursor, limit)));
}

std::optional<Printer> find(Transaction& db, const TenantId& tenant, std::string_view id) {
  static const std::string sql = select_printers + " AND p.id = $2";
  const auto rows = db.query(sql, sql_values(tenant, id));
  if (rows.empty()) return std::nullopt;
  return row_of<Printer>(rows.front());
}

std::optional<Printer> find_by_serial(Transaction& db, const TenantId& tenant,
                                      const Serial& serial) {
  static const std::string sql = select_printers + " AND p.serial_number = $2";
  const auto rows = db.query(sql, sql_values(tenant, serial));
  if (rows.empty()) return std::nullopt;
  return row_of<Printer>(rows.front());
}

std::vector<Printer> of_hub(Transaction& db, const TenantId& tenant, std::string_view hub_id) {
  static const std::string sql = select_printers + " AND p.hub_id = $2 ORDER BY p.id";
  return rows_of<Printer>(db.query(sql, sql_values(tenant, hub_id)));
}

int count_of_hub(Transaction& db, const TenantId& tenant, std::string_view hub_id) {
  return column<int>(db.query("SELECT COUNT(*) FROM printers WHERE tenant_id = $1 AND hub_id = $2 "
                              "AND removed_at IS NULL",
                              sql_values(tenant, hub_id))
                         .front(),
                     0);
}

void insert(Transaction& db, const TenantId& tenant, const Printer& printer,
            const Blob& access_code) {
  db.execute(
      "INSERT INTO printers (tenant_id, id, hub_id, name, serial_number, ip_address, ports, model, "
      "access_code, assignment, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      sql_values(tenant, printer.id, printer.hub_id, printer.name, printer.serial_number,
                 printer.ip_address, printer.ports, printer.model, access_code, printer.assignment,
                 printer.created_at, printer.updated_at));
}

void update(Transaction& db, const TenantId& tenant, const Printer& printer) {
  db.execute(
      "UPDATE printers SET name = $3, ip_address = $4, ports = $5, model = $6, fingerprint = $7, "
      "updated_at = $8 WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, printer.id, printer.name, printer.ip_address, printer.ports, printer.model,
                 printer.fingerprint, printer.updated_at));
}

void set_access_code(Transaction& db, const TenantId& tenant, std::string_view id,
                     const Blob& access_code) {
  db.execute("UPDATE printers SET access_code = $3 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, id, access_code));
}

Blob access_code(Transaction& db, const TenantId& tenant, std::string_view id) {
  const auto rows = db.query("SELECT access_code FROM printers WHERE tenant_id = $1 AND id = $2",
                             sql_values(tenant, id));
  if (rows.empty()) throw DatabaseError("a printer vanished between two reads");
  return column<Blob>(rows.front(), 0);
}

void remove(Transaction& db, const TenantId& tenant, std::string_view id, Millis now) {
  db.execute(
      "UPDATE printers SET removed_at = $3, updated_at = $3, name = id, serial_number = id, "
      "access_code = $4 WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, id, now, Blob{}));
}

void set_hub(Transaction& db, const TenantId& tenant, const Printer& printer) {
  db.execute(
      "UPDATE printers SET hub_id = $3, assignment = $4, updated_at = $5 "
      "WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, printer.id, printer.hub_id, printer.assignment, printer.updated_at));
}

std::optional<OpenAttempt> open_attempt(Transaction& db, const TenantId& tenant,
                                        std::string_view id) {
  const auto rows = db.query(
      "SELECT job_id, attempt FROM job_attempts WHERE tenant_id = $1 AND printer_id = $2 AND "
      "is_open = 1",
      sql_values(tenant, id));
  if (rows.empty()) return std::nullopt;
  return OpenAttempt{column<std::string>(rows.front(), 0), column<std::int64_t>(rows.front(), 1)};
}

void unassign_jobs(Transaction& db, const TenantId& tenant, std::string_view id, Millis now) {
  db.execute(
      "UPDATE print_jobs SET printer_id = NULL, state = 'queued', updated_at = $3 "
      "WHERE tenant_id = $1 AND printer_id = $2 AND state = 'assigned'",
      sql_values(tenant, id, now));
}

void set_fingerprint(Transaction& db, const TenantId& tenant, std::string_view id,
                     std::string_view fingerprint) {
  db.execute("UPDATE printers SET fingerprint = $3 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, id, fingerprint));
}

std::optional<std::string> last_print_id(Transaction& db, const TenantId& tenant,
                                         std::string_view id) {
  const auto rows = db.query("SELECT last_print_id FROM printers WHERE tenant_id = $1 AND id = $2",
                             sql_values(tenant, id));
  if (rows.empty()) return std::nullopt;
  return column<std::optional<std::string>>(rows.front(), 0);
}

void set_last_print_id(Transaction& db, const TenantId& tenant, std::string_view id,
                       std::string_view print_id) {
  db.execute("UPDATE printers SET last_print_id = $3 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, id, print_id));
}

std::int64_t next_assignment(Transaction& db, const TenantId& tenant, const Serial& serial) {
  const auto rows = db.query(
      "INSERT INTO printer_assignments (tenant_id, serial_number, assignment) VALUES ($1, $2, 1) "
      "ON CONFLICT (tenant_id, serial_number) "
      "DO UPDATE SET assignment = printer_assignments.assignment + 1 RETURNING assignment",
      sql_values(tenant, serial));
  return column<std::int64_t>(rows.at(0), 0);
}

void set_leaving(Transaction& db, const TenantId& tenant, const Serial& serial,
                 const CommandId& command_id, Millis until) {
  db.execute(
      "UPDATE printer_assignments SET leaving_command = $3, leaving_until = $4 "
      "WHERE tenant_id = $1 AND serial_number = $2",
      sql_values(tenant, serial, command_id, until));
}

void end_leaving(Transaction& db, const TenantId& tenant, const Serial& serial) {
  db.execute(
      "UPDATE printer_assignments SET leaving_command = NULL, leaving_until = NULL "
      "WHERE tenant_id = $1 AND serial_number = $2",
      sql_values(tenant, serial));
}

std::optional<Leaving> leaving_by(Transaction& db, const TenantId& tenant,
                                  std::string_view command_id) {
  const auto rows = db.query(
      "SELECT serial_number FROM printer_assignments WHERE tenant_id = $1 AND leaving_command = $2 "
      "AND leaving_until IS NOT NULL",
      sql_values(tenant, command_id));
  if (rows.empty()) return std::nullopt;
  return Leaving{tenant, column<Serial>(rows.front(), 0)};
}

std::vector<Leaving> overdue(Transaction& db, Millis now) {
  std::vector<Leaving> all;
  for (const auto& row :
       db.query("SELECT tenant_id, serial_number FROM printer_assignments WHERE leaving_until < $1 "
                "ORDER BY leaving_until LIMIT 500",
                sql_values(now))) {
    all.push_back({column<TenantId>(row, 0), column<Serial>(row, 1)});
  }
  return all;
}

std::int64_t generation(Transaction& db, const TenantId& tenant, std::string_view hub_id) {
  const auto rows = db.query("SELECT generation FROM hubs WHERE tenant_id = $1 AND id = $2",
                             sql_values(tenant, hub_id));
  return rows.empty() ? 0 : column<std::int64_t>(rows.front(), 0);
}

std::int64_t next_generation(Transaction& db, const TenantId& tenant, std::string_view hub_id) {
  db.execute("UPDATE hubs SET generation = generation + 1 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, hub_id));
  return generation(db, tenant, hub_id);
}

void insert_plate(Transaction& db, const TenantId& tenant, const NewPlate& plate, Millis now) {
  db.execute(
      "INSERT INTO plate_tokens (tenant_id, id, printer_id, state, minted_by, minted_at, "
      "last_print_id, changed_at) VALUES ($1, $2, $3, 'live', $4, $5, $6, $5)",
      sql_values(tenant, plate.id, plate.printer_id, plate.minted_by, now, plate.last_print_id));
}

std::optional<LivePlate> live_plate(Transaction& db, const TenantId& tenant,
                                    std::string_view printer_id) {
  const auto rows = db.query(
      "SELECT id, last_print_id FROM plate_tokens WHERE tenant_id = $1 AND printer_id = $2 AND "
      "state = 'live'",
      sql_values(tenant, printer_id));
  if (rows.empty()) return std::nullopt;
  return LivePlate{column<std::string>(rows.front(), 0),
                   column<std::optional<std::string>>(rows.front(), 1)};
}

bool plate_is_reserved(Transaction& db, const TenantId& tenant, std::string_view printer_id) {
  return !db.query(
                "SELECT 1 FROM plate_tokens WHERE tenant_id = $1 AND printer_id = $2 AND "
                "state = 'reserved'",
                sql_values(tenant, printer_id))
              .empty();
}

std::optional<PlateState> return_plate(Transaction& db, const TenantId& tenant,
                                       std::string_view token_id, Millis now) {
  const auto rows = db.query(
      "UPDATE plate_tokens SET changed_at = $3, state = CASE WHEN COALESCE(last_print_id, '') = "
      "(SELECT COALESCE(p.last_print_id, '') FROM printers p WHERE p.tenant_id = $1 AND "
      "p.id = plate_tokens.printer_id) THEN 'live' ELSE 'voided' END "
      "WHERE tenant_id = $1 AND id = $2 AND state = 'reserved' RETURNING state",
      sql_values(tenant, token_id, now));
  if (rows.empty()) return std::nullopt;
  return column<PlateState>(rows.front(), 0);
}

void void_all_plates(Transaction& db, Millis now) {
  db.execute(
      "UPDATE plate_tokens SET state = 'voided', changed_at = $1 WHERE state IN ('live', "
      "'reserved')",
      sql_values(now));
}

bool set_plate(Transaction& db, const TenantId& tenant, std::string_view token_id, PlateState from,
               PlateState to, Millis now) {
  return db.execute(
             "UPDATE plate_tokens SET state = $4, changed_at = $5 WHERE tenant_id = $1 AND "
             "id = $2 AND state = $3",
             sql_values(tenant, token_id, from, to, now)) == 1;
}

bool move_plate(Transaction& db, const TenantId& tenant, std::string_view printer_id,
                PlateState from, PlateState to, Millis now) {
  return db.execute(
             "UPDATE plate_tokens SET state = $4, changed_at = $5 WHERE tenant_id = $1 AND "
             "printer_id = $2 AND state = $3",
             sql_values(tenant, printer_id, from, to, now)) > 0;
}

}  // namespace pf::printers_store
