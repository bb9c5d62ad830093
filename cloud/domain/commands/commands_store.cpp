#include "cloud/domain/commands/commands_store.hpp"

#include <algorithm>

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

void end(Transaction& db, const TenantId& tenant, std::string_view id, std::string_view code,
         std::string_view says, Millis now) {
  db.execute(
      "UPDATE commands SET state = 'expired', code = $3, error_message = $4, updated_at = $5 "
      "WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, id, code, says, now));
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

std::vector<Command> list(Transaction& db, const TenantId& tenant, const CommandQuery& query,
                          std::string_view before, int limit) {
  static const std::string sql =
      "SELECT " + columns<Command>() +
      " FROM commands WHERE tenant_id = $1 AND ($2 = '' OR hub_id = $2) AND "
      "($3 = '' OR printer_id = $3) AND ($4 = '' OR job_id = $4) AND ($5 = '' OR kind = $5) AND "
      "($6 = '' OR state = $6) AND ($7 = '' OR id < $7) ORDER BY id DESC LIMIT $8";
  const auto text = [](const auto& field) {
    return field ? std::string_view(*field) : std::string_view{};
  };
  return rows_of<Command>(
      db.query(sql, sql_values(tenant, text(query.hub_id), text(query.printer_id),
                               text(query.job_id), query.kind ? word(*query.kind) : "",
                               query.state ? word(*query.state) : "", before, limit)));
}

std::vector<Command> of_job(Transaction& db, const TenantId& tenant, std::string_view job_id,
                            int commands_max) {
  static const std::string sql = "SELECT " + columns<Command>() +
                                 " FROM commands WHERE tenant_id = $1 AND job_id = $2 "
                                 "ORDER BY id DESC LIMIT $3";
  auto newest_first = rows_of<Command>(db.query(sql, sql_values(tenant, job_id, commands_max)));
  std::reverse(newest_first.begin(), newest_first.end());
  return newest_first;
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
    end(db, row.tenant, row.command.id, "expired", "The hub did not come online in time.", now);
  }
  return expired;
}

std::optional<Command> withdraw_start(Transaction& db, const TenantId& tenant,
                                      std::string_view job_id, std::int64_t attempt, Millis now) {
  const auto rows = db.query(
      "SELECT id FROM commands WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND "
      "kind = 'start_print' AND state = 'waiting'",
      sql_values(tenant, job_id, attempt));
  if (rows.empty()) return std::nullopt;
  const auto id = column<std::string>(rows.front(), 0);
  end(db, tenant, id, "withdrawn", "Taken back before it was sent.", now);
  return find(db, tenant, id);
}

void retire_start(Transaction& db, const TenantId& tenant, std::string_view job_id,
                  std::int64_t attempt, Millis now) {
  db.execute(
      "UPDATE commands SET state = 'expired', code = 'retired', error_message = "
      "'A person said what became of this print.', updated_at = $4 WHERE tenant_id = $1 AND "
      "job_id = $2 AND attempt = $3 AND kind = 'start_print' AND state IN ('waiting', 'sent')",
      sql_values(tenant, job_id, attempt, now));
}

}  // namespace pf::commands_store
