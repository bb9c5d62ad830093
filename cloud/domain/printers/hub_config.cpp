// Printers: what their hub hears of them, and what it tells that lasts.
#include "cloud/domain/printers/printers.hpp"
#include "cloud/domain/printers/printers_store.hpp"

namespace pf {
namespace {

SecretPlace access_code_of(std::string_view printer_id) {
  return {"printers", printer_id, "access_code"};
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

Blob Printers::sealed_code(Transaction& db, const TenantId& tenant, const Uuid& printer_id,
                           const AccessCode& code) {
  return rooms_.secrets.seal(db, tenant, access_code_of(printer_id), code);
}

std::string Printers::access_code(Transaction& db, const TenantId& tenant, const Uuid& printer_id) {
  return rooms_.secrets.open(db, tenant, access_code_of(printer_id),
                             printers_store::access_code(db, tenant, printer_id));
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
      if (printer.moving_until) continue;  // It is added when its former hub has let go of it.
      auto code = access_code(db, tenant, printer.id);
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
    // Whatever changes while it moves is in the configuration that its new hub gets then.
    if (printer->moving_until || printer->hub_id != row.command.hub_id) return std::nullopt;
    auto code = access_code(db, row.tenant, printer->id);
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

}  // namespace pf
