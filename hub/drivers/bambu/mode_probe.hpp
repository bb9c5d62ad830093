// Finds out whether the printer obeys before a print depends on it. Printers that do not say so in
// their reports are asked, once a connection and while idle, by a command that does nothing. No
// answer leaves it unknown; nothing but an accepted command means "on".
#pragma once
#include <optional>
#include <string>
#include <utility>

#include "hub/drivers/bambu/commands.hpp"

namespace pf::hub::bambu {

inline constexpr Seconds probe_wait{5};
// Refused probes show as a message on the printer's screen: a connection that comes and goes must
// not fill it. A mode that is switched gives a new access code, and with it a new driver.
inline constexpr Minutes probe_pause{5};

class ModeProbe {
 public:
  void begin_connection(Instant now) {
    if (asked_at_ && now - *asked_at_ < probe_pause && mode_) return;
    sequence_id_.reset();
    mode_.reset();
    done_ = false;
  }

  // True: it is time to ask, with sent() to follow.
  bool is_due() const { return !done_ && !sequence_id_; }
  void sent(std::string sequence_id, Instant now) {
    sequence_id_ = std::move(sequence_id);
    asked_at_ = now;
    mode_.reset();
  }
  // The printer cannot be asked now; unknown until it can.
  void put_off() {
    if (!sequence_id_ && !mode_) mode_ = DeveloperMode::unknown;
  }
  void on_answer(const Answer& answer) {
    if (!sequence_id_ || answer.sequence_id != *sequence_id_) return;
    if (!answer.command.empty() && answer.command != "gcode_line") return;
    switch (reply_in(answer)) {
      case Reply::accepted: return learn(DeveloperMode::on);
      case Reply::unsigned_refused: return learn(DeveloperMode::off);
      case Reply::refused: return learn(DeveloperMode::unknown);  // For a reason of its own.
      case Reply::bare: return;
    }
  }
  void tick(Instant now) {
    if (sequence_id_ && now - *asked_at_ >= probe_wait) learn(DeveloperMode::unknown);
  }
  // Something speaks against "on": it is unknown until the printer can be asked again.
  void doubt() {
    if (mode_ != DeveloperMode::on) return;
    mode_ = DeveloperMode::unknown;
    done_ = false;
  }
  // By the probe's answer, or by that to any other command.
  void learn(DeveloperMode mode) {
    sequence_id_.reset();
    mode_ = mode;
    done_ = true;
  }

  std::optional<DeveloperMode> mode() const { return mode_; }

 private:
  std::optional<std::string> sequence_id_;  // Of the question that is on its way.
  std::optional<Instant> asked_at_;
  std::optional<DeveloperMode> mode_;
  bool done_ = false;
};

}  // namespace pf::hub::bambu
