// The printers' own words: print.push_status as one object merged from full and delta reports.
// Objects merge, lists are replaced unless their entries carry an identity. Members have the
// printers' spelling; what is not read here is skipped.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "hub/drivers/bambu/loose.hpp"

namespace pf::hub::bambu {

inline constexpr std::size_t ams_units_max = 12;
inline constexpr std::size_t trays_per_unit_max = 4;
inline constexpr std::size_t hms_max = 32;
inline constexpr std::size_t extruders_max = 4;
inline constexpr std::size_t nozzles_max = 24;  // H2C has a rack.
inline constexpr std::size_t lights_max = 8;
inline constexpr std::size_t colors_max = 8;

struct Tray : LooseObject<Tray> {
  Letters id, tray_type, tray_sub_brands, tray_color, tag_uid, tray_uuid;
  std::optional<LooseList<LooseText, colors_max>> cols;
  Number remain, state;
  std::string_view key() const { return text(id); }
  FIELDS(id, tray_type, tray_sub_brands, tray_color, tag_uid, tray_uuid, cols, remain, state)
};

struct AmsUnitReport : LooseObject<AmsUnitReport> {
  Letters id;
  Number humidity, temp, dry_time;
  Hex info;
  std::optional<KeyedList<Tray, trays_per_unit_max>> tray;
  std::string_view key() const { return text(id); }
  FIELDS(id, humidity, temp, dry_time, info, tray)
};

struct AmsReport : LooseObject<AmsReport> {
  std::optional<KeyedList<AmsUnitReport, ams_units_max>> ams;
  Hex ams_exist_bits, tray_exist_bits;
  Number tray_now;
  FIELDS(ams, ams_exist_bits, tray_exist_bits, tray_now)
};

struct HmsEntry : LooseObject<HmsEntry> {
  Number attr, code;
  FIELDS(attr, code)
};

struct LightReport : LooseObject<LightReport> {
  Letters node, mode;
  std::string_view key() const { return text(node); }
  FIELDS(node, mode)
};

struct ExtruderEntry : LooseObject<ExtruderEntry> {
  Letters id;
  Number temp, snow, hnow;
  std::string_view key() const { return text(id); }
  FIELDS(id, temp, snow, hnow)
};
struct ExtruderReport : LooseObject<ExtruderReport> {
  Number state;
  std::optional<KeyedList<ExtruderEntry, extruders_max>> info;
  FIELDS(state, info)
};

struct NozzleEntry : LooseObject<NozzleEntry> {
  Letters id;
  Number diameter;
  std::string_view key() const { return text(id); }
  FIELDS(id, diameter)
};
struct NozzleReport : LooseObject<NozzleReport> {
  std::optional<KeyedList<NozzleEntry, nozzles_max>> info;
  FIELDS(info)
};

struct PackedTemperature : LooseObject<PackedTemperature> {
  Number temp;  // target << 16 | current
  FIELDS(temp)
};
struct HeaterReport : LooseObject<HeaterReport> {
  std::optional<PackedTemperature> info;
  FIELDS(info)
};

struct DeviceReport : LooseObject<DeviceReport> {
  std::optional<ExtruderReport> extruder;
  std::optional<NozzleReport> nozzle;
  std::optional<HeaterReport> ctc, bed;
  FIELDS(extruder, nozzle, ctc, bed)
};

struct NetReport : LooseObject<NetReport> {
  Number conf;
  FIELDS(conf)
};

struct Report : LooseObject<Report> {
  Letters gcode_state, print_type, subtask_name, gcode_file, gcode_start_time;
  Number stg_cur, mc_percent, mc_remaining_time, layer_num, total_layer_num, print_error;
  Number nozzle_temper, nozzle_target_temper, bed_temper, bed_target_temper, chamber_temper;
  Number nozzle_diameter, cooling_fan_speed, big_fan1_speed, big_fan2_speed, spd_lvl, home_flag;
  Letters wifi_signal;
  Hex fun, stat, aux;
  std::optional<KeyedList<LightReport, lights_max>> lights_report;
  std::optional<LooseList<HmsEntry, hms_max>> hms;
  std::optional<AmsReport> ams;
  std::optional<DeviceReport> device;
  std::optional<NetReport> net;
  FIELDS(gcode_state, print_type, subtask_name, gcode_file, gcode_start_time, stg_cur, mc_percent,
         mc_remaining_time, layer_num, total_layer_num, print_error, nozzle_temper,
         nozzle_target_temper, bed_temper, bed_target_temper, chamber_temper, nozzle_diameter,
         cooling_fan_speed, big_fan1_speed, big_fan2_speed, spd_lvl, home_flag, wifi_signal, fun,
         stat, aux, lights_report, hms, ams, device, net)
};

// Merges the "print" object of a message. False, with the report as it was, where the message is
// not JSON.
bool merge_report(std::string_view message, Report& report);

}  // namespace pf::hub::bambu
