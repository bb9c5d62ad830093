#include "cloud/domain/jobs/jobs_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf {

// Tells the row deriver which table a Job is a row of.
struct JobRow : Job {
  static constexpr std::string_view table = "print_jobs";
};

}  // namespace pf

namespace pf::jobs_store {
namespace {

template <class Row>
std::vector<SqlValue> values_of(const TenantId& tenant, const Row& row) {
  std::vector<SqlValue> values{to_sql(tenant)};
  Row::each_field(row,
                  [&](std::string_view, const auto& field) { values.push_back(to_sql(field)); });
  return values;
}

std::optional<AttemptRow> first_attempt(const std::vector<SqlRow>& rows) {
  if (rows.empty()) return std::nullopt;
  return row_of<AttemptRow>(rows.front());
}

const std::string select_attempts =
    "SELECT " + columns<AttemptRow>() + " FROM job_attempts WHERE tenant_id = $1";

}  // namespace

std::vector<Job> list(Transaction& db, const TenantId& tenant, const JobQueryParameters& query,
                      int limit) {
  static const std::string sql =
      "SELECT " + columns<Job>() +
      " FROM print_jobs WHERE tenant_id = $1 AND ($2 = '' OR state = $2) AND "
      "($3 = '' OR printer_id = $3) AND ($4 = '' OR id < $4) ORDER BY id DESC LIMIT $5";
  const std::string_view state = query.state ? word(*query.state) : "";
  const std::string_view printer = query.printer_id ? std::string_view(*query.printer_id) : "";
  const std::string_view cursor = query.cursor ? std::string_view(*query.cursor) : "";
  return rows_of<Job>(db.query(sql, sql_values(tenant, state, printer, cursor, limit)));
}

std::optional<Job> find(Transaction& db, const TenantId& tenant, std::string_view id) {
  auto row = Table<JobRow>::find(db, tenant, id);
  if (!row) return std::nullopt;
  return std::move(*row);
}

std::optional<std::string> waiting_for_plate(Transaction& db, const TenantId& tenant,
                                             std::string_view printer_id) {
  const auto rows = db.query(
      "SELECT id FROM print_jobs WHERE tenant_id = $1 AND printer_id = $2 AND state = 'assigned' "
      "AND waiting_for IS NOT NULL ORDER BY priority DESC, id LIMIT 1",
      sql_values(tenant, printer_id));
  if (rows.empty()) return std::nullopt;
  return column<std::string>(rows.front(), 0);
}

void insert(Transaction& db, const TenantId& tenant, const Job& job,
            const std::optional<PrintOptions>& options) {
  JobRow row;
  static_cast<Job&>(row) = job;
  Table<JobRow>::insert(db, tenant, row);
  if (options) {
    db.execute("UPDATE print_jobs SET options = $3 WHERE tenant_id = $1 AND id = $2",
               sql_values(tenant, job.id, options));
  }
}

void update(Transaction& db, const TenantId& tenant, const Job& job) {
  JobRow row;
  static_cast<Job&>(row) = job;
  Table<JobRow>::update(db, tenant, row);
}

std::optional<PrintOptions> options(Transaction& db, const TenantId& tenant, std::string_view id) {
  const auto rows = db.query("SELECT options FROM print_jobs WHERE tenant_id = $1 AND id = $2",
                             sql_values(tenant, id));
  if (rows.empty()) return std::nullopt;
  return column<std::optional<PrintOptions>>(rows.front(), 0);
}

void insert_attempt(Transaction& db, const TenantId& tenant, const AttemptRow& attempt) {
  static const std::string sql =
      "INSERT INTO job_attempts (tenant_id, " + columns<AttemptRow>() +
      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
  db.execute(sql, values_of(tenant, attempt));
}

std::optional<AttemptRow> find_attempt(Transaction& db, const TenantId& tenant,
                                       std::string_view job_id, std::int64_t attempt) {
  static const std::string sql = select_attempts + " AND job_id = $2 AND attempt = $3";
  return first_attempt(db.query(sql, sql_values(tenant, job_id, attempt)));
}

std::optional<AttemptRow> attempt_by_token(Transaction& db, const TenantId& tenant,
                                           std::string_view printer_id,
                                           std::string_view start_token) {
  static const std::string sql = select_attempts + " AND printer_id = $2 AND start_token = $3";
  return first_attempt(db.query(sql, sql_values(tenant, printer_id, start_token)));
}

void update_attempt(Transaction& db, const TenantId& tenant, const AttemptRow& attempt) {
  db.execute(
      "UPDATE job_attempts SET state = $4, is_open = $5, reason = $6, evidence = $7, "
      "updated_at = $8 WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3",
      sql_values(tenant, attempt.job_id, attempt.attempt, attempt.state, attempt.is_open,
                 attempt.reason, attempt.evidence, attempt.updated_at));
}

bool has_other_open_attempt(Transaction& db, const TenantId& tenant, const AttemptRow& attempt) {
  return !db.query(
                "SELECT 1 FROM job_attempts WHERE tenant_id = $1 AND printer_id = $2 AND "
                "is_open = 1 AND NOT (job_id = $3 AND attempt = $4)",
                sql_values(tenant, attempt.printer_id, attempt.job_id, attempt.attempt))
              .empty();
}

bool add_effect(Transaction& db, const TenantId& tenant, const AttemptRow& attempt,
                std::string_view kind, Millis now) {
  return db.execute(
             "INSERT INTO job_effects (tenant_id, job_id, attempt, kind, created_at) "
             "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
             sql_values(tenant, attempt.job_id, attempt.attempt, kind, now)) == 1;
}

}  // namespace pf::jobs_store
