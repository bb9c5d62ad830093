// What is due for an open attempt of which nothing is heard: a pure decision over time (START 13,
// 15, 16). Every phase has a deadline that progress moves on, so that nothing stays in "sending"
// for ever; silence alone never says that a print did or did not start.
#pragma once
#include <optional>

#include "base/time.hpp"
#include "cloud/domain/jobs/lifecycle.hpp"

namespace pf {

inline constexpr Minutes phase_deadline{3};     // Before `starting`: transfers report each second.
inline constexpr Minutes starting_deadline{6};  // The hub itself says unknown after five.
inline constexpr Minutes started_deadline{15};  // Of a print that its printer no longer shows.
// Hubs and the cloud may disagree about the time; what is closed as too late must be so for both.
inline constexpr Minutes clock_margin{5};
// A hub that is there and says nothing for so long after the last moment will not say it any more.
inline constexpr Minutes given_up_after{30};

struct AttemptFacts {
  AttemptStanding state = AttemptStanding::requested;
  Millis heard_at = 0;  // Of it: a report, a moving transfer, the printer showing the print.
  std::optional<Millis> queried_at;
  Millis not_after = 0;
  bool hub_online = false;
  bool assignment_holds = true;  // The printer is there, and still that hub's.
};

enum class AttemptCare {
  nothing,
  ask_hub,
  say_hub_offline,
  close,  // Its hub is away, and it is too late for a start.
  ask_people
};

AttemptCare care_of(const AttemptFacts& attempt, Millis now);

}  // namespace pf
