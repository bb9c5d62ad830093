#include "hub/drivers/bambu/status.hpp"

namespace pf::hub::bambu {
namespace {

constexpr double no_chamber_sensor = 5;  // Printers without the sensor send it for ever.
constexpr int extruder_id_max = 15;

struct Heater {
  std::optional<double> current, target;
};

// target << 16 | current; the target is left out while the heater is off.
Heater unpacked(const Number& field) {
  const auto value = whole(field);
  if (!value || *value < 0) return {};
  return {static_cast<double>(*value & 0xffff), static_cast<double>(*value >> 16)};
}

const std::vector<ExtruderEntry>* extruders_of(const Report& report) {
  if (!report.device || !report.device->extruder || !report.device->extruder->info) return nullptr;
  const auto& entries = report.device->extruder->info->items;
  return entries.empty() ? nullptr : &entries;
}

std::optional<Bounded<double, 0, 5>> diameter_of(const Report& report, const ExtruderEntry& entry) {
  if (!report.device->nozzle || !report.device->nozzle->info) return std::nullopt;
  const auto hotend = whole(entry.hnow);
  const auto key = hotend ? std::to_string(*hotend) : std::string(entry.key());
  const auto* nozzle = report.device->nozzle->info->find(key);
  return nozzle ? within<Bounded<double, 0, 5>>(positive(nozzle->diameter)) : std::nullopt;
}

std::vector<Nozzle> nozzles_of(const Report& report) {
  std::vector<Nozzle> nozzles;
  const auto* extruders = extruders_of(report);
  // With one extruder the flat fields are finer and come with every delta.
  if (!extruders || (extruders->size() == 1 && report.nozzle_temper)) {
    const auto current = within<Celsius>(number(report.nozzle_temper));
    if (!current) return nozzles;
    nozzles.push_back({0, current, within<Celsius>(number(report.nozzle_target_temper)),
                       within<Bounded<double, 0, 5>>(positive(report.nozzle_diameter)), true});
    return nozzles;
  }
  // With two they show whichever they like: an H2D said 40 degrees while printing at 264.
  for (const auto& entry : *extruders) {
    const auto id = small_number(entry.id, extruder_id_max);
    if (!id) continue;
    const auto heater = unpacked(entry.temp);
    nozzles.push_back({*id, within<Celsius>(heater.current), within<Celsius>(heater.target),
                       diameter_of(report, entry), *id == active_extruder_id(report)});
  }
  return nozzles;
}

const Number* packed(const Report& report, std::optional<HeaterReport> DeviceReport::*heater) {
  if (!report.device || !((*report.device).*heater)) return nullptr;
  const auto& info = ((*report.device).*heater)->info;
  return info && info->temp ? &info->temp : nullptr;
}

Heater bed_of(const Report& report) {
  if (report.bed_temper) return {number(report.bed_temper), number(report.bed_target_temper)};
  const auto* bed = packed(report, &DeviceReport::bed);
  return bed ? unpacked(*bed) : Heater{};
}

Heater chamber_of(const Report& report, Family family) {
  if (const auto* ctc = packed(report, &DeviceReport::ctc)) {
    auto heater = unpacked(*ctc);
    if (heater.target == 0) heater.target.reset();  // Not heating, or no heater at all.
    return heater;
  }
  const auto current = number(report.chamber_temper);
  const bool none =
      family == Family::unknown ? current == no_chamber_sensor : !has_chamber_sensor(family);
  return none ? Heater{} : Heater{current, std::nullopt};
}

}  // namespace

void apply_temperatures(const Report& report, Family family, PrinterStatus& status) {
  Temperatures current, target;
  status.nozzles.reset();
  auto nozzles = nozzles_of(report);
  for (const auto& nozzle : nozzles) {
    if (!nozzle.active) continue;
    current.nozzle = nozzle.current;
    target.nozzle = nozzle.target;
  }
  if (!nozzles.empty()) status.nozzles = List<Nozzle, 8>{std::move(nozzles)};
  const auto bed = bed_of(report);
  const auto chamber = chamber_of(report, family);
  current.bed = within<Celsius>(bed.current);
  target.bed = within<Celsius>(bed.target);
  current.chamber = within<Celsius>(chamber.current);
  target.chamber = within<Celsius>(chamber.target);
  status.temperatures = current;
  status.targets = target;
}

// Nibble 0 of the state counts the extruders, nibble 1 names the active one.
std::int64_t active_extruder_id(const Report& report) {
  if (!report.device || !report.device->extruder) return 0;
  return whole(report.device->extruder->state).value_or(0) >> 4 & 15;
}

}  // namespace pf::hub::bambu
