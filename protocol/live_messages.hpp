// What the cloud tells an open browser on /ws/dashboard. On connect a snapshot; then at most one
// frame per organisation and tick, with a sequence number that grows by one a frame: a gap means
// that this browser was too slow, and a fresh snapshot follows by itself.
#pragma once
#include <optional>
#include <variant>
#include <vector>

#include "protocol/hub_messages.hpp"
#include "protocol/printer_status.hpp"

namespace pf {

// One printer as it is now. printer_id is the printer's UUID, as in REST.
struct LivePrinter {
  Uuid printer_id;
  PrinterConnection connection;
  PrinterStatus status;
  std::optional<CurrentPrint> print;
  bool needs_clearing = false;  // A fact of the cloud's: no live plate token.
  Millis received_at = 0;       // By the server's clock.
  FIELDS(printer_id, connection, status, print, needs_clearing, received_at)
};

struct LiveHub {
  Uuid hub_id;
  bool online = false;
  std::optional<Millis> last_seen_at;
  FIELDS(hub_id, online, last_seen_at)
};

// Transfer progress of a job: telemetry, never stored.
struct LiveTransfer {
  Uuid job_id;
  TransferStage stage = TransferStage::fetching;
  std::int64_t bytes_sent = 0;
  std::int64_t bytes_total = 0;
  FIELDS(job_id, stage, bytes_sent, bytes_total)
};

// A job, printer, hub, file or command row changed: read it again if you show it.
enum class ChangedKind { job, printer, hub, file, command, plate, member };
WORDS(ChangedKind, job, printer, hub, file, command, plate, member)
struct Changed {
  ChangedKind kind = ChangedKind::job;
  Uuid id;
  FIELDS(kind, id)
};

struct LiveSnapshot {
  static constexpr std::string_view type = "snapshot";
  std::int64_t seq = 0;
  Millis server_time = 0;
  std::vector<LivePrinter> printers;
  std::vector<LiveHub> hubs;
  FIELDS(seq, server_time, printers, hubs)
};

struct LiveUpdate {
  static constexpr std::string_view type = "update";
  std::int64_t seq = 0;
  std::vector<LivePrinter> printers;
  std::vector<LiveHub> hubs;
  std::vector<LiveTransfer> transfers;
  std::vector<Changed> changed;
  FIELDS(seq, printers, hubs, transfers, changed)
};

struct LiveError {
  static constexpr std::string_view type = "error";
  Text<1, 64> code;
  Text<0, 300> text;
  FIELDS(code, text)
};

// First message of a client that has no cookie (machines).
struct LiveAuth {
  static constexpr std::string_view type = "auth";
  Text<1, 4096> token;
  FIELDS(token)
};

using CloudToBrowser = std::variant<LiveSnapshot, LiveUpdate, LiveError>;
using BrowserToCloud = std::variant<LiveAuth>;

}  // namespace pf
