#include "bench/busy_printer.hpp"

#include "bench/frames.hpp"
#include "bench/stamp.hpp"
#include "protocol/json.hpp"

namespace pf::bench {
namespace {

constexpr int layers = 480, statuses_per_layer = 4;

// Within a quarter of a degree of its target, in hundredths, as a heater's control keeps it.
double wavering(double target, std::int64_t step) {
  return target + static_cast<double>(step * 37 % 51 - 25) / 100;
}

PrinterStatusMessage first_message(std::string serial, UnixTime now) {
  PrinterStatusMessage message;
  message.printer_id = std::move(serial);
  message.boot = 1;
  message.connection.state = ConnectionState::connected;
  message.connection.since = now.milliseconds;
  auto& status = message.status;
  status.state = PrinterState::printing;
  status.temperatures.emplace();
  message.print = CurrentPrint{message.printer_id.value, {}, PrintType::ours, {}};
  return message;
}

}  // namespace

BusyPrinter::BusyPrinter(std::size_t number, std::string serial, UnixTime now)
    : number_(number), message_(first_message(std::move(serial), now)) {
  const auto bare = client_frame_bytes(next_status(0, now).size());
  if (bare < status_frame_bytes) {
    message_.print->name = std::string(status_frame_bytes - bare, 'n');
  }
}

std::string_view BusyPrinter::next_status(std::int64_t sent_us, UnixTime now) {
  const auto step = ++message_.seq;
  const auto layer = static_cast<int>(step / statuses_per_layer % layers) + 1;
  auto& status = message_.status;
  status.progress_percent = layer * 100 / layers;
  status.layer_current = layer;
  status.temperatures->nozzle = wavering(220, step);
  status.temperatures->bed = wavering(60, step + 7);
  status.current_file = stamped_file_name({number_, sent_us});
  message_.timestamp = now.milliseconds;
  text_.clear();
  json::write(text_, message_);
  return text_;
}

}  // namespace pf::bench
