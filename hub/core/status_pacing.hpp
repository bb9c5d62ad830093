// When a printer's status is due (WIRE, "printer_status"): on change, but at most once a second; at
// least every 5 seconds while it prints, and every 30 while it does not.
#pragma once
#include <optional>

#include "base/time.hpp"

namespace pf::hub {

inline constexpr Milliseconds status_gap_min{1'000};
inline constexpr Milliseconds status_gap_max_printing{5'000};
inline constexpr Milliseconds status_gap_max_idle{30'000};

class StatusPacing {
 public:
  enum class Activity { printing, idle };

  void note_change() { changed_ = true; }
  void restart() { sent_.reset(); }  // A new session has seen nothing yet.
  bool due(Activity activity, Instant now) const {
    if (!sent_) return true;
    const auto gap = now - *sent_;
    if (changed_ && gap >= status_gap_min) return true;
    return gap >= (activity == Activity::printing ? status_gap_max_printing : status_gap_max_idle);
  }
  void note_sent(Instant now) {
    sent_ = now;
    changed_ = false;
  }

 private:
  std::optional<Instant> sent_;
  bool changed_ = false;
};

}  // namespace pf::hub
