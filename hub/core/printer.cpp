#include "hub/core/printer.hpp"

#include <utility>

#include "hub/core/fit.hpp"

namespace pf::hub {
namespace {

const PrintObservation nothing_seen;

// The name is for people; everything else reaches the driver.
bool same_for_driver(ConfiguredPrinter a, const ConfiguredPrinter& b) {
  a.name = b.name;
  a.assignment = b.assignment;
  return json::encode(a) == json::encode(b);
}

}  // namespace

Printer::Printer(ConfiguredPrinter settings, std::optional<Run> known_run)
    : settings_(std::move(settings)), print_run_(settings_.printer_id, std::move(known_run)) {}

void Printer::connect(std::uint8_t slot, std::unique_ptr<Driver> driver, Instant now, Output& out) {
  disconnect(out);
  slot_ = slot;
  driver_ = std::move(driver);
  wants_driver_ = false;
  note(ConnectionChanged{}, now);
  DriverOutput told;
  driver_->start(now, told);
  out.take(slot_, std::move(told));
}

void Printer::disconnect(Output& out) {
  if (!driver_) return;
  DriverOutput told;
  driver_->stop(told);
  out.take(slot_, std::move(told));
  driver_.reset();
  connection_ = ConnectionState::disconnected;
  held_ = uploading_ = false;
  print_run_.look_away();
}

bool Printer::change(ConfiguredPrinter settings) {
  // A key pinned on first use stays pinned unless the cloud names another.
  if (!settings.fingerprint) settings.fingerprint = settings_.fingerprint;
  const bool same = same_for_driver(settings, settings_);
  settings_ = std::move(settings);
  wants_driver_ = wants_driver_ || !same;
  pacing_.note_change();
  return wants_driver_;
}

bool Printer::move(const HostName& address, Instant now) {
  if (moved_at_ && now - *moved_at_ < address_kept_min) return false;
  moved_at_ = now;
  ConfiguredPrinter settings = settings_;
  settings.ip_address = address;
  change(std::move(settings));
  return true;
}

void Printer::handle(const StreamEvent& event, Instant now, Output& out) {
  if (!driver_) return;
  DriverOutput told;
  driver_->handle(event, now, told);
  out.take(slot_, std::move(told));
}

void Printer::tick(Instant now, Output& out) {
  if (!driver_) return;
  DriverOutput told;
  driver_->tick(now, told);
  out.take(slot_, std::move(told));
}

void Printer::hold_connection(bool held) {
  held_ = held;
  if (driver_) driver_->hold_connection(held);
}

void Printer::fetch_report(Instant now, Output& out) {
  if (!driver_) return;
  DriverOutput told;
  driver_->fetch_report(now, told);
  out.take(slot_, std::move(told));
}

void Printer::begin_upload(const UploadRequest& request, Instant now, Output& out) {
  if (!driver_) return;
  uploading_ = true;
  DriverOutput told;
  driver_->begin_upload(request, now, told);
  out.take(slot_, std::move(told));
}

void Printer::upload_data(std::string_view bytes, bool last, Instant now, Output& out) {
  if (!driver_) return;
  DriverOutput told;
  driver_->upload_data(bytes, last, now, told);
  out.take(slot_, std::move(told));
}

void Printer::cancel_upload(Output& out) {
  if (!driver_ || !uploading_) return;
  uploading_ = false;
  DriverOutput told;
  driver_->cancel_upload(told);
  out.take(slot_, std::move(told));
}

bool Printer::start_print(const StartRequest& request, Instant now, Output& out) {
  if (!driver_) return false;
  DriverOutput told;
  const bool sent = driver_->start_print(request, now, told);
  out.take(slot_, std::move(told));
  return sent;
}

bool Printer::control(PrintAction action, Instant now, Output& out) {
  if (!driver_) return false;
  DriverOutput told;
  const bool sent = driver_->control(action, now, told);
  out.take(slot_, std::move(told));
  return sent;
}

void Printer::note(const ConnectionChanged& change, Instant now) {
  if (change.state != connection_ || change.reason != reason_) since_ = now;
  connection_ = change.state;
  reason_ = change.reason;
  detail_ = change.detail;
  if (connection_ == ConnectionState::connecting && !reason_ && moved_at_ == now) {
    reason_ = ConnectionReason::address_changed;
    detail_ = "The printer announced itself at a new address; connecting there.";
  }
  if (!connected()) {
    full_report_at_.reset();
    print_run_.look_away();
  }
  pacing_.note_change();
}

void Printer::note(const ReportArrived& report, Instant now) {
  if (report.full) full_report_at_ = now;
  if (report.changed) pacing_.note_change();
}

const PrintObservation& Printer::seen() const {
  return driver_ && connected() ? driver_->observe() : nothing_seen;
}

std::optional<DeveloperMode> Printer::developer_mode() const {
  if (!driver_ || !connected()) return std::nullopt;
  return driver_->status().developer_mode;
}

std::string Printer::developer_mode_help() const {
  return driver_ ? driver_->developer_mode_help() : std::string{};
}

bool Printer::status_due(Instant now) const {
  const bool printing = seen().active;
  return pacing_.due(printing ? StatusPacing::Activity::printing : StatusPacing::Activity::idle,
                     now);
}

PrinterStatusMessage Printer::status_message(Instant now, const ServerTime& time) const {
  PrinterStatusMessage message;
  message.printer_id = settings_.printer_id;
  message.assignment = settings_.assignment;
  message.connection.state = connection_;
  message.connection.reason = reason_;
  if (!detail_.empty()) message.connection.detail = fit<Text<0, 300>>(detail_);
  message.connection.since = time.at(since_).value_or(0);  // Known: the cloud is there.
  if (driver_) {
    if (const auto key = driver_->fingerprint()) {
      message.connection.fingerprint = *key;
      message.connection.pinned = driver_->pinned();
    }
    // What a printer said before it was lost is not its state now.
    if (connected()) message.status = driver_->status();
  }
  if (const auto& run = print_run_.run()) {
    message.print = CurrentPrint{run->print_id, run->start_token, run->print_type, run->name};
  }
  message.timestamp = time.at(now).value_or(0);
  return message;
}

}  // namespace pf::hub
