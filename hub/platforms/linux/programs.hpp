// What printfarm-hub does: run as a hub, or be claimed by an organisation first.
#pragma once
#include <iosfwd>

#include "base/log.hpp"
#include "hub/platforms/linux/hub_config.hpp"
#include "hub/platforms/linux/loop.hpp"

namespace pf::hub {

inline constexpr Milliseconds claim_deadline{30'000};

// A sentence for people where it cannot even begin.
Result<Ending, ConfigFault> run_hub(const HubConfig& config, Log& log);

// Prints the hub's name and organisation to out once it is claimed.
Result<Nothing, ConfigFault> claim_hub(const HubConfig& config, const std::string& token,
                                       std::ostream& out, Log& log);

}  // namespace pf::hub
