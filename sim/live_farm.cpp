#include "sim/live_farm.hpp"

namespace pf::sim {

LiveFarm::LiveFarm(std::string folder, std::vector<FarmPrinter> farm, const Clock& clock, Log& log)
    : folder_(std::move(folder)), farm_(std::move(farm)), clock_(clock), log_(log) {}

Result<Nothing, Fault> LiveFarm::start(const PublishedPorts& ports, const NotifyTarget& notify) {
  ports_ = ports;
  for (const auto& printer : printers_) {
    if (auto started = printer->start(ports, notify); !started) return started;
  }
  return Nothing{};
}

Result<Nothing, Fault> LiveFarm::play(const Scenario& scenario) {
  std::vector<StageManager::Role> roles;
  for (const auto& one : farm_) roles.push_back({one.identity.serial_number, one.identity.name});
  auto made = StageManager::make(scenario, roles, clock_.now());
  if (!made) return made.error();
  stage_manager_.emplace(std::move(*made));
  return Nothing{};
}

void LiveFarm::tick() {
  for (const auto& printer : printers_) printer->tick();
  if (stage_manager_) follow_scenario();
}

void LiveFarm::follow_scenario() {
  std::vector<Sighting> sightings;
  for (const auto& printer : printers_) sightings.push_back(printer->sighting());
  for (const auto& cue : stage_manager_->look(sightings, clock_.now())) {
    const auto done = befall(cue.printer, cue.act);
    if (done) continue;
    log_.info("The scenario asks for what cannot be",
              {{"printer", farm_[cue.printer].identity.serial_number},
               {"act", std::string(cue.act.name())},
               {"why", done.error().says}});
  }
}

std::vector<std::size_t> LiveFarm::named(const std::optional<std::string>& printer) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < farm_.size(); ++i) {
    const auto& identity = farm_[i].identity;
    if (!printer || identity.serial_number == *printer || identity.name == *printer) {
      found.push_back(i);
    }
  }
  return found;
}

Result<Nothing, Fault> LiveFarm::befall(const std::optional<std::string>& printer, const Act& act) {
  const auto found = named(printer);
  if (found.empty()) return Fault{"There is no printer '" + printer.value_or("") + "'."};
  for (const auto index : found) {
    if (auto done = befall(index, act); !done) return done;
  }
  return Nothing{};
}

Result<Nothing, Fault> LiveFarm::befall(std::size_t index, const Act& act) {
  auto done = printers_[index]->befall(act);
  const auto& now = printers_[index]->printer().identity();
  auto& known = farm_[index].identity;
  const bool moved = now.ip_address != known.ip_address || now.access_code != known.access_code;
  known = now;
  if (done && moved) return publish();
  return done;
}

Result<Nothing, Fault> LiveFarm::publish() { return publish_farm(folder_, farm_, ports_); }

PrinterTruth LiveFarm::truth_of(std::size_t index) const {
  const auto& printer = printers_[index]->printer();
  const auto& identity = printer.identity();
  const auto sighting = printers_[index]->sighting();
  PrinterTruth truth;
  truth.serial_number = identity.serial_number;
  truth.name = identity.name;
  truth.ip_address = identity.ip_address;
  truth.access_code = identity.access_code;
  truth.state = printers_word(sighting.print.state);
  truth.subtask_name = printer.job_name();
  truth.percent = sighting.print.percent;
  truth.layer = sighting.print.layer;
  truth.print_error = sighting.print.error;
  truth.starts_ordered = sighting.starts_ordered;
  truth.uploads = static_cast<std::int64_t>(sighting.uploads_kept);
  return truth;
}

ControlAnswer LiveFarm::answer(const Result<ControlRequest, Fault>& request) {
  ControlAnswer answer;
  const auto refuse = [&](const std::string& says) {
    answer.done = false;
    answer.says = says;
  };
  if (!request) {
    refuse(request.error().says);
    return answer;
  }
  answer.id = request->id;
  const auto printer =
      request->printer ? std::optional(request->printer->value) : std::optional<std::string>{};
  if (named(printer).empty()) {
    refuse("There is no printer '" + printer.value_or("") + "'.");
  } else if (request->do_) {
    if (const auto done = befall(printer, *request->do_); !done) refuse(done.error().says);
  }
  for (const auto index : named(printer)) answer.printers.push_back(truth_of(index));
  return answer;
}

}  // namespace pf::sim
