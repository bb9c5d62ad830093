// How the edge of a print is told to the cloud: every print, ours or not.
#pragma once
#include <optional>

#include "hub/core/print_run.hpp"
#include "hub/core/printer.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

// Absent for changes that are no event.
std::optional<PrintEvent> print_event(const Printer& printer, const RunChange& change,
                                      const When& when);

}  // namespace pf::hub
