#include "bench/dashboard_client.hpp"

#include <stdexcept>
#include <string>

#include "bench/stamp.hpp"
#include "bench/stopwatch.hpp"

namespace pf::bench {

DashboardClient::DashboardClient(Poller& poller, Sightings& sightings, std::size_t first_printer,
                                 std::size_t printer_count)
    : sightings_(sightings),
      first_printer_(first_printer),
      newest_us_(printer_count),
      socket_(poller, *this) {}

void DashboardClient::on_text(std::string_view text) {
  const auto now_us = monotonic_us();
  ++frames_;
  StampReader stamps(text);
  while (const auto stamp = stamps.next()) {
    if (stamp->printer < first_printer_ || stamp->printer - first_printer_ >= newest_us_.size()) {
      throw std::runtime_error("A dashboard was sent a printer of another organisation.");
    }
    // A printer may be sent again for another reason than a status.
    auto& newest = newest_us_[stamp->printer - first_printer_];
    if (stamp->sent_us <= newest) continue;
    newest = stamp->sent_us;
    auto& anywhere = sightings_.newest_us[stamp->printer];
    anywhere = std::max(anywhere, stamp->sent_us);
    if (stamp->sent_us >= sightings_.measured_from_us) {
      sightings_.latencies.add(now_us - stamp->sent_us);
    }
  }
}

void DashboardClient::on_ended(std::string_view why) {
  throw std::runtime_error("A dashboard lost its connection. " + std::string(why));
}

}  // namespace pf::bench
