// A nozzle or bed: heats at a steady rate, cools ever more slowly towards the room.
#pragma once
#include <algorithm>
#include <cmath>

namespace pf::sim {

struct Heater {
  double celsius = 25;
  double heats_per_second = 1;
  double cools_to_a_third_seconds = 300;  // To 1/e of the difference to the room.

  void advance(double seconds, double target, double ambient) {
    if (target > celsius) {
      celsius = std::min(target, celsius + heats_per_second * seconds);
      return;
    }
    const double floor = std::max(target, ambient);
    const double cooled =
        ambient + (celsius - ambient) * std::exp(-seconds / cools_to_a_third_seconds);
    celsius = std::max(floor, cooled);
  }
};

}  // namespace pf::sim
