// What a printer does with the messages of its request topic (PROTOCOL section 3). Answers are
// acks: "success" says that the command was understood, not that anything came of it.
#include <algorithm>
#include <array>
#include <charconv>

#include "sim/print_url.hpp"
#include "sim/printer.hpp"

namespace pf::sim {
namespace {

constexpr std::int64_t err_code_unsigned = 0x0502'4007;  // Developer Mode is off.
constexpr int nozzle_celsius_max = 300, bed_celsius_max = 110;
constexpr std::size_t names_bytes_max = 256;
constexpr int unused_slot = 0xffff;

std::string_view without_trailing_nul(std::string_view text) {
  while (text.ends_with('\0')) text.remove_suffix(1);
  return text;
}

std::optional<bool> flag(const Document& body, std::string_view key) {
  const Document* found = body.find(key);
  if (!found) return std::nullopt;
  const auto text = found->encode();
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

// "Metadata/plate_3.gcode" -> 3; 1 where it cannot be read, as the file will be refused anyway.
int plate_of(std::string_view entry) {
  const auto digits = entry.find_first_of("0123456789");
  if (digits == entry.npos) return 1;
  int plate = 1;
  std::from_chars(entry.data() + digits, entry.data() + entry.size(), plate);
  return plate;
}

// The S of "M104 S215".
std::optional<int> temperature_of(std::string_view line, std::string_view code) {
  if (!line.starts_with(code)) return std::nullopt;
  const auto at = line.find('S');
  if (at == line.npos) return std::nullopt;
  int celsius = 0;
  const auto digits = line.substr(at + 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), celsius);
  return parsed.ec == std::errc{} ? std::optional(celsius) : std::nullopt;
}

}  // namespace

const Printer::Command* Printer::find_command(std::string_view section, std::string_view name) {
  static constexpr auto commands = std::to_array<Command>({
      {"print", "project_file", &Printer::start_print},
      {"print", "pause", &Printer::pause_print},
      {"print", "resume", &Printer::resume_print},
      {"print", "stop", &Printer::stop_print},
      {"print", "print_speed", &Printer::set_speed_level},
      {"print", "gcode_line", &Printer::run_gcode_line},
      {"print", "gcode_file", &Printer::refuse_gcode_file},
      {"print", "skip_objects", &Printer::skip_objects},
      {"print", "clean_print_error", &Printer::clear_error},
      {"print", "print_option", &Printer::accept_only},
      {"print", "ams_control", &Printer::accept_only},
      {"print", "ams_user_setting", &Printer::accept_only},
      {"print", "ams_filament_drying", &Printer::accept_only},
      {"system", "ledctrl", &Printer::set_light},
      {"system", "uiop", &Printer::clear_error},
      {"system", "get_access_code", &Printer::give_access_code},
      {"camera", "ipcam_record_set", &Printer::set_camera_recording},
      {"camera", "ipcam_timelapse", &Printer::set_camera_timelapse},
      {"xcam", "xcam_control_set", &Printer::accept_only},
      {"info", "get_version", &Printer::send_versions},
      {"pushing", "pushall", &Printer::send_everything},
      {"pushing", "start", &Printer::send_everything},
      {"pushing", "stop", &Printer::stop_reporting},
  });
  for (const auto& command : commands) {
    if (command.section == section && command.name == name) return &command;
  }
  return nullptr;
}

// What is not a request a printer knows is met with silence, as on real ones.
void Printer::handle(std::string_view request, Instant now, UnixTime unix_now, PrinterOutput& out) {
  if (request.size() > request_bytes_max) return;
  const auto message = Document::parse(without_trailing_nul(request));
  if (!message || !message->is_object()) return;
  advance(now);
  for (const auto& [section, body] : message->members()) {
    const auto name = body.is_object() ? body.text("command") : std::nullopt;
    const Command* command = name ? find_command(section, *name) : nullptr;
    if (!command) continue;
    const Call call{body, now, unix_now, out};
    if (section == "print" && !settings_.developer_mode) {
      refuse_unsigned(section, call);
    } else {
      answer(section, call, (this->*command->handler)(call));
    }
  }
}

void Printer::answer(std::string_view section, const Call& call, const Answer& answer) {
  if (answer.kind == Answer::Kind::silent) return;
  Document echo = call.body;
  if (model_.bare_gcode_acks && call.body.text("command") == "gcode_line") echo.remove("command");
  const bool accepted = answer.kind == Answer::Kind::accepted;
  echo.set("reason", answer.reason);
  echo.set("result", std::string_view(accepted ? "success" : "fail"));
  publish(section, echo, call.out);
}

void Printer::publish(std::string_view section, const Document& body, PrinterOutput& out) {
  Document message = Document::object();
  message.set_json(section, body.encode());
  out.messages.push_back(message.encode());
}

void Printer::refuse_unsigned(std::string_view section, const Call& call) {
  const auto how = settings_.refusal;
  if (how == Refusal::full || how == Refusal::bare) show_message(unsigned_message);
  if (how == Refusal::silent) return;
  Document refusal = Document::object();
  for (const auto* key : {"command", "sequence_id"}) {
    if (const Document* value = call.body.find(key)) refusal.set_json(key, value->encode());
  }
  if (how == Refusal::full) {
    refusal.set("result", std::string_view("failed"));
    refusal.set("reason", std::string_view("mqtt message verify failed"));
  }
  if (how != Refusal::bare) refusal.set("err_code", err_code_unsigned);
  publish(section, refusal, call.out);
}

// ---- print ----

Printer::Answer Printer::start_print(const Call& call) {
  const auto& body = call.body;
  const auto param = body.text("param"), url = body.text("url");
  const auto subtask_name = body.text("subtask_name");
  if (!param || !url || !subtask_name || subtask_name->size() > names_bytes_max) {
    return {Answer::Kind::refused, "error string"};
  }
  if (run_ && run_->active()) {
    dialog_error_ = error_busy;
    return {};
  }
  ++starts_ordered_;
  const auto conduct = take_conduct();
  if (conduct == StartConduct::refused) return {Answer::Kind::refused, "error string"};
  const auto path = card_path_of_url(*url);
  dialog_error_ = error_none;
  dialog_from_run_ = out_of_filament_ = false;
  job_ = names_of(body, path.value_or(*url));
  take_mapping(body);
  PrintPlan plan{.bed_leveling = flag(body, "bed_leveling").value_or(false),
                 .flow_calibration = flag(body, "flow_cali").value_or(false),
                 .vibration_calibration = flag(body, "vibration_cali").value_or(false),
                 .load_filament = tray_.has_value(),
                 .old_state_kept = model_.old_state_kept,
                 .forgotten = conduct == StartConduct::ignored};
  if (conduct == StartConduct::late) plan.late_by = late_by_;
  PrintView before = print(call.now);
  before.error = error_none;
  run_.emplace(plan, pace_, before, call.now);
  call.out.question = FileQuestion{++question_, path.value_or(""), *param};
  return {};
}

JobNames Printer::names_of(const Document& body, const std::string& file) const {
  const auto param = body.text("param").value_or("");
  JobNames names;
  names.subtask_name = body.text("subtask_name").value_or("");
  names.gcode_file = model_.shows_plate_path ? "/data/" + param : file.substr(file.rfind('/') + 1);
  names.plate = plate_of(param);
  names.project_id = body.text("project_id").value_or("0");
  names.profile_id = body.text("profile_id").value_or("0");
  names.task_id = body.text("task_id").value_or("0");
  names.subtask_id = body.text("subtask_id").value_or("0");
  return names;
}

// Which tray the job feeds from: the first one used, as every simulated print has one filament.
void Printer::take_mapping(const Document& body) {
  tray_.reset();
  tray_missing_ = false;
  const Document* mapping = body.find("ams_mapping");
  if (!flag(body, "use_ams").value_or(false) || !mapping || !mapping->is_list()) return;
  std::vector<int> slots;
  for (const auto& item : mapping->items()) {
    const int tray = static_cast<int>(std::clamp(item.number("").value_or(-1), -1.0, 255.0));
    slots.push_back(tray < 0 ? unused_slot : Report::slot_of_tray(tray));
    if (tray < 0) continue;
    if (!tray_) tray_ = tray;
    if (!report_.has_tray(tray)) tray_missing_ = true;
  }
  report_.values().update("mapping", slots);
}

Printer::Answer Printer::pause_print(const Call& call) {
  if (run_) run_->pause(call.now);
  return {};
}

Printer::Answer Printer::resume_print(const Call& call) {
  if (run_ && !out_of_filament_) run_->resume(call.now);
  return {};
}

Printer::Answer Printer::stop_print(const Call& call) {
  if (run_ && run_->active()) {
    dialog_error_ = error_none;
    run_->stop(call.now);
  }
  return {};
}

Printer::Answer Printer::set_speed_level(const Call& call) {
  const auto level = call.body.text("param").value_or("");
  if (level.size() != 1 || level[0] < '1' || level[0] > '4') {
    return {Answer::Kind::refused, "error string"};
  }
  report_.show_speed_level(level[0] - '0');
  return {};
}

// Understands temperatures; other codes are taken and done without effect.
Printer::Answer Printer::run_gcode_line(const Call& call) {
  const auto lines = call.body.text("param");
  if (!lines) return {Answer::Kind::refused, "error string"};
  for (std::size_t at = 0; at < lines->size();) {
    const auto end = std::min(lines->find('\n', at), lines->size());
    const auto line = std::string_view(*lines).substr(at, end - at);
    at = end + 1;
    for (const auto code : {"M104", "M109"}) {
      if (const auto celsius = temperature_of(line, code)) {
        manual_nozzle_target_ = std::clamp(*celsius, 0, nozzle_celsius_max);
      }
    }
    for (const auto code : {"M140", "M190"}) {
      if (const auto celsius = temperature_of(line, code)) {
        manual_bed_target_ = std::clamp(*celsius, 0, bed_celsius_max);
      }
    }
  }
  return {};
}

// An A1 mini was seen to answer so; others acknowledge and print nothing (PROTOCOL 3.2).
Printer::Answer Printer::refuse_gcode_file(const Call&) {
  return {Answer::Kind::refused, "error string"};
}

Printer::Answer Printer::skip_objects(const Call& call) {
  const Document* objects = call.body.find("obj_list");
  if (!objects || !objects->is_list() || !print(call.now).active) {
    return {Answer::Kind::refused, "error string"};
  }
  report_.values().update_json("s_obj", objects->encode());
  return {};
}

Printer::Answer Printer::clear_error(const Call&) {
  dialog_error_ = error_none;
  return {};
}

Printer::Answer Printer::accept_only(const Call&) { return {}; }

// ---- system and camera ----

Printer::Answer Printer::set_light(const Call& call) {
  const auto node = call.body.text("led_node"), mode = call.body.text("led_mode");
  static constexpr std::array<std::string_view, 3> modes{"on", "off", "flashing"};
  if (!node || !mode || std::find(modes.begin(), modes.end(), *mode) == modes.end()) {
    return {Answer::Kind::refused, "error string"};
  }
  report_.show_light(*node, *mode);
  return {};
}

Printer::Answer Printer::give_access_code(const Call& call) {
  Document reply = call.body;
  reply.set("result", std::string_view("success"));
  reply.set("access_code", identity_.access_code);
  publish("system", reply, call.out);
  return {Answer::Kind::silent, {}};
}

Printer::Answer Printer::set_camera_recording(const Call& call) {
  report_.values().update("ipcam.ipcam_record", call.body.text("control").value_or("enable"));
  return {};
}

Printer::Answer Printer::set_camera_timelapse(const Call& call) {
  report_.values().update("ipcam.timelapse", call.body.text("control").value_or("disable"));
  return {};
}

// ---- info and pushing ----

Printer::Answer Printer::send_versions(const Call& call) {
  Document info = call.body;
  info.set_json("module", model_.modules);
  info.update("module.0.sn", identity_.serial_number);
  publish("info", info, call.out);
  return {Answer::Kind::silent, {}};
}

Printer::Answer Printer::send_everything(const Call& call) {
  reporting_ = true;
  show_now(call.now);
  call.out.messages.push_back(report_.everything(call.unix_now));
  return {Answer::Kind::silent, {}};
}

// Silences the printer for every client (PROTOCOL 2.1), until one asks it to start again.
Printer::Answer Printer::stop_reporting(const Call&) {
  reporting_ = false;
  return {Answer::Kind::silent, {}};
}

}  // namespace pf::sim
