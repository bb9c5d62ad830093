#include "hub/drivers/bambu/status.hpp"

#include <algorithm>
#include <array>

namespace pf::hub::bambu {
namespace {

constexpr int first_ht_id = 128;  // AMS HT units are numbered from here, one slot each.
constexpr int last_ht_id = 135;
constexpr int ordinary_units_max = 4;
constexpr int built_in_id = 16;  // The AMS lite of an A2L.
constexpr std::int64_t tray_external = 254;
constexpr std::array<std::int64_t, 3> empty_tray_states{0, 8, 10};

// device.extruder.info[].snow is unit << 8 | slot, with these exceptions.
constexpr std::int64_t slot_external_right = 0xff00;
constexpr std::int64_t slot_external_left = 0xfeff;

bool is_ht(int unit) { return unit >= first_ht_id && unit <= last_ht_id; }
bool is_built_in(int unit) { return unit == built_in_id; }
bool is_ordinary(int unit) { return unit >= 0 && unit < ordinary_units_max; }

// Printers never take a removed unit out of the list; the bits say what is there.
bool unit_exists(const AmsReport& ams, int unit) {
  const auto exists = bits(ams.ams_exist_bits);
  if (!exists) return true;
  if (is_ordinary(unit)) return (*exists >> unit & 1) != 0;
  if (is_ht(unit)) return (*exists >> (unit - first_ht_id + ordinary_units_max) & 1) != 0;
  return true;
}

// An emptied slot keeps its old filament fields; the bits, else the tray's state, say it is empty.
bool is_filled(const AmsReport& ams, int unit, int slot, const Tray& tray) {
  const auto exists = bits(ams.tray_exist_bits);
  if (exists && is_ordinary(unit)) return (*exists >> (unit * 4 + slot) & 1) != 0;
  if (exists && is_ht(unit)) return (*exists >> (16 + unit - first_ht_id) & 1) != 0;
  if (exists && is_built_in(unit)) return (*exists >> (24 + slot) & 1) != 0;
  const auto state = whole(tray.state);
  return !state || std::ranges::find(empty_tray_states, *state) == empty_tray_states.end();
}

AmsKind kind_of(const AmsUnitReport& unit, int id, Family family) {
  const auto info = bits(unit.info);
  if (!info) {  // Firmware before 2025 knows one kind per family.
    if (is_ht(id)) return AmsKind::ams_ht;
    return family == Family::a1 ? AmsKind::ams_lite : AmsKind::ams;
  }
  switch (*info & 15) {
    case 1: return AmsKind::ams;
    case 2: return AmsKind::ams_lite;
    case 3: return AmsKind::ams_2_pro;
    case 4: return AmsKind::ams_ht;
    default: return AmsKind::unknown;
  }
}

bool is_set(std::string_view tag) { return tag.find_first_not_of('0') != std::string_view::npos; }

// "RRGGBBAA", shown as "#RRGGBB" where it is opaque.
void add_color(std::string_view color, AmsTray& tray) {
  const bool hex = color.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
  if (!hex || color.size() != 8 || tray.colors.size() == tray.colors.max_items) return;
  if (color.ends_with("FF") || color.ends_with("ff")) color.remove_suffix(2);
  tray.colors.value.push_back("#" + std::string(color));
}

void describe_filament(const Tray& from, AmsTray& tray) {
  if (!text(from.tray_type).empty() && text(from.tray_type).size() <= 32) {
    tray.filament_type = text(from.tray_type);
  }
  if (from.cols && !from.cols->items.empty()) {
    for (const auto& color : from.cols->items) add_color(color.value, tray);
  } else {
    add_color(text(from.tray_color), tray);
  }
  const auto brand = text(from.tray_sub_brands);
  if (!brand.empty() && brand.size() <= 64) tray.brand = brand;
  const auto tag = is_set(text(from.tray_uuid)) ? text(from.tray_uuid) : text(from.tag_uid);
  if (!is_set(tag) || tag.size() > 40) return;
  tray.tag = tag;
  // Without a tag the remainder is a guess; -1 and, on an AMS lite full of new spools, 0 are the
  // printers' words for unknown.
  const auto remain = whole(from.remain);
  if (remain && *remain > 0 && *remain <= 100) {
    tray.remaining_percent = Percent{static_cast<int>(*remain)};
  }
}

List<AmsTray, 4> trays_of(const AmsReport& ams, const AmsUnitReport& unit, int unit_id) {
  List<AmsTray, 4> trays;
  if (!unit.tray) return trays;
  for (const auto& from : unit.tray->items) {
    const auto slot = small_number(from.id, 3);
    if (!slot) continue;
    AmsTray tray;
    tray.id = *slot;
    if (is_filled(ams, unit_id, *slot, from)) describe_filament(from, tray);
    trays.value.push_back(std::move(tray));
  }
  return trays;
}

AmsUnit unit_of(const AmsReport& ams, const AmsUnitReport& from, int id, Family family) {
  AmsUnit unit;
  unit.id = id;
  unit.kind = kind_of(from, id, family);
  if (unit.kind != AmsKind::ams_lite) {  // It has neither sensors nor heater and sends constants.
    if (const auto minutes = whole(from.dry_time)) unit.drying = *minutes > 0;
    const auto humidity = whole(from.humidity);
    if (humidity && *humidity >= 1 && *humidity <= 5) unit.humidity = static_cast<int>(*humidity);
    const auto temperature = number(from.temp);  // 0.0: not measured.
    if (temperature && *temperature != 0 && *temperature >= Celsius::min &&
        *temperature <= Celsius::max) {
      unit.temperature = *temperature;
    }
  }
  unit.trays = trays_of(ams, from, id);
  return unit;
}

std::string tray_name(std::int64_t unit, std::int64_t slot) {
  return std::to_string(unit) + ":" + std::to_string(slot);
}

const ExtruderEntry* active_extruder(const Report& report) {
  if (!report.device || !report.device->extruder || !report.device->extruder->info) return nullptr;
  return report.device->extruder->info->find(std::to_string(active_extruder_id(report)));
}

// tray_now is a slot of an unnamed unit on printers with several extruders, and 0 on an H2S that
// prints from its external spool; where the extruders are described, they are right.
std::optional<pf::Text<1, 16>> current_tray(const Report& report) {
  const auto* extruder = active_extruder(report);
  if (extruder && extruder->snow) {
    const auto slot = whole(extruder->snow).value_or(0xffff);
    if (slot == slot_external_right || slot == slot_external_left) return "external";
    const auto unit = static_cast<int>(slot >> 8);
    if (!is_ordinary(unit) && !is_ht(unit) && !is_built_in(unit)) return std::nullopt;
    return tray_name(unit, slot & 0xff);
  }
  if (!report.ams) return std::nullopt;
  const auto tray = whole(report.ams->tray_now);
  if (!tray || *tray < 0) return std::nullopt;
  if (*tray == tray_external) return "external";
  if (*tray < ordinary_units_max * 4) return tray_name(*tray / 4, *tray % 4);
  if (is_ht(static_cast<int>(*tray))) return tray_name(*tray, 0);
  return std::nullopt;
}

}  // namespace

void apply_ams(const Report& report, Family family, PrinterStatus& status) {
  status.current_tray = current_tray(report);
  status.ams_status.reset();
  if (!report.ams) return;
  List<AmsUnit, 12> units;
  if (report.ams->ams) {
    for (const auto& unit : report.ams->ams->items) {
      const auto id = small_number(unit.id, 255);
      if (id && unit_exists(*report.ams, *id)) {
        units.value.push_back(unit_of(*report.ams, unit, *id, family));
      }
    }
  }
  status.ams_status = std::move(units);
}

}  // namespace pf::hub::bambu
