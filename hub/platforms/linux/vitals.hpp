// How this machine feels, as the kernel tells it.
#pragma once
#include "hub/core/events.hpp"

namespace pf::hub {

// proc and sys: where those file systems are mounted.
VitalsRead read_vitals(const std::string& proc = "/proc", const std::string& sys = "/sys");

}  // namespace pf::hub
