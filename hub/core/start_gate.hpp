// The conditions of a start (START 7) as functions of what is known at one moment. The same facts
// are looked at before anything is uploaded, where the printer's report need not be fresh.
#pragma once
#include <optional>
#include <string_view>

#include "hub/core/attempt.hpp"
#include "hub/core/driver.hpp"
#include "hub/core/refusal.hpp"

namespace pf::hub {

inline constexpr Milliseconds report_age_max{5'000};

struct StartFacts {
  std::optional<Millis> server_now;        // Absent: no cloud_hello in this boot.
  std::optional<std::int64_t> assignment;  // Absent: the printer is not, or no longer, ours.
  std::optional<DeveloperMode> developer_mode;
  std::string developer_mode_help;
  bool plate_token_used = false;
  std::string_view current_print_id;       // Empty: no print is known.
  std::optional<Milliseconds> report_age;  // Of the last whole report, where one was asked for.
};

// The same words wherever it is noticed: in the status, in a command's answer, after a start.
Refusal developer_mode_off(std::string_view help);

// Why the order itself does not hold (any more), whatever the printer does; absent: it holds.
std::optional<Refusal> refuse_order(const StartOrder& order, const StartFacts& facts);
// Why no file may be sent for it; absent: it may.
std::optional<Refusal> refuse_upload(const StartOrder& order, const StartFacts& facts,
                                     const PrintObservation& seen);
// Why it may not be started now; absent: it may.
std::optional<Refusal> refuse_start(const StartOrder& order, const StartFacts& facts,
                                    const PrintObservation& seen);

}  // namespace pf::hub
