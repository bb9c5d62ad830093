#include "hub/platforms/linux/programs.hpp"

#include <ostream>

#include "hub/platforms/linux/machine.hpp"

namespace pf::hub {
namespace {

// Looks on until the cloud has answered the claim, one way or the other.
class ClaimWatch final : public LoopWatch {
 public:
  ClaimWatch(const Hub& hub, const Clock& clock) : hub_(hub), clock_(clock) {}

  std::optional<Ending> after(const Event& event) override {
    if (is_claimed()) return Ending::stopped;
    if (std::holds_alternative<CloudUp>(event)) reached_ = true;
    if (const auto* text = std::get_if<CloudText>(&event)) note_refusal(text->text);
    if (const auto* down = std::get_if<CloudDown>(&event); down && is_final(*down)) {
      return Ending::failed;
    }
    if (clock_.now().since_start < claim_deadline) return std::nullopt;
    why_ = "the cloud did not answer the claim in time";
    return Ending::failed;
  }

  bool is_claimed() const { return hub_.state().secret && !hub_.state().claim_token; }
  bool was_refused() const { return refused_; }
  const std::string& why() const { return why_; }

 private:
  void note_refusal(const std::string& text) {
    const auto message = json::decode_message<CloudToHub>(text);
    if (!message) return;
    if (const auto* error = std::get_if<WireError>(&*message)) why_ = error->text.value;
  }
  bool is_final(const CloudDown& down) {
    if (down.close_code == close_unauthorised) {
      refused_ = true;
      if (why_.empty()) why_ = "the token is wrong, used already, or older than 10 minutes";
      return true;
    }
    if (reached_) return false;  // It restarts, or the network is poor: the core tries again.
    why_ = down.reason;
    return true;
  }

  const Hub& hub_;
  const Clock& clock_;
  bool reached_ = false, refused_ = false;
  std::string why_;
};

MachineSettings settings_of(const HubConfig& config, const Origin& cloud) {
  MachineSettings settings;
  settings.data_dir = config.data_dir;
  settings.ca_file = config.ca_file;
  settings.printer_roots = config.printer_roots;
  settings.cloud = cloud;
  return settings;
}

ConfigFault fault_of(const MachineFault& fault) { return {fault.says}; }

// Or every later start would try a token that is known to be refused.
void forget_token(Machine& machine) {
  StoredState state = machine.hub().state();
  state.claim_token.reset();
  state.proposed_secret.reset();
  static_cast<void>(machine.storage().save_state(encode_state(state)));
}

ConfigFault why_not_claimed(const ClaimWatch& watch, const Origin& cloud) {
  if (watch.was_refused()) {
    return {"The cloud at " + to_text(cloud) + " refuses the claim: " + watch.why() +
            ". Make a new token there and try again."};
  }
  return {"Cannot be claimed at " + to_text(cloud) + ": " + watch.why() +
          ". Check the address and that the cloud runs, then try again."};
}

}  // namespace

Result<Ending, ConfigFault> run_hub(const HubConfig& config, Log& log) {
  const auto cloud = find_cloud(config);
  if (!cloud) return cloud.error();
  auto machine = Machine::open(settings_of(config, *cloud), log);
  if (!machine) return fault_of(machine.error());
  const auto stored = (*machine)->read();
  if (!stored) return fault_of(stored.error());
  if (auto started = (*machine)->start(*stored); !started) return fault_of(started.error());
  Loop& loop = (*machine)->loop();
  loop.stop_on_signals();
  loop.listen_for_printers();
  log.info("the hub runs", {{"hub_id", (*machine)->hub().state().hub_id},
                            {"cloud", to_text(*cloud)},
                            {"data_dir", config.data_dir}});
  return loop.run();
}

Result<Nothing, ConfigFault> claim_hub(const HubConfig& config, const std::string& token,
                                       std::ostream& out, Log& log) {
  const auto cloud = find_cloud(config);
  if (!cloud) return cloud.error();
  if (token.empty() || token.size() > Token::max) return ConfigFault{"That is not a claim token."};
  auto opened = Machine::open(settings_of(config, *cloud), log);
  if (!opened) return fault_of(opened.error());
  Machine& machine = **opened;
  auto stored = machine.read();
  if (!stored) return fault_of(stored.error());
  auto state = machine.state_in(*stored);
  if (!state) return fault_of(state.error());
  prepare_claim(*state, token);
  stored->state = encode_state(*state);
  if (auto started = machine.start(*stored); !started) return fault_of(started.error());
  machine.loop().stop_on_signals();

  ClaimWatch watch(machine.hub(), machine.clock());
  machine.loop().run(&watch);
  if (!watch.is_claimed()) {
    forget_token(machine);
    return why_not_claimed(watch, *cloud);
  }
  if (auto kept = remember_cloud(config, *cloud); !kept) return kept.error();
  const auto& claimed = machine.hub().state();
  out << "Claimed: this hub is '" << claimed.name->value << "' of " << claimed.organization->value
      << "." << std::endl;
  return Nothing{};
}

}  // namespace pf::hub
