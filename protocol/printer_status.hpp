// What is known of a printer at one moment. Hub to cloud to browser: the same struct, the same
// letters. Everything but the state is optional, since printers leave things out; unknown is
// absent.
#pragma once
#include <optional>

#include "protocol/words.hpp"

namespace pf {

struct Temperatures {
  std::optional<Celsius> nozzle;  // The active one.
  std::optional<Celsius> bed;
  std::optional<Celsius> chamber;
  FIELDS(nozzle, bed, chamber)
  friend bool operator==(const Temperatures&, const Temperatures&) = default;
};

struct Nozzle {
  int id = 0;
  std::optional<Celsius> current;
  std::optional<Celsius> target;
  std::optional<Bounded<double, 0, 5>> diameter;  // Millimetres.
  bool active = false;
  FIELDS(id, current, target, diameter, active)
  friend bool operator==(const Nozzle&, const Nozzle&) = default;
};

struct AmsTray {
  int id = 0;
  std::optional<Text<0, 32>> filament_type;  // Absent: the slot is empty or unknown.
  List<Text<0, 9>, 8> colors;                // "#RRGGBB" or "#RRGGBBAA".
  std::optional<Text<0, 64>> brand;
  std::optional<Percent> remaining_percent;
  std::optional<Text<0, 40>> tag;
  friend bool operator==(const AmsTray& a, const AmsTray& b) {
    return a.id == b.id && a.filament_type == b.filament_type && a.colors.value == b.colors.value &&
           a.brand == b.brand && a.remaining_percent == b.remaining_percent && a.tag == b.tag;
  }
  FIELDS(id, filament_type, colors, brand, remaining_percent, tag)
};

enum class AmsKind { ams, ams_lite, ams_2_pro, ams_ht, unknown };
WORDS(AmsKind, ams, ams_lite, ams_2_pro, ams_ht, unknown)

struct AmsUnit {
  int id = 0;
  AmsKind kind = AmsKind::unknown;
  std::optional<Bounded<int, 0, 5>> humidity;  // Level 1 to 5, 5 is dry.
  std::optional<Celsius> temperature;
  std::optional<bool> drying;
  List<AmsTray, 4> trays;
  FIELDS(id, kind, humidity, temperature, drying, trays)
  friend bool operator==(const AmsUnit& a, const AmsUnit& b) {
    return a.id == b.id && a.kind == b.kind && a.humidity == b.humidity &&
           a.temperature == b.temperature && a.drying == b.drying && a.trays.value == b.trays.value;
  }
};

enum class ErrorSeverity { fatal, serious, common, info };
WORDS(ErrorSeverity, fatal, serious, common, info)

struct PrinterError {
  Text<1, 40> code;  // "0300_400C" or "HMS_0300_0100_0001_0001".
  Text<0, 300> text;
  ErrorSeverity severity = ErrorSeverity::common;
  FIELDS(code, text, severity)
  friend bool operator==(const PrinterError&, const PrinterError&) = default;
};

struct Fans {
  std::optional<Percent> part, aux, chamber;
  FIELDS(part, aux, chamber)
  friend bool operator==(const Fans&, const Fans&) = default;
};

struct Lights {
  std::optional<bool> chamber;
  FIELDS(chamber)
  friend bool operator==(const Lights&, const Lights&) = default;
};

struct Network {
  std::optional<int> rssi;  // dBm.
  std::optional<bool> wired;
  FIELDS(rssi, wired)
  friend bool operator==(const Network&, const Network&) = default;
};

enum class Storage { none, normal, abnormal, read_only };
WORDS(Storage, none, normal, abnormal, read_only)

struct PrinterStatus {
  PrinterState state = PrinterState::offline;
  std::optional<PrintStage> stage;
  std::optional<Percent> progress_percent;
  std::optional<Bounded<int, 0, 100'000>> layer_current;
  std::optional<Bounded<int, 0, 100'000>> layer_total;
  std::optional<Bounded<int, 0, 100'000>> time_remaining_minutes;
  std::optional<Temperatures> temperatures;
  std::optional<Temperatures> targets;
  std::optional<List<Nozzle, 8>> nozzles;
  std::optional<List<AmsUnit, 12>> ams_status;
  std::optional<Text<1, 16>> current_tray;  // "0:2" is unit 0 slot 2; "external"; absent: none.
  std::optional<Text<0, 200>> current_file;
  std::optional<Text<1, 40>> error_code;
  std::optional<List<PrinterError, 16>> errors;
  std::optional<Bounded<int, 1, 4>> speed_level;
  std::optional<Lights> lights;
  std::optional<Fans> fans;
  std::optional<Network> network;
  std::optional<Storage> storage;
  std::optional<bool> door_open;
  std::optional<DeveloperMode> developer_mode;
  std::optional<LastPrint> last_print;
  std::optional<Text<0, 32>> firmware_version;
  FIELDS(state, stage, progress_percent, layer_current, layer_total, time_remaining_minutes,
         temperatures, targets, nozzles, ams_status, current_tray, current_file, error_code, errors,
         speed_level, lights, fans, network, storage, door_open, developer_mode, last_print,
         firmware_version)
};

// The hub's connection to the printer, never the printer's own state.
struct PrinterConnection {
  ConnectionState state = ConnectionState::connecting;
  std::optional<ConnectionReason> reason;
  std::optional<Text<0, 300>> detail;       // For people: what to do about the reason.
  Millis since = 0;                         // Unix milliseconds by the hub's idea of server time.
  std::optional<Text<0, 128>> fingerprint;  // SHA-256 of the certificate's public key, hex.
  std::optional<bool> pinned;  // True: the issuer is unknown and the key was pinned on first use.
  FIELDS(state, reason, detail, since, fingerprint, pinned)
};

enum class PrintType { ours, external, system };
WORDS(PrintType, ours, external, system)

// Which print the printer is busy with, or was last.
struct CurrentPrint {
  Text<1, 200> print_id;  // The hub's identity of this run; changes with each print.
  std::optional<Text<1, 32>> start_token;
  PrintType type = PrintType::external;
  Text<0, 200> name;
  FIELDS(print_id, start_token, type, name)
};

}  // namespace pf
