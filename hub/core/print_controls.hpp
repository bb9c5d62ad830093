// Pause, resume and stop of a print that is running. Each names the print it means and expires, so
// that a late stop cannot kill the next print.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "hub/core/command_acks.hpp"
#include "hub/core/output.hpp"
#include "hub/core/printers.hpp"
#include "hub/core/server_time.hpp"

namespace pf::hub {

inline constexpr Milliseconds control_answer_deadline{10'000};
inline constexpr std::size_t controls_waiting_max = 16;

// Why this command does not fit what that printer is doing; absent: it does.
std::optional<Refusal> refuse_control(const PrintCommand& command, const Printer* printer,
                                      std::optional<Millis> server_now);

class PrintControls {
 public:
  // Sends it. The printer's answer becomes the acknowledgement, or, where it answers nothing, what
  // it shows after 10 seconds.
  void order(const PrintCommand& command, Printer* printer, const ServerTime& time, Instant now,
             CommandAcks& acks, Output& out);
  void on(const Printer& printer, const CommandAnswered& answer, CommandAcks& acks, Output& out);
  void tick(Instant now, Printers& printers, CommandAcks& acks, Output& out);

 private:
  struct Waiting {
    std::string command_id;
    std::string printer_id;
    PrintAction action = PrintAction::pause;
    Instant deadline;
  };
  std::vector<Waiting> waiting_;
};

}  // namespace pf::hub
