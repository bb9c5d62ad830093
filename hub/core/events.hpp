// Everything that can happen to a hub and everything it can ask for. Hub::handle turns one into the
// other; platforms only translate. The same core runs under a unit test, on Linux, on the chip, in
// the server (--local-hub) and ten-thousand-fold in the simulator's fleet.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hub/core/refusal.hpp"
#include "hub/core/streams.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

// ---- events ----

struct Tick {};     // Every 100 to 250 ms.
struct CloudUp {};  // The WebSocket is open; the cloud speaks first.
struct CloudDown {
  int close_code = 0;  // 0: the connection was lost or never made.
  std::string reason;
};
struct CloudText {
  std::string text;
};
// Bytes of the download with that id; delivered only within granted credit.
struct DownloadData {
  std::uint32_t download = 0;
  std::string bytes;
};
enum class DownloadFailure { unreachable, refused, gone, stalled, wrong_length };
WORDS(DownloadFailure, unreachable, refused, gone, stalled, wrong_length)
struct DownloadEnded {
  std::uint32_t download = 0;
  std::optional<DownloadFailure> failure;
  std::string detail;
};
// The record and everything before it are on stable storage.
struct JournalFlushed {
  std::uint64_t record = 0;
};

// Printers heard or asked on the network: the answer to Discover, or unasked (an announcement).
struct Discovered {
  std::optional<std::string> command_id;  // Of the Discover that it answers.
  std::vector<DiscoveredPrinter> printers;
};
// How the board feels; at start and about once a minute. Sent on as hub_status.
struct VitalsRead {
  std::int64_t free_heap = 0;
  std::optional<std::int64_t> psram_free;
  std::optional<int> rssi;
  std::optional<std::string> ip_address;
  std::optional<double> temperature;
};
// The answer to Identify and SendLogs: done, or why not.
struct CommandPerformed {
  std::string command_id;
  std::optional<Refusal> refusal;
};

using Event = std::variant<Tick, CloudUp, CloudDown, CloudText, StreamEvent, DownloadData,
                           DownloadEnded, JournalFlushed, Discovered, VitalsRead, CommandPerformed>;

// ---- effects ----
//
// Performed in the order given. SaveState is on stable storage before the next effect of the list
// is performed: a secret is kept before it is sent. AppendJournal and ReplaceJournal may take their
// time, since the core waits for JournalFlushed; at most one of them is under way at any time.

struct CloudOpen {  // Connect after this long; replaces an earlier wish.
  Milliseconds after{0};
};
struct CloudClose {};  // CloudDown follows, as after any other end of a connection.
struct SendToCloud {
  std::string text;
};
// Fetch from the origin the hub was provisioned with; the core has checked that it is that origin.
struct Download {
  std::uint32_t download = 0;
  std::string url;           // Path and query on that origin.
  std::uint64_t offset = 0;  // Range resume.
};
struct DownloadRead {
  std::uint32_t download = 0;
  std::uint32_t credit = 0;
};
struct DownloadStop {
  std::uint32_t download = 0;
};
// Append, flush, then tell: JournalFlushed{record}. The bytes are one frame of hub/core/journal.
struct AppendJournal {
  std::uint64_t record = 0;
  std::string bytes;
};
// Replace the journal by these bytes (compaction): write aside, flush, rename.
struct ReplaceJournal {
  std::uint64_t record = 0;
  std::string bytes;
};
// Replace the stored identity and configuration. Holds secrets: mode 0600.
struct SaveState {
  std::string bytes;
};
struct Reboot {};
// Look for printers; Discovered{command_id} answers, with an empty list if none was found.
struct Discover {
  std::string command_id;
  std::optional<std::string> address;  // Ask this one; absent: listen and search.
};
// Show a person which hub this is, with whatever the board has; CommandPerformed answers.
struct Identify {
  std::string command_id;
};
// Send the newest log lines to the cloud as one binary frame; CommandPerformed answers.
struct SendLogs {
  std::string command_id;
};

using Effect = std::variant<CloudOpen, CloudClose, SendToCloud, StreamEffect, Download,
                            DownloadRead, DownloadStop, AppendJournal, ReplaceJournal, SaveState,
                            Reboot, Discover, Identify, SendLogs>;

}  // namespace pf::hub
