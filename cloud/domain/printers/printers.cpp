#include "cloud/domain/printers/printers.hpp"

#include <algorithm>

#include "cloud/domain/printers/printers_store.hpp"
#include "cloud/kit/table.hpp"

namespace pf {
namespace {

constexpr int printers_listed_max = 10'000;

SecretPlace access_code_of(std::string_view printer_id) {
  return {"printers", printer_id, "access_code"};
}

// Says which of the two unique names is taken.
Fault taken(const UniqueViolation& violation) {
  if (std::string_view(violation.what()).find("serial_number") != std::string_view::npos) {
    return conflict("A printer with this serial number is already in your organisation.");
  }
  return conflict("Another printer already has this name. Choose a different one.");
}

std::optional<std::string> current_print_id(const std::optional<LivePrinter>& live,
                                            std::optional<std::string> stored) {
  if (live && live->print) return live->print->print_id.value;
  return stored;
}

bool is_busy(const std::optional<LivePrinter>& live) {
  return live && live->connection.state == ConnectionState::connected &&
         (live->status.state == PrinterState::printing ||
          live->status.state == PrinterState::paused);
}

ConfiguredPrinter configured_from(const Printer& printer, std::string access_code) {
  ConfiguredPrinter configured;
  configured.printer_id = printer.serial_number;
  configured.assignment = printer.assignment;
  configured.ip_address = printer.ip_address;
  configured.ports = printer.ports;
  configured.access_code = std::move(access_code);
  configured.name = printer.name;
  configured.model = printer.model;
  configured.fingerprint = printer.fingerprint;
  return configured;
}

}  // namespace

Answer<Page<Printer>> Printers::list(const Caller& caller, const PrinterQuery& query) {
  const int limit = query.limit.value_or(page_limit_default);
  return page_of(rooms_.database.reading([&](Transaction& db) {
    return printers_store::list(db, caller.tenant, query, limit + 1);
  }),
                 limit);
}

CommandId Printers::tell_hub(Transaction& db, const TenantId& tenant, const Printer& printer,
                             ConfigureAction action) {
  ConfigureDraft draft;
  draft.generation = printers_store::next_generation(db, tenant, printer.hub_id);
  draft.action = action;
  draft.serial_number = printer.serial_number;
  draft.assignment = printer.assignment;
  return rooms_.commands.add(db, tenant,
                             {.hub_id = printer.hub_id.value,
                              .kind = CommandKind::configure_printer,
                              .printer_id = printer.id.value,
                              .payload = json::encode(draft)});
}

Answer<Created<Printer>> Printers::add(const Caller& caller, const NewPrinter& wanted) {
  const auto now = clock_.unix_now();
  Printer printer;
  printer.id = uuid7(now, random_);
  printer.hub_id = wanted.hub_id;
  printer.name = wanted.name;
  printer.serial_number = wanted.serial_number;
  printer.ip_address = wanted.ip_address;
  printer.ports = wanted.ports;
  printer.model = wanted.model;
  printer.created_at = printer.updated_at = now.milliseconds;

  std::optional<Fault> fault;
  try {
    fault = rooms_.database.writing([&](Transaction& db) -> std::optional<Fault> {
      if (!rooms_.hubs.exists(db, caller.tenant, wanted.hub_id)) {
        return invalid("hub_id", "is no hub of this organisation");
      }
      if (printers_store::count_of_hub(db, caller.tenant, wanted.hub_id) >= printers_per_hub_max) {
        return conflict("This hub already has five printers. Add another hub for more.");
      }
      const auto sealed =
          rooms_.secrets.seal(db, caller.tenant, access_code_of(printer.id), wanted.access_code);
      printers_store::insert(db, caller.tenant, printer, sealed);
      tell_hub(db, caller.tenant, printer, ConfigureAction::add);
      return std::nullopt;
    });
  } catch (const UniqueViolation& violation) {
    return taken(violation);
  }
  if (fault) return *fault;
  rooms_.live.set_needs_clearing(caller.tenant, printer.id.value, true);
  announce(caller.tenant, printer);
  return Created<Printer>{printer, "/api/printers/" + printer.id.value};
}

Answer<Printer> Printers::find(const Caller& caller, const PathId& id) {
  auto printer = rooms_.database.reading(
      [&](Transaction& db) { return printers_store::find(db, caller.tenant, id.value); });
  if (!printer) return not_found("printer");
  return std::move(*printer);
}

Answer<Printer> Printers::update(const Caller& caller, const PathId& id,
                                 const PrinterChange& change) {
  const auto now = clock_.unix_now();
  Answer<Printer> answer = not_found("printer");
  try {
    answer = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
      auto printer = printers_store::find(db, caller.tenant, id.value);
      if (!printer) return not_found("printer");
      if (caller.if_match && *caller.if_match != std::to_string(printer->updated_at)) {
        return Fault{412, "The printer was changed by somebody else. Load it again."};
      }
      if (change.name) printer->name = *change.name;
      if (change.ip_address) printer->ip_address = change.ip_address;
      if (change.ports) printer->ports = change.ports;
      if (change.model) printer->model = change.model;
      printer->updated_at = std::max(now.milliseconds, printer->updated_at + 1);
      printers_store::update(db, caller.tenant, *printer);
      if (change.access_code) {
        printers_store::set_access_code(
            db, caller.tenant, printer->id,
            rooms_.secrets.seal(db, caller.tenant, access_code_of(printer->id),
                                *change.access_code));
      }
      tell_hub(db, caller.tenant, *printer, ConfigureAction::update);
      return std::move(*printer);
    });
  } catch (const UniqueViolation& violation) {
    return taken(violation);
  }
  if (answer) announce(caller.tenant, *answer);
  return answer;
}

Answer<Done> Printers::remove(const Caller& caller, const PathId& id) {
  const auto now = clock_.unix_now().milliseconds;
  auto removed = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
    auto printer = printers_store::find(db, caller.tenant, id.value);
    if (!printer) return not_found("printer");
    if (printers_store::has_open_attempt(db, caller.tenant, id.value)) {
      return conflict("A print is under way on this printer. Cancel it or let it end first.");
    }
    printers_store::detach_jobs(db, caller.tenant, id.value, now);
    tell_hub(db, caller.tenant, *printer, ConfigureAction::remove);
    printers_store::remove(db, caller.tenant, id.value);
    return std::move(*printer);
  });
  if (!removed) return removed.error();
  rooms_.live.forget(caller.tenant, id.value);
  announce(caller.tenant, *removed);
  return Done{};
}

Answer<PrinterStatusReply> Printers::status(const Caller& caller, const PathId& id) {
  const auto printer = find(caller, id);
  if (!printer) return printer.error();
  PrinterStatusReply reply;
  reply.printer_id = printer->id;
  const auto live = rooms_.live.find(caller.tenant, id.value);
  if (live && live->received_at > 0) {
    reply.status = live->status;
    reply.connection = live->connection;
    reply.received_at = live->received_at;
  }
  return reply;
}

std::optional<Fault> Printers::clear_plate(Transaction& db, const Caller& caller,
                                           const Printer& printer) {
  const auto live = rooms_.live.find(caller.tenant, printer.id.value);
  if (is_busy(live)) {
    return conflict("This printer is printing. Say that the plate is empty once the print is out.");
  }
  if (printers_store::has_open_attempt(db, caller.tenant, printer.id)) {
    return conflict("A print is under way on this printer. Its plate is not yours to clear yet.");
  }
  rooms_.plates.mint(
      db, caller.tenant, printer.id, caller.user_id,
      current_print_id(live, printers_store::last_print_id(db, caller.tenant, printer.id)));
  return std::nullopt;
}

Answer<Printer> Printers::cleared(const Caller& caller, const PathId& id) {
  auto printer = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
    auto known = printers_store::find(db, caller.tenant, id.value);
    if (!known) return not_found("printer");
    if (auto fault = clear_plate(db, caller, *known)) return *fault;
    known->needs_clearing = false;
    return std::move(*known);
  });
  if (printer) {
    plate_changed(caller.tenant, id.value, false);
    rooms_.events.emit(PlateCleared{caller, id.value});
  }
  return printer;
}

Answer<Page<Printer>> Printers::cleared_many(const Caller& caller, const ClearedPrinters& wanted) {
  // All or none would help nobody: those that may be cleared are, and the reply names them.
  Page<Printer> page;
  for (const auto& id : wanted.printer_ids) {
    auto printer = cleared(caller, {id.value});
    if (printer) page.items.push_back(std::move(*printer));
  }
  return page;
}

void Printers::plate_changed(const TenantId& tenant, const std::string& printer_id,
                             bool needs_clearing) {
  rooms_.live.set_needs_clearing(tenant, printer_id, needs_clearing);
  rooms_.feed.printer_touched(tenant, printer_id);
  rooms_.feed.changed(tenant, ChangedKind::plate, printer_id);
}

void Printers::announce(const TenantId& tenant, const Printer& printer) {
  rooms_.feed.changed(tenant, ChangedKind::printer, printer.id.value);
  rooms_.hub_link.wake(printer.hub_id.value);
}

std::vector<PrinterRoute> Printers::routes_of(const TenantId& tenant, std::string_view hub_id) {
  const auto printers = rooms_.database.reading(
      [&](Transaction& db) { return printers_store::of_hub(db, tenant, hub_id); });
  std::vector<PrinterRoute> routes;
  for (const auto& printer : printers) {
    routes.push_back({printer.id.value, printer.serial_number, printer.assignment});
    rooms_.live.set_needs_clearing(tenant, printer.id.value, printer.needs_clearing);
  }
  return routes;
}

PrintersConfig Printers::config_of(const TenantId& tenant, std::string_view hub_id) {
  return rooms_.database.reading([&](Transaction& db) {
    PrintersConfig config;
    config.generation = printers_store::generation(db, tenant, hub_id);
    for (const auto& printer : printers_store::of_hub(db, tenant, hub_id)) {
      auto code = rooms_.secrets.open(db, tenant, access_code_of(printer.id),
                                      printers_store::access_code(db, tenant, printer.id));
      config.printers.value.push_back(configured_from(printer, std::move(code)));
    }
    return config;
  });
}

std::optional<ConfigurePrinter> Printers::configure_message(const OutboxRow& row) {
  const auto draft = json::decode<ConfigureDraft>(row.payload);
  if (!draft) return std::nullopt;
  ConfigurePrinter message;
  message.command_id = row.command.id;
  message.generation = draft->generation;
  message.action = draft->action;
  message.printer.printer_id = draft->serial_number;
  message.printer.assignment = draft->assignment;
  if (draft->action == ConfigureAction::remove) {
    message.printer.name = "removed";
    message.printer.access_code = "-";
    return message;
  }
  if (!row.command.printer_id) return std::nullopt;
  const std::string& id = row.command.printer_id->value;
  return rooms_.database.reading([&](Transaction& db) -> std::optional<ConfigurePrinter> {
    const auto printer = printers_store::find(db, row.tenant, id);
    if (!printer) return std::nullopt;  // Removed since; its removal follows in the outbox.
    auto code = rooms_.secrets.open(db, row.tenant, access_code_of(id),
                                    printers_store::access_code(db, row.tenant, id));
    message.printer = configured_from(*printer, std::move(code));
    return message;
  });
}

void Printers::remember_fingerprint(const TenantId& tenant, const std::string& printer_id,
                                    std::string_view fingerprint) {
  rooms_.database.write([&](Transaction& db) {
    const auto printer = printers_store::find(db, tenant, printer_id);
    if (printer && !printer->fingerprint) {
      printers_store::set_fingerprint(db, tenant, printer_id, fingerprint);
    }
  });
  rooms_.feed.changed(tenant, ChangedKind::printer, printer_id);
}

bool Printers::print_seen(Transaction& db, const TenantId& tenant, std::string_view printer_id,
                          std::string_view print_id) {
  if (printers_store::last_print_id(db, tenant, printer_id) == print_id) return false;
  printers_store::set_last_print_id(db, tenant, printer_id, print_id);
  // Our own print spends its token when it starts, so a token that is still live was minted before
  // a print that nobody here asked for: what lies on the plate now is unknown.
  return rooms_.plates.void_live(db, tenant, printer_id);
}

void Printers::print_changed(const TenantId& tenant, const std::string& printer_id,
                             const CurrentPrint& print) {
  const bool voided = rooms_.database.writing(
      [&](Transaction& db) { return print_seen(db, tenant, printer_id, print.print_id); });
  if (voided) plate_changed(tenant, printer_id, true);
}

std::optional<Printer> Printers::stored(Transaction& db, const TenantId& tenant,
                                        std::string_view id) {
  return printers_store::find(db, tenant, id);
}

std::vector<Printer> Printers::stored_all(Transaction& db, const TenantId& tenant) {
  return printers_store::list(db, tenant, {}, printers_listed_max);
}

std::optional<Printer> Printers::stored_by_serial(Transaction& db, const TenantId& tenant,
                                                  const Serial& serial) {
  return printers_store::find_by_serial(db, tenant, serial);
}

}  // namespace pf
