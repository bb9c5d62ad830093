#include "cloud/domain/jobs/jobs_store.hpp"

#include "cloud/domain/jobs/queue_store.hpp"
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

const std::string select_jobs =
    "SELECT " + columns<Job>() +
    " FROM print_jobs WHERE tenant_id = $1 AND ($2 = '' OR state = $2) AND "
    "($3 = '' OR printer_id = $3) AND ($4 = '' OR kind = $4) AND ($5 = '' OR batch_id = $5) AND "
    "($6 < 0 OR needs_answer = $6)";

// $1 to $7 of select_jobs and its LIMIT.
std::vector<SqlValue> filter_values(const TenantId& tenant, const JobQueryParameters& query,
                                    int limit) {
  const std::string_view state = query.state ? word(*query.state) : "";
  const std::string_view printer = query.printer_id ? std::string_view(*query.printer_id) : "";
  const std::string_view kind = query.kind ? word(*query.kind) : "";
  const std::string_view batch = query.batch_id ? std::string_view(*query.batch_id) : "";
  const int needs_answer = query.needs_answer ? (*query.needs_answer ? 1 : 0) : -1;
  return sql_values(tenant, state, printer, kind, batch, needs_answer, limit);
}

const std::string select_attempts =
    "SELECT " + columns<AttemptRow>() + " FROM job_attempts WHERE tenant_id = $1";

}  // namespace

std::vector<Job> list(Transaction& db, const TenantId& tenant, const JobQueryParameters& query,
                      const JobCursor& cursor, int limit) {
  static const std::string sql =
      select_jobs + " AND ($8 = '' OR id < $8) ORDER BY id DESC LIMIT $7";
  auto values = filter_values(tenant, query, limit);
  values.push_back(to_sql(cursor.before_id));
  return rows_of<Job>(db.query(sql, values));
}

std::vector<Job> list_needing_first(Transaction& db, const TenantId& tenant,
                                    const JobQueryParameters& query, const JobCursor& cursor,
                                    int limit) {
  static const std::string sql =
      select_jobs +
      " AND ($8 = '' OR needs_answer < $9 OR (needs_answer = $9 AND id < $8)) "
      "ORDER BY needs_answer DESC, id DESC LIMIT $7";
  auto values = filter_values(tenant, query, limit);
  values.push_back(to_sql(cursor.before_id));
  values.push_back(to_sql(cursor.needs_answer));
  return rows_of<Job>(db.query(sql, values));
}

std::optional<Job> find(Transaction& db, const TenantId& tenant, std::string_view id) {
  auto row = Table<JobRow>::find(db, tenant, id);
  if (!row) return std::nullopt;
  return std::move(*row);
}

std::optional<Job> find_external(Transaction& db, const TenantId& tenant,
                                 std::string_view printer_id, std::string_view print_id) {
  static const std::string sql = "SELECT " + columns<Job>() +
                                 " FROM print_jobs WHERE tenant_id = $1 AND kind = 'external' AND "
                                 "printer_id = $2 AND print_id = $3";
  const auto rows = db.query(sql, sql_values(tenant, printer_id, print_id));
  if (rows.empty()) return std::nullopt;
  return row_of<Job>(rows.front());
}

void insert(Transaction& db, const TenantId& tenant, const Job& job,
            const std::optional<PrintOptions>& options) {
  JobRow row;
  static_cast<Job&>(row) = job;
  Table<JobRow>::insert(db, tenant, row);
  db.execute("UPDATE print_jobs SET options = $3 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, job.id, options));
  queue_store::place_last(db, tenant, job.id);
}

void update(Transaction& db, const TenantId& tenant, const Job& job) {
  JobRow row;
  static_cast<Job&>(row) = job;
  Table<JobRow>::update(db, tenant, row);
}

void set_options(Transaction& db, const TenantId& tenant, std::string_view id,
                 const PrintOptions& options) {
  db.execute("UPDATE print_jobs SET options = $3 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, id, options));
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
      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
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
      "queried_at = $8, updated_at = $9 WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3",
      sql_values(tenant, attempt.job_id, attempt.attempt, attempt.state, attempt.is_open,
                 attempt.reason, attempt.evidence, attempt.queried_at, attempt.updated_at));
}

bool has_other_open_attempt(Transaction& db, const TenantId& tenant, const AttemptRow& attempt) {
  return !db.query(
                "SELECT 1 FROM job_attempts WHERE tenant_id = $1 AND printer_id = $2 AND "
                "is_open = 1 AND NOT (job_id = $3 AND attempt = $4)",
                sql_values(tenant, attempt.printer_id, attempt.job_id, attempt.attempt))
              .empty();
}

std::set<std::string> busy_printers(Transaction& db, const TenantId& tenant) {
  std::set<std::string> ids;
  for (const auto& row :
       db.query("SELECT printer_id FROM job_attempts WHERE tenant_id = $1 AND is_open = 1",
                sql_values(tenant))) {
    ids.insert(column<std::string>(row, 0));
  }
  return ids;
}

std::vector<WatchedAttempt> open_attempts(Transaction& db) {
  static const std::string sql =
      "SELECT " + columns<AttemptRow>("a") +
      ", a.tenant_id, h.lease_until, p.assignment, j.waiting_for FROM job_attempts a "
      "JOIN print_jobs j ON j.tenant_id = a.tenant_id AND j.id = a.job_id "
      "LEFT JOIN hubs h ON h.tenant_id = a.tenant_id AND h.id = a.hub_id "
      "LEFT JOIN printers p ON p.tenant_id = a.tenant_id AND p.id = a.printer_id "
      "WHERE a.is_open = 1 ORDER BY a.tenant_id, a.job_id";
  std::vector<WatchedAttempt> watched;
  for (const auto& row : db.query(sql, {})) {
    const std::size_t beside = row.size() - 4;
    watched.push_back({column<TenantId>(row, beside), row_of<AttemptRow>(row),
                       column<std::optional<Millis>>(row, beside + 1),
                       column<std::optional<std::int64_t>>(row, beside + 2),
                       column<std::optional<Text<0, 300>>>(row, beside + 3)});
  }
  return watched;
}

bool add_effect(Transaction& db, const TenantId& tenant, const AttemptRow& attempt,
                std::string_view kind, Millis now) {
  return db.execute(
             "INSERT INTO job_effects (tenant_id, job_id, attempt, kind, created_at) "
             "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
             sql_values(tenant, attempt.job_id, attempt.attempt, kind, now)) == 1;
}

void put_failure(Transaction& db, const TenantId& tenant, const PrinterFailure& failure) {
  static const std::string sql =
      "INSERT INTO printer_failures (tenant_id, " + columns<PrinterFailure>() +
      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
      "ON CONFLICT (tenant_id, job_id, attempt) DO UPDATE SET "
      "error_code = COALESCE(printer_failures.error_code, $8), "
      "failure_reason = COALESCE(printer_failures.failure_reason, $7), "
      "progress_at_failure = COALESCE(printer_failures.progress_at_failure, $9), "
      "print_time_at_failure = COALESCE(printer_failures.print_time_at_failure, $10), "
      "layer_at_failure = COALESCE(printer_failures.layer_at_failure, $11)";
  db.execute(sql, values_of(tenant, failure));
}

std::vector<PrinterFailure> failures(Transaction& db, const TenantId& tenant,
                                     std::string_view printer_id, std::string_view before_id,
                                     int limit) {
  static const std::string sql = "SELECT " + columns<PrinterFailure>() +
                                 " FROM printer_failures WHERE tenant_id = $1 AND printer_id = $2 "
                                 "AND ($3 = '' OR id < $3) ORDER BY id DESC LIMIT $4";
  return rows_of<PrinterFailure>(db.query(sql, sql_values(tenant, printer_id, before_id, limit)));
}

}  // namespace pf::jobs_store
