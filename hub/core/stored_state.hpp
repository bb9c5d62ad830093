// What a hub keeps besides its journal: who it is, its secret, and its printers with their access
// codes. Opaque to the platform, which stores the bytes (mode 0600) and gives them back.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "hub/core/refusal.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

struct StoredState {
  Uuid hub_id;                       // For ever; a wipe keeps it.
  std::optional<Hex256> secret;      // Absent: not claimed yet.
  std::optional<Token> claim_token;  // Pending: the next opening claims with it.
  std::optional<Hex256>
      proposed_secret;  // Kept before it is sent, so that a lost reply is harmless.
  std::optional<Name> name;
  std::optional<Name> organization;
  std::int64_t boot_count = 0;
  std::int64_t last_epoch = 0;
  std::int64_t config_generation = 0;
  std::optional<Uuid> store_incarnation;  // Of the cloud's database when we last spoke.
  std::optional<CommandId> last_reboot;   // The command that led to the last reboot by command.
  List<ConfiguredPrinter, printers_per_hub_max> printers;
  FIELDS(hub_id, secret, claim_token, proposed_secret, name, organization, boot_count, last_epoch,
         config_generation, store_incarnation, last_reboot, printers)
};

StoredState new_state(Random& random);
// The only thing that a claim program has to change.
void prepare_claim(StoredState& state, std::string_view claim_token);

std::string encode_state(const StoredState& state);
// Refuses anything that it did not write itself, whole.
Result<StoredState, StorageFault> decode_state(std::string_view bytes);

}  // namespace pf::hub
