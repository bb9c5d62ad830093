#include "cloud/domain/jobs/queue_store.hpp"

#include "cloud/domain/jobs/queue.hpp"
#include "cloud/kit/table.hpp"

namespace pf::queue_store {
namespace {

std::int64_t position_of(Transaction& db, const TenantId& tenant, std::string_view id) {
  const auto rows = db.query("SELECT position FROM print_jobs WHERE tenant_id = $1 AND id = $2",
                             sql_values(tenant, id));
  if (rows.empty()) throw DatabaseError("a job vanished between two reads");
  return column<std::int64_t>(rows.front(), 0);
}

std::optional<std::int64_t> position_below(Transaction& db, const TenantId& tenant,
                                           std::int64_t position, std::string_view but_id) {
  return column<std::optional<std::int64_t>>(
      db.query("SELECT MAX(position) FROM print_jobs WHERE tenant_id = $1 AND position < $2 AND "
               "id <> $3",
               sql_values(tenant, position, but_id))
          .front(),
      0);
}

void place(Transaction& db, const TenantId& tenant, std::string_view id, std::int64_t position) {
  db.execute("UPDATE print_jobs SET position = $3 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, id, position));
}

// Opens the gaps again. Only what waits needs a place.
void spread(Transaction& db, const TenantId& tenant) {
  db.execute(
      "UPDATE print_jobs SET position = ranked.place * $2 FROM (SELECT id, ROW_NUMBER() OVER "
      "(ORDER BY position, id) AS place FROM print_jobs WHERE tenant_id = $1) AS ranked "
      "WHERE print_jobs.tenant_id = $1 AND print_jobs.id = ranked.id",
      sql_values(tenant, gap));
}

}  // namespace

std::vector<Job> list(Transaction& db, const TenantId& tenant, const QueueQuery& query,
                      std::string_view after_id, int limit) {
  static const std::string sql =
      "SELECT " + columns<Job>("j") +
      " FROM print_jobs j LEFT JOIN print_jobs last ON last.tenant_id = j.tenant_id AND "
      "last.id = $3 WHERE j.tenant_id = $1 AND j.state IN ('queued', 'assigned') AND "
      "($2 = '' OR j.printer_id = $2) AND (last.id IS NULL OR j.priority < last.priority OR "
      "(j.priority = last.priority AND (j.position > last.position OR "
      "(j.position = last.position AND j.id > last.id)))) "
      "ORDER BY j.priority DESC, j.position, j.id LIMIT $4";
  const std::string_view printer = query.printer_id ? std::string_view(*query.printer_id) : "";
  return rows_of<Job>(db.query(sql, sql_values(tenant, printer, after_id, limit)));
}

std::vector<Job> candidates(Transaction& db, const TenantId& tenant, std::string_view printer_id,
                            int limit) {
  static const std::string sql =
      "SELECT " + columns<Job>() +
      " FROM print_jobs WHERE tenant_id = $1 AND state IN ('queued', 'assigned') AND "
      "(printer_id = $2 OR printer_id IS NULL) AND (attempt = 0 OR waiting_for IS NOT NULL) "
      "ORDER BY CASE WHEN printer_id IS NULL THEN 1 ELSE 0 END, priority DESC, position, id "
      "LIMIT $3";
  return rows_of<Job>(db.query(sql, sql_values(tenant, printer_id, limit)));
}

void place_last(Transaction& db, const TenantId& tenant, std::string_view id) {
  db.execute(
      "UPDATE print_jobs SET position = (SELECT COALESCE(MAX(position), 0) + $3 FROM print_jobs "
      "WHERE tenant_id = $1) WHERE tenant_id = $1 AND id = $2",
      sql_values(tenant, id, gap));
}

void place_before(Transaction& db, const TenantId& tenant, std::string_view id,
                  std::string_view other_id) {
  auto above = position_of(db, tenant, other_id);
  auto below = position_below(db, tenant, above, id);
  if (below && above - *below < 2) {
    spread(db, tenant);
    above = position_of(db, tenant, other_id);
    below = position_below(db, tenant, above, id);
  }
  place(db, tenant, id, below ? *below + (above - *below) / 2 : above - gap);
}

}  // namespace pf::queue_store
