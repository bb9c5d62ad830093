#include "hub/drivers/bambu/status.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "hub/drivers/bambu/error_words.hpp"

namespace pf::hub::bambu {
namespace {

constexpr std::uint32_t real_error_from = 0x4000;  // Low halves below it are notices.
constexpr std::uint32_t cancelled_by_user = 0x0300400C;
constexpr std::uint32_t print_cancelled = 0x0500400E;
constexpr std::uint64_t fun_signature_wanted = 1u << 29;
constexpr std::uint64_t door_open_bit = 1u << 23;
constexpr std::int64_t wired_rssi = -90;  // What printers on Ethernet send.
constexpr std::array active_states{"PREPARE", "SLICING", "INIT", "RUNNING", "PAUSE"};

std::uint32_t print_error_of(const Report& report) {
  return static_cast<std::uint32_t>(whole(report.print_error).value_or(0));
}

bool is_real_error(std::uint32_t error) { return (error & 0xffff) >= real_error_from; }
bool is_user_stop(std::uint32_t error) {
  return error == cancelled_by_user || error == print_cancelled;
}

bool is_active(std::string_view gcode_state) {
  return std::find(active_states.begin(), active_states.end(), gcode_state) != active_states.end();
}

bool is_startable(std::string_view gcode_state, std::uint32_t error) {
  if (gcode_state == "FAILED") return !is_real_error(error);
  return gcode_state == "IDLE" || gcode_state == "FINISH";
}

std::optional<PrinterState> state_of(const Report& report) {
  const auto state = text(report.gcode_state);
  const auto error = print_error_of(report);
  if (state == "IDLE" || state == "FINISH") return PrinterState::idle;
  if (state == "PAUSE") return PrinterState::paused;
  if (is_active(state)) return PrinterState::printing;
  if (state != "FAILED") return std::nullopt;
  return is_real_error(error) && !is_user_stop(error) ? PrinterState::error : PrinterState::idle;
}

std::string hex4(std::uint32_t value) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[value >> shift & 15];
  return text;
}

// ---- stage ----

constexpr std::array<std::int64_t, 3> no_stages{0, -1, 255};
constexpr std::array<std::int64_t, 3> filament_stages{4, 22, 24};
constexpr std::array<std::int64_t, 15> pause_stages{5,  6,  16, 17, 20, 21, 23, 26,
                                                    27, 28, 30, 32, 33, 34, 35};

PrintStage running_stage(std::int64_t stage) {
  const auto is_one_of = [stage](const auto& stages) {
    return std::find(stages.begin(), stages.end(), stage) != stages.end();
  };
  if (is_one_of(filament_stages)) return PrintStage::changing_filament;
  if (is_one_of(no_stages) || is_one_of(pause_stages)) return PrintStage::printing;
  return PrintStage::preparing;
}

std::optional<PrintStage> stage_of(const Report& report) {
  const auto state = text(report.gcode_state);
  if (!state_of(report)) return PrintStage::unknown;
  if (!is_active(state)) return std::nullopt;
  if (text(report.print_type) == "system") return PrintStage::calibrating;
  if (state != "RUNNING" && state != "PAUSE") return PrintStage::preparing;
  return running_stage(whole(report.stg_cur).value_or(0));
}

// ---- the print ----

void apply_progress(const Report& report, PrinterStatus& status) {
  status.progress_percent.reset();
  status.layer_current.reset();
  status.layer_total.reset();
  status.time_remaining_minutes.reset();
  status.current_file.reset();
  // An idle printer keeps showing the layers and minutes of some earlier print.
  if (!is_active(text(report.gcode_state))) return;
  using Count = Bounded<int, 0, 100'000>;
  status.progress_percent = within<Percent>(number(report.mc_percent));
  status.layer_current = within<Count>(number(report.layer_num));
  status.layer_total = within<Count>(positive(report.total_layer_num));
  status.time_remaining_minutes = within<Count>(number(report.mc_remaining_time));
  const auto name =
      text(report.subtask_name).empty() ? text(report.gcode_file) : text(report.subtask_name);
  if (!name.empty()) {
    status.current_file = clipped(name, pf::Text<0, 200>::max);
  }
}

ErrorSeverity hms_severity(std::uint32_t code) {
  switch (code >> 16) {
    case 1: return ErrorSeverity::fatal;
    case 2: return ErrorSeverity::serious;
    case 4: return ErrorSeverity::info;
    default: return ErrorSeverity::common;
  }
}

void apply_errors(const Report& report, PrinterStatus& status) {
  List<PrinterError, 16> errors;
  status.error_code.reset();
  const auto error = print_error_of(report);
  if (is_real_error(error) && !is_user_stop(error)) {
    status.error_code = error_code_text(error);
    errors.value.push_back(
        {error_code_text(error), print_error_words(error), ErrorSeverity::serious});
  }
  if (report.hms) {
    for (const auto& entry : report.hms->items) {
      const auto attr = whole(entry.attr), code = whole(entry.code);
      if (!attr || !code || errors.size() == errors.max_items) continue;
      const auto high = static_cast<std::uint32_t>(*attr), low = static_cast<std::uint32_t>(*code);
      errors.value.push_back({hms_code_text(high, low), hms_words(high, low), hms_severity(low)});
    }
  }
  status.errors = std::move(errors);
}

// ---- the machine ----

std::optional<bool> door_open(const Report& report, Family family) {
  if (family == Family::x1) {
    const auto flags = whole(report.home_flag);
    if (!flags) return std::nullopt;
    return (static_cast<std::uint32_t>(*flags) & door_open_bit) != 0;
  }
  const auto stat = bits(report.stat);
  if (family != Family::usb || !stat) return std::nullopt;
  return (*stat & door_open_bit) != 0;
}

std::optional<Storage> storage_of(const Report& report) {
  if (const auto aux = bits(report.aux)) return static_cast<Storage>(*aux >> 12 & 3);
  const auto flags = whole(report.home_flag);
  if (!flags) return std::nullopt;
  return static_cast<Storage>(static_cast<std::uint32_t>(*flags) >> 8 & 3);
}

// Sixteen steps as text; the printers' own screens round up to tens of a percent.
std::optional<Percent> fan_percent(const Number& field) {
  const auto step = whole(field);
  if (!step || *step < 0 || *step > 15) return std::nullopt;
  return Percent{static_cast<int>((*step * 10 + 14) / 15 * 10)};
}

std::optional<Network> network_of(const Report& report) {
  Network network;
  int rssi = 0;
  const auto signal = text(report.wifi_signal);  // "-45dBm"
  const auto parsed = std::from_chars(signal.data(), signal.data() + signal.size(), rssi);
  if (parsed.ec == std::errc{}) network.rssi = rssi;
  if (report.net) {
    if (const auto conf = whole(report.net->conf)) network.wired = (*conf & 1) != 0;
  }
  if (network.rssi == wired_rssi) network.wired = true;
  if (network.wired == true) network.rssi.reset();
  if (!network.rssi && !network.wired) return std::nullopt;
  return network;
}

std::optional<Lights> lights_of(const Report& report) {
  if (!report.lights_report) return std::nullopt;
  const auto* chamber = report.lights_report->find("chamber_light");
  if (!chamber || text(chamber->mode).empty()) return std::nullopt;
  return Lights{text(chamber->mode) != "off"};
}

std::optional<DeveloperMode> developer_mode_of(const Report& report, AnsweredMode answered) {
  if (const auto fun = bits(report.fun)) {
    return (*fun & fun_signature_wanted) != 0 ? DeveloperMode::off : DeveloperMode::on;
  }
  if (answered == DeveloperMode::on || answered == DeveloperMode::off) return answered;
  if (shows_unverified_command(report)) return DeveloperMode::off;
  return answered;
}

}  // namespace

void remember(const Report& report, PrintMemory& memory) {
  const auto state = text(report.gcode_state);
  const auto error = print_error_of(report);
  if (const auto known = state_of(report)) memory.state = *known;
  if (is_active(state)) {
    memory.was_active = true;
    memory.last_print.reset();
  } else if (state == "FINISH") {
    memory.last_print = LastPrint::finished;
  } else if (state == "IDLE") {
    memory = {false, std::nullopt, memory.state};
  } else if (state == "FAILED") {
    // A stop shows 0300_400C for two seconds only, or nothing at all; a failure keeps its error.
    if (is_user_stop(error)) {
      memory.last_print = LastPrint::stopped;
    } else if (is_real_error(error)) {
      memory.last_print = LastPrint::failed;
    } else if (!memory.last_print && memory.was_active) {
      memory.last_print = LastPrint::stopped;
    }
  }
}

void apply(const Report& report, Family family, const PrintMemory& memory, AnsweredMode mode,
           PrinterStatus& status) {
  status.state = memory.state;
  status.stage = stage_of(report);
  status.last_print = memory.last_print;
  apply_progress(report, status);
  apply_temperatures(report, family, status);
  apply_ams(report, family, status);
  apply_errors(report, status);
  status.speed_level = within<Bounded<int, 1, 4>>(number(report.spd_lvl));
  status.lights = lights_of(report);
  status.fans = Fans{fan_percent(report.cooling_fan_speed), fan_percent(report.big_fan1_speed),
                     fan_percent(report.big_fan2_speed)};
  status.network = network_of(report);
  status.storage = storage_of(report);
  status.door_open = door_open(report, family);
  status.developer_mode = developer_mode_of(report, mode);
}

PrintObservation observation_of(const Report& report) {
  PrintObservation seen;
  const auto error = print_error_of(report);
  seen.known = true;
  seen.gcode_state = text(report.gcode_state);
  seen.startable = is_startable(seen.gcode_state, error);
  seen.active = is_active(seen.gcode_state);
  seen.print_type = text(report.print_type) == "system" ? PrintType::system : PrintType::external;
  seen.subtask_name = text(report.subtask_name);
  if (const auto percent = within<Percent>(number(report.mc_percent))) seen.mc_percent = *percent;
  seen.gcode_start_time = text(report.gcode_start_time);
  seen.print_error = error;
  if (const auto layers = within<Bounded<int, 1, 100'000>>(number(report.total_layer_num))) {
    seen.layers = *layers;
  }
  return seen;
}

bool reports_developer_mode(const Report& report) { return bits(report.fun).has_value(); }

bool shows_unverified_command(const Report& report) {
  if (!report.hms) return false;
  return std::any_of(report.hms->items.begin(), report.hms->items.end(), [](const auto& entry) {
    return whole(entry.attr) == unverified_command_attr &&
           whole(entry.code) == unverified_command_code;
  });
}

std::string error_code_text(std::uint32_t print_error) {
  return hex4(print_error >> 16) + "_" + hex4(print_error & 0xffff);
}

std::string hms_code_text(std::uint32_t attr, std::uint32_t code) {
  return "HMS_" + error_code_text(attr) + "_" + error_code_text(code);
}

}  // namespace pf::hub::bambu
