// What a printer publishes about itself: the one place in the simulator that knows the report's
// keys (PROTOCOL 2.6). Models differ in their base report; a key that a model lacks is left out.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "sim/document.hpp"
#include "sim/models/model.hpp"
#include "sim/print_run.hpp"

namespace pf::sim {

// What a start says about its job, as the report echoes it.
struct JobNames {
  std::string subtask_name;
  std::string gcode_file;
  int plate = 1;
  std::string project_id = "0", profile_id = "0", task_id = "0", subtask_id = "0";
  std::string print_type = "local";
};

struct Temperatures {
  double nozzle = 0, bed = 0, chamber = 0;
  double resting_nozzle = 0;  // The one that does not print, where there are two.
  int nozzle_target = 0, bed_target = 0;
};

// An entry of hms: HMS_0500_0500_0001_0007 is {0x05000500, 0x00010007}.
struct HealthMessage {
  std::uint32_t attr = 0, code = 0;
  FIELDS(attr, code)
  friend bool operator==(const HealthMessage&, const HealthMessage&) = default;
};
// A command was refused because it was not signed: Developer Mode is off.
inline constexpr HealthMessage unsigned_message{0x0500'0500, 0x0001'0007};

class Report {
 public:
  Report(const Model& model, const std::string& serial_number, const std::string& ip_address);

  void show_address(const std::string& ip_address);
  void show_job(const JobNames& job);
  void show_print(const PrintView& view);
  void show_error(std::uint32_t error);
  void show_temperatures(const Temperatures& temperatures);
  void show_part_fan(int percent);
  void show_wifi(int dbm);
  void show_light(std::string_view node, std::string_view mode);
  void show_speed_level(int level);
  // tray: the AMS's global tray number; none: the external spool.
  void show_loading(std::optional<int> tray);
  void show_loaded(std::optional<int> tray);
  void show_unloaded();
  void show_developer_mode(bool on);
  void show_health(const std::vector<HealthMessage>& messages);

  // Trays by their global number: unit * 4 + slot, an AMS HT's own number from 128 on.
  bool has_tray(int tray) const;
  // mapping and device.extruder name them so: unit << 8 | slot.
  static int slot_of_tray(int tray);
  Document& values() { return values_; }

  // The next message on the report topic: all of it, or what the model reports by itself, if
  // anything.
  std::string everything(UnixTime now);
  std::optional<std::string> news(UnixTime now);

 private:
  std::string message(Document body, int msg);
  int extruder_of(std::optional<int> tray) const;
  std::string tray_text(std::optional<int> tray) const;
  void show_slot(int extruder, int slot);

  const Model* model_;
  Document values_;
  Document reported_;  // values_ as of the last message.
  std::uint32_t sequence_ = 0;
  int extruder_ = 0;  // The one that prints. 0 is the right one, where there are two.
};

}  // namespace pf::sim
