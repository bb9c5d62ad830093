// Does a job fit a printer? A pure judgement over what the file says, what the job asks for and
// what the printer reported. What is not known is never taken for a fit: it is said.
#pragma once
#include <optional>
#include <string>

#include "cloud/domain/files/files.hpp"
#include "cloud/domain/jobs/job.hpp"
#include "cloud/domain/printers/printers.hpp"

namespace pf {

enum class Fit { fits, unknown, unfit };

struct FitVerdict {
  Fit fit = Fit::fits;
  std::string says;  // What stands against it, as a sentence; empty: nothing.
};

// Beside the file's own facts, which a person who chose the printer may be trusted with, unknown is
// unknown.
enum class ChosenBy { person, queue };

FitVerdict judge_fit(const PrintFileInfo& file, int plate,
                     const std::optional<JobRequirements>& required, const Printer& printer,
                     const std::optional<PrinterStatus>& status, ChosenBy chosen_by);

// Connected, idle and not broken, as far as its last report says.
bool is_ready(const std::optional<LivePrinter>& live);

// "#ff0000" and "#FF0000FF" are one colour.
bool same_color(std::string_view a, std::string_view b);
// A mistake in what was asked for.
std::optional<Fault> refuse_requirements(const std::optional<JobRequirements>& required);

}  // namespace pf
