// What a report says about filament: trays, what is loaded, and which extruder it goes to.
#include <cstdlib>

#include "sim/report.hpp"

namespace pf::sim {
namespace {

constexpr int external_tray = 254, no_tray = 255;
constexpr int ht_unit_first = 128, ht_unit_last = 135;
constexpr int ht_bit_first = 16;  // Of tray_exist_bits.
constexpr int slot_external = 0xff00, slot_none = 0xffff;
constexpr int ams_idle = 0x0000, ams_feeding = 0x0103, ams_assisting = 0x0300;

bool is_ht(int tray) { return tray >= ht_unit_first && tray <= ht_unit_last; }

}  // namespace

int Report::slot_of_tray(int tray) { return is_ht(tray) ? tray << 8 : (tray / 4) << 8 | tray % 4; }

bool Report::has_tray(int tray) const {
  const auto bits = values_.text("ams.tray_exist_bits");
  if (!bits || tray < 0 || (tray >= ht_bit_first && !is_ht(tray))) return false;
  const int bit = is_ht(tray) ? ht_bit_first + tray - ht_unit_first : tray;
  return std::strtoull(bits->c_str(), nullptr, 16) >> bit & 1;
}

// Bits 8 to 11 of a unit's info name the extruder that it feeds; the external spool is the main
// one's.
int Report::extruder_of(std::optional<int> tray) const {
  const Document* units = values_.find("ams.ams");
  if (!tray || !units || !values_.find("device.extruder.info.1")) return 0;
  const std::string unit = std::to_string(slot_of_tray(*tray) >> 8);
  for (const auto& one : units->items()) {
    const auto info = one.text("info");
    if (info && one.text("id") == unit) {
      return static_cast<int>(std::strtoul(info->c_str(), nullptr, 16) >> 8 & 1);
    }
  }
  return 0;
}

std::string Report::tray_text(std::optional<int> tray) const {
  if (!model_->local_tray_numbers) return std::to_string(tray.value_or(external_tray));
  return std::to_string(tray ? slot_of_tray(*tray) & 0xff : 0);
}

void Report::show_slot(int extruder, int slot) {
  const std::string info = "device.extruder.info." + std::to_string(extruder);
  values_.update(info + ".snow", slot);
  values_.update(info + ".star", slot);
}

void Report::show_loading(std::optional<int> tray) {
  extruder_ = extruder_of(tray);
  // How many extruders, which one prints, and which one will.
  const int count = values_.find("device.extruder.info.1") ? 2 : 1;
  values_.update("device.extruder.state", count | extruder_ << 4 | extruder_ << 8);
  values_.update("ams_status", tray ? ams_feeding : ams_idle);
  values_.update("ams.tray_tar", tray_text(tray));
}

void Report::show_loaded(std::optional<int> tray) {
  show_loading(tray);
  const auto now = tray_text(tray);
  const auto before = values_.text("ams.tray_now");
  if (before && before != now) values_.update("ams.tray_pre", *before);
  values_.update("ams_status", tray ? ams_assisting : ams_idle);
  values_.update("ams.tray_now", now);
  values_.update("hw_switch_state", 1);
  show_slot(extruder_, tray ? slot_of_tray(*tray) : slot_external);
}

void Report::show_unloaded() {
  values_.update("ams_status", ams_idle);
  values_.update("ams.tray_now", std::to_string(no_tray));
  values_.update("ams.tray_tar", std::to_string(no_tray));
  values_.update("hw_switch_state", 0);
  show_slot(0, slot_none);
  show_slot(1, slot_none);
}

}  // namespace pf::sim
