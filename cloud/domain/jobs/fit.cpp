#include "cloud/domain/jobs/fit.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace pf {
namespace {

constexpr double diameter_tolerance = 0.01;  // Millimetres; nozzles come in steps of 0.2.

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool is_color(std::string_view text) {
  if ((text.size() != 7 && text.size() != 9) || text.front() != '#') return false;
  return std::all_of(text.begin() + 1, text.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

FitVerdict unknown(std::string says) { return {Fit::unknown, std::move(says)}; }
FitVerdict unfit(std::string says) { return {Fit::unfit, std::move(says)}; }

std::string quoted(const Printer& printer) { return "\"" + printer.name.value + "\""; }

std::string millimetres(double diameter) {
  std::string text = std::to_string(std::lround(diameter * 100));
  text.insert(0, text.size() < 3 ? 3 - text.size() : 0, '0');
  return text.substr(0, text.size() - 2) + "." + text.substr(text.size() - 2) + " mm";
}

FitVerdict judge_model(const PrintFileInfo& file, const Printer& printer) {
  if (file.printer_model && printer.model) {
    if (*file.printer_model == *printer.model) return {};
    return unfit(
        "This file is sliced for " +
        (file.printer_model_name ? file.printer_model_name->value : file.printer_model->value) +
        ", and " + quoted(printer) + " is another model. Slice it for that one.");
  }
  if (!printer.model) return unknown("Nobody has said which model " + quoted(printer) + " is.");
  return unknown("The file does not say which model it is sliced for.");
}

FitVerdict judge_nozzle(double wanted, const Printer& printer,
                        const std::optional<PrinterStatus>& status) {
  bool known = false;
  if (status && status->nozzles) {
    for (const auto& nozzle : *status->nozzles) {
      if (!nozzle.diameter) continue;
      known = true;
      if (std::abs(*nozzle.diameter - wanted) < diameter_tolerance) return {};
    }
  }
  if (known) {
    return unfit(quoted(printer) + " has another nozzle; this job needs " + millimetres(wanted) +
                 ".");
  }
  return unknown(quoted(printer) + " has not said which nozzle it has; this job needs " +
                 millimetres(wanted) + ".");
}

bool holds(const AmsTray& tray, const JobRequirements& required) {
  if (!tray.filament_type) return false;
  if (required.filament_type && !same_word(*tray.filament_type, *required.filament_type)) {
    return false;
  }
  return !required.color ||
         std::any_of(tray.colors.begin(), tray.colors.end(),
                     [&](const auto& color) { return same_color(color, *required.color); });
}

FitVerdict judge_filament(const JobRequirements& required, const Printer& printer,
                          const std::optional<PrinterStatus>& status) {
  if (!required.filament_type && !required.color) return {};
  std::string wanted = required.filament_type ? required.filament_type->value : "filament";
  if (required.color) wanted += " " + required.color->value;
  if (!status || !status->ams_status) {
    return unknown(quoted(printer) + " has not said what is loaded; this job needs " + wanted +
                   ".");
  }
  for (const auto& unit : *status->ams_status) {
    for (const auto& tray : unit.trays) {
      if (holds(tray, required)) return {};
    }
  }
  return unfit("No slot of " + quoted(printer) + " holds " + wanted + ".");
}

FitVerdict judge_required(const JobRequirements& required, const Plate& plate,
                          const Printer& printer, const std::optional<PrinterStatus>& status) {
  FitVerdict worst;
  const auto consider = [&](FitVerdict one) {
    if (one.fit > worst.fit) worst = std::move(one);
  };
  if (required.nozzle_diameter) {
    consider(judge_nozzle(*required.nozzle_diameter, printer, status));
  }
  consider(judge_filament(required, printer, status));
  if (required.plate_type) {
    const bool other = plate.bed_type && !same_word(*plate.bed_type, *required.plate_type);
    consider(other ? unfit("This file is sliced for " + plate.bed_type->value +
                           ", and the job asks for " + required.plate_type->value + ".")
                   : unknown("Printers do not say which plate lies in them; this job needs " +
                             required.plate_type->value + "."));
  }
  return worst;
}

}  // namespace

FitVerdict judge_fit(const PrintFileInfo& file, int plate_index,
                     const std::optional<JobRequirements>& required, const Printer& printer,
                     const std::optional<PrinterStatus>& status, ChosenBy chosen_by) {
  const auto plate = std::find_if(file.plates.begin(), file.plates.end(),
                                  [&](const Plate& one) { return one.index == plate_index; });
  if (plate == file.plates.end()) return unfit("The file has no such plate.");
  FitVerdict worst;
  const auto consider = [&](FitVerdict one, bool unknown_counts) {
    if (one.fit == Fit::unknown && !unknown_counts) return;
    if (one.fit > worst.fit) worst = std::move(one);
  };
  const bool by_queue = chosen_by == ChosenBy::queue;
  consider(judge_model(file, printer), by_queue);
  if (file.nozzle_diameter)
    consider(judge_nozzle(*file.nozzle_diameter, printer, status), by_queue);
  if (required) consider(judge_required(*required, *plate, printer, status), true);
  return worst;
}

bool is_ready(const std::optional<LivePrinter>& live) {
  return live && live->connection.state == ConnectionState::connected &&
         live->status.state == PrinterState::idle;
}

std::optional<Fault> refuse_requirements(const std::optional<JobRequirements>& required) {
  if (!required || !required->color || is_color(*required->color)) return std::nullopt;
  return invalid("required.color", "must be a colour such as #1A2B3C");
}

bool same_color(std::string_view a, std::string_view b) {
  // Alpha is how opaque a filament is; people choose by hue.
  return same_word(a.substr(0, 7), b.substr(0, 7));
}

}  // namespace pf
