// The statements about jobs, their attempts and what they caused.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/jobs/jobs.hpp"
#include "cloud/domain/jobs/lifecycle.hpp"

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
  Millis created_at = 0;
  Millis updated_at = 0;
  FIELDS(job_id, attempt, printer_id, hub_id, assignment, state, is_open, not_after, plate_token,
         file_sha256, start_token, reason, evidence, created_at, updated_at)
};

std::vector<Job> list(Transaction& db, const TenantId& tenant, const JobQueryParameters& query,
                      int limit);
std::optional<Job> find(Transaction& db, const TenantId& tenant, std::string_view id);
// The oldest job whose start was wished and which waits for this printer's plate.
std::optional<std::string> waiting_for_plate(Transaction& db, const TenantId& tenant,
                                             std::string_view printer_id);
void insert(Transaction& db, const TenantId& tenant, const Job& job,
            const std::optional<PrintOptions>& options);
void update(Transaction& db, const TenantId& tenant, const Job& job);
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

// False: the effect was there already, so it must not be done again.
bool add_effect(Transaction& db, const TenantId& tenant, const AttemptRow& attempt,
                std::string_view kind, Millis now);

}  // namespace pf::jobs_store
