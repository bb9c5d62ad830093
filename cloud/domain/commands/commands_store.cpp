#include "cloud/domain/commands/commands_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::commands_store {
namespace {

// Rows of columns<Command>(), tenant_id, payload.
std::vector<OutboxRow> outbox_rows(const std::vector<SqlRow>& stored) {
  std::vector<OutboxRow> rows;
  rows.reserve(stored.size());
  for (const auto& one : stored) {
    rows.push_back({column<TenantId>(one, one.size() - 2), row_of<Command>(one),
                    column<std::string>(one, one.size() - 1)});
  }
  return rows;
}

void end(Transaction& db, const TenantId& tenant, std::string_view id, std::string_view says,
         Millis now) {
  db.execute(
      "UPDATE commands SET state = 'expired', code = 'expired', error_message = $3, "
      "updated_at = $4 WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, id, says, now));
}

}  // namespace

void insert(Transaction& db, const TenantId& tenant, const Command& command,
            std::string_view payload) {
  static const std::string sql =
      "INSERT INTO commands (tenant_id, payload, " + columns<Command>() +
      ", position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
      "$12, $13, $14, (SELECT COALESCE(MAX(position), 0) + 1 FROM "
      "commands WHERE hub_id = $4))";
  auto values = sql_values(tenant, payload);
  Command::each_field(
      command, [&](std::string_view, const auto& field) { values.push_back(to_sql(field)); });
  db.execute(sql, values);
}

std::optional<Command> find(Transaction& db, const TenantId& tenant, std::string_view id) {
  static const std::string sql =
      "SELECT " + columns<Command>() + " FROM commands WHERE tenant_id = $1 AND id = $2";
  const auto rows = db.query(sql, sql_values(tenant, id));
  if (rows.empty()) return std::nullopt;
  return row_of<Command>(rows.front());
}

std::vector<OutboxRow> unanswered(Transaction& db, std::string_view hub_id, std::size_t rows_max) {
  // By hub, not by tenant: the sender serves a connection, and the hub's own identity decides whose
  // rows they are.
  static const std::string sql =
      "SELECT " + columns<Command>("c") +
      ", c.tenant_id, c.payload FROM commands c JOIN hub_identities h ON h.hub_id = c.hub_id AND "
      "h.tenant_id = c.tenant_id WHERE c.hub_id = $1 AND c.state IN ('waiting', 'sent') "
      "ORDER BY c.position LIMIT $2";
  return outbox_rows(db.query(sql, sql_values(hub_id, rows_max)));
}

bool mark_sent(Transaction& db, const TenantId& tenant, std::string_view id, Millis now) {
  return db.execute(
             "UPDATE commands SET state = 'sent', updated_at = $3 WHERE tenant_id = $1 AND id = $2 "
             "AND state = 'waiting'",
             sql_values(tenant, id, now)) == 1;
}

std::optional<Command> settle(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                              const CommandAck& ack, Millis now) {
  const auto moved = db.execute(
      "UPDATE commands SET state = $4, code = $5, error_message = $6, updated_at = $7 "
      "WHERE tenant_id = $1 AND id = $2 AND hub_id = $3 AND state IN ('waiting', 'sent')",
      sql_values(tenant, ack.command_id, hub_id,
                 ack.success ? CommandState::accepted : CommandState::refused, ack.code,
                 ack.error_message, now));
  if (moved == 0) return std::nullopt;
  return find(db, tenant, ack.command_id);
}

std::vector<OutboxRow> expire(Transaction& db, Millis now) {
  static const std::string sql =
      "SELECT " + columns<Command>() +
      ", tenant_id, payload FROM commands WHERE state = 'waiting' AND not_after < $1 LIMIT 1000";
  auto expired = outbox_rows(db.query(sql, sql_values(now)));
  for (auto& row : expired) {
    end(db, row.tenant, row.command.id, "The hub did not come online in time.", now);
  }
  return expired;
}

bool withdraw(Transaction& db, const TenantId& tenant, std::string_view job_id,
              std::int64_t attempt, Millis now) {
  const auto rows = db.query(
      "SELECT id FROM commands WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND "
      "kind = 'start_print' AND state = 'waiting'",
      sql_values(tenant, job_id, attempt));
  for (const auto& row : rows) {
    end(db, tenant, column<std::string>(row, 0), "Taken back before it was sent.", now);
  }
  return !rows.empty();
}

}  // namespace pf::commands_store
