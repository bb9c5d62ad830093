// One simulated printer, as a value machine: requests and time go in, messages for its report topic
// come out. It owns no socket, clock or thread; its card is read by whoever runs it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "sim/act.hpp"
#include "sim/fault.hpp"
#include "sim/heater.hpp"
#include "sim/report.hpp"
#include "sim/sliced_file.hpp"

namespace pf::sim {

inline constexpr std::size_t request_bytes_max = 64 * 1024;

struct PrinterIdentity {
  std::string serial_number;
  std::string access_code;
  std::string name;
  std::string ip_address;
};

// A question that takes long to answer: what does this file on the card say? The answer comes back
// through Printer::file_answered with the same number.
struct FileQuestion {
  std::uint32_t number = 0;
  std::string card_path;  // Empty: the request named no place on the card.
  std::string entry;
};

struct PrinterOutput {
  std::vector<std::string> messages;  // For device/<serial>/report, in order.
  std::optional<FileQuestion> question;
};

struct PrinterSettings {
  double speed = 1;
  std::uint64_t seed = 0;  // For the small noise in what sensors say.
  // Instead of the model's own, for tests that must not wait.
  std::optional<Milliseconds> report_interval;
  bool developer_mode = true;
  Refusal refusal = Refusal::full;  // While Developer Mode is off.
};

class Printer {
 public:
  Printer(const Model& model, PrinterIdentity identity, PrinterSettings settings, Instant now);

  const Model& model() const { return model_; }
  const PrinterIdentity& identity() const { return identity_; }

  // A message that was published to device/<serial>/request.
  void handle(std::string_view request, Instant now, UnixTime unix_now, PrinterOutput& out);
  void tick(Instant now, UnixTime unix_now, PrinterOutput& out);
  void file_answered(std::uint32_t number, const Result<PlateFacts, RefusedFile>& answer);

  // A fault says why that cannot befall this printer now.
  Result<Nothing, Fault> befall(const PrinterAct& act, Instant now);
  // The power came back: idle, and without memory of any print.
  void reboot(Instant now);
  void set_ip_address(std::string ip_address);
  void set_access_code(std::string access_code) { identity_.access_code = std::move(access_code); }

  PrintView print(Instant now) const;
  const std::string& job_name() const { return job_name_; }  // As the report shows it.
  std::int64_t starts_ordered() const { return starts_ordered_; }

 private:
  // What a command is answered with: an echo with a result, or nothing.
  struct Answer {
    enum class Kind { accepted, refused, silent } kind = Kind::accepted;
    std::string reason = "success";
  };
  struct Call {  // One command on its way.
    const Document& body;
    Instant now;
    UnixTime unix_now;
    PrinterOutput& out;
  };
  using Handler = Answer (Printer::*)(const Call&);
  struct Command {
    std::string_view section, name;
    Handler handler;
  };
  static const Command* find_command(std::string_view section, std::string_view name);

  Answer start_print(const Call& call);
  Answer pause_print(const Call& call);
  Answer resume_print(const Call& call);
  Answer stop_print(const Call& call);
  Answer set_speed_level(const Call& call);
  Answer run_gcode_line(const Call& call);
  Answer refuse_gcode_file(const Call& call);
  Answer skip_objects(const Call& call);
  Answer clear_error(const Call& call);
  Answer set_light(const Call& call);
  Answer give_access_code(const Call& call);
  Answer set_camera_recording(const Call& call);
  Answer set_camera_timelapse(const Call& call);
  Answer accept_only(const Call& call);
  Answer send_versions(const Call& call);
  Answer send_everything(const Call& call);
  Answer stop_reporting(const Call& call);

  // printer_acts.cpp: what befalls it.
  using Done = Result<Nothing, Fault>;
  Done undergo(const PressPause&, Instant now);
  Done undergo(const PressResume&, Instant now);
  Done undergo(const PressStop&, Instant now);
  Done undergo(const PrintAtScreen& act, Instant now);
  Done undergo(const CalibrateAtScreen&, Instant now);
  Done undergo(const DismissError&, Instant now);
  Done undergo(const SwitchDeveloperMode& act, Instant now);
  Done undergo(const RunOutOfFilament&, Instant now);
  Done undergo(const InsertFilament&, Instant now);
  Done undergo(const ShowHealth& act, Instant now);
  Done undergo(const ClearHealth&, Instant now);
  Done undergo(const PauseWithError& act, Instant now);
  Done undergo(const FailPrint& act, Instant now);
  Done undergo(const StartLate& act, Instant now);
  Done undergo(const IgnoreStart& act, Instant now);
  Done undergo(const RefuseStart& act, Instant now);
  Done undergo(const FallSilent&, Instant now);

  enum class StartConduct { usual, late, ignored, refused };
  StartConduct take_conduct();
  Done expect_starts(StartConduct conduct, std::optional<ActRepeats> starts);
  Done begin_at_screen(JobNames names, const PlateFacts& facts, Instant now);
  bool is_printing(Instant now) const;  // Not getting ready, and not paused.
  void show_message(const HealthMessage& message);
  void clear_message(const HealthMessage& message);
  HealthMessage runout_message() const;

  JobNames names_of(const Document& body, const std::string& file) const;
  static void publish(std::string_view section, const Document& body, PrinterOutput& out);
  void answer(std::string_view section, const Call& call, const Answer& answer);
  void refuse_unsigned(std::string_view section, const Call& call);
  void take_mapping(const Document& body);
  void advance(Instant now);
  void show_now(Instant now);
  void show_filament(const PrintView& view);

  const Model& model_;
  PrinterIdentity identity_;
  PrinterSettings settings_;
  SeededRandom noise_;
  Pace pace_;
  Report report_;
  Heater nozzle_, bed_;
  Heater resting_nozzle_;  // Of the extruder that does not print.
  int manual_nozzle_target_ = 0, manual_bed_target_ = 0;

  std::optional<PrintRun> run_;
  std::optional<JobNames> job_;  // Named by the start, shown when its time comes.
  std::optional<int> tray_;      // That the job feeds from; none: the external spool.
  bool tray_missing_ = false;
  bool out_of_filament_ = false;
  std::vector<HealthMessage> health_;
  std::string job_name_;
  std::int64_t starts_ordered_ = 0;
  StartConduct conduct_ = StartConduct::usual;
  int conduct_starts_ = 0;  // For how many more.
  Milliseconds late_by_{0};
  std::uint32_t question_ = 0;
  std::uint32_t dialog_error_ = error_none;  // On the screen until someone dismisses it.
  bool dialog_from_run_ = false;             // The present run's end was put there already.

  Instant advanced_at_;
  Instant next_report_;
  bool reporting_ = true;
};

}  // namespace pf::sim
