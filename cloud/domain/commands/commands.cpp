#include "cloud/domain/commands/commands.hpp"

#include "cloud/domain/commands/commands_store.hpp"

namespace pf {
namespace {

// A hub holds five printers, so this many unanswered messages already mean that something is wrong;
// the rest waits its turn.
constexpr std::size_t unanswered_max = 64;

}  // namespace

Answer<Command> Commands::find(const Caller& caller, const PathId& id) {
  auto command = database_.reading(
      [&](Transaction& db) { return commands_store::find(db, caller.tenant, id.value); });
  if (!command) return not_found("command");
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

bool Commands::withdraw_start(Transaction& db, const TenantId& tenant, std::string_view job_id,
                              std::int64_t attempt) {
  return commands_store::withdraw(db, tenant, job_id, attempt, clock_.unix_now().milliseconds);
}

bool Commands::mark_sent(const OutboxRow& row) {
  if (row.command.state == CommandState::sent) return true;
  const auto now = clock_.unix_now().milliseconds;
  return database_.writing([&](Transaction& db) {
    return commands_store::mark_sent(db, row.tenant, row.command.id, now);
  });
}

std::optional<Command> Commands::settle(const TenantId& tenant, std::string_view hub_id,
                                        const CommandAck& ack) {
  const auto now = clock_.unix_now().milliseconds;
  auto settled = database_.writing(
      [&](Transaction& db) { return commands_store::settle(db, tenant, hub_id, ack, now); });
  if (settled) feed_.changed(tenant, ChangedKind::command, ack.command_id.value);
  return settled;
}

std::vector<OutboxRow> Commands::expire() {
  const auto now = clock_.unix_now().milliseconds;
  auto expired =
      database_.writing([&](Transaction& db) { return commands_store::expire(db, now); });
  for (const auto& row : expired) {
    feed_.changed(row.tenant, ChangedKind::command, row.command.id.value);
  }
  return expired;
}

}  // namespace pf
