#include "cloud/domain/jobs/story_store.hpp"

#include <algorithm>

#include "cloud/kit/table.hpp"

namespace pf::story_store {

void append(Transaction& db, const TenantId& tenant, std::string_view job_id,
            const StoryEntry& entry) {
  static const std::string sql =
      "INSERT INTO job_events (tenant_id, job_id, " + columns<StoryEntry>() +
      ", position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
      "(SELECT COALESCE(MAX(position), 0) + 1 FROM job_events WHERE tenant_id = $1 AND "
      "job_id = $2))";
  auto values = sql_values(tenant, job_id);
  StoryEntry::each_field(
      entry, [&](std::string_view, const auto& field) { values.push_back(to_sql(field)); });
  db.execute(sql, values);
}

std::vector<StoryEntry> entries(Transaction& db, const TenantId& tenant, std::string_view job_id,
                                int entries_max) {
  static const std::string sql = "SELECT " + columns<StoryEntry>() +
                                 " FROM job_events WHERE tenant_id = $1 AND job_id = $2 "
                                 "ORDER BY position DESC LIMIT $3";
  auto newest_first = rows_of<StoryEntry>(db.query(sql, sql_values(tenant, job_id, entries_max)));
  std::reverse(newest_first.begin(), newest_first.end());
  return newest_first;
}

std::vector<JobAttempt> attempts(Transaction& db, const TenantId& tenant, std::string_view job_id) {
  static const std::string sql =
      "SELECT " + columns<JobAttempt>() +
      " FROM job_attempts WHERE tenant_id = $1 AND job_id = $2 ORDER BY attempt";
  return rows_of<JobAttempt>(db.query(sql, sql_values(tenant, job_id)));
}

}  // namespace pf::story_store
