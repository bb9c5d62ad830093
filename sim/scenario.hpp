// A scenario: what befalls which printer when, read from a JSON file. sim/act.hpp is the vocabulary
// of "do"; sim/scenarios/ has examples.
//
//   {"seed": 7,
//    "steps": [{"printer": "A1 mini 1",
//               "when": {"event": "print_started"}, "after_seconds": 20,
//               "chance": 0.5, "times": 3,
//               "do": {"type": "press_stop"}}]}
//
// printer  a serial number or a name; absent: every printer
// when     one of event, at_seconds, percent and layer; absent: at once
//            at_seconds  since the simulator was started
//            percent     of a print, when it is reached; layer likewise
// chance   that the act comes, each time; absent: it always does
// times    how often at most, each printer by itself; absent: every time
//
// Seconds are real ones, whatever the speed of the simulation.
#pragma once
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/act.hpp"
#include "sim/fault.hpp"

namespace pf::sim {

inline constexpr std::size_t scenario_bytes_max = 256 * 1024;
inline constexpr std::size_t steps_max = 1000;

enum class Happening {
  print_ordered,  // A project_file was acknowledged, whatever comes of it.
  print_started,  // PREPARE or RUNNING after anything else, ours or not.
  print_paused,
  print_resumed,
  print_ended,  // FINISH or FAILED.
  upload_begun,
  upload_finished
};
WORDS(Happening, print_ordered, print_started, print_paused, print_resumed, print_ended,
      upload_begun, upload_finished)

struct When {
  std::optional<Happening> event;
  std::optional<ActSeconds> at_seconds;
  std::optional<Bounded<int, 0, 100>> percent;
  std::optional<Bounded<int, 1, 100'000>> layer;
  FIELDS(event, at_seconds, percent, layer)
};

struct Step {
  std::optional<Text<1, 64>> printer;
  std::optional<When> when;
  std::optional<ActSeconds> after_seconds;
  std::optional<Bounded<double, 0, 1>> chance;
  std::optional<ActRepeats> times;
  Act do_;
  FIELDS(printer, when, after_seconds, chance, times, do_)
};

struct Scenario {
  std::optional<std::int64_t> seed;  // Of "chance"; absent: 1.
  List<Step, steps_max> steps;
  FIELDS(seed, steps)
};

// The fault is one sentence with the place: "steps[2].do.seconds: must be between 0 and 86400".
Result<Scenario, Fault> parse_scenario(std::string_view text);

}  // namespace pf::sim
