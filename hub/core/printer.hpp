// One configured printer: its driver, its connection, the print it is busy with, and when its
// status is due. The driver's words go into Output; what they mean for a job is decided elsewhere.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "hub/core/driver.hpp"
#include "hub/core/output.hpp"
#include "hub/core/print_run.hpp"
#include "hub/core/server_time.hpp"
#include "hub/core/status_pacing.hpp"

namespace pf::hub {

inline constexpr Milliseconds address_kept_min{60'000};

class Printer {
 public:
  Printer(ConfiguredPrinter settings, std::optional<Run> known_run);

  const ConfiguredPrinter& settings() const { return settings_; }
  std::string_view serial() const { return settings_.printer_id; }
  std::uint8_t slot() const { return slot_; }

  // A new driver under a new slot number, so that events of the old one's streams reach nobody.
  void connect(std::uint8_t slot, std::unique_ptr<Driver> driver, Instant now, Output& out);
  void disconnect(Output& out);
  // Takes the settings. True: the driver has to be made anew, which a print being started forbids
  // for the moment (START 8).
  bool change(ConfiguredPrinter settings);
  // It was heard at another address than the one where it cannot be reached. False: it has only
  // just moved; something with two addresses must not wear out the storage.
  bool move(const HostName& address, Instant now);
  void remember_pin(std::string_view fingerprint) { settings_.fingerprint = fingerprint; }
  bool wants_driver() const { return wants_driver_ && !held_ && !uploading_; }

  // The driver's requests, each with its words taken into the output.
  void handle(const StreamEvent& event, Instant now, Output& out);
  void tick(Instant now, Output& out);
  void hold_connection(bool held);
  void fetch_report(Instant now, Output& out);
  void begin_upload(const UploadRequest& request, Instant now, Output& out);
  void upload_data(std::string_view bytes, bool last, Instant now, Output& out);
  void cancel_upload(Output& out);
  bool start_print(const StartRequest& request, Instant now, Output& out);
  bool control(PrintAction action, Instant now, Output& out);

  void note(const ConnectionChanged& change, Instant now);
  void note(const ReportArrived& report, Instant now);
  void note_upload_ended() { uploading_ = false; }

  bool connected() const { return connection_ == ConnectionState::connected; }
  const PrintObservation& seen() const;                 // Unknown while not connected.
  std::optional<DeveloperMode> developer_mode() const;  // Absent: not known, or not yet.
  std::string developer_mode_help() const;
  // Why it is not connected, for people; empty where there is nothing to say.
  const std::string& connection_detail() const { return detail_; }
  std::optional<Instant> full_report_at() const { return full_report_at_; }
  PrintRun& print_run() { return print_run_; }
  const PrintRun& print_run() const { return print_run_; }

  StatusPacing& pacing() { return pacing_; }
  bool status_due(Instant now) const;
  PrinterStatusMessage status_message(Instant now, const ServerTime& time) const;

 private:
  ConfiguredPrinter settings_;
  std::uint8_t slot_ = 0;
  std::unique_ptr<Driver> driver_;
  bool wants_driver_ = true;
  bool held_ = false;
  bool uploading_ = false;
  std::optional<Instant> moved_at_;
  ConnectionState connection_ = ConnectionState::connecting;
  std::optional<ConnectionReason> reason_;
  std::string detail_;
  Instant since_;
  std::optional<Instant> full_report_at_;
  PrintRun print_run_;
  StatusPacing pacing_;
};

}  // namespace pf::hub
