#include "cloud/domain/files/files_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::files_store {
namespace {

const std::string select_files = "SELECT " + columns<PrintFileInfo>() +
                                 " FROM print_files WHERE tenant_id = $1 AND removed_at IS NULL";

}  // namespace

std::vector<PrintFileInfo> list(Transaction& db, const TenantId& tenant, std::string_view before_id,
                                int limit) {
  static const std::string sql =
      select_files + " AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3";
  return rows_of<PrintFileInfo>(db.query(sql, sql_values(tenant, before_id, limit)));
}

std::optional<PrintFileInfo> find(Transaction& db, const TenantId& tenant, std::string_view id) {
  static const std::string sql = select_files + " AND id = $2";
  const auto rows = db.query(sql, sql_values(tenant, id));
  if (rows.empty()) return std::nullopt;
  return row_of<PrintFileInfo>(rows.front());
}

void insert(Transaction& db, const TenantId& tenant, const PrintFileInfo& file) {
  Table<PrintFileInfo>::insert(db, tenant, file);
}

bool is_needed(Transaction& db, const TenantId& tenant, std::string_view id) {
  return !db.query(
                "SELECT 1 FROM print_jobs WHERE tenant_id = $1 AND file_id = $2 AND state IN "
                "('queued', 'assigned', 'sending', 'printing', 'paused') LIMIT 1",
                sql_values(tenant, id))
              .empty();
}

void remove(Transaction& db, const TenantId& tenant, std::string_view id, Millis now) {
  const auto deleted = db.execute(
      "DELETE FROM print_files WHERE tenant_id = $1 AND id = $2 AND NOT EXISTS "
      "(SELECT 1 FROM print_jobs j WHERE j.tenant_id = $1 AND j.file_id = $2)",
      sql_values(tenant, id));
  if (deleted > 0) return;
  db.execute(
      "UPDATE print_files SET removed_at = $3, updated_at = $3 "
      "WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL",
      sql_values(tenant, id, now));
}

bool content_is_used(Transaction& db, const TenantId& tenant, std::string_view sha256) {
  return !db.query(
                "SELECT 1 FROM print_files WHERE tenant_id = $1 AND sha256 = $2 AND "
                "removed_at IS NULL LIMIT 1",
                sql_values(tenant, sha256))
              .empty();
}

}  // namespace pf::files_store
