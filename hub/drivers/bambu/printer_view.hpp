// The printer as its reports of this connection show it: merged, and in our words. The last status
// outlives a connection; the observation does not, since what a printer said before it was lost is
// no evidence.
#pragma once
#include <string>
#include <string_view>

#include "hub/drivers/bambu/message.hpp"
#include "hub/drivers/bambu/status.hpp"

namespace pf::hub::bambu {

class PrinterView {
 public:
  explicit PrinterView(Family family) : family_(family) {}

  void begin_connection();
  void end_connection();

  // Whether the status or the observation changed.
  bool read_state(std::string_view message, const StateReport& report);
  bool read_version(const VersionReport& version);
  bool learn_developer_mode(AnsweredMode mode);

  bool reports_developer_mode() const { return bambu::reports_developer_mode(report_); }
  bool shows_unverified_command() const { return bambu::shows_unverified_command(report_); }
  const PrinterStatus& status() const { return status_; }
  const PrintObservation& observation() const { return observation_; }

 private:
  bool refresh();

  Family family_;
  Report report_;
  PrintMemory memory_;
  AnsweredMode answered_mode_;
  PrinterStatus status_;
  std::string status_text_;  // Of status_, to see whether it changed.
  PrintObservation observation_;
};

}  // namespace pf::hub::bambu
