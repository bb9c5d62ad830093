// From the printers' words to ours: what a merged report means for people (PrinterStatus) and as
// evidence (PrintObservation).
#pragma once
#include <optional>

#include "hub/core/driver.hpp"
#include "hub/drivers/bambu/models.hpp"
#include "hub/drivers/bambu/report.hpp"

namespace pf::hub::bambu {

// What one report does not say by itself, because it depends on those before it.
struct PrintMemory {
  bool was_active = false;
  std::optional<LastPrint> last_print;
  PrinterState state = PrinterState::offline;  // Of the last gcode_state that has a meaning.
};

// What the answers to our commands told about Developer Mode; printers without "fun" say nothing of
// it in their reports. Unknown: asked, and not told. Absent: not asked yet.
using AnsweredMode = std::optional<DeveloperMode>;

void remember(const Report& report, PrintMemory& memory);
void apply(const Report& report, Family family, const PrintMemory& memory, AnsweredMode mode,
           PrinterStatus& status);
PrintObservation observation_of(const Report& report);
bool reports_developer_mode(const Report& report);
// It shows its message about a command that was not signed. By itself no proof of Developer Mode
// being off: some show it at power-up because of other programs.
bool shows_unverified_command(const Report& report);

// Parts of apply(): temperatures, targets and nozzles; ams_status and current_tray.
void apply_temperatures(const Report& report, Family family, PrinterStatus& status);
void apply_ams(const Report& report, Family family, PrinterStatus& status);
std::int64_t active_extruder_id(const Report& report);

// "0300_400C", as the printers' screens and the vendor's pages write it.
std::string error_code_text(std::uint32_t print_error);
std::string hms_code_text(std::uint32_t attr, std::uint32_t code);

}  // namespace pf::hub::bambu
