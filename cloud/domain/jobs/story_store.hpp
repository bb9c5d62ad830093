// The statements of job_events: what a job's story is told from.
#pragma once
#include <string_view>
#include <vector>

#include "cloud/domain/jobs/job.hpp"
#include "cloud/ports/database.hpp"

namespace pf::story_store {

void append(Transaction& db, const TenantId& tenant, std::string_view job_id,
            const StoryEntry& entry);
// The newest `entries_max`, oldest of them first.
std::vector<StoryEntry> entries(Transaction& db, const TenantId& tenant, std::string_view job_id,
                                int entries_max);
std::vector<JobAttempt> attempts(Transaction& db, const TenantId& tenant, std::string_view job_id);

}  // namespace pf::story_store
