// Plays a scenario: is told what the printers do, and says what befalls them now. A value machine;
// time enters as an argument, chance comes from the scenario's seed.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "sim/print_run.hpp"
#include "sim/scenario.hpp"

namespace pf::sim {

inline constexpr std::size_t waiting_acts_max = 100'000;

// A printer as the scenario sees it, at one moment.
struct Sighting {
  PrintView print;
  std::int64_t starts_ordered = 0;
  std::uint64_t uploads_begun = 0, uploads_kept = 0;
};

struct Cue {
  std::size_t printer = 0;
  Act act;
};

class StageManager {
 public:
  struct Role {
    std::string serial_number, name;
  };

  // A fault: a step names a printer that there is not.
  static Result<StageManager, Fault> make(Scenario scenario, const std::vector<Role>& roles,
                                          Instant now);

  // What befalls the printers now, in order. printers: one sighting a role.
  std::vector<Cue> look(const std::vector<Sighting>& printers, Instant now);

 private:
  struct Waiting {
    Instant due;
    std::size_t step = 0, printer = 0;
  };
  struct Part {  // What one step is to one printer.
    std::size_t step = 0, printer = 0;
    int times_left = 0;
    bool passed = false;  // Where it happens once only.
  };

  StageManager(Scenario scenario, Instant now);
  bool happens(const Part& part, const Sighting& before, const Sighting& after, Instant now) const;
  void call(Part& part, Instant now);

  Scenario scenario_;
  SeededRandom random_;
  Instant began_;
  std::vector<Part> parts_;
  std::vector<Sighting> seen_;
  std::vector<Waiting> waiting_;
};

}  // namespace pf::sim
