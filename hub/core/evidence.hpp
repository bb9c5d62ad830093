// What a printer's words prove about a print of ours: START 9 to 12 as functions of what was seen,
// with no memory and no effect. Silence proves nothing, and printers show the new name over the old
// FINISH for minutes, also for jobs that never run; so a name alone proves nothing either.
#pragma once
#include <optional>
#include <string_view>

#include "hub/core/driver.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

// Is it the name we gave, "<display name>-<token>"?
bool carries_token(std::string_view subtask_name, std::string_view start_token);

// What the printer says now, for the journal and for people.
Evidence evidence_of(const PrintObservation& seen, std::string_view note = {});

struct StartKnown {
  std::string_view start_token;
  const Evidence* snapshot = nullptr;  // Just before the start.
  bool active_seen = false;            // It was seen printing at some time.
};
enum class StartVerdict {
  silent,      // Nothing that proves anything.
  active,      // Our token, being printed.
  ended,       // Our token in a final state that is not the old one's.
  other_print  // The printer prints something else.
};
StartVerdict judge_start(const PrintObservation& seen, const StartKnown& known);

enum class PrintEnd { finished, failed, stopped };
// The end that a final state tells; absent in any other state. `stop_seen`: the printer showed the
// code of a stop by a person or by us, which lasts only about two seconds.
std::optional<PrintEnd> end_of(const PrintObservation& seen, bool stop_seen);
bool shows_stop(const PrintObservation& seen);

}  // namespace pf::hub
