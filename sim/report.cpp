#include "sim/report.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace pf::sim {
namespace {

constexpr int left_extruder = 1;
constexpr std::uint64_t commands_must_be_signed = 0x2000'0000;  // Bit 29 of fun.

// First octet in the lowest byte.
std::uint32_t packed_address(const std::string& ip_address) {
  std::array<std::uint8_t, 4> octets{};
  if (inet_pton(AF_INET, ip_address.c_str(), octets.data()) != 1) return 0;
  std::uint32_t packed = 0;
  for (int i = 0; i < 4; ++i) packed |= std::uint32_t{octets[i]} << (8 * i);
  return packed;
}

// Current and target in one number, as newer firmware sends them.
std::int64_t packed_temperature(double current, int target) {
  return (static_cast<std::int64_t>(target) << 16) | std::llround(std::max(0.0, current));
}

std::string hex_text(std::uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%llX", static_cast<unsigned long long>(number));
  return text;
}

// Known from captures: 4 while running, 6 when finished. The others are not.
int state_number(GcodeState state) {
  switch (state) {
    case GcodeState::idle: return 0;
    case GcodeState::prepare: return 2;
    case GcodeState::running: return 4;
    case GcodeState::pause: return 5;
    case GcodeState::finish: return 6;
    case GcodeState::failed: return 7;
  }
  return 0;
}

}  // namespace

Report::Report(const Model& model, const std::string& serial_number, const std::string& ip_address)
    : model_(&model), values_(Document::parse(model.base_report).value_or(Document::object())) {
  show_address(ip_address);
  values_.update("upgrade_state.sn", serial_number);
  reported_ = values_;
}

void Report::show_address(const std::string& ip_address) {
  values_.update("net.info.0.ip", packed_address(ip_address));
}

void Report::show_job(const JobNames& job) {
  values_.update("subtask_name", job.subtask_name);
  values_.update("gcode_file", job.gcode_file);
  values_.update("file", job.gcode_file);
  values_.update("project_id", job.project_id);
  values_.update("profile_id", job.profile_id);
  values_.update("task_id", job.task_id);
  values_.update("subtask_id", job.subtask_id);
  values_.update("plate_id", job.plate);
  values_.update("plate_idx", job.plate);
  values_.update("plate_cnt", 1);
  values_.update("print_type", job.print_type);
}

void Report::show_print(const PrintView& view) {
  const bool working = view.state == GcodeState::running || view.state == GcodeState::pause;
  values_.update("gcode_state", printers_word(view.state));
  values_.update("state", state_number(view.state));
  values_.update("mc_print_stage", std::string_view(working ? "2" : "1"));
  values_.update("mc_stage", working ? 2 : 1);
  // IDLE is only seen between a boot and the first print.
  const int rest = view.state == GcodeState::idle ? model_->boot_stage : model_->idle_stage;
  const int stage = view.stage ? static_cast<int>(*view.stage) : rest;
  values_.update("stg_cur", stage);
  values_.update("mc_action", view.stage ? stage : 255);
  std::vector<int> stages;
  if (working) {
    for (const auto one : view.stages) stages.push_back(static_cast<int>(one));
  }
  values_.update("stg", stages);
  const int prepared = std::min(view.prepare_percent, model_->prepare_percent_max);
  values_.update("gcode_file_prepare_percent", std::to_string(prepared));
  values_.update("prepare_per", prepared);
  values_.update("mc_percent", view.percent);
  values_.update("percent", view.percent);
  values_.update("mc_remaining_time", view.remaining_minutes);
  values_.update("remain_time", view.remaining_minutes);
  const int layers = model_->forgets_layers && !view.active ? 0 : view.layers;
  for (const auto* parent : {"", "3D."}) {
    values_.update(std::string(parent) + "layer_num", view.layer);
    values_.update(std::string(parent) + "total_layer_num", layers);
  }
  if (!view.active) values_.update("print_type", model_->idle_print_type);
}

void Report::show_error(std::uint32_t error) {
  values_.update("print_error", error);
  values_.update("mc_print_error_code", std::to_string(error & 0xffff));
}

void Report::show_temperatures(const Temperatures& now) {
  const auto shown = [&](double celsius) {
    return std::round(celsius / model_->temperature_step) * model_->temperature_step;
  };
  const bool flat_rests = model_->flat_nozzle_is_left && extruder_ != left_extruder;
  values_.update("nozzle_temper", shown(flat_rests ? now.resting_nozzle : now.nozzle));
  values_.update("nozzle_target_temper", flat_rests ? 0 : now.nozzle_target);
  values_.update("bed_temper", shown(now.bed));
  values_.update("bed_target_temper", now.bed_target);
  const auto extruder = [](int id) {
    return "device.extruder.info." + std::to_string(id) + ".temp";
  };
  values_.update(extruder(extruder_), packed_temperature(now.nozzle, now.nozzle_target));
  values_.update(extruder(1 - extruder_), packed_temperature(now.resting_nozzle, 0));
  values_.update("device.bed.info.temp", packed_temperature(now.bed, now.bed_target));
  values_.update("device.bed_temp", packed_temperature(now.bed, now.bed_target));
  for (const auto* chamber : {"device.ctc.info.temp", "device.cham_temp", "info.temp"}) {
    values_.update(chamber, packed_temperature(now.chamber, 0));
  }
  if (values_.find("ctt")) values_.update("chamber_temper", shown(now.chamber));
}

void Report::show_part_fan(int percent) {
  const int gear = percent * 255 / 100;
  values_.update("cooling_fan_speed", std::to_string(percent * 15 / 100));
  values_.update("fan_gear", gear);
}

void Report::show_wifi(int dbm) { values_.update("wifi_signal", std::to_string(dbm) + "dBm"); }

void Report::show_light(std::string_view node, std::string_view mode) {
  const Document* lights = values_.find("lights_report");
  if (!lights) return;
  for (std::size_t i = 0; i < lights->items().size(); ++i) {
    const std::string at = "lights_report." + std::to_string(i);
    if (values_.text(at + ".node") == node) values_.update(at + ".mode", mode);
  }
}

void Report::show_speed_level(int level) {
  static constexpr int percent_of_level[] = {50, 100, 124, 166};
  values_.update("spd_lvl", level);
  values_.update("spd_mag", percent_of_level[level - 1]);
}

void Report::show_developer_mode(bool on) {
  const auto text = values_.text("fun");
  if (!text) return;
  const auto bits = std::strtoull(text->c_str(), nullptr, 16);
  values_.update("fun",
                 hex_text(on ? bits & ~commands_must_be_signed : bits | commands_must_be_signed));
}

void Report::show_health(const std::vector<HealthMessage>& messages) {
  values_.update("hms", messages);
}

std::string Report::message(Document body, int msg) {
  body.set("command", std::string_view("push_status"));
  if (model_->constant_sequence_id.empty()) {
    body.set("msg", msg);
    body.set("sequence_id", std::to_string(++sequence_));
  } else {
    body.set("sequence_id", model_->constant_sequence_id);
  }
  return "{\"print\":" + body.encode() + "}";
}

std::string Report::everything(UnixTime now) {
  reported_ = values_;
  Document body = values_;
  body.update("t_utc", now.milliseconds);
  return message(std::move(body), 0);
}

std::optional<std::string> Report::news(UnixTime now) {
  auto changed = Document::changes(reported_, values_);
  if (!changed) return std::nullopt;
  if (model_->reports == Reports::everything) return everything(now);
  reported_ = values_;
  return message(std::move(*changed), 1);
}

}  // namespace pf::sim
