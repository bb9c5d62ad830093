// What makes one kind of printer differ from another on the wire. A new model is a new file here
// with its row; nothing else in the simulator asks for a model by name.
#pragma once
#include <span>
#include <string_view>

#include "base/time.hpp"

namespace pf::sim {

enum class Reports {
  deltas,      // What changed since the last report; all of it only when asked.
  everything,  // All of it whenever something changed.
};
enum class FtpDialect {
  digits_only,     // The A-series' own server: numbers without words, no EPSV, no REST.
  strict,          // vsftpd that insists on TLS and on a resumed session for data.
  strict_passive,  // The same, but PASV only, and its reply names no address.
};
enum class CertificateForm {
  version_1_with_issuer,  // X.509 v1; the issuer's certificate is sent along.
  version_3_alone,
  version_3_of_series,  // Issued by its series' own authority, and sent alone.
};

struct Model {
  std::string_view code;  // DevModel and printer_model_id: "N1".
  std::string_view name;  // "A1 mini"
  std::string_view serial_prefix;
  std::string_view firmware;
  Reports reports = Reports::deltas;
  Milliseconds report_interval{0};
  std::string_view constant_sequence_id{};  // Reports say this and no msg; empty: they count.
  FtpDialect ftp = FtpDialect::digits_only;
  CertificateForm certificate = CertificateForm::version_1_with_issuer;
  std::size_t mqtt_clients_max = 4;
  int boot_stage = 0;                // stg_cur before the first print,
  int idle_stage = 0;                // and between prints.
  std::string_view idle_print_type;  // print_type between prints.
  // How long a new job's name stands over the old state, at its usual pace.
  Milliseconds old_state_kept{6'000};
  double temperature_step = 1;  // The resolution that reports show, in degrees.
  double ambient_celsius = 25;
  bool shows_plate_path = false;     // gcode_file is a path in its memory, else the 3MF's name.
  bool bare_gcode_acks = false;      // Acknowledges gcode_line without saying "command".
  int prepare_percent_max = 100;     // Where gcode_file_prepare_percent stops.
  bool forgets_layers = false;       // total_layer_num is 0 again after the print.
  bool flat_nozzle_is_left = false;  // nozzle_temper speaks of the left nozzle, used or not.
  bool local_tray_numbers = false;   // tray_now is a slot of whichever unit feeds.
  std::string_view base_report;      // The "print" object of a whole report while idle.
  std::string_view modules;          // The "module" list of get_version.
};

std::span<const Model* const> models();
const Model* find_model(std::string_view code);  // None: nullptr.

extern const Model a1;
extern const Model a1_mini;
extern const Model h2d;
extern const Model p1s;
extern const Model x1_carbon;

}  // namespace pf::sim
