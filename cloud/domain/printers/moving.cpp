// Printers: leaving a hub, for another one or for good (START, "Change of hands"). The assignment
// grows, so that what the former hub still says or does is known as old; and the new hub hears of
// the printer only when the former one has let go of it, or after a while if that one is silent.
#include <algorithm>

#include "cloud/domain/printers/printers.hpp"
#include "cloud/domain/printers/printers_store.hpp"

namespace pf {
namespace {

// Long enough for a hub that restarts; a dead one must not hold its printers for hours. Until it is
// known how an attempt that it still held ended, nothing is started on the printer anyway.
constexpr Minutes leaving_patience{5};

}  // namespace

std::optional<Fault> Printers::end_attempt(Transaction& db, const Caller& caller,
                                           const Printer& printer, bool force,
                                           std::optional<std::string>& job_id) {
  job_id.reset();
  const auto open = printers_store::open_attempt(db, caller.tenant, printer.id);
  if (!open) return std::nullopt;
  if (!force) {
    return conflict("A print is under way on this printer. Cancel it or let it end first.");
  }
  job_id = open->job_id;
  rooms_.events.emit(
      PrinterLeavesHub{db, caller.tenant, open->job_id, open->attempt, audit::actor_of(caller),
                       "The printer was taken from its hub during this print. Look how it ended."});
  return std::nullopt;
}

void Printers::let_go(Transaction& db, const TenantId& tenant, const Printer& printer) {
  const auto command_id = tell_hub(db, tenant, printer, ConfigureAction::remove);
  printers_store::set_leaving(db, tenant, printer.serial_number, command_id,
                              (clock_.unix_now() + leaving_patience).milliseconds);
}

Answer<Printer> Printers::move(const Caller& caller, const PathId& id, const PrinterMove& move) {
  const auto now = clock_.unix_now();
  const auto& tenant = caller.tenant;
  std::optional<std::string> job_id;
  std::string former_hub;
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
    auto printer = found(db, caller, id);
    if (!printer || printer->hub_id == move.hub_id) return printer;
    if (printer->moving_until) {
      return conflict("This printer is still on its way from another hub. Try again soon.");
    }
    if (auto fault = no_room(db, tenant, move.hub_id)) return *fault;
    if (auto fault = end_attempt(db, caller, *printer, move.force.value_or(false), job_id)) {
      return *fault;
    }
    const auto before = json::encode(*printer);
    former_hub = printer->hub_id.value;
    let_go(db, tenant, *printer);
    printer->hub_id = move.hub_id;
    printer->assignment = printers_store::next_assignment(db, tenant, printer->serial_number);
    printer->updated_at = std::max(now.milliseconds, printer->updated_at + 1);
    printers_store::set_hub(db, tenant, *printer);
    printer = *printers_store::find(db, tenant, id.value);
    audit::record(db, caller, now,
                  {"printers.move", "printer", id.value, before, json::encode(*printer)});
    return printer;
  });
  if (!answer || former_hub.empty()) return answer;
  rooms_.live.forget(tenant, id.value);  // What its former hub said of it.
  rooms_.live.set_needs_clearing(tenant, id.value, answer->needs_clearing);
  rooms_.feed.printer_touched(tenant, id.value);
  rooms_.hub_link.wake(former_hub);
  announce(tenant, *answer);
  if (job_id) rooms_.feed.changed(tenant, ChangedKind::job, *job_id);
  return answer;
}

Answer<Done> Printers::remove(const Caller& caller, const PathId& id,
                              const PrinterRemoval& removal) {
  const auto now = clock_.unix_now();
  const auto& tenant = caller.tenant;
  std::optional<std::string> job_id;
  auto removed = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
    auto printer = found(db, caller, id);
    if (!printer) return printer;
    if (auto fault = end_attempt(db, caller, *printer, removal.force.value_or(false), job_id)) {
      return *fault;
    }
    printers_store::unassign_jobs(db, tenant, id.value, now.milliseconds);
    rooms_.plates.void_live(db, tenant, id.value);
    // While it moves it is on no hub yet that could let go of it.
    if (!printer->moving_until) let_go(db, tenant, *printer);
    printers_store::remove(db, tenant, id.value, now.milliseconds);
    audit::record(db, caller, now,
                  {"printers.remove", "printer", id.value, json::encode(*printer), std::nullopt});
    return printer;
  });
  if (!removed) return removed.error();
  rooms_.live.forget(tenant, id.value);
  announce(tenant, *removed);
  if (job_id) rooms_.feed.changed(tenant, ChangedKind::job, *job_id);
  return Done{};
}

std::optional<Printer> Printers::arrive(Transaction& db, const TenantId& tenant,
                                        const Serial& serial) {
  printers_store::end_leaving(db, tenant, serial);
  auto printer = printers_store::find_by_serial(db, tenant, serial);
  if (printer) tell_hub(db, tenant, *printer, ConfigureAction::add);
  return printer;
}

void Printers::configuration_answered(const TenantId& tenant, const Command& command) {
  const auto is_awaited = [&](Transaction& db) {
    return printers_store::leaving_by(db, tenant, command.id).has_value();
  };
  if (!rooms_.database.reading(is_awaited)) return;
  const auto arrived = rooms_.database.writing([&](Transaction& db) -> std::optional<Printer> {
    const auto leaving = printers_store::leaving_by(db, tenant, command.id);
    if (!leaving) return std::nullopt;
    return arrive(db, tenant, leaving->serial_number);
  });
  if (arrived) announce(tenant, *arrived);
}

void Printers::end_moves() {
  const auto now = clock_.unix_now().milliseconds;
  const auto nobody_waits = [&](Transaction& db) {
    return printers_store::overdue(db, now).empty();
  };
  if (rooms_.database.reading(nobody_waits)) return;
  std::vector<std::pair<TenantId, Printer>> arrived;
  rooms_.database.write([&](Transaction& db) {
    arrived.clear();
    for (const auto& leaving : printers_store::overdue(db, now)) {
      auto printer = arrive(db, leaving.tenant, leaving.serial_number);
      if (printer) arrived.emplace_back(leaving.tenant, std::move(*printer));
    }
  });
  for (const auto& [tenant, printer] : arrived) announce(tenant, printer);
}

}  // namespace pf
