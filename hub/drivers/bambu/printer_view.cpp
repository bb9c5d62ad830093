#include "hub/drivers/bambu/printer_view.hpp"

#include <utility>

#include "protocol/json.hpp"

namespace pf::hub::bambu {

void PrinterView::begin_connection() {
  report_ = {};
  observation_ = {};
  answered_mode_.reset();
}

void PrinterView::end_connection() {
  observation_ = {};
  status_.state = PrinterState::offline;
  status_.stage.reset();
}

bool PrinterView::read_state(std::string_view message, const StateReport& report) {
  if (!merge_report(message, report_)) return false;
  // Until the first whole report of a connection, changes have nothing to change.
  if (!observation_.known && !report.whole) return false;
  remember(report_, memory_);
  auto seen = observation_of(report_);
  const bool evidence_changed = seen != observation_;
  observation_ = std::move(seen);
  return refresh() || evidence_changed;
}

bool PrinterView::read_version(const VersionReport& version) {
  if (version.firmware_version.empty()) return false;
  status_.firmware_version = clipped(version.firmware_version, pf::Text<0, 32>::max);
  return refresh();
}

bool PrinterView::learn_developer_mode(AnsweredMode mode) {
  if (mode == answered_mode_) return false;
  answered_mode_ = mode;
  return refresh();
}

bool PrinterView::refresh() {
  if (observation_.known) apply(report_, family_, memory_, answered_mode_, status_);
  auto text = json::encode(status_);
  const bool changed = text != status_text_;
  status_text_ = std::move(text);
  return changed;
}

}  // namespace pf::hub::bambu
