// A printer that does what a test says, and a driver for it. The printer outlives hubs, as printers
// do; what it was told is the truth that tests look at.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hub/core/driver.hpp"

namespace pf::hub {

struct FakePrinter {
  // How it behaves.
  bool reachable = true;
  bool answers_reports = true;
  std::size_t wants_at_once = 16 * 1024;           // Of a file; 0: it never gets that far.
  std::optional<UploadFailure> upload_fails_with;  // Instead of 226.
  PrintObservation now;                            // What it would report.
  PrinterStatus status;
  std::optional<std::string> key;
  bool key_unknown = false;  // Pinned on first use.

  bool prints_by_itself = false;  // See live().
  Milliseconds prepares_after{3'000};
  Milliseconds prints_for{30'000};

  // What happened to it.
  std::vector<StartRequest> starts;
  std::vector<PrintAction> controls;
  std::map<std::string, std::string> files;  // Complete ones, by name.
  int uploads_begun = 0;
  int uploads_cancelled = 0;
  int reports_asked = 0;
  int connections = 0;
  std::vector<bool> holds;
  std::vector<DriverSettings> made;
  std::deque<DriverSignal> says;  // Handed out with the driver's next tick.

  FakePrinter() {
    now.gcode_state = "IDLE";
    now.startable = true;
    status.state = PrinterState::idle;
    status.developer_mode = DeveloperMode::on;
  }
  // Shows the print before, as printers do until the next one or until they are switched off.
  void has_printed(std::string name) {
    now.gcode_state = "FINISH";
    now.subtask_name = std::move(name);
    now.gcode_start_time = "1700000000";
  }
  void report(bool full = false) { says.push_back(ReportArrived{full, true}); }
  // Prints what it was told to start, in its own time, whatever becomes of the hub.
  void live(Milliseconds step) {
    if (!prints_by_itself) return;
    if (lived_starts_ < starts.size()) {
      lived_starts_ = starts.size();
      printing_ = starts.back().subtask_name;
      age_ = Milliseconds{0};
    }
    if (printing_.empty()) return;
    const auto before = std::exchange(age_, age_ + step);
    const auto passes = [&](Milliseconds at) { return before < at && age_ >= at; };
    if (lived_controls_ < controls.size()) return be_stopped();
    if (passes(prepares_after)) show("PREPARE", printing_, 0);
    if (passes(prepares_after + Seconds{5})) show("RUNNING", printing_, 10, next_start_time());
    if (passes(prepares_after + Seconds{5} + prints_for)) {
      show("FINISH", printing_, 100);
      printing_.clear();
    }
  }
  // Someone at the screen starts something of his own.
  void print_by_hand(std::string name) {
    printing_ = std::move(name);
    age_ = prepares_after - Milliseconds{1};
  }
  bool printing() const { return !printing_.empty(); }

  // Takes a state of the printers' own language and says so.
  void show(std::string_view gcode_state, std::string_view subtask_name, int percent = 0,
            std::string_view start_time = "") {
    now.gcode_state = gcode_state;
    now.subtask_name = subtask_name;
    now.mc_percent = percent;
    if (!start_time.empty()) now.gcode_start_time = start_time;
    now.active = gcode_state == "PREPARE" || gcode_state == "RUNNING" || gcode_state == "PAUSE";
    now.startable = gcode_state == "IDLE" || gcode_state == "FINISH" ||
                    (gcode_state == "FAILED" && now.print_error == 0);
    report();
  }

 private:
  void be_stopped() {
    lived_controls_ = controls.size();
    if (controls.back() != PrintAction::stop || !now.active) return;
    show("FAILED", printing_, 0);
    printing_.clear();
  }
  std::string next_start_time() { return std::to_string(1'700'000'000 + ++prints_); }

  std::size_t lived_starts_ = 0;
  std::size_t lived_controls_ = 0;
  std::string printing_;
  Milliseconds age_{0};
  int prints_ = 0;
};

class FakeDriver final : public Driver {
 public:
  FakeDriver(FakePrinter& printer) : printer_(printer) {}

  void start(Instant, DriverOutput&) override {}
  void stop(DriverOutput&) override {}
  void handle(const StreamEvent&, Instant, DriverOutput&) override {}
  void tick(Instant, DriverOutput& out) override {
    if (printer_.reachable != connected_) change_connection(out);
    if (!connected_) return;
    while (!printer_.says.empty()) {
      if (std::holds_alternative<ReportArrived>(printer_.says.front())) look();
      out.signals.push_back(std::move(printer_.says.front()));
      printer_.says.pop_front();
    }
  }

  void hold_connection(bool held) override { printer_.holds.push_back(held); }
  void fetch_report(Instant, DriverOutput&) override {
    ++printer_.reports_asked;
    if (connected_ && printer_.answers_reports) printer_.report(true);
  }

  void begin_upload(const UploadRequest& request, Instant, DriverOutput& out) override {
    ++printer_.uploads_begun;
    name_ = request.name;
    left_ = request.size;
    bytes_.clear();
    uploading_ = true;
    if (printer_.wants_at_once > 0) out.signals.push_back(UploadWants{printer_.wants_at_once});
  }
  void upload_data(std::string_view bytes, bool last, Instant, DriverOutput& out) override {
    bytes_ += bytes;
    out.signals.push_back(UploadProgress{bytes_.size()});
    if (!last) {
      out.signals.push_back(UploadWants{bytes.size()});
      return;
    }
    uploading_ = false;
    if (!printer_.upload_fails_with) printer_.files[name_] = bytes_;
    out.signals.push_back(UploadEnded{printer_.upload_fails_with, "as the test said"});
  }
  void cancel_upload(DriverOutput&) override {
    ++printer_.uploads_cancelled;
    uploading_ = false;
  }

  bool start_print(const StartRequest& request, Instant, DriverOutput&) override {
    if (!connected_) return false;
    printer_.starts.push_back(request);
    return true;
  }
  bool control(PrintAction action, Instant, DriverOutput&) override {
    if (!connected_) return false;
    printer_.controls.push_back(action);
    return true;
  }

  const PrinterStatus& status() const override { return printer_.status; }
  const PrintObservation& observe() const override { return seen_; }
  std::string developer_mode_help() const override { return "Press the red button."; }
  std::optional<std::string> fingerprint() const override { return printer_.key; }
  bool pinned() const override { return printer_.key_unknown; }

 private:
  void change_connection(DriverOutput& out) {
    connected_ = printer_.reachable;
    seen_ = {};
    if (!connected_) {
      out.signals.push_back(ConnectionChanged{ConnectionState::disconnected,
                                              ConnectionReason::unreachable, "It is gone."});
      if (uploading_) out.signals.push_back(UploadEnded{UploadFailure::unreachable, "gone"});
      uploading_ = false;
      return;
    }
    ++printer_.connections;
    out.signals.push_back(ConnectionChanged{ConnectionState::connected, {}, {}});
    if (printer_.key && printer_.key_unknown) {
      out.signals.push_back(CertificatePinned{*printer_.key});
    }
    look();
    out.signals.push_back(ReportArrived{true, true});
  }
  void look() {
    seen_ = printer_.now;
    seen_.known = true;
  }

  FakePrinter& printer_;
  PrintObservation seen_;
  bool connected_ = false;
  bool uploading_ = false;
  std::string name_;
  std::string bytes_;
  std::uint64_t left_ = 0;
};

class FakeDrivers final : public DriverFactory {
 public:
  FakePrinter& printer(const std::string& serial) { return printers_[serial]; }
  std::unique_ptr<Driver> make(const DriverSettings& settings, Random&) override {
    FakePrinter& printer = printers_[settings.printer.printer_id.value];
    printer.made.push_back(settings);
    return std::make_unique<FakeDriver>(printer);
  }

 private:
  std::map<std::string, FakePrinter> printers_;
};

}  // namespace pf::hub
