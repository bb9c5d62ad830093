#include "cloud/main/local_hub.hpp"

#include <stdexcept>

#include "cloud/main/tls_files.hpp"
#include "hub/platforms/linux/machine.hpp"

namespace pf {
namespace {

constexpr std::string_view name_at_claim = "This server";

template <class T, class Fault>
T or_throw(Result<T, Fault> result) {
  if (!result) throw std::runtime_error(result.error().says);
  return std::move(*result);
}

std::string reachable(const std::string& listen) {
  if (listen == "0.0.0.0") return "127.0.0.1";
  if (listen == "::") return "[::1]";
  return listen.find(':') == std::string::npos ? listen : "[" + listen + "]";
}

}  // namespace

LocalHubSettings local_hub_settings(const Config& config, std::uint16_t port) {
  LocalHubSettings settings;
  settings.data_dir = config.data_dir + "/local-hub";
  settings.organization = config.local_hub_organization;
  const bool named_certificate = speaks_tls(config) && !config.tls_certificate.empty();
  if (named_certificate) {
    settings.cloud = config.public_origin;  // The certificate is for that name, not an address.
    return settings;
  }
  if (speaks_tls(config)) settings.ca_file = TlsFiles(config.data_dir).authority_file();
  settings.cloud = (speaks_tls(config) ? "https://" : "http://") + reachable(config.listen) + ":" +
                   std::to_string(port);
  return settings;
}

// While it lives, stop() ends the loop; afterwards there is none.
class LocalHub::Stoppable {
 public:
  Stoppable(Running& running, hub::Loop& loop) : running_(running) {
    const std::lock_guard lock(running_.mutex);
    running_.loop = &loop;
    if (running_.stopping) loop.stop();
  }
  ~Stoppable() {
    const std::lock_guard lock(running_.mutex);
    running_.loop = nullptr;
  }

 private:
  Running& running_;
};

void LocalHub::start() {
  thread_ = std::thread([this] { run(); });
}

void LocalHub::stop() {
  {
    const std::lock_guard lock(running_.mutex);
    running_.stopping = true;
    if (running_.loop) running_.loop->stop();
  }
  running_.changed.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool LocalHub::wait(Milliseconds time) {
  std::unique_lock lock(running_.mutex);
  return !running_.changed.wait_for(lock, time, [this] { return running_.stopping; });
}

void LocalHub::run() {
  const auto tenant = wait_for_organization();
  if (!tenant) return;
  auto pause = Milliseconds{0};
  while (wait(pause)) {
    pause = local_hub_retry;
    try {
      const auto ending = run_once(*tenant);
      if (ending == hub::Ending::stopped) return;
      if (ending == hub::Ending::reboot) pause = Milliseconds{0};
    } catch (const std::exception& broken) {
      log_.error("the local hub cannot run; it is tried again", {{"reason", broken.what()}});
    }
  }
}

std::optional<TenantId> LocalHub::organization() {
  const auto all = rooms_.tenants.all();
  if (settings_.organization.empty()) {
    if (all.size() != 1) return std::nullopt;
    return TenantId{all.front().id.value};
  }
  for (const auto& one : all) {
    if (one.id.value == settings_.organization) return TenantId{one.id.value};
  }
  return std::nullopt;
}

std::optional<TenantId> LocalHub::wait_for_organization() {
  for (bool told = false;; told = true) {
    try {
      if (const auto tenant = organization()) return tenant;
    } catch (const DatabaseError& broken) {
      log_.error("the local hub cannot read the database", {{"reason", broken.what()}});
    }
    if (!told) {
      log_.warning(
          "the local hub waits until it is clear whose it is: register the first organisation, or "
          "name one of several with --local-hub-organization",
          {});
    }
    if (!wait(organization_poll)) return std::nullopt;
  }
}

hub::Ending LocalHub::run_once(const TenantId& tenant) {
  hub::MachineSettings settings;
  settings.data_dir = settings_.data_dir;
  settings.ca_file = settings_.ca_file;
  settings.hardware_revision = "server";
  settings.cloud = or_throw(hub::parse_origin(settings_.cloud));
  const auto machine = or_throw(hub::Machine::open(settings, log_));
  or_throw(machine->start(claimed_bytes(*machine, tenant)));
  auto& loop = machine->loop();
  const Stoppable stoppable(running_, loop);
  loop.listen_for_printers();
  log_.info("the local hub runs", {{"hub_id", machine->hub().state().hub_id.value}});
  return loop.run();
}

// What the hub starts from: as it is stored, with a claim in it unless the server trusts it
// already.
hub::StoredBytes LocalHub::claimed_bytes(hub::Machine& machine, const TenantId& tenant) {
  auto stored = or_throw(machine.read());
  auto state = or_throw(machine.state_in(stored));
  if (state.secret && rooms_.hubs.is_trusted(tenant, state.hub_id)) return stored;
  const auto claim = rooms_.hubs.mint_local_claim(tenant, state.hub_id, name_at_claim);
  hub::prepare_claim(state, claim.claim_token);
  stored.state = hub::encode_state(state);
  return stored;
}

}  // namespace pf
