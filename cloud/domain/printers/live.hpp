// What every printer says now: one guarded map per organisation, replaced by each report, never
// stored. Newest (assignment, boot, seq) wins. Readers take copies, made under the lock of one
// tenant.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cloud/kit/caller.hpp"
#include "protocol/live_messages.hpp"

namespace pf {

// What the observer wants to know of a report beside its storing.
struct Observed {
  bool stale = false;  // Older than what is known: dropped.
  bool became_connected = false;
  bool new_fingerprint = false;
  std::optional<std::string> previous_print_id;
  bool print_changed = false;  // Another print_id than before.
};

class LivePrinters {
 public:
  Observed observe(const TenantId& tenant, const std::string& printer_id,
                   PrinterStatusMessage&& message, Millis received_at);
  // A new session of their hub begins: a hub that was restored from a backup counts lower than
  // before, and must be heard nevertheless.
  void count_anew(const TenantId& tenant, const std::vector<std::string>& printer_ids);
  // The hub of these printers is gone: their connection is unknown, their state offline.
  void hub_lost(const TenantId& tenant, const std::vector<std::string>& printer_ids, Millis now);
  void set_needs_clearing(const TenantId& tenant, const std::string& printer_id, bool needs);
  void forget(const TenantId& tenant, const std::string& printer_id);

  std::optional<LivePrinter> find(const TenantId& tenant, const std::string& printer_id) const;
  std::vector<LivePrinter> all(const TenantId& tenant) const;
  // Those named, in one pass; unknown ids are left out.
  std::vector<LivePrinter> some(const TenantId& tenant,
                                const std::vector<std::string>& printer_ids) const;

 private:
  struct Entry {
    LivePrinter live;
    std::int64_t assignment = 0, boot = 0, seq = 0;
  };
  struct Room {
    mutable std::mutex mutex;
    std::map<std::string, Entry> printers;
  };
  Room& room_of(const TenantId& tenant) const;

  mutable std::mutex rooms_mutex_;
  mutable std::map<TenantId, std::unique_ptr<Room>> rooms_;
};

}  // namespace pf
