// A farm of one hub, one printer, one cloud and one person, under one seed: everything that can go
// wrong between them does. The printer knows the truth; nobody else is asked whether the rules
// held.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hub/core/hub.hpp"
#include "hub/core/testing/fake_crypto.hpp"
#include "hub/core/testing/fake_driver.hpp"
#include "protocol/handshake.hpp"
#include "protocol/json.hpp"

namespace pf::hub {

// In thousandths.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  bool of(std::uint64_t thousandths) { return random_.below(1000) < thousandths; }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least +
           static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most - least + 1)));
  }
  Random& random() { return random_; }

 private:
  SeededRandom random_;
};

// The physical machine: what is on its plate, and which of our names it really printed.
class SimulatedPrinter {
 public:
  SimulatedPrinter(FakePrinter& body, Chance& chance) : body_(body), chance_(chance) {}

  bool occupied = false;  // Something lies on the plate.
  bool faults = true;
  int starts_on_occupied_plate = 0;
  std::set<std::string> printed;                   // Names that were really being printed.
  std::map<std::string, int> hand_prints_after;    // By such a name.
  std::map<std::string, AttemptOutcome> outcomes;  // Of those: what became of them so far.

  bool idle() const { return !printing_ && !pending_; }

  void step(Milliseconds by) {
    if (seen_starts_ < body_.starts.size()) take_start(body_.starts[seen_starts_++].subtask_name);
    obey();
    age_ += by;
    if (pending_ && age_ >= prepares_after_) begin(*std::exchange(pending_, {}));
    if (printing_ && age_ >= prints_for_) end();
    if (!faults) {
      body_.reachable = true;
      return;
    }
    if (chance_.of(3)) body_.reachable = !body_.reachable;
    if (!body_.reachable && chance_.of(60)) body_.reachable = true;
    if (idle() && !occupied && chance_.of(2)) print_by_hand();
    if (chance_.of(1)) lose_power();
  }

 private:
  void take_start(const std::string& name) {
    if (occupied && !printing_) ++starts_on_occupied_plate;
    if (printing_ || chance_.of(60)) {
      const bool lost = chance_.of(400);
      if (!lost) body_.says.push_back(CommandAnswered{PrintAction::start, false, "busy", 1, false});
      return;
    }
    if (chance_.of(80)) return;  // Acknowledged, and nothing ever happens.
    body_.says.push_back(CommandAnswered{PrintAction::start, true, "success", {}, false});
    body_.now.subtask_name = name;  // Over the old state, for as long as it takes.
    body_.report();
    pending_ = name;
    age_ = Milliseconds{0};
    prepares_after_ = Milliseconds{chance_.between(500, chance_.of(300) ? 200'000 : 10'000)};
  }
  void begin(const std::string& name) {
    occupied = true;
    printed.insert(name);
    outcomes[name] = AttemptOutcome::started;
    printing_ = name;
    age_ = Milliseconds{0};
    prints_for_ = Milliseconds{chance_.between(20'000, 240'000)};
    body_.now.print_error = 0;
    body_.show("RUNNING", name, 1, std::to_string(++start_times_));
  }
  void end() {
    const bool fails = chance_.of(150);
    outcomes[*printing_] = fails ? AttemptOutcome::failed : AttemptOutcome::finished;
    body_.now.print_error = fails && chance_.of(500) ? 0x03008003 : 0;
    body_.show(fails ? "FAILED" : "FINISH", *printing_, fails ? 30 : 100);
    printing_.reset();
  }
  void obey() {
    while (seen_controls_ < body_.controls.size()) {
      const auto action = body_.controls[seen_controls_++];
      if (action != PrintAction::stop || !printing_) continue;
      outcomes[*printing_] = AttemptOutcome::stopped;
      body_.show("FAILED", *printing_, 30);
      printing_.reset();
    }
    // Somebody presses the button that clears an error.
    if (body_.now.print_error != 0 && idle() && chance_.of(20)) {
      body_.now.print_error = 0;
      body_.show("FAILED", body_.now.subtask_name, 30);
    }
  }
  void print_by_hand() {
    for (const auto& name : printed) ++hand_prints_after[name];
    begin("by-hand-" + std::to_string(start_times_));
  }
  void lose_power() {
    if (printing_) outcomes[*printing_] = AttemptOutcome::failed;
    printing_.reset();
    pending_.reset();
    body_.now = {};
    body_.show("IDLE", "");
    body_.says.clear();
    body_.reachable = false;
  }

  FakePrinter& body_;
  Chance& chance_;
  std::size_t seen_starts_ = 0;
  std::size_t seen_controls_ = 0;
  std::optional<std::string> pending_;
  std::optional<std::string> printing_;
  Milliseconds age_{0};
  Milliseconds prepares_after_{0};
  Milliseconds prints_for_{0};
  int start_times_ = 1'700'000'000;
};

}  // namespace pf::hub
