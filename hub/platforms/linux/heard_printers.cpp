#include "hub/platforms/linux/heard_printers.hpp"

#include "protocol/json.hpp"

namespace pf::hub {
namespace {

bool says_the_same(const DiscoveredPrinter& a, const DiscoveredPrinter& b) {
  return json::encode(a) == json::encode(b);
}

}  // namespace

bool HeardPrinters::hear(const DiscoveredPrinter& printer, Instant now) {
  forget_silent(now);
  const auto found = by_serial_.find(printer.printer_id.value);
  if (found == by_serial_.end()) {
    // A flood of invented printers must not push out the real ones.
    if (by_serial_.size() >= heard_printers_max) return false;
    by_serial_[printer.printer_id.value] = {printer, now, now};
    return true;
  }
  auto& known = found->second;
  const bool news = !says_the_same(known.printer, printer) || now - known.told >= told_again;
  known = {printer, now, news ? now : known.told};
  return news;
}

std::vector<DiscoveredPrinter> HeardPrinters::list(Instant now) {
  forget_silent(now);
  std::vector<DiscoveredPrinter> printers;
  for (const auto& [serial, heard] : by_serial_) printers.push_back(heard.printer);
  return printers;
}

void HeardPrinters::forget_silent(Instant now) {
  std::erase_if(by_serial_, [&](const auto& one) { return now - one.second.heard >= heard_for; });
}

}  // namespace pf::hub
