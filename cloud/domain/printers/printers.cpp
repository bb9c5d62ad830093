#include "cloud/domain/printers/printers.hpp"

#include <algorithm>

#include "cloud/domain/printers/printers_store.hpp"
#include "cloud/kit/table.hpp"

namespace pf {
namespace {

constexpr int printers_listed_max = 10'000;

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

}  // namespace

Answer<Printer> Printers::found(Transaction& db, const Caller& caller, const PathId& id) {
  if (!caller.may_touch(id.value)) return not_found("printer");
  auto printer = printers_store::find(db, caller.tenant, id.value);
  if (!printer) return not_found("printer");
  return std::move(*printer);
}

Answer<Page<Printer>> Printers::list(const Caller& caller, const PrinterQuery& query) {
  const int limit = query.limit.value_or(page_limit_default);
  return page_of(rooms_.database.reading([&](Transaction& db) {
    return caller.only_printers ? limited_list(db, caller, query, limit + 1)
                                : printers_store::list(db, caller.tenant, query, limit + 1);
  }),
                 limit);
}

// One by one: the keys of machines name few printers.
std::vector<Printer> Printers::limited_list(Transaction& db, const Caller& caller,
                                            const PrinterQuery& query, int limit) {
  std::vector<Printer> printers;
  const auto& allowed = *caller.only_printers;
  auto next = query.cursor ? allowed.upper_bound(query.cursor->value) : allowed.begin();
  for (; next != allowed.end() && static_cast<int>(printers.size()) < limit; ++next) {
    auto printer = printers_store::find(db, caller.tenant, *next);
    if (!printer || (query.hub_id && printer->hub_id != *query.hub_id)) continue;
    printers.push_back(std::move(*printer));
  }
  return printers;
}

Answer<Created<Printer>> Printers::add(const Caller& caller, const NewPrinter& wanted) {
  if (caller.only_printers) return limited_key();
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
      if (auto full = no_room(db, caller.tenant, wanted.hub_id)) return full;
      printer.assignment =
          printers_store::next_assignment(db, caller.tenant, printer.serial_number);
      printers_store::insert(db, caller.tenant, printer,
                             sealed_code(db, caller.tenant, printer.id, wanted.access_code));
      // As it is stored: it may have to wait until the hub it was removed from lets go of it.
      printer = *printers_store::find(db, caller.tenant, printer.id);
      if (!printer.moving_until) tell_hub(db, caller.tenant, printer, ConfigureAction::add);
      audit::record(
          db, caller, now,
          {"printers.add", "printer", printer.id.value, std::nullopt, json::encode(printer)});
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

std::optional<Fault> Printers::no_room(Transaction& db, const TenantId& tenant,
                                       const Uuid& hub_id) {
  if (!rooms_.hubs.exists(db, tenant, hub_id)) {
    return invalid("hub_id", "is no hub of this organisation");
  }
  if (printers_store::count_of_hub(db, tenant, hub_id) >= printers_per_hub_max) {
    return conflict("This hub already has five printers. Add another hub for more.");
  }
  return std::nullopt;
}

Answer<Accepted> Printers::discover(const Caller& caller, const PrinterSearch& search) {
  return rooms_.hubs.discover(caller, {search.hub_id.value}, {search.address});
}

Answer<Printer> Printers::accept_certificate(const Caller& caller, const PathId& id,
                                             const AcceptedCertificate& accepted) {
  const auto now = clock_.unix_now();
  const auto live = rooms_.live.find(caller.tenant, id.value);
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
    auto printer = found(db, caller, id);
    if (!printer) return printer;
    // What was looked at must be what is accepted.
    const auto shown = live ? live->connection.fingerprint : std::nullopt;
    if (!shown || shown->value != accepted.fingerprint.value) {
      return conflict("The printer does not show this certificate now. Look again.");
    }
    const auto before = json::encode(*printer);
    printer->fingerprint = Text<0, 128>(accepted.fingerprint.value);
    printer->updated_at = std::max(now.milliseconds, printer->updated_at + 1);
    printers_store::update(db, caller.tenant, *printer);
    tell_hub(db, caller.tenant, *printer, ConfigureAction::update);
    audit::record(
        db, caller, now,
        {"printers.accept_certificate", "printer", id.value, before, json::encode(*printer)});
    return printer;
  });
  if (answer) announce(caller.tenant, *answer);
  return answer;
}

Answer<Printer> Printers::find(const Caller& caller, const PathId& id) {
  return rooms_.database.reading([&](Transaction& db) { return found(db, caller, id); });
}

Answer<Printer> Printers::update(const Caller& caller, const PathId& id,
                                 const PrinterChange& change) {
  const auto now = clock_.unix_now();
  Answer<Printer> answer = not_found("printer");
  try {
    answer = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
      auto printer = found(db, caller, id);
      if (!printer) return printer;
      if (caller.if_match && *caller.if_match != std::to_string(printer->updated_at)) {
        return Fault{412, "The printer was changed by somebody else. Load it again."};
      }
      const auto before = json::encode(*printer);
      if (change.name) printer->name = *change.name;
      if (change.ip_address) printer->ip_address = change.ip_address;
      if (change.ports) printer->ports = change.ports;
      if (change.model) printer->model = change.model;
      printer->updated_at = std::max(now.milliseconds, printer->updated_at + 1);
      printers_store::update(db, caller.tenant, *printer);
      audit::record(db, caller, now,
                    {"printers.update", "printer", id.value, before, json::encode(*printer)});
      if (change.access_code) {
        printers_store::set_access_code(
            db, caller.tenant, printer->id,
            sealed_code(db, caller.tenant, printer->id, *change.access_code));
        audit::record(db, caller, now,
                      {"printers.change_access_code", "printer", id.value, {}, {}});
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
  if (printers_store::open_attempt(db, caller.tenant, printer.id)) {
    return conflict("A print is under way on this printer. Its plate is not yours to clear yet.");
  }
  rooms_.plates.mint(
      db, caller.tenant, printer.id, caller.user_id,
      current_print_id(live, printers_store::last_print_id(db, caller.tenant, printer.id)));
  audit::record(db, caller, clock_.unix_now(),
                {"printers.cleared", "printer", printer.id.value, {}, {}});
  return std::nullopt;
}

Answer<Printer> Printers::cleared(const Caller& caller, const PathId& id) {
  auto printer = rooms_.database.writing([&](Transaction& db) -> Answer<Printer> {
    auto known = found(db, caller, id);
    if (!known) return known;
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
