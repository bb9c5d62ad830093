// What kind of message came on device/<serial>/report. State reports and answers to commands share
// the section "print"; every connected client sees every answer.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace pf::hub::bambu {

struct StateReport {
  bool whole = false;  // Carries the state of everything, not only what changed.
};

// An answer to a command: perhaps not to one of ours.
struct Answer {
  std::string section;
  std::string command;  // Empty: some A1 answers leave it out.
  std::string sequence_id;
  std::optional<std::string> result;
  std::string reason;
  std::optional<std::int64_t> error_code;
};

struct VersionReport {
  std::string firmware_version;  // Empty: the list names no "ota" module.
};

struct OtherMessage {};   // Other sections, of no interest here.
struct BrokenMessage {};  // Not JSON.

using Message = std::variant<StateReport, Answer, VersionReport, OtherMessage, BrokenMessage>;

Message classify(std::string_view message);

}  // namespace pf::hub::bambu
