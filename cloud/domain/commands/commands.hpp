// The outbox: every message to a hub that must not be lost is a row, written in the transaction
// that wants it, sent by the link after the commit, sent again until the hub has answered or it is
// too late. The row is also what GET /api/commands/{id} shows.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/ports/database.hpp"
#include "cloud/ports/live_feed.hpp"
#include "protocol/hub_messages.hpp"

namespace pf {

enum class CommandKind {
  configure_printer,
  start_print,
  control_print,  // Pause, resume or stop.
  cancel_job,
  resolve_attempt,
  query_jobs,
  command_hub,
  discover_printers
};
WORDS(CommandKind, configure_printer, start_print, control_print, cancel_job, resolve_attempt,
      query_jobs, command_hub, discover_printers)

enum class CommandState { waiting, sent, accepted, refused, expired };
WORDS(CommandState, waiting, sent, accepted, refused, expired)

struct Command {
  CommandId id;
  Uuid hub_id;
  CommandKind kind = CommandKind::configure_printer;
  std::optional<Uuid> printer_id;
  std::optional<Uuid> job_id;
  std::optional<std::int64_t> attempt;
  CommandState state = CommandState::waiting;
  std::optional<Text<0, 64>> code;
  std::optional<Text<0, 300>> error_message;
  std::optional<Millis> not_after;
  Millis created_at = 0;
  Millis updated_at = 0;
  FIELDS(id, hub_id, kind, printer_id, job_id, attempt, state, code, error_message, not_after,
         created_at, updated_at)
};

// A row on its way to a hub. The payload is the message as JSON without its secrets and without
// epoch; the sender completes it at the moment of sending.
struct OutboxRow {
  TenantId tenant;
  Command command;
  std::string payload;
};

struct CommandQuery {
  static constexpr bool is_query = true;
  std::optional<Uuid> hub_id;
  std::optional<Uuid> printer_id;
  std::optional<Uuid> job_id;
  std::optional<CommandKind> kind;
  std::optional<CommandState> state;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 64>> cursor;
  FIELDS(hub_id, printer_id, job_id, kind, state, limit, cursor)
};

class Commands {
 public:
  Commands(Database& database, LiveFeed& feed, const Clock& clock, Random& random)
      : database_(database), feed_(feed), clock_(clock), random_(random) {}

  // Newest first.
  Answer<Page<Command>> list(const Caller& caller, const CommandQuery& query);
  Answer<Command> find(const Caller& caller, const PathId& id);

  // ---- for the modules above, inside their transaction ----
  struct Draft {
    std::string hub_id;
    CommandKind kind = CommandKind::configure_printer;
    std::optional<std::string> printer_id, job_id;
    std::optional<std::int64_t> attempt;
    std::optional<UnixTime> not_after;
    std::string payload;
  };
  CommandId add(Transaction& db, const TenantId& tenant, Draft draft);

  // Takes a start back that was never sent; nothing: it was, and only the hub can abort it.
  std::optional<Command> withdraw_start(Transaction& db, const TenantId& tenant,
                                        std::string_view job_id, std::int64_t attempt);
  // Sends a start no more, also where it may have been heard: whoever calls this tells the hub what
  // became of the attempt.
  void retire_start(Transaction& db, const TenantId& tenant, std::string_view job_id,
                    std::int64_t attempt);
  // Oldest first; the newest of them where there are very many.
  std::vector<Command> of_job(Transaction& db, const TenantId& tenant, std::string_view job_id);
  // The hub's answer; nothing for a repeated or unknown one.
  std::optional<Command> settle(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                                const CommandAck& ack);
  // Ends those that became too late before they could be sent.
  std::vector<OutboxRow> expire(Transaction& db);

  // ---- for the outbox sender ----
  std::vector<OutboxRow> unanswered(std::string_view hub_id);
  // Before the bytes leave: what is still "waiting" has certainly never left. False: it was settled
  // or taken back meanwhile and must not be sent.
  bool mark_sent(const OutboxRow& row);
  // A message of which nothing is left to say: what it spoke of is gone.
  void drop(const OutboxRow& row);

 private:
  Database& database_;
  LiveFeed& feed_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto command_routes() {
  return std::to_array<Route<Commands>>({
      get<&Commands::list>("/api/commands", Role::viewer),
      get<&Commands::find>("/api/commands/{id}", Role::viewer),
  });
}

}  // namespace pf
