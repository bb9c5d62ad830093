// The statements about jobs, their attempts and what they caused.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/jobs/failure.hpp"
#include "cloud/domain/jobs/job.hpp"
#include "cloud/domain/jobs/lifecycle.hpp"
#include "cloud/ports/database.hpp"

namespace pf::jobs_store {

struct AttemptRow {
  std::string job_id;
  std::int64_t attempt = 0;
  std::string printer_id;
  std::string hub_id;
  std::int64_t assignment = 0;
  AttemptStanding state = AttemptStanding::requested;
  bool is_open = true;
  Millis not_after = 0;
  std::string plate_token;
  std::string file_sha256;
  std::string start_token;
  std::optional<std::string> reason;
  std::optional<Evidence> evidence;
  std::optional<Millis> queried_at;
  Millis created_at = 0;
  Millis updated_at = 0;
  FIELDS(job_id, attempt, printer_id, hub_id, assignment, state, is_open, not_after, plate_token,
         file_sha256, start_token, reason, evidence, queried_at, created_at, updated_at)
};

// An open attempt with what the watch needs to know of its surroundings.
struct WatchedAttempt {
  TenantId tenant;
  AttemptRow attempt;
  std::optional<Millis> lease_until;           // Of its hub; absent: offline.
  std::optional<std::int64_t> assignment_now;  // Of its printer; absent: removed.
  std::optional<Text<0, 300>> waiting_for;     // Of its job.
};

// Which part of a list comes next.
struct JobCursor {
  std::string before_id;  // Empty: from the beginning.
  bool needs_answer = true;
};

std::vector<Job> list(Transaction& db, const TenantId& tenant, const JobQueryParameters& query,
                      const JobCursor& cursor, int limit);
// The same, those that wait for a person's answer first.
std::vector<Job> list_needing_first(Transaction& db, const TenantId& tenant,
                                    const JobQueryParameters& query, const JobCursor& cursor,
                                    int limit);
std::optional<Job> find(Transaction& db, const TenantId& tenant, std::string_view id);
std::optional<Job> find_external(Transaction& db, const TenantId& tenant,
                                 std::string_view printer_id, std::string_view print_id);
// At the end of the queue.
void insert(Transaction& db, const TenantId& tenant, const Job& job,
            const std::optional<PrintOptions>& options);
void update(Transaction& db, const TenantId& tenant, const Job& job);
void set_options(Transaction& db, const TenantId& tenant, std::string_view id,
                 const PrintOptions& options);
std::optional<PrintOptions> options(Transaction& db, const TenantId& tenant, std::string_view id);

// Throws UniqueViolation when the printer has an open attempt.
void insert_attempt(Transaction& db, const TenantId& tenant, const AttemptRow& attempt);
std::optional<AttemptRow> find_attempt(Transaction& db, const TenantId& tenant,
                                       std::string_view job_id, std::int64_t attempt);
std::optional<AttemptRow> attempt_by_token(Transaction& db, const TenantId& tenant,
                                           std::string_view printer_id,
                                           std::string_view start_token);
void update_attempt(Transaction& db, const TenantId& tenant, const AttemptRow& attempt);
bool has_other_open_attempt(Transaction& db, const TenantId& tenant, const AttemptRow& attempt);

// Those with an open attempt.
std::set<std::string> busy_printers(Transaction& db, const TenantId& tenant);
// Every open attempt of every organisation: the watch serves the whole house.
std::vector<WatchedAttempt> open_attempts(Transaction& db);

// False: the effect was there already, so it must not be done again.
bool add_effect(Transaction& db, const TenantId& tenant, const AttemptRow& attempt,
                std::string_view kind, Millis now);
// What is told later of the same failure completes its row.
void put_failure(Transaction& db, const TenantId& tenant, const PrinterFailure& failure);
// Newest first.
std::vector<PrinterFailure> failures(Transaction& db, const TenantId& tenant,
                                     std::string_view printer_id, std::string_view before_id,
                                     int limit);

}  // namespace pf::jobs_store
