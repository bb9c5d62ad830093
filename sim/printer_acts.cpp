// What befalls a printer: see sim/act.hpp for the vocabulary.
#include <algorithm>
#include <cmath>

#include "sim/printer.hpp"

namespace pf::sim {
namespace {

constexpr int print_seconds_usual = 600, layers_usual = 50;
constexpr int calibration_seconds = 300;
constexpr int nozzle_celsius_usual = 220, bed_celsius_usual = 60;
constexpr int ht_tray_first = 128;
constexpr const char* not_printing = "The printer is not printing anything that this could befall.";

Milliseconds milliseconds(ActSeconds seconds) {
  return Milliseconds{std::llround(seconds.value * 1000)};
}

}  // namespace

Result<Nothing, Fault> Printer::befall(const PrinterAct& act, Instant now) {
  advance(now);
  auto done = std::visit([&](const auto& one) { return undergo(one, now); }, act);
  show_now(now);
  return done;
}

bool Printer::is_printing(Instant now) const {
  const auto view = print(now);
  return view.state == GcodeState::running && view.stage == Stage::printing;
}

void Printer::show_message(const HealthMessage& message) {
  if (std::find(health_.begin(), health_.end(), message) == health_.end()) {
    health_.push_back(message);
  }
}

void Printer::clear_message(const HealthMessage& message) { std::erase(health_, message); }

// ---- at the screen ----

Printer::Done Printer::undergo(const PressPause&, Instant now) {
  if (!is_printing(now)) return Fault{not_printing};
  run_->pause(now);
  return Nothing{};
}

Printer::Done Printer::undergo(const PressResume&, Instant now) {
  if (print(now).state != GcodeState::pause) return Fault{"The printer is not paused."};
  if (out_of_filament_) return Fault{"The printer waits for filament: insert_filament first."};
  run_->resume(now);
  return Nothing{};
}

Printer::Done Printer::undergo(const PressStop&, Instant now) {
  if (!run_ || !run_->active()) return Fault{not_printing};
  dialog_error_ = error_none;
  run_->stop(now, error_cancelled_at_screen);
  return Nothing{};
}

Printer::Done Printer::begin_at_screen(JobNames names, const PlateFacts& facts, Instant now) {
  if (run_ && run_->active()) return Fault{"The printer is busy."};
  dialog_error_ = error_none;
  dialog_from_run_ = out_of_filament_ = tray_missing_ = false;
  tray_.reset();
  job_ = std::move(names);
  run_.emplace(PrintPlan{.at_screen = true}, pace_, PrintView{}, now);
  run_->file_accepted(facts);
  ++question_;  // Whoever still reads a file for an earlier start is too late.
  return Nothing{};
}

Printer::Done Printer::undergo(const PrintAtScreen& act, Instant now) {
  JobNames names;
  names.subtask_name = act.name.value;
  names.gcode_file =
      model_.shows_plate_path ? "/data/Metadata/plate_1.gcode" : act.name.value + ".gcode.3mf";
  const PlateFacts facts{.prediction = Seconds{act.print_seconds.value_or(print_seconds_usual)},
                         .layers = act.layers.value_or(layers_usual),
                         .filament_grams = 10,
                         .nozzle_celsius = nozzle_celsius_usual,
                         .bed_celsius = bed_celsius_usual};
  return begin_at_screen(std::move(names), facts, now);
}

Printer::Done Printer::undergo(const CalibrateAtScreen&, Instant now) {
  JobNames names;
  names.gcode_file = "/usr/etc/print/auto_cali_for_user.gcode";
  names.print_type = "system";
  const PlateFacts facts{.prediction = Seconds{calibration_seconds}};
  return begin_at_screen(std::move(names), facts, now);
}

Printer::Done Printer::undergo(const DismissError&, Instant) {
  if (dialog_error_ == error_none) return Fault{"No error is shown."};
  dialog_error_ = error_none;
  return Nothing{};
}

Printer::Done Printer::undergo(const SwitchDeveloperMode& act, Instant) {
  settings_.developer_mode = act.on;
  settings_.refusal = act.refusal.value_or(settings_.refusal);
  report_.show_developer_mode(act.on);
  if (act.on) clear_message(unsigned_message);
  return Nothing{};
}

// ---- inside the machine ----

// The same message for an AMS, an AMS HT and the external spool, each with its own module.
HealthMessage Printer::runout_message() const {
  constexpr std::uint32_t code = 0x0002'0001;
  if (!tray_) return {0x07FF'2000, code};
  const auto tray = static_cast<std::uint32_t>(*tray_);
  if (*tray_ >= ht_tray_first) return {0x1800'2000 | (tray - ht_tray_first) << 16, code};
  return {0x0700'2000 | (tray / 4) << 16 | (tray % 4) << 8, code};
}

Printer::Done Printer::undergo(const RunOutOfFilament&, Instant now) {
  if (!is_printing(now)) return Fault{not_printing};
  out_of_filament_ = true;
  show_message(runout_message());
  run_->pause(now, Stage::filament_runout, tray_ ? error_tray_empty : error_spool_empty);
  return Nothing{};
}

Printer::Done Printer::undergo(const InsertFilament&, Instant) {
  if (!out_of_filament_) return Fault{"The printer has not run out of filament."};
  out_of_filament_ = false;
  clear_message(runout_message());
  return Nothing{};
}

Printer::Done Printer::undergo(const ShowHealth& act, Instant) {
  show_message({act.attr, act.code});
  return Nothing{};
}

Printer::Done Printer::undergo(const ClearHealth&, Instant) {
  health_.clear();
  return Nothing{};
}

Printer::Done Printer::undergo(const PauseWithError& act, Instant now) {
  if (!is_printing(now)) return Fault{not_printing};
  run_->pause(now, Stage::paused_by_error, act.print_error);
  return Nothing{};
}

Printer::Done Printer::undergo(const FailPrint& act, Instant now) {
  if (!run_ || !run_->active()) return Fault{not_printing};
  run_->fail(act.print_error, now);
  return Nothing{};
}

// ---- starts ----

Printer::StartConduct Printer::take_conduct() {
  if (conduct_starts_ == 0) return StartConduct::usual;
  --conduct_starts_;
  return conduct_;
}

Printer::Done Printer::expect_starts(StartConduct conduct, std::optional<ActRepeats> starts) {
  conduct_ = conduct;
  conduct_starts_ = starts.value_or(1);
  return Nothing{};
}

Printer::Done Printer::undergo(const StartLate& act, Instant) {
  late_by_ = milliseconds(act.seconds);
  return expect_starts(StartConduct::late, act.starts);
}

Printer::Done Printer::undergo(const IgnoreStart& act, Instant) {
  return expect_starts(StartConduct::ignored, act.starts);
}

Printer::Done Printer::undergo(const RefuseStart& act, Instant) {
  return expect_starts(StartConduct::refused, act.starts);
}

Printer::Done Printer::undergo(const FallSilent&, Instant) {
  reporting_ = false;
  return Nothing{};
}

}  // namespace pf::sim
