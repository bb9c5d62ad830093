// The connection to the cloud: its opening, by which both sides prove themselves (WIRE, "Opening"),
// and when it is tried again. Nothing else is said or believed before the cloud's proof.
#pragma once
#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/random.hpp"
#include "hub/core/backoff.hpp"
#include "hub/core/crypto_port.hpp"
#include "hub/core/events.hpp"
#include "hub/core/output.hpp"
#include "hub/core/server_time.hpp"
#include "hub/core/stored_state.hpp"

namespace pf::hub {

inline constexpr Milliseconds session_counts_after{
    30'000};  // Then the next wait begins small again.

// What does not change while the program runs.
struct HubSettings {
  std::string firmware_version;
  std::string hardware_revision;
  std::vector<std::string> capabilities;
  std::optional<std::string> cloud_host;  // Present: no challenge of another host is answered.
};

// What hub_hello says beyond identity.
struct HelloFacts {
  std::string journal_id;
  std::int64_t event_high = 0;
  std::int64_t free_heap = 0;
};

class Session {
 public:
  Session(const HubSettings& settings, StoredState& state, Crypto& crypto, Random& random,
          Log& log);

  void start(Output& out);
  void on_up(Instant now);
  void on_down(const CloudDown& down, Instant now, Output& out);
  void tick(Instant now, Output& out);

  void on(const HubChallenge& challenge, const HelloFacts& facts, Instant now, Output& out);
  void on(const HubClaimed& claimed, const HelloFacts& facts, Instant now, Output& out);
  // True: the cloud has proved itself, and the epoch is stored.
  bool on(const CloudHello& hello, Instant now, Output& out);

  bool ready() const { return stage_ == Stage::ready; }
  void refuse(std::string_view why, Output& out);  // Closes; the close brings the next attempt.

 private:
  enum class Stage { closed, challenged_next, claimed_next, welcomed_next, ready };
  void reopen(Milliseconds after, Output& out);
  void claim(Output& out);
  void hello(const HelloFacts& facts, Instant now, Output& out);
  void save(Output& out) { out.ask(SaveState{encode_state(state_)}); }
  Milliseconds delay_after(const CloudDown& down, Output& out);
  void forget_refused_claim(Output& out);

  const HubSettings& settings_;
  StoredState& state_;
  Crypto& crypto_;
  Random& random_;
  Log& log_;
  const std::string boot_id_;
  Stage stage_ = Stage::closed;
  Instant stage_since_;
  Backoff backoff_;
  HubChallenge challenge_;
  std::string client_nonce_;
};

}  // namespace pf::hub
