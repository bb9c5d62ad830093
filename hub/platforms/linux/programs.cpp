#include "hub/platforms/linux/programs.hpp"

#include <ostream>

#include "crypto/secure_random.hpp"
#include "hub/drivers/bambu/factory.hpp"
#include "hub/platforms/linux/openssl_crypto.hpp"

namespace pf::hub {
namespace {

// Everything a hub needs on this machine, in the order in which it is opened.
class Machine {
 public:
  static Result<std::unique_ptr<Machine>, ConfigFault> open(const HubConfig& config,
                                                            const Origin& cloud, Log& log) {
    auto storage = Storage::open(config.data_dir);
    if (!storage) return ConfigFault{storage.error().says};
    auto printer_tls = TlsClient::for_printers(config.printer_roots);
    if (!printer_tls) return ConfigFault{printer_tls.error().says};
    auto cloud_tls = TlsClient::for_cloud(config.ca_file);
    if (!cloud_tls) return ConfigFault{cloud_tls.error().says};
    return std::unique_ptr<Machine>(new Machine(std::move(*storage), std::move(*printer_tls),
                                                std::move(*cloud_tls), cloud, log));
  }

  Result<StoredBytes, ConfigFault> read() const {
    const auto state = storage_.read_state();
    if (!state) return ConfigFault{state.error().says};
    const auto journal = storage_.read_journal();
    if (!journal) return ConfigFault{journal.error().says};
    return StoredBytes{state->value_or(""), journal->value_or("")};
  }

  // After that, hub() and loop() exist.
  Result<Nothing, ConfigFault> start(const StoredBytes& stored) {
    HubSettings settings;
    settings.firmware_version = process::program_version;
    settings.hardware_revision = "linux";
    settings.cloud_host = cloud_.authority();
    auto hub = Hub::open(settings, stored, drivers_, crypto_, random_, log_);
    if (!hub) return ConfigFault{hub.error().says};
    hub_ = std::move(*hub);
    loop_.emplace(*hub_, storage_, Network{printer_tls_, cloud_tls_, cloud_}, clock_, log_);
    return Nothing{};
  }

  Storage& storage() { return storage_; }
  Hub& hub() { return *hub_; }
  Loop& loop() { return *loop_; }
  Random& random() { return random_; }
  const Clock& clock() const { return clock_; }

 private:
  Machine(Storage storage, TlsClient printer_tls, TlsClient cloud_tls, Origin cloud, Log& log)
      : log_(log),
        cloud_(std::move(cloud)),
        storage_(std::move(storage)),
        printer_tls_(std::move(printer_tls)),
        cloud_tls_(std::move(cloud_tls)) {}

  Log& log_;
  const Origin cloud_;
  Storage storage_;
  TlsClient printer_tls_, cloud_tls_;
  SystemClock clock_;
  crypto::SecureRandom random_;
  OpensslCrypto crypto_;
  bambu::BambuFactory drivers_;
  std::unique_ptr<Hub> hub_;
  std::optional<Loop> loop_;
};

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

Result<StoredState, ConfigFault> stored_state(const StoredBytes& stored, Random& random) {
  if (stored.state.empty()) return new_state(random);
  auto state = decode_state(stored.state);
  if (!state) return ConfigFault{state.error().says};
  return std::move(*state);
}

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
  auto machine = Machine::open(config, *cloud, log);
  if (!machine) return machine.error();
  const auto stored = (*machine)->read();
  if (!stored) return stored.error();
  if (auto started = (*machine)->start(*stored); !started) return started.error();
  Loop& loop = (*machine)->loop();
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
  auto opened = Machine::open(config, *cloud, log);
  if (!opened) return opened.error();
  Machine& machine = **opened;
  auto stored = machine.read();
  if (!stored) return stored.error();
  auto state = stored_state(*stored, machine.random());
  if (!state) return state.error();
  prepare_claim(*state, token);
  stored->state = encode_state(*state);
  if (auto started = machine.start(*stored); !started) return started.error();

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
