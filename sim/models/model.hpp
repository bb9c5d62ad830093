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
  digits_only,  // The A-series' own server: numbers without words, no EPSV, no REST.
  strict,       // vsftpd that insists on TLS and on a resumed session for data.
};
enum class CertificateForm {
  version_1_with_issuer,  // X.509 v1; the issuer's certificate is sent along.
  version_3_alone,
};

struct Model {
  std::string_view code;  // DevModel and printer_model_id: "N1".
  std::string_view name;  // "A1 mini"
  std::string_view serial_prefix;
  std::string_view firmware;
  Reports reports = Reports::deltas;
  Milliseconds report_interval{0};
  FtpDialect ftp = FtpDialect::digits_only;
  CertificateForm certificate = CertificateForm::version_1_with_issuer;
  std::size_t mqtt_clients_max = 4;
  int idle_stage = 0;                // stg_cur between prints.
  std::string_view idle_print_type;  // print_type between prints.
  double temperature_step = 1;       // The resolution that reports show, in degrees.
  double ambient_celsius = 25;
  bool shows_plate_path = false;  // gcode_file is a path in its memory, else the 3MF's name.
  bool bare_gcode_acks = false;   // Acknowledges gcode_line without saying "command".
  std::string_view base_report;   // The "print" object of a whole report while idle.
  std::string_view modules;       // The "module" list of get_version.
};

std::span<const Model* const> models();
const Model* find_model(std::string_view code);  // None: nullptr.

extern const Model a1_mini;
extern const Model x1_carbon;

}  // namespace pf::sim
