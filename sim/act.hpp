// What can befall a simulated printer besides what it is sent: buttons on its screen, breakdowns,
// and moods of its network and card. One vocabulary for scenario files, the control channel and
// tests; in JSON an act is {"type": "fail_print", "print_error": 50364419}.
//
// Seconds are real ones, whatever the speed of the simulation: what they are meant to meet are
// other programs' deadlines.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "protocol/json.hpp"

namespace pf::sim {

inline constexpr int act_seconds_max = 24 * 3600;
inline constexpr int act_repeats_max = 1000;

using ActSeconds = Bounded<double, 0, act_seconds_max>;
using ActRepeats = Bounded<int, 1, act_repeats_max>;
using PrintErrorCode = Bounded<std::uint32_t, 1u, 0xffff'ffffu>;

struct WithoutFields {
  template <class Self, class Visitor>
  static constexpr void each_field(Self&, Visitor&&) {}
};

// ---- at the screen ----

struct PressPause : WithoutFields {
  static constexpr std::string_view type = "press_pause";
};
struct PressResume : WithoutFields {
  static constexpr std::string_view type = "press_resume";
};
struct PressStop : WithoutFields {
  static constexpr std::string_view type = "press_stop";
};
// A file that lies on the card already is started by hand.
struct PrintAtScreen {
  static constexpr std::string_view type = "print_at_screen";
  Text<1, 64> name;                                         // Shown as subtask_name.
  std::optional<Bounded<int, 1, 1'000'000>> print_seconds;  // Of printing, at speed 1; default 600.
  std::optional<Bounded<int, 1, 100'000>> layers;           // Default 50.
  FIELDS(name, print_seconds, layers)
};
// The printer measures itself: RUNNING with print_type "system".
struct CalibrateAtScreen : WithoutFields {
  static constexpr std::string_view type = "calibrate_at_screen";
};
struct DismissError : WithoutFields {
  static constexpr std::string_view type = "dismiss_error";
};
enum class Refusal {
  full,       // result, reason and err_code, and the message in hms.
  code_only,  // err_code alone.
  bare,       // Command and sequence_id alone, and the message in hms.
  silent      // Nothing at all.
};
WORDS(Refusal, full, code_only, bare, silent)
struct SwitchDeveloperMode {
  static constexpr std::string_view type = "switch_developer_mode";
  bool on = true;
  std::optional<Refusal> refusal;  // How print commands are refused while it is off.
  FIELDS(on, refusal)
};

// ---- inside the machine ----

struct RunOutOfFilament
    : WithoutFields {  // The print pauses until filament was inserted and resume was pressed.
  static constexpr std::string_view type = "run_out_of_filament";
};
struct InsertFilament : WithoutFields {
  static constexpr std::string_view type = "insert_filament";
};
struct ShowHealth {  // An entry of hms; the print goes on.
  static constexpr std::string_view type = "show_health";
  std::uint32_t attr = 0, code = 0;
  FIELDS(attr, code)
};
struct ClearHealth : WithoutFields {
  static constexpr std::string_view type = "clear_health";
};
struct PauseWithError {  // A print_error that interrupts: front cover, clogged nozzle.
  static constexpr std::string_view type = "pause_with_error";
  PrintErrorCode print_error;
  FIELDS(print_error)
};
struct FailPrint {
  static constexpr std::string_view type = "fail_print";
  PrintErrorCode print_error;
  FIELDS(print_error)
};
// How the next starts are met. Each holds for that many starts, by default one.
struct StartLate {  // The old state stays under the new name for so long.
  static constexpr std::string_view type = "start_late";
  ActSeconds seconds;
  std::optional<ActRepeats> starts;
  FIELDS(seconds, starts)
};
struct IgnoreStart {  // Acknowledged, named, and never heard of again.
  static constexpr std::string_view type = "ignore_start";
  std::optional<ActRepeats> starts;
  FIELDS(starts)
};
struct RefuseStart {  // The answer says "fail".
  static constexpr std::string_view type = "refuse_start";
  std::optional<ActRepeats> starts;
  FIELDS(starts)
};
struct FallSilent
    : WithoutFields {  // Connected, but without reports, until somebody asks to start them again.
  static constexpr std::string_view type = "fall_silent";
};

// ---- power and network ----

struct Reboot {  // Off for so long, then idle and without memory of its print. Default 30.
  static constexpr std::string_view type = "reboot";
  std::optional<ActSeconds> seconds;
  FIELDS(seconds)
};
struct LoseNetwork {  // Unreachable for so long; the print goes on.
  static constexpr std::string_view type = "lose_network";
  ActSeconds seconds;
  FIELDS(seconds)
};
struct DropConnections : WithoutFields {  // Cut off once; whoever was connected may come back.
  static constexpr std::string_view type = "drop_connections";
};
struct ChangeAddress {  // As after a new lease; NOTIFY tells the new address.
  static constexpr std::string_view type = "change_address";
  Text<1, 15> ip_address;
  FIELDS(ip_address)
};
struct ChangeAccessCode {  // Whoever is connected is cut off.
  static constexpr std::string_view type = "change_access_code";
  Text<8, 8> access_code;
  FIELDS(access_code)
};
struct OccupyClients {  // That many MQTT places are taken by others; 0 leaves them.
  static constexpr std::string_view type = "occupy_clients";
  Bounded<int, 0, 16> clients;
  FIELDS(clients)
};

// ---- card and file server ----

enum class FtpChannel { control, data };
WORDS(FtpChannel, control, data)
struct StallUpload {  // The file server goes deaf and mute.
  static constexpr std::string_view type = "stall_upload";
  FtpChannel channel = FtpChannel::data;
  std::optional<Bounded<std::int64_t, 0, 1'000'000'000'000>> after_bytes;
  std::optional<ActRepeats> uploads;
  FIELDS(channel, after_bytes, uploads)
};
struct AbortUpload {  // 426 in the middle.
  static constexpr std::string_view type = "abort_upload";
  std::optional<Bounded<std::int64_t, 0, 1'000'000'000'000>> after_bytes;
  std::optional<ActRepeats> uploads;
  FIELDS(after_bytes, uploads)
};
struct SlowCard {  // 0: as fast as it can.
  static constexpr std::string_view type = "slow_card";
  Bounded<std::int64_t, 0, 1'000'000'000> bytes_per_second;
  FIELDS(bytes_per_second)
};

// What the printer itself does; what its connections do; what its file server does.
using PrinterAct =
    std::variant<PressPause, PressResume, PressStop, PrintAtScreen, CalibrateAtScreen, DismissError,
                 SwitchDeveloperMode, RunOutOfFilament, InsertFilament, ShowHealth, ClearHealth,
                 PauseWithError, FailPrint, StartLate, IgnoreStart, RefuseStart, FallSilent>;
using NetworkAct = std::variant<Reboot, LoseNetwork, DropConnections, ChangeAddress,
                                ChangeAccessCode, OccupyClients>;
using CardAct = std::variant<StallUpload, AbortUpload, SlowCard>;

// Any of them, as a member of a described struct.
struct Act {
  std::variant<PrinterAct, NetworkAct, CardAct> value;

  bool read(json::Reader& reader);
  std::string_view name() const;
};

}  // namespace pf::sim
