// An open browser that shows nothing: it notes which statuses reached it, and how late.
#pragma once
#include <cstdint>
#include <vector>

#include "bench/latencies.hpp"
#include "bench/web_socket_client.hpp"

namespace pf::bench {

// What all dashboards together have seen.
struct Sightings {
  std::vector<std::int64_t> newest_us;  // By printer, in any dashboard.
  Latencies latencies;
  std::int64_t measured_from_us = 0;  // Statuses that were written earlier do not count.
};

class DashboardClient final : private SocketListener {
 public:
  // Its organisation's printers are `printer_count` from `first_printer` on.
  DashboardClient(Poller& poller, Sightings& sightings, std::size_t first_printer,
                  std::size_t printer_count);

  void open(std::uint16_t port, std::string_view access_token) {
    socket_.open(port, "/ws/dashboard", access_token);
  }
  // It has had its snapshot.
  bool is_live() const { return frames_ > 0; }
  std::size_t first_printer() const { return first_printer_; }
  std::size_t printer_count() const { return newest_us_.size(); }
  std::int64_t newest_us(std::size_t printer) const { return newest_us_[printer - first_printer_]; }

 private:
  void on_text(std::string_view text) override;
  void on_ended(std::string_view why) override;

  Sightings& sightings_;
  const std::size_t first_printer_;
  std::vector<std::int64_t> newest_us_;
  std::int64_t frames_ = 0;
  WebSocketClient socket_;
};

}  // namespace pf::bench
