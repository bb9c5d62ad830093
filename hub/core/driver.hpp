// What the hub's core asks of a printer language, and what it is told. One Driver speaks to one
// printer. It is a value machine: events and requests go in, stream effects and signals come out
// through DriverOutput; it owns no socket, clock, thread or randomness.
//
// A driver knows its printer's words; it knows nothing of jobs, journals or the cloud. Whether a
// print may start is the core's decision, from what observe() says.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "hub/core/streams.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

// What the printer last said about its print, in its own words: evidence, not interpretation.
struct PrintObservation {
  bool known = false;      // False until the first full report of this connection.
  bool startable = false;  // WIRE's table: the state alone allows a start.
  bool active = false;     // PREPARE, SLICING, INIT, RUNNING or PAUSE.
  PrintType print_type = PrintType::external;  // system: a calibration; never a job.
  std::string gcode_state;
  std::string subtask_name;
  std::optional<int> mc_percent;
  std::string gcode_start_time;  // Empty where the printer sends none.
  std::int64_t print_error = 0;
  std::optional<int> layers;  // Total, where known.
  friend bool operator==(const PrintObservation&, const PrintObservation&) = default;
};

// ---- signals: what a driver reports ----

struct ConnectionChanged {
  ConnectionState state = ConnectionState::connecting;
  std::optional<ConnectionReason> reason;
  std::string detail;  // For people: what is wrong and what to do.
};
// status() or observe() changed, or a report arrived that changed nothing (changed = false).
struct ReportArrived {
  bool full = false;  // Answers fetch_report(), or is whole by this model's nature.
  bool changed = true;
};
// The key was pinned on first use: remember it with the configuration.
struct CertificatePinned {
  std::string fingerprint;
};
struct UploadWants {  // Ready for that many more bytes of the file.
  std::size_t bytes = 0;
};
struct UploadProgress {
  std::uint64_t bytes_sent = 0;
};
enum class UploadFailure {
  refused_code,
  unreachable,
  stalled,
  storage,
  no_storage,
  size_mismatch,
  protocol
};
WORDS(UploadFailure, refused_code, unreachable, stalled, storage, no_storage, size_mismatch,
      protocol)
struct UploadEnded {
  std::optional<UploadFailure> failure;  // Absent: 226 came and SIZE equals the length.
  std::string detail;
  bool already_there = false;  // A file of that name and size: no byte was asked for.
};
// The printer's answer to start() or control(), matched by its sequence id. Its absence says
// nothing.
struct CommandAnswered {
  PrintAction action = PrintAction::start;
  bool accepted = false;  // Only "parsed": never evidence of a start.
  std::string reason;
  std::optional<std::int64_t> error_code;
  bool developer_mode_off = false;
};
using DriverSignal = std::variant<ConnectionChanged, ReportArrived, CertificatePinned, UploadWants,
                                  UploadProgress, UploadEnded, CommandAnswered>;

struct DriverOutput {
  std::vector<StreamEffect> effects;
  std::vector<DriverSignal> signals;
};

// ---- requests ----

struct UploadRequest {
  std::string name;  // pf-<12 hex>.gcode.3mf
  std::uint64_t size = 0;
};

struct StartRequest {
  std::string file_name;
  int plate = 1;
  std::string subtask_name;      // <readable>-<start_token>
  std::uint32_t numeric_id = 0;  // Below 2^31, from the token: project, task and subtask id.
  PrintOptions options;
};

struct DriverSettings {
  std::uint8_t slot = 0;  // For StreamId.
  std::string client_id;  // Prefix; the driver adds what makes each connection's unique.
  ConfiguredPrinter printer;
};

class Driver {
 public:
  virtual ~Driver() = default;

  // Connects now; reconnects by itself with growing, jittered delays until stop().
  virtual void start(Instant now, DriverOutput& out) = 0;
  virtual void stop(DriverOutput& out) = 0;
  virtual void handle(const StreamEvent& event, Instant now, DriverOutput& out) = 0;
  virtual void tick(Instant now, DriverOutput& out) = 0;  // At least every 250 ms.

  // While held, the driver does not reconnect of its own will (START 8): set from just before
  // start() until there is evidence.
  virtual void hold_connection(bool held) = 0;
  // Asks for a whole report; ReportArrived{full} follows, or nothing. Not limited here: the core
  // asks once before a start, which is exempt from the five-minute rule for P1 and A1.
  virtual void fetch_report(Instant now, DriverOutput& out) = 0;

  // One upload at a time. Bytes are asked for by UploadWants and given by upload_data(), the last
  // with last = true; UploadEnded closes it. cancel_upload() closes it without a signal.
  virtual void begin_upload(const UploadRequest& request, Instant now, DriverOutput& out) = 0;
  virtual void upload_data(std::string_view bytes, bool last, Instant now, DriverOutput& out) = 0;
  virtual void cancel_upload(DriverOutput& out) = 0;

  // Publishes once. False: not connected, nothing was sent.
  virtual bool start_print(const StartRequest& request, Instant now, DriverOutput& out) = 0;
  virtual bool control(PrintAction action, Instant now, DriverOutput& out) = 0;

  // status().developer_mode is absent only for the few seconds in which it is being found out.
  virtual const PrinterStatus& status() const = 0;
  virtual const PrintObservation& observe() const = 0;
  // What a person has to press on this printer so that it obeys: a whole sentence.
  virtual std::string developer_mode_help() const = 0;
  virtual std::optional<std::string> fingerprint() const = 0;  // Of the key it showed last.
  virtual bool pinned() const = 0;                             // That key's issuer is unknown.
};

// Makes the driver for a configured printer: the one place where the core meets the drivers.
class DriverFactory {
 public:
  virtual ~DriverFactory() = default;
  virtual std::unique_ptr<Driver> make(const DriverSettings& settings, Random& random) = 0;
};

}  // namespace pf::hub
