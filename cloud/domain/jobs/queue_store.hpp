// The statements about the order in which jobs wait: priority, then position.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/jobs/job.hpp"
#include "cloud/ports/database.hpp"

namespace pf {
struct QueueQuery;
}

namespace pf::queue_store {

inline constexpr std::int64_t gap = 1'024;  // Between neighbours, for what is moved between them.

// After that job in the order; empty: from the beginning.
std::vector<Job> list(Transaction& db, const TenantId& tenant, const QueueQuery& query,
                      std::string_view after_id, int limit);
// Those of this printer first, then those of none, each in the queue's order. Left out is what was
// tried and refused: a person looks at that first.
std::vector<Job> candidates(Transaction& db, const TenantId& tenant, std::string_view printer_id,
                            int limit);
void place_last(Transaction& db, const TenantId& tenant, std::string_view id);
// Just before that other job of the queue, which keeps its place.
void place_before(Transaction& db, const TenantId& tenant, std::string_view id,
                  std::string_view other_id);

}  // namespace pf::queue_store
