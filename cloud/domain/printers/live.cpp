#include "cloud/domain/printers/live.hpp"

#include <tuple>

namespace pf {

LivePrinters::Room& LivePrinters::room_of(const TenantId& tenant) const {
  const std::lock_guard lock(rooms_mutex_);
  auto& room = rooms_[tenant];
  if (!room) room = std::make_unique<Room>();
  return *room;
}

Observed LivePrinters::observe(const TenantId& tenant, const std::string& printer_id,
                               PrinterStatusMessage&& message, Millis received_at) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  auto& entry = room.printers[printer_id];
  auto& live = entry.live;
  Observed observed;
  if (std::tie(message.assignment, message.boot, message.seq) <=
      std::tie(entry.assignment, entry.boot, entry.seq)) {
    observed.stale = true;
    return observed;
  }
  const auto connected = ConnectionState::connected;
  observed.became_connected =
      message.connection.state == connected && live.connection.state != connected;
  observed.new_fingerprint = message.connection.fingerprint &&
                             message.connection.fingerprint != live.connection.fingerprint;
  if (live.print) observed.previous_print_id = live.print->print_id.value;
  observed.print_changed =
      message.print && observed.previous_print_id != message.print->print_id.value;

  entry.assignment = message.assignment;
  entry.boot = message.boot;
  entry.seq = message.seq;
  live.printer_id.value = printer_id;
  live.connection = std::move(message.connection);
  live.status = std::move(message.status);
  if (message.print) live.print = std::move(message.print);
  live.received_at = received_at;
  return observed;
}

void LivePrinters::count_anew(const TenantId& tenant, const std::vector<std::string>& printer_ids) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  for (const auto& id : printer_ids) {
    const auto found = room.printers.find(id);
    if (found != room.printers.end()) found->second.boot = found->second.seq = 0;
  }
}

void LivePrinters::hub_lost(const TenantId& tenant, const std::vector<std::string>& printer_ids,
                            Millis now) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  for (const auto& id : printer_ids) {
    const auto found = room.printers.find(id);
    if (found == room.printers.end()) continue;
    auto& live = found->second.live;
    live.connection = {.state = ConnectionState::disconnected,
                       .detail = Text<0, 300>("The hub of this printer is offline."),
                       .since = now,
                       .fingerprint = live.connection.fingerprint,
                       .pinned = live.connection.pinned};
    live.status.state = PrinterState::offline;
  }
}

void LivePrinters::set_needs_clearing(const TenantId& tenant, const std::string& printer_id,
                                      bool needs) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  auto& live = room.printers[printer_id].live;
  live.printer_id.value = printer_id;
  live.needs_clearing = needs;
}

void LivePrinters::forget(const TenantId& tenant, const std::string& printer_id) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  room.printers.erase(printer_id);
}

std::optional<LivePrinter> LivePrinters::find(const TenantId& tenant,
                                              const std::string& printer_id) const {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  const auto found = room.printers.find(printer_id);
  if (found == room.printers.end()) return std::nullopt;
  return found->second.live;
}

std::vector<LivePrinter> LivePrinters::all(const TenantId& tenant) const {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  std::vector<LivePrinter> printers;
  printers.reserve(room.printers.size());
  for (const auto& [id, entry] : room.printers) printers.push_back(entry.live);
  return printers;
}

std::vector<LivePrinter> LivePrinters::some(const TenantId& tenant,
                                            const std::vector<std::string>& printer_ids) const {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  std::vector<LivePrinter> printers;
  printers.reserve(printer_ids.size());
  for (const auto& id : printer_ids) {
    const auto found = room.printers.find(id);
    if (found != room.printers.end()) printers.push_back(found->second.live);
  }
  return printers;
}

}  // namespace pf
