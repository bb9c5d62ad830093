#include "cloud/domain/commands/commands.hpp"

#include "cloud/domain/commands/commands_store.hpp"
#include "cloud/kit/table.hpp"
#include "cloud/kit/visible_rows.hpp"

namespace pf {
namespace {

// A hub holds five printers, so this many unanswered messages already mean that something is wrong;
// the rest waits its turn.
constexpr std::size_t unanswered_max = 64;
constexpr int commands_of_job_max = 200;

bool may_see(const Caller& caller, const Command& command) {
  return !caller.only_printers || (command.printer_id && caller.may_touch(*command.printer_id));
}

}  // namespace

Answer<Page<Command>> Commands::list(const Caller& caller, const CommandQuery& query) {
  const int limit = query.limit.value_or(page_limit_default);
  const std::string cursor = query.cursor ? query.cursor->value : "";
  auto commands = database_.reading([&](Transaction& db) {
    return visible_rows(
        limit + 1,
        [&](const Command* last) {
          const std::string_view before = last ? std::string_view(last->id) : cursor;
          return commands_store::list(db, caller.tenant, query, before, limit + 1);
        },
        [&](const Command& command) { return may_see(caller, command); });
  });
  return page_of(std::move(commands), limit);
}

Answer<Command> Commands::find(const Caller& caller, const PathId& id) {
  auto command = database_.reading(
      [&](Transaction& db) { return commands_store::find(db, caller.tenant, id.value); });
  if (!command || !may_see(caller, *command)) return not_found("command");
  return std::move(*command);
}

CommandId Commands::add(Transaction& db, const TenantId& tenant, Draft draft) {
  const auto now = clock_.unix_now();
  Command command;
  command.id = uuid7(now, random_);
  command.hub_id = std::move(draft.hub_id);
  command.kind = draft.kind;
  if (draft.printer_id) command.printer_id = std::move(*draft.printer_id);
  if (draft.job_id) command.job_id = std::move(*draft.job_id);
  command.attempt = draft.attempt;
  if (draft.not_after) command.not_after = draft.not_after->milliseconds;
  command.created_at = command.updated_at = now.milliseconds;
  commands_store::insert(db, tenant, command, draft.payload);
  return command.id;
}

std::vector<OutboxRow> Commands::unanswered(std::string_view hub_id) {
  return database_.reading(
      [&](Transaction& db) { return commands_store::unanswered(db, hub_id, unanswered_max); });
}

std::optional<Command> Commands::withdraw_start(Transaction& db, const TenantId& tenant,
                                                std::string_view job_id, std::int64_t attempt) {
  return commands_store::withdraw_start(db, tenant, job_id, attempt,
                                        clock_.unix_now().milliseconds);
}

void Commands::retire_start(Transaction& db, const TenantId& tenant, std::string_view job_id,
                            std::int64_t attempt) {
  commands_store::retire_start(db, tenant, job_id, attempt, clock_.unix_now().milliseconds);
}

std::vector<Command> Commands::of_job(Transaction& db, const TenantId& tenant,
                                      std::string_view job_id) {
  return commands_store::of_job(db, tenant, job_id, commands_of_job_max);
}

std::optional<Command> Commands::settle(Transaction& db, const TenantId& tenant,
                                        std::string_view hub_id, const CommandAck& ack) {
  return commands_store::settle(db, tenant, hub_id, ack, clock_.unix_now().milliseconds);
}

std::vector<OutboxRow> Commands::expire(Transaction& db) {
  return commands_store::expire(db, clock_.unix_now().milliseconds);
}

bool Commands::mark_sent(const OutboxRow& row) {
  if (row.command.state == CommandState::sent) return true;
  const auto now = clock_.unix_now().milliseconds;
  return database_.writing([&](Transaction& db) {
    return commands_store::mark_sent(db, row.tenant, row.command.id, now);
  });
}

void Commands::drop(const OutboxRow& row) {
  const CommandAck done{row.command.id, true, {}, {}};
  database_.write([&](Transaction& db) { settle(db, row.tenant, row.command.hub_id, done); });
  feed_.changed(row.tenant, ChangedKind::command, row.command.id.value);
}

}  // namespace pf
