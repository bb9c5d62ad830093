// The printers that were heard on the network lately, and which announcements are news.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

inline constexpr std::size_t heard_printers_max = 64;
inline constexpr Milliseconds heard_for{60'000};  // Printers repeat themselves every 5 s.
inline constexpr Milliseconds told_again{30'000};

class HeardPrinters {
 public:
  // True: new, changed, or not told for a while.
  bool hear(const DiscoveredPrinter& printer, Instant now);
  std::vector<DiscoveredPrinter> list(Instant now);

 private:
  struct Heard {
    DiscoveredPrinter printer;
    Instant heard, told;
  };
  void forget_silent(Instant now);

  std::map<std::string, Heard> by_serial_;
};

}  // namespace pf::hub
