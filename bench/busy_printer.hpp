// A printer in the middle of a print, as the statuses that its hub would send: temperatures waver,
// layers and progress grow, and each whole frame is about 400 bytes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::bench {

inline constexpr std::size_t status_frame_bytes = 400;

class BusyPrinter {
 public:
  // `number` counts over the whole farm.
  BusyPrinter(std::size_t number, std::string serial, UnixTime now);

  std::size_t number() const { return number_; }
  const Serial& serial() const { return message_.printer_id; }
  // Of this printer to its hub, as the cloud said it.
  void assign(std::int64_t assignment) { message_.assignment = assignment; }
  bool is_assigned() const { return message_.assignment > 0; }
  // The next status, written at this moment of the load's clock. The view lives until the next
  // call.
  std::string_view next_status(std::int64_t sent_us, UnixTime now);

 private:
  const std::size_t number_;
  PrinterStatusMessage message_;
  std::string text_;
};

}  // namespace pf::bench
