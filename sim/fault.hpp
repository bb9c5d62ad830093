// Why the simulator cannot start: one sentence for people, with the remedy.
#pragma once
#include <string>

namespace pf::sim {

struct Fault {
  std::string says;
};

}  // namespace pf::sim
