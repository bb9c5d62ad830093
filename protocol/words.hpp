// States, units and identities that more than one program speaks of. Source: WIRE (protocol 1) and
// the REST conventions in docs/protocol.md.
#pragma once
#include <cstdint>

#include "protocol/describe.hpp"
#include "protocol/reader.hpp"

namespace pf {

inline constexpr int protocol_version = 1;
inline constexpr int printers_per_hub_max = 5;
inline constexpr std::size_t hub_frame_bytes_max = 64 * 1024;
inline constexpr std::size_t hub_binary_frame_bytes_max = 512 * 1024;

using Celsius = Bounded<double, -50, 600>;
using Percent = Bounded<int, 0, 100>;
using Port = Bounded<int, 1, 65535>;
using Millis = std::int64_t;  // Unix milliseconds in a field; see UnixTime.
using Uuid = Text<1, 64>;
using Name = Text<1, 100>;
using AccessCode = Text<1, 32>;
using HostName = Text<1, 253>;  // An IPv4 address or a host name.

// A printer's serial number: its identity on the hub's side. Upper case on every wire; a lower-case
// one subscribes and then hears nothing for ever (PROTOCOL 1.4), so it is raised while read.
struct Serial {
  std::string value;
  static constexpr std::size_t min = 4, max = 32;

  Serial() = default;
  Serial(std::string text) : value(std::move(text)) {}
  Serial(const char* text) : value(text) {}
  operator std::string_view() const { return value; }
  friend auto operator<=>(const Serial&, const Serial&) = default;

  bool read(json::Reader& reader);
  void write(std::string& out) const;
};

// The state of a printer as its hub reports it.
enum class PrinterState { idle, printing, paused, error, offline };
WORDS(PrinterState, idle, printing, paused, error, offline)

// Where a print stands inside its state; calibrating is never one of our jobs.
enum class PrintStage { preparing, printing, calibrating, changing_filament, unknown };
WORDS(PrintStage, preparing, printing, calibrating, changing_filament, unknown)

enum class LastPrint { finished, failed, stopped };
WORDS(LastPrint, finished, failed, stopped)

enum class DeveloperMode { on, off, unknown };
WORDS(DeveloperMode, on, off, unknown)

// Why a hub is not, or no longer, connected to a printer: the closed list of WIRE.
enum class ConnectionReason {
  never_reached,
  unreachable,
  refused_code,
  wrong_serial,
  certificate_changed,
  certificate_unknown,
  tls_failed,
  no_reports,
  too_many_clients,
  address_changed,
  disabled,
  maintenance
};
WORDS(ConnectionReason, never_reached, unreachable, refused_code, wrong_serial, certificate_changed,
      certificate_unknown, tls_failed, no_reports, too_many_clients, address_changed, disabled,
      maintenance)

enum class ConnectionState { connecting, connected, disconnected };
WORDS(ConnectionState, connecting, connected, disconnected)

// Life of a job as people see it.
enum class JobState { queued, assigned, sending, printing, paused, complete, cancelled, failed };
WORDS(JobState, queued, assigned, sending, printing, paused, complete, cancelled, failed)

// What a job in "sending" is doing.
enum class SendingStage { fetching, uploading, starting };
WORDS(SendingStage, fetching, uploading, starting)

// Life of one attempt in the hub's journal (START, "Journal"). Everything before starting can
// still be taken back; after it only evidence or a person closes the attempt.
enum class AttemptState {
  received,
  fetched,
  uploaded,
  starting,
  started,
  finished,
  failed,
  stopped,
  rejected,
  aborted,
  not_started,
  unknown
};
WORDS(AttemptState, received, fetched, uploaded, starting, started, finished, failed, stopped,
      rejected, aborted, not_started, unknown)

// What a person may say of an attempt of which nobody knows whether it printed.
enum class AttemptOutcome { not_started, started, finished, failed, stopped };
WORDS(AttemptOutcome, not_started, started, finished, failed, stopped)

// Closed: nothing more will happen under this attempt, so that a higher one may be accepted.
constexpr bool is_closed(AttemptState state) {
  switch (state) {
    case AttemptState::finished:
    case AttemptState::failed:
    case AttemptState::stopped:
    case AttemptState::rejected:
    case AttemptState::aborted:
    case AttemptState::not_started: return true;
    case AttemptState::received:
    case AttemptState::fetched:
    case AttemptState::uploaded:
    case AttemptState::starting:
    case AttemptState::started:
    case AttemptState::unknown: return false;
  }
  return false;
}

// Before starting: the printer has not been told anything yet.
constexpr bool is_before_start(AttemptState state) {
  return state == AttemptState::received || state == AttemptState::fetched ||
         state == AttemptState::uploaded;
}

enum class PrintPhase { started, paused, resumed, finished, failed, stopped };
WORDS(PrintPhase, started, paused, resumed, finished, failed, stopped)

enum class PrintAction { start, pause, resume, stop };
WORDS(PrintAction, start, pause, resume, stop)

}  // namespace pf
