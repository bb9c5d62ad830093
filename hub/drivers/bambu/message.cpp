#include "hub/drivers/bambu/message.hpp"

#include "hub/drivers/bambu/loose.hpp"

namespace pf::hub::bambu {
namespace {

constexpr std::size_t modules_max = 64;

struct PrintHead : LooseObject<PrintHead> {
  Letters command, sequence_id, result, reason;
  Number err_code, errno_, msg;
  std::optional<json::Raw> gcode_state, print_error, home_flag;
  FIELDS(command, sequence_id, result, reason, err_code, errno_, msg, gcode_state, print_error,
         home_flag)
};

struct Module : LooseObject<Module> {
  Letters name, sw_ver;
  FIELDS(name, sw_ver)
};
struct InfoHead : LooseObject<InfoHead> {
  Letters command;
  std::optional<LooseList<Module, modules_max>> module;
  FIELDS(command, module)
};

struct Envelope {
  std::optional<PrintHead> print;
  std::optional<InfoHead> info;
  FIELDS(print, info)
};

// A refused or accepted command echoes its parameters, the new subtask_name among them: taken for a
// state report it would be false evidence of a start. Some answers have no command and some reports
// have none either, so an answer is also known by its result.
bool is_state_report(const PrintHead& head) {
  if (head.command) return text(head.command) == "push_status";
  return !head.result && !head.err_code && !head.errno_;
}

// Printers of full reports send partial ones too, without saying so; the keys that every full
// report of every captured model has, and no partial one, tell them apart.
bool is_whole(const PrintHead& head) {
  return whole(head.msg).value_or(0) == 0 && head.gcode_state && head.print_error && head.home_flag;
}

Answer answer_of(const PrintHead& head) {
  Answer answer;
  answer.section = "print";
  answer.command = text(head.command);
  answer.sequence_id = text(head.sequence_id);
  if (head.result) answer.result = head.result->value;
  answer.reason = text(head.reason);
  answer.error_code = whole(head.err_code);
  if (!answer.error_code) answer.error_code = whole(head.errno_);
  return answer;
}

VersionReport version_of(const InfoHead& info) {
  VersionReport version;
  if (!info.module) return version;
  for (const auto& module : info.module->items) {
    if (text(module.name) == "ota") version.firmware_version = text(module.sw_ver);
  }
  return version;
}

}  // namespace

Message classify(std::string_view message) {
  const auto envelope =
      json::decode<Envelope>(message, {json::UnknownKeys::skip, json::BadUtf8::replace});
  if (!envelope) return BrokenMessage{};
  if (envelope->print) {
    const auto& head = *envelope->print;
    if (is_state_report(head)) return StateReport{is_whole(head)};
    return answer_of(head);
  }
  if (envelope->info && text(envelope->info->command) == "get_version") {
    return version_of(*envelope->info);
  }
  return OtherMessage{};
}

}  // namespace pf::hub::bambu
