#include "hub/core/stored_state.hpp"

#include "hub/core/crc32c.hpp"
#include "protocol/json.hpp"

namespace pf::hub {
namespace {

constexpr std::string_view heading = "printfarm-hub-state 1 ";
constexpr std::string_view remedy =
    "; restore it from a backup, or remove it and claim the hub again";

std::string checksum(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  const std::uint32_t value = crc32c(bytes);
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += digits[value >> shift & 15];
  return text;
}

StorageFault fault(const std::string& says) {
  return {"the hub's stored state " + says + std::string(remedy)};
}

}  // namespace

StoredState new_state(Random& random) {
  StoredState state;
  state.hub_id = uuid4(random);
  return state;
}

void prepare_claim(StoredState& state, std::string_view claim_token) {
  state.claim_token = claim_token;
  state.proposed_secret.reset();  // A new claim gives a new secret.
}

std::string encode_state(const StoredState& state) {
  const std::string body = json::encode(state);
  return std::string(heading) + checksum(body) + "\n" + body;
}

Result<StoredState, StorageFault> decode_state(std::string_view bytes) {
  constexpr std::size_t checksum_size = 8;
  const std::size_t body_at = heading.size() + checksum_size + 1;
  if (!bytes.starts_with(heading)) return fault("is not of a version this program knows");
  if (bytes.size() < body_at || bytes[body_at - 1] != '\n') return fault("is cut short");
  const auto body = bytes.substr(body_at);
  if (checksum(body) != bytes.substr(heading.size(), checksum_size)) return fault("is damaged");
  auto state = json::decode<StoredState>(body);
  if (!state) return fault("cannot be read (" + state.error().text() + ")");
  return std::move(*state);
}

}  // namespace pf::hub
