// One print as a printer shows it (PROTOCOL section 8): a state machine into which time is given
// and from which the words of the report are read. It knows no file, no socket and no report key.
//
//   accepted    acknowledged; the report still shows whatever was before
//   named       the new name over the old state, as real printers do for seconds to minutes
//   forgotten   the same, for good: some starts are acknowledged and come to nothing
//   preparing   PREPARE, until the file was read
//   readying    RUNNING through the stages: heat the bed, clean, level, load, heat the nozzle
//   printing    RUNNING at stage 0; paused and resuming interrupt it, by a button or by an error
//   cancelling  the error of a stop is shown for about two seconds
//   over        FINISH or FAILED, which stays
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace pf::sim {

// What print_error shows: two groups of four hex digits.
inline constexpr std::uint32_t error_none = 0;
inline constexpr std::uint32_t error_cancelled = 0x0300'400C;
inline constexpr std::uint32_t error_cancelled_at_screen = 0x0500'400E;
inline constexpr std::uint32_t error_file_unreadable = 0x0500'4003;
inline constexpr std::uint32_t error_busy = 0x0500'4004;
inline constexpr std::uint32_t error_file_missing = 0x0500'C010;
inline constexpr std::uint32_t error_tray_missing = 0x0700'8012;
inline constexpr std::uint32_t error_tray_empty = 0x0700'8011;
inline constexpr std::uint32_t error_spool_empty = 0x07FF'8011;  // The external one.

enum class GcodeState { idle, prepare, running, pause, finish, failed };
std::string_view printers_word(GcodeState state);  // "IDLE"

// stg_cur while a print gets ready, runs and waits.
enum class Stage : int {
  printing = 0,
  bed_leveling = 1,
  bed_preheating = 2,
  vibration_calibration = 3,
  filament_change = 4,
  paused_by_error = 5,
  filament_runout = 6,
  nozzle_heating = 7,
  flow_calibration = 8,
  homing = 13,
  nozzle_cleaning = 14,
  paused_by_user = 16
};

// How fast simulated time runs, and how often the printer reports: whatever the speed, a state
// lasts for some reports, so that whoever listens sees each of them.
struct Pace {
  double speed = 1;
  Milliseconds report_interval{2000};
};

struct PrintPlan {
  bool bed_leveling = false;
  bool flow_calibration = false;
  bool vibration_calibration = false;
  bool load_filament = false;  // From the AMS.
  bool at_screen = false;      // Started by hand: prepares at once.
  Milliseconds old_state_kept{6'000};
  std::optional<Milliseconds> late_by{};  // Instead, and whatever the speed.
  bool forgotten = false;                 // Never starts.
};

// What the sliced file says about its plate.
struct PlateFacts {
  Seconds prediction{0};
  int layers = 0;
  double filament_grams = 0;
  int nozzle_celsius = 0;
  int bed_celsius = 0;
};

struct PrintView {
  GcodeState state = GcodeState::idle;
  bool named = false;          // The job's name is shown.
  bool active = false;         // Another start would be refused.
  std::optional<Stage> stage;  // None: the model's word for idle.
  std::vector<Stage> stages;   // Of this job, in order.
  int prepare_percent = 0;
  int percent = 0;
  int remaining_minutes = 0;
  int layer = 0;
  int layers = 0;
  std::uint32_t error = error_none;
  int nozzle_target = 0;
  int bed_target = 0;
  bool part_fan = false;
  bool filament_loaded = false;
};

class PrintRun {
 public:
  // before: what the printer shows now, and goes on showing until the new print gets under way.
  PrintRun(const PrintPlan& plan, Pace pace, const PrintView& before, Instant now);

  // The answer to the question for the file, once; until it is given the print stays in
  // preparation.
  void file_accepted(const PlateFacts& facts) { facts_ = facts; }
  void file_refused(std::uint32_t error) { refusal_ = error; }

  void advance(Instant now);
  // What the printer's buttons do. A wish that does not fit the state changes nothing.
  void pause(Instant now, Stage why = Stage::paused_by_user, std::uint32_t error = error_none);
  void resume(Instant now);
  void stop(Instant now, std::uint32_t error = error_cancelled);
  void fail(std::uint32_t error, Instant now);

  bool active() const { return phase_ != Phase::over && phase_ != Phase::forgotten; }
  PrintView view(Instant now) const;

 private:
  enum class Phase {
    accepted,
    named,
    forgotten,
    preparing,
    readying,
    printing,
    paused,
    resuming,
    cancelling,
    over
  };

  bool step(Instant now);
  void enter(Phase phase, Instant at);
  void finish(GcodeState end, std::uint32_t error, Instant at);
  Milliseconds phase_length() const;
  Milliseconds stretch(Milliseconds real, int reports_min) const;
  Milliseconds printing_length() const;
  Milliseconds printed(Instant now) const;
  void show_preparing(PrintView& view, Instant now) const;
  void show_running(PrintView& view, Stage stage) const;
  void show_readying(PrintView& view) const;
  void show_progress(PrintView& view, Instant now) const;
  void show_end(PrintView& view) const;

  Pace pace_;
  PrintPlan plan_;
  std::vector<Stage> stages_;
  PrintView before_;
  std::optional<PlateFacts> facts_;
  std::optional<std::uint32_t> refusal_;

  Phase phase_ = Phase::accepted;
  Instant phase_began_;
  std::size_t stage_ = 0;           // Position in stages_ while readying.
  Milliseconds printed_before_{0};  // Printing done before the present stretch of it.
  Stage interrupted_at_ = Stage::paused_by_user;
  std::uint32_t interruption_ = error_none;
  GcodeState cancelled_in_ = GcodeState::running;
  std::uint32_t cancellation_ = error_cancelled;
  GcodeState end_ = GcodeState::finish;
  std::uint32_t end_error_ = error_none;
};

}  // namespace pf::sim
