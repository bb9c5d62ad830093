// The statements of the commands table.
#pragma once
#include <string_view>
#include <vector>

#include "cloud/domain/commands/commands.hpp"

namespace pf::commands_store {

void insert(Transaction& db, const TenantId& tenant, const Command& command,
            std::string_view payload);
std::optional<Command> find(Transaction& db, const TenantId& tenant, std::string_view id);
// Newest first; `before` is the last id of the page before, or empty.
std::vector<Command> list(Transaction& db, const TenantId& tenant, const CommandQuery& query,
                          std::string_view before, int limit);
// Oldest first of the newest `commands_max`.
std::vector<Command> of_job(Transaction& db, const TenantId& tenant, std::string_view job_id,
                            int commands_max);
// Oldest first, of whichever organisation owns the hub now.
std::vector<OutboxRow> unanswered(Transaction& db, std::string_view hub_id, std::size_t rows_max);
// Only forward: a settled command stays settled. True if it moved.
bool mark_sent(Transaction& db, const TenantId& tenant, std::string_view id, Millis now);
std::optional<Command> settle(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                              const CommandAck& ack, Millis now);
// Those that were never sent and are too late now. What was sent stays: the hub may have taken it,
// and will say so, or refuse it as late, when it is back.
std::vector<OutboxRow> expire(Transaction& db, Millis now);
// Takes a start back that was never sent. Nothing: it was, and only the hub can abort it.
std::optional<Command> withdraw_start(Transaction& db, const TenantId& tenant,
                                      std::string_view job_id, std::int64_t attempt, Millis now);
// Ends a start that was not answered, sent or not.
void retire_start(Transaction& db, const TenantId& tenant, std::string_view job_id,
                  std::int64_t attempt, Millis now);

}  // namespace pf::commands_store
