#include "hub/drivers/bambu/commands.hpp"

#include <algorithm>
#include <vector>

#include "hub/drivers/bambu/loose.hpp"
#include "protocol/json.hpp"

namespace pf::hub::bambu {
namespace {

constexpr std::uint32_t first_sequence_id_max = 1'000'000'000;
constexpr std::int64_t signature_error_first = 84033543;  // 0502_4007: unsigned command refused.
constexpr std::int64_t signature_error_last = 84033548;
constexpr int ht_unit_first = 128;
constexpr int external_left = 254;
constexpr int external = 255;
constexpr int unused = -1;
constexpr std::size_t reason_bytes_max = 200;

template <class Body>
struct PrintMessage {
  Body print;
  FIELDS(print)
};

struct PushBody {
  std::string sequence_id;
  std::string command;
  std::optional<int> version, push_target;
  FIELDS(sequence_id, command, version, push_target)
};
struct PushMessage {
  PushBody pushing;
  FIELDS(pushing)
};

struct InfoBody {
  std::string sequence_id;
  std::string command = "get_version";
  FIELDS(sequence_id, command)
};
struct InfoMessage {
  InfoBody info;
  FIELDS(info)
};

struct ControlBody {
  std::string sequence_id;
  std::string command;
  std::string param;
  FIELDS(sequence_id, command, param)
};

struct MappedSlot {
  int ams_id = external;
  int slot_id = external;
  FIELDS(ams_id, slot_id)
};

// Kinds matter: the flags are booleans on every model (an H2D Pro reads an integer use_ams as a
// nozzle index), the ids are texts, and the newer repetitions beside them are numbers.
struct ProjectFile {
  std::string sequence_id;
  std::string command = "project_file";
  std::string param;
  std::string url;
  std::string file;
  std::string subtask_name;
  std::string md5;
  std::string project_id;
  std::string profile_id = "0";
  std::string task_id;
  std::string subtask_id;
  std::string bed_type;
  bool bed_leveling = true;
  bool flow_cali = false;
  bool vibration_cali = false;
  bool layer_inspect = false;
  bool timelapse = false;
  bool use_ams = false;
  std::vector<int> ams_mapping;
  std::vector<MappedSlot> ams_mapping2;
  int auto_bed_leveling = 1;
  int extrude_cali_flag = 0;
  int extrude_cali_manual_mode = 0;
  int nozzle_offset_cali = 0;
  std::string cfg = "0";
  FIELDS(sequence_id, command, param, url, file, subtask_name, md5, project_id, profile_id, task_id,
         subtask_id, bed_type, bed_leveling, flow_cali, vibration_cali, layer_inspect, timelapse,
         use_ams, ams_mapping, ams_mapping2, auto_bed_leveling, extrude_cali_flag,
         extrude_cali_manual_mode, nozzle_offset_cali, cfg)
};

bool is_external(int tray) { return tray == external || tray == external_left; }

MappedSlot mapped_slot(int tray, Family family) {
  if (tray == external_left && family == Family::usb) return {external_left, 0};
  if (is_external(tray)) return {external, 0};
  if (tray < 0) return {external, external};
  if (tray >= ht_unit_first) return {tray, 0};
  return {tray / 4, tray % 4};
}

void map_trays(const PrintOptions& options, Family family, ProjectFile& project) {
  bool uses_ams = false;
  if (options.ams_mapping) {
    for (const int tray : *options.ams_mapping) {
      project.ams_mapping.push_back(is_external(tray) ? unused : tray);
      project.ams_mapping2.push_back(mapped_slot(tray, family));
      uses_ams = uses_ams || (tray >= 0 && !is_external(tray));
    }
  }
  project.use_ams = options.use_ams.value_or(uses_ams);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

SequenceIds::SequenceIds(Random& random)
    : last_(static_cast<std::uint32_t>(random.below(first_sequence_id_max))) {}

std::string SequenceIds::next() {
  last_ = last_ == sequence_id_max ? 1 : last_ + 1;
  return std::to_string(last_);
}

std::string pushall_message(std::string_view sequence_id) {
  return json::encode(PushMessage{{std::string(sequence_id), "pushall", 1, 1}});
}

std::string pushing_start_message(std::string_view sequence_id) {
  return json::encode(PushMessage{{std::string(sequence_id), "start", {}, {}}});
}

std::string get_version_message(std::string_view sequence_id) {
  InfoMessage message;
  message.info.sequence_id = sequence_id;
  return json::encode(message);
}

std::string_view command_word(PrintAction action) {
  return action == PrintAction::start ? "project_file" : word(action);
}

std::string control_message(PrintAction action, std::string_view sequence_id) {
  return json::encode(
      PrintMessage<ControlBody>{{std::string(sequence_id), std::string(command_word(action)), ""}});
}

std::string probe_message(std::string_view sequence_id) {
  return json::encode(
      PrintMessage<ControlBody>{{std::string(sequence_id), "gcode_line", ";hub-probe"}});
}

std::string project_file_message(const StartRequest& request, Family family, Folder folder,
                                 std::string_view sequence_id) {
  const auto& options = request.options;
  ProjectFile project;
  project.sequence_id = sequence_id;
  project.param = "Metadata/plate_" + std::to_string(request.plate) + ".gcode";
  project.url = file_url(family, folder, request.file_name);
  project.file = request.file_name;
  project.subtask_name = request.subtask_name;
  project.project_id = project.task_id = project.subtask_id = std::to_string(request.numeric_id);
  project.bed_type = options.bed_type ? options.bed_type->value : "auto";
  project.bed_leveling = options.bed_leveling.value_or(true);
  project.auto_bed_leveling = project.bed_leveling ? 1 : 0;
  project.flow_cali = options.flow_calibration.value_or(false);
  project.extrude_cali_flag = project.flow_cali ? 1 : 0;
  project.vibration_cali = options.vibration_calibration.value_or(false);
  project.timelapse = options.timelapse.value_or(false);
  map_trays(options, family, project);
  return json::encode(PrintMessage<ProjectFile>{std::move(project)});
}

void Unanswered::sent(PrintAction action, std::string sequence_id, Instant now) {
  if (waiting_.size() == unanswered_max) waiting_.pop_front();
  waiting_.push_back({action, std::move(sequence_id), now});
}

Reply reply_in(const Answer& answer) {
  const auto error = answer.error_code.value_or(0);
  if (error >= signature_error_first && error <= signature_error_last) {
    return Reply::unsigned_refused;
  }
  if (error != 0) return Reply::refused;
  if (!answer.result) return Reply::bare;
  const auto result = lower(*answer.result);
  return result == "success" || result == "0" ? Reply::accepted : Reply::refused;
}

std::optional<CommandAnswered> Unanswered::match(const Answer& answer) {
  if (answer.section != "print") return std::nullopt;
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
    return one.sequence_id == answer.sequence_id &&
           (answer.command.empty() || answer.command == command_word(one.action));
  });
  if (found == waiting_.end()) return std::nullopt;
  const auto reply = reply_in(answer);
  if (reply == Reply::bare) {
    found->bare = true;
    return std::nullopt;
  }
  CommandAnswered answered;
  answered.action = found->action;
  answered.accepted = reply == Reply::accepted;
  answered.reason = clipped(answer.reason, reason_bytes_max);
  if (answer.error_code != 0) answered.error_code = answer.error_code;
  answered.developer_mode_off = reply == Reply::unsigned_refused;
  waiting_.erase(found);
  return answered;
}

std::optional<CommandAnswered> Unanswered::take_bare() {
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [](const Waiting& one) { return one.bare; });
  if (found == waiting_.end()) return std::nullopt;
  CommandAnswered answered;
  answered.action = found->action;
  answered.reason = "the printer could not verify the command";
  answered.developer_mode_off = true;
  waiting_.erase(found);
  return answered;
}

bool Unanswered::notice_silence(Instant now) {
  for (auto& one : waiting_) {
    if (one.bare || one.noticed || now - one.sent_at < answer_wait) continue;
    one.noticed = true;
    return true;
  }
  return false;
}

}  // namespace pf::hub::bambu
