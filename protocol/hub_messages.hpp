// Everything a hub and the cloud say to each other: JSON text frames over one WebSocket. Direction
// is a type: HubToCloud and CloudToHub. A printer is its serial number here, and only here.
//
// Times are Unix milliseconds, our durations seconds, sizes bytes. Optional fields may be added,
// required ones never; meaning never changes; protocol_version grows otherwise.
#pragma once
#include <optional>
#include <variant>

#include "protocol/printer_status.hpp"
#include "protocol/words.hpp"

namespace pf {

using Hex256 = Text<64, 64>;
using Token = Text<1, 128>;
using CommandId = Text<1, 64>;
using Url = Text<1, 2048>;

// WebSocket close codes of ours.
inline constexpr int close_unauthorised = 4401;  // Unknown or unclaimed hub, wrong signature.
inline constexpr int close_too_slow = 4408;      // No valid hello within handshake_seconds.
inline constexpr int close_superseded = 4409;    // A newer valid connection of the same hub.
inline constexpr int close_restart = 4503;       // Planned; the reason is {"retry_after_ms":N}.
inline constexpr int handshake_seconds = 10;
inline constexpr int heartbeat_seconds_default = 30;
inline constexpr int silence_seconds_max = 75;  // Then the peer is taken for dead, both ways.

// ---- opening ----

struct HubChallenge {
  static constexpr std::string_view type = "hub_challenge";
  int protocol = protocol_version;
  Hex256 nonce;
  Text<1, 253> host;
  Millis server_time = 0;
  FIELDS(protocol, nonce, host, server_time)
};

struct HubHello {
  static constexpr std::string_view type = "hub_hello";
  int protocol = protocol_version;
  Uuid hub_id;
  Text<0, 40> firmware_version;
  Text<0, 40> hardware_revision;
  std::int64_t uptime_seconds = 0;
  std::int64_t free_heap = 0;
  Text<1, 64> boot_id;
  std::int64_t boot_count = 0;
  Hex256 client_nonce;
  std::int64_t last_epoch = 0;
  std::int64_t config_generation = 0;
  Text<1, 64> journal_id;
  std::int64_t event_high = 0;
  List<Text<1, 40>, 32> capabilities;
  Hex256 signature;  // Of signed_hello() in protocol/handshake.hpp.
  FIELDS(protocol, hub_id, firmware_version, hardware_revision, uptime_seconds, free_heap, boot_id,
         boot_count, client_nonce, last_epoch, config_generation, journal_id, event_high,
         capabilities, signature)
};

struct HubClaim {
  static constexpr std::string_view type = "hub_claim";
  Uuid hub_id;
  Token claim_token;
  Hex256 proposed_secret;
  Text<0, 40> firmware_version;
  Text<0, 40> hardware_revision;
  FIELDS(hub_id, claim_token, proposed_secret, firmware_version, hardware_revision)
};

struct HubClaimed {
  static constexpr std::string_view type = "hub_claimed";
  Uuid hub_id;
  Name name;
  Name organization;
  FIELDS(hub_id, name, organization)
};

struct CloudHello {
  static constexpr std::string_view type = "cloud_hello";
  Uuid session_id;
  Millis server_time = 0;
  std::int64_t epoch = 0;
  Uuid store_incarnation;
  std::int64_t event_ack = 0;  // Highest sequence of the hub's journal that is stored.
  int heartbeat_seconds = heartbeat_seconds_default;
  Hex256 proof;  // Of signed_welcome().
  FIELDS(session_id, server_time, epoch, store_incarnation, event_ack, heartbeat_seconds, proof)
};

struct PrinterPorts {
  std::optional<Port> mqtt;    // 8883
  std::optional<Port> ftps;    // 990
  std::optional<Port> detect;  // 3000
  std::optional<Port> camera;  // 6000
  FIELDS(mqtt, ftps, detect, camera)
};

struct PrinterPolicies {
  std::optional<bool> pin_unknown_certificate;  // Default true: trust on first use.
  FIELDS(pin_unknown_certificate)
};

struct ConfiguredPrinter {
  Serial printer_id;
  std::int64_t assignment = 0;  // Grows whenever the printer changes hubs.
  std::optional<HostName> ip_address;
  std::optional<PrinterPorts> ports;
  AccessCode access_code;
  Name name;
  std::optional<Text<0, 40>> model;
  std::optional<Text<0, 128>> fingerprint;  // Of the pinned public key, where one is.
  std::optional<PrinterPolicies> policies;
  FIELDS(printer_id, assignment, ip_address, ports, access_code, name, model, fingerprint, policies)
};

// The whole list; replaces what the hub had.
struct PrintersConfig {
  static constexpr std::string_view type = "printers_config";
  std::int64_t generation = 0;
  List<ConfiguredPrinter, printers_per_hub_max> printers;
  FIELDS(generation, printers)
};

// ---- hub to cloud ----

struct PrinterStatusMessage {
  static constexpr std::string_view type = "printer_status";
  Serial printer_id;
  std::int64_t assignment = 0;
  std::int64_t boot = 0;  // boot_count: newest (boot, seq) wins.
  std::int64_t seq = 0;
  PrinterConnection connection;
  PrinterStatus status;
  std::optional<CurrentPrint> print;
  Millis timestamp = 0;
  FIELDS(printer_id, assignment, boot, seq, connection, status, print, timestamp)
};

// Written down or refused; never "done".
struct CommandAck {
  static constexpr std::string_view type = "command_ack";
  CommandId command_id;
  bool success = false;
  std::optional<Text<0, 300>> error_message;
  std::optional<Text<0, 64>> code;
  FIELDS(command_id, success, error_message, code)
};

enum class TransferStage { fetching, uploading };
WORDS(TransferStage, fetching, uploading)

struct FileProgress {
  static constexpr std::string_view type = "file_progress";
  Text<1, 100> transfer_id;
  Uuid job_id;
  std::int64_t attempt = 0;
  TransferStage stage = TransferStage::fetching;
  std::int64_t bytes_sent = 0;
  std::int64_t bytes_total = 0;
  FIELDS(transfer_id, job_id, attempt, stage, bytes_sent, bytes_total)
};

struct FileUrlRequest {
  static constexpr std::string_view type = "file_url_request";
  Uuid job_id;
  std::int64_t attempt = 0;
  FIELDS(job_id, attempt)
};

// What the printer said around an act: before it, and what proved its outcome.
struct Evidence {
  std::optional<Text<0, 32>> gcode_state;
  std::optional<Text<0, 200>> subtask_name;
  std::optional<int> mc_percent;
  std::optional<Text<0, 40>> gcode_start_time;
  std::optional<std::int64_t> print_error;
  std::optional<Text<0, 300>> note;
  FIELDS(gcode_state, subtask_name, mc_percent, gcode_start_time, print_error, note)
};

// Durable: sent until event_ack covers seq.
struct JobEvent {
  static constexpr std::string_view type = "job_event";
  Text<1, 64> journal_id;
  std::int64_t seq = 0;
  Uuid job_id;
  std::int64_t attempt = 0;
  AttemptState state = AttemptState::received;
  Millis at = 0;
  std::optional<Text<0, 64>> reason;  // Machine-readable, for rejected, failed and the like.
  Evidence evidence;
  FIELDS(journal_id, seq, job_id, attempt, state, at, reason, evidence)
};

struct PrintEvent {
  static constexpr std::string_view type = "print_event";
  Text<1, 64> journal_id;
  std::int64_t seq = 0;
  Serial printer_id;
  std::int64_t assignment = 0;
  Text<1, 200> print_id;
  PrintType print_type = PrintType::external;
  Text<0, 200> name;
  std::optional<Text<1, 32>> start_token;
  PrintPhase phase = PrintPhase::started;
  Millis at = 0;
  std::optional<int> layers;
  std::optional<std::int64_t> seconds;
  std::optional<Text<0, 40>> error_code;
  FIELDS(journal_id, seq, printer_id, assignment, print_id, print_type, name, start_token, phase,
         at, layers, seconds, error_code)
};

struct DiscoveredPrinter {
  Serial printer_id;
  HostName ip_address;
  Text<0, 40> model;
  Text<0, 100> name;
  std::optional<Text<0, 32>> firmware_version;
  std::optional<bool> bound;
  FIELDS(printer_id, ip_address, model, name, firmware_version, bound)
};

struct PrintersDiscovered {
  static constexpr std::string_view type = "printers_discovered";
  std::optional<CommandId> command_id;
  List<DiscoveredPrinter, 64> printers;
  FIELDS(command_id, printers)
};

struct HubStatus {
  static constexpr std::string_view type = "hub_status";
  std::int64_t uptime_seconds = 0;
  std::int64_t free_heap = 0;
  std::optional<std::int64_t> psram_free;
  std::optional<int> rssi;
  std::optional<Text<0, 64>> ip_address;
  std::optional<double> temperature;
  FIELDS(uptime_seconds, free_heap, psram_free, rssi, ip_address, temperature)
};

// ---- cloud to hub ----

struct EventAck {
  static constexpr std::string_view type = "event_ack";
  Text<1, 64> journal_id;
  std::int64_t upto = 0;
  FIELDS(journal_id, upto)
};

enum class ConfigureAction { add, update, remove };
WORDS(ConfigureAction, add, update, remove)

struct ConfigurePrinter {
  static constexpr std::string_view type = "configure_printer";
  CommandId command_id;
  std::int64_t epoch = 0;
  std::int64_t generation = 0;
  ConfigureAction action = ConfigureAction::add;
  ConfiguredPrinter printer;
  FIELDS(command_id, epoch, generation, action, printer)
};

struct PrintFile {
  Hex256 sha256;
  std::int64_t size = 0;
  Text<1, 100> name;  // On the printer: pf-<12 hex of sha256>.gcode.3mf
  FIELDS(sha256, size, name)
};

struct PrintOptions {
  std::optional<bool> bed_leveling, flow_calibration, vibration_calibration, timelapse, use_ams;
  std::optional<Text<0, 32>> bed_type;
  std::optional<List<int, 64>> ams_mapping;  // Index: filament id of the project minus 1.
  FIELDS(bed_leveling, flow_calibration, vibration_calibration, timelapse, use_ams, bed_type,
         ams_mapping)
};

// start carries all of it; pause, resume and stop name the print they mean and expire in 30 s.
struct PrintCommand {
  static constexpr std::string_view type = "print_command";
  CommandId command_id;
  std::int64_t epoch = 0;
  Serial printer_id;
  std::int64_t assignment = 0;
  PrintAction action = PrintAction::start;
  std::optional<Uuid> job_id;
  std::optional<std::int64_t> attempt;
  std::optional<Text<1, 32>> start_token;
  std::optional<Text<1, 200>> print_id;
  Millis not_after = 0;
  std::optional<PrintFile> file;
  std::optional<Bounded<int, 1, 100>> plate;
  std::optional<Text<1, 40>> display_name;  // ASCII; becomes subtask_name with the token.
  std::optional<PrintOptions> options;
  std::optional<Uuid> plate_token;
  std::optional<Text<0, 200>> last_print_id;  // The print on which the plate was called empty.
  FIELDS(command_id, epoch, printer_id, assignment, action, job_id, attempt, start_token, print_id,
         not_after, file, plate, display_name, options, plate_token, last_print_id)
};

struct JobCancel {
  static constexpr std::string_view type = "job_cancel";
  CommandId command_id;
  std::int64_t epoch = 0;
  Uuid job_id;
  std::int64_t attempt = 0;
  FIELDS(command_id, epoch, job_id, attempt)
};

// A person's answer to what nobody else can know: how this attempt ended, or that it never began.
struct AttemptResolve {
  static constexpr std::string_view type = "attempt_resolve";
  CommandId command_id;
  std::int64_t epoch = 0;
  Uuid job_id;
  std::int64_t attempt = 0;
  AttemptOutcome outcome = AttemptOutcome::not_started;
  FIELDS(command_id, epoch, job_id, attempt, outcome)
};

struct JobQuery {
  static constexpr std::string_view type = "job_query";
  CommandId command_id;
  std::optional<Uuid> job_id;  // Absent: the whole journal.
  std::optional<std::int64_t> epoch;
  FIELDS(command_id, job_id, epoch)
};

struct FileUrl {
  static constexpr std::string_view type = "file_url";
  Uuid job_id;
  std::int64_t attempt = 0;
  Url url;  // Path on the origin the hub was provisioned with; it accepts no other.
  Millis expires = 0;
  Hex256 sha256;
  std::int64_t size = 0;
  FIELDS(job_id, attempt, url, expires, sha256, size)
};

struct DiscoverPrinters {
  static constexpr std::string_view type = "discover_printers";
  CommandId command_id;
  std::optional<HostName> address;  // Ask this one by the detect exchange; absent: listen.
  FIELDS(command_id, address)
};

struct PinAccept {
  static constexpr std::string_view type = "pin_accept";
  CommandId command_id;
  Serial printer_id;
  Text<1, 128> fingerprint;
  FIELDS(command_id, printer_id, fingerprint)
};

enum class HubAction { reboot, identify, rename, wipe, send_logs };
WORDS(HubAction, reboot, identify, rename, wipe, send_logs)

struct HubCommand {
  static constexpr std::string_view type = "hub_command";
  CommandId command_id;
  HubAction action = HubAction::identify;
  std::optional<Name> name;
  std::optional<std::int64_t> epoch;
  std::optional<Millis> not_after;  // A reboot wished an hour ago must not happen now.
  FIELDS(command_id, action, name, epoch, not_after)
};

// Either way: the other side's message was refused. Never answered.
struct WireError {
  static constexpr std::string_view type = "error";
  std::optional<Text<0, 64>> in_reply_to;  // A command_id, or the type of the message.
  Text<1, 64> code;
  Text<0, 300> text;
  FIELDS(in_reply_to, code, text)
};

using HubToCloud =
    std::variant<PrinterStatusMessage, HubHello, HubClaim, CommandAck, FileProgress, FileUrlRequest,
                 JobEvent, PrintEvent, PrintersDiscovered, HubStatus, WireError>;
using CloudToHub = std::variant<HubChallenge, HubClaimed, CloudHello, PrintersConfig, EventAck,
                                ConfigurePrinter, PrintCommand, JobCancel, AttemptResolve, JobQuery,
                                FileUrl, DiscoverPrinters, PinAccept, HubCommand, WireError>;

}  // namespace pf
