#include "sim/printer.hpp"

#include <algorithm>

namespace pf::sim {
namespace {

// How fast real ones heat and cool.
constexpr double nozzle_heats_per_second = 3.5, nozzle_cools_seconds = 120;
constexpr double bed_heats_per_second = 0.6, bed_cools_seconds = 700;
constexpr double noise_celsius = 0.06;
constexpr int wifi_dbm_strongest = -44, wifi_dbm_spread = 5;
constexpr int part_fan_percent = 100;
// The chamber follows the bed a little.
constexpr double chamber_share_of_bed = 0.25;

}  // namespace

Printer::Printer(const Model& model, PrinterIdentity identity, PrinterSettings settings,
                 Instant now)
    : model_(model),
      identity_(std::move(identity)),
      settings_(settings),
      noise_(settings.seed),
      pace_{settings.speed, settings.report_interval.value_or(model.report_interval)},
      report_(model, identity_.serial_number, identity_.ip_address),
      nozzle_{model.ambient_celsius + 1, nozzle_heats_per_second, nozzle_cools_seconds},
      bed_{model.ambient_celsius, bed_heats_per_second, bed_cools_seconds},
      resting_nozzle_{model.ambient_celsius + 1, nozzle_heats_per_second, nozzle_cools_seconds},
      advanced_at_(now),
      next_report_(now) {
  report_.show_developer_mode(settings_.developer_mode);
  show_now(now);
}

void Printer::reboot(Instant now) {
  run_.reset();
  job_.reset();
  job_name_.clear();
  tray_.reset();
  health_.clear();
  dialog_error_ = error_none;
  dialog_from_run_ = tray_missing_ = out_of_filament_ = false;
  manual_nozzle_target_ = manual_bed_target_ = 0;
  reporting_ = true;
  report_ = Report(model_, identity_.serial_number, identity_.ip_address);
  report_.show_developer_mode(settings_.developer_mode);
  advanced_at_ = next_report_ = now;
  show_now(now);
}

void Printer::set_ip_address(std::string ip_address) {
  identity_.ip_address = std::move(ip_address);
  report_.show_address(identity_.ip_address);
}

PrintView Printer::print(Instant now) const { return run_ ? run_->view(now) : PrintView{}; }

void Printer::file_answered(std::uint32_t number, const Result<PlateFacts, RefusedFile>& answer) {
  if (!run_ || number != question_) return;  // An earlier start asked.
  if (!answer) {
    run_->file_refused(answer.error().error);
  } else if (tray_missing_) {
    run_->file_refused(error_tray_missing);
  } else {
    run_->file_accepted(*answer);
  }
}

void Printer::tick(Instant now, UnixTime unix_now, PrinterOutput& out) {
  advance(now);
  if (now < next_report_) return;
  next_report_ = now + pace_.report_interval;
  // Every other report or so: what an idle printer has to say is mostly this.
  if (noise_.below(5) < 2) {
    report_.show_wifi(wifi_dbm_strongest - static_cast<int>(noise_.below(wifi_dbm_spread)));
  }
  show_now(now);
  if (!reporting_) return;
  if (auto news = report_.news(unix_now)) out.messages.push_back(std::move(*news));
}

void Printer::advance(Instant now) {
  if (run_) run_->advance(now);
  const auto view = print(now);
  const double seconds = static_cast<double>((now - advanced_at_).count()) / 1000 * settings_.speed;
  advanced_at_ = now;
  nozzle_.advance(seconds, std::max(view.nozzle_target, manual_nozzle_target_),
                  model_.ambient_celsius + 1);
  resting_nozzle_.advance(seconds, 0, model_.ambient_celsius + 1);
  bed_.advance(seconds, std::max(view.bed_target, manual_bed_target_), model_.ambient_celsius);
}

void Printer::show_now(Instant now) {
  const auto view = print(now);
  report_.show_print(view);
  if (view.named && job_) {
    report_.show_job(*job_);
    job_name_ = job_->subtask_name;
    job_.reset();
  }
  if (run_ && !view.active && !dialog_from_run_) {
    dialog_from_run_ = true;
    dialog_error_ = view.error;
  }
  report_.show_error(view.active && view.error ? view.error : dialog_error_);
  report_.show_health(health_);
  show_filament(view);
  report_.show_part_fan(view.part_fan ? part_fan_percent : 0);
  const auto noise = [&] {
    return noise_celsius * (static_cast<double>(noise_.below(201)) / 100 - 1);
  };
  const double chamber =
      model_.ambient_celsius + (bed_.celsius - model_.ambient_celsius) * chamber_share_of_bed;
  report_.show_temperatures({
      .nozzle = nozzle_.celsius + noise(),
      .bed = bed_.celsius + noise(),
      .chamber = chamber,
      .resting_nozzle = resting_nozzle_.celsius,
      .nozzle_target = std::max(view.nozzle_target, manual_nozzle_target_),
      .bed_target = std::max(view.bed_target, manual_bed_target_),
  });
}

void Printer::show_filament(const PrintView& view) {
  if (view.stage == Stage::filament_change) {
    report_.show_loading(tray_);
  } else if (view.filament_loaded) {
    report_.show_loaded(tray_);
  } else if (run_) {
    report_.show_unloaded();
  }
}

}  // namespace pf::sim
