// Thousands of schedules of hub, printer, cloud and person with power cuts, lost connections,
// doubled commands, slow storage, broken downloads, prints by hand, printers that take their time
// and people who say at any moment how a print ended. No print starts twice, none without an unused
// plate token or on an occupied plate, and when the faults stop, every attempt is closed or asks a
// person.
#include <gtest/gtest.h>

#include "hub/core/testing/simulated_cloud.hpp"
#include "hub/core/testing/simulated_farm.hpp"

namespace pf::hub {
namespace {

constexpr int schedules = 2'000;
const std::string serial = "01P00A000000001";
const std::string secret(64, 'a');

class Farm {
 public:
  explicit Farm(std::uint64_t seed)
      : chance_(seed), printer(drivers_.printer(serial), chance_), cloud(chance_, secret, printer) {
    StoredState state;
    state.hub_id = "hub-1";
    state.secret = secret;
    ConfiguredPrinter configured;
    configured.printer_id = Serial(serial);
    configured.assignment = 1;
    configured.access_code = "12345678";
    configured.name = "P";
    state.printers.value.push_back(configured);
    stored_.state = encode_state(state);
    drivers_.printer(serial).wants_at_once = 8'000;
    boot();
  }

  void run_with_faults() {
    while (total_ < Minutes{25}) step(Milliseconds{chance_.between(250, 4'000)});
  }
  void run_healed() {
    faults_ = cloud.faults = printer.faults = false;
    const auto until = total_ + Minutes{32};
    while (total_ < until) step(Milliseconds{5'000});
  }
  const std::vector<StartRequest>& starts() { return drivers_.printer(serial).starts; }

 private:
  Chance chance_;
  FakeDrivers drivers_;

 public:
  SimulatedPrinter printer;
  SimulatedCloud cloud;

 private:
  void step(Milliseconds by) {
    total_ += by;
    now_ = now_ + by;
    cloud.now = 1'700'000'000'000 + total_.count();
    printer.step(by);
    if (printer.idle() && printer.occupied && chance_.of(60)) clear_plate();
    if (printer.idle() && !printer.occupied && chance_.of(10)) cloud.clear_plate();
    if (!hub_) {
      if (!faults_ || chance_.of(150)) boot();
      return;
    }
    step_connection();
    cloud.step();
    give(Tick{});
    if (faults_ && chance_.of(4)) crash();
  }

  void clear_plate() {
    printer.occupied = false;
    cloud.clear_plate();
  }

  void step_connection() {
    if (connected_ && faults_ && chance_.of(6)) disconnect();
    if (!connected_ && open_at_ && total_ >= *open_at_ && (!faults_ || chance_.of(700))) {
      open_at_.reset();
      connected_ = true;
      give(CloudUp{});
      cloud.on_connected();
    }
  }
  void disconnect() {
    connected_ = false;
    cloud.on_disconnected();
    cloud.to_hub.clear();
    if (hub_) give(CloudDown{});
  }

  void boot() {
    now_ = {};
    connected_ = false;
    auto opened = Hub::open(settings_, stored_, drivers_, crypto_, chance_.random(), log_);
    ASSERT_TRUE(opened) << opened.error().says;
    hub_ = std::move(*opened);
    perform(hub_->start(now_));
    work();
  }
  // What is under way to storage may have got there, or not, or in part.
  void crash() {
    hub_.reset();
    if (const auto* append = writing_ ? std::get_if<AppendJournal>(&*writing_) : nullptr) {
      const auto size = static_cast<std::size_t>(
          chance_.between(0, static_cast<std::int64_t>(append->bytes.size())));
      stored_.journal += append->bytes.substr(0, size);
    } else if (const auto* replace = writing_ ? std::get_if<ReplaceJournal>(&*writing_) : nullptr) {
      if (chance_.of(500)) stored_.journal = replace->bytes;
    }
    writing_.reset();
    events_.clear();
    connected_ = false;
    cloud.on_disconnected();
    cloud.to_hub.clear();
    open_at_.reset();
  }

  void give(Event event) {
    events_.push_back(std::move(event));
    work();
  }
  void work() {
    for (;;) {
      flush();
      while (connected_ && !cloud.to_hub.empty()) {
        events_.push_back(CloudText{cloud.to_hub.front()});
        cloud.to_hub.pop_front();
      }
      if (events_.empty() || !hub_) return;
      const Event next = std::move(events_.front());
      events_.pop_front();
      if (std::holds_alternative<CloudText>(next) && !connected_) continue;
      if (std::holds_alternative<CloudText>(next) && faults_ && chance_.of(20)) continue;  // Lost.
      perform(hub_->handle(next, now_));
      if (faults_ && chance_.of(1)) return crash();
    }
  }
  void flush() {
    if (!writing_ || (faults_ && !chance_.of(slow_storage_ ? 50 : 950))) return;
    std::uint64_t record = 0;
    if (const auto* append = std::get_if<AppendJournal>(&*writing_)) {
      stored_.journal += append->bytes;
      record = append->record;
    } else if (const auto* replace = std::get_if<ReplaceJournal>(&*writing_)) {
      stored_.journal = replace->bytes;
      record = replace->record;
    }
    writing_.reset();
    slow_storage_ = chance_.of(100);
    events_.push_back(JournalFlushed{record});
  }

  void perform(std::vector<Effect> effects) {
    for (auto& effect : effects) {
      if (const auto* save = std::get_if<SaveState>(&effect)) stored_.state = save->bytes;
      if (const auto* open = std::get_if<CloudOpen>(&effect)) open_at_ = total_ + open->after;
      if (std::holds_alternative<CloudClose>(effect)) close_by_hub();
      if (const auto* send = std::get_if<SendToCloud>(&effect)) {
        if (connected_ && (!faults_ || !chance_.of(20))) cloud.hear(send->text);
      }
      if (const auto* download = std::get_if<Download>(&effect))
        at_[download->download] = download->offset;
      if (const auto* read = std::get_if<DownloadRead>(&effect)) serve(*read);
      if (std::holds_alternative<AppendJournal>(effect) ||
          std::holds_alternative<ReplaceJournal>(effect)) {
        ASSERT_FALSE(writing_);  // The core promises one at a time.
        writing_ = std::move(effect);
      }
    }
  }
  void close_by_hub() {
    connected_ = false;
    cloud.on_disconnected();
    cloud.to_hub.clear();
    events_.push_back(CloudDown{});
  }
  void serve(const DownloadRead& read) {
    if (faults_ && chance_.of(30)) {
      events_.push_back(DownloadEnded{read.download, DownloadFailure::unreachable, "cut"});
      return;
    }
    if (faults_ && chance_.of(10)) return;  // Silence.
    std::string bytes = cloud.file.substr(at_[read.download], read.credit);
    at_[read.download] += bytes.size();
    if (faults_ && chance_.of(5) && !bytes.empty()) bytes[0] ^= 1;
    events_.push_back(DownloadData{read.download, std::move(bytes)});
  }

  FakeCrypto crypto_;
  QuietLog log_;
  HubSettings settings_{"1.0.0", "test", {}, std::nullopt};
  StoredBytes stored_;
  std::unique_ptr<Hub> hub_;
  bool faults_ = true;
  bool connected_ = false;
  bool slow_storage_ = false;
  std::optional<Milliseconds> open_at_;
  std::optional<Effect> writing_;
  std::deque<Event> events_;
  std::map<std::uint32_t, std::uint64_t> at_;
  Instant now_;
  Milliseconds total_{0};
};

struct Tally {
  std::map<AttemptState, int> states;
  int starts = 0;
  int overruled = 0;
};

// START: what must be true whatever happened.
void check(Farm& farm, Tally& tally) {
  std::map<std::string, int> starts_by_name, starts_by_plate;
  for (const auto& start : farm.starts()) ++starts_by_name[start.subtask_name];
  tally.starts += static_cast<int>(farm.starts().size());
  EXPECT_EQ(farm.printer.starts_on_occupied_plate, 0);
  for (const auto& [key, one] : farm.cloud.tries) {
    SCOPED_TRACE(key.first + " attempt " + std::to_string(key.second));
    const std::string name = one.name();
    EXPECT_LE(starts_by_name[name], 1);
    starts_by_plate[one.command.plate_token->value] += starts_by_name[name];
    EXPECT_TRUE(is_closed(one.state) || one.state == AttemptState::unknown) << word(one.state);
    ++tally.states[one.state];
    const bool printed = farm.printer.printed.contains(name);
    const bool denied = one.state == AttemptState::rejected || one.state == AttemptState::aborted ||
                        one.state == AttemptState::not_started;
    tally.overruled += one.overruled ? 1 : 0;
    if (one.lied_about) continue;
    // Only a later print by hand can hide that ours was there, or a person who said that it was not
    // while nobody could see it being printed.
    const bool hidden = farm.printer.hand_prints_after[name] > 0 || one.called_not_started;
    EXPECT_TRUE(!printed || !denied || hidden) << word(one.state);
    const bool affirmed = one.state == AttemptState::finished ||
                          one.state == AttemptState::failed || one.state == AttemptState::stopped;
    EXPECT_TRUE(printed || !affirmed) << word(one.state);
  }
  for (const auto& [plate, starts] : starts_by_plate) EXPECT_LE(starts, 1) << plate;
}

TEST(Simulation, no_schedule_breaks_the_rules_of_a_start) {
  Tally tally;
  for (int seed = 1; seed <= schedules; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Farm farm(static_cast<std::uint64_t>(seed));
    farm.run_with_faults();
    farm.run_healed();
    check(farm, tally);
    if (HasFailure()) return;
  }
  // The schedules must have been about something.
  using enum AttemptState;
  EXPECT_GT(tally.starts, schedules);
  for (const auto state : {finished, failed, stopped, rejected, aborted, not_started, unknown}) {
    EXPECT_GT(tally.states[state], schedules / 100) << word(state);
  }
  for (const auto& [state, count] : tally.states) {
    RecordProperty(std::string(word(state)), count);
  }
  EXPECT_GT(tally.overruled, schedules / 100);
  RecordProperty("starts", tally.starts);
  RecordProperty("overruled", tally.overruled);
}

}  // namespace
}  // namespace pf::hub
