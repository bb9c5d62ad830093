// The statements about second factors. They belong to people, who belong to no one tenant.
#pragma once
#include <optional>
#include <string_view>

#include "cloud/kit/caller.hpp"
#include "cloud/ports/database.hpp"

namespace pf::totp_store {

struct TotpRow {
  Blob secret;  // Sealed.
  std::optional<Millis> enabled_at;
};
std::optional<TotpRow> find(Transaction& db, std::string_view user_id);
// Replaces one that was not enabled.
void put(Transaction& db, std::string_view user_id, const Blob& secret, Millis now);
void enable(Transaction& db, std::string_view user_id, Millis now);
// False: this step or a later one was used before.
bool use_step(Transaction& db, std::string_view user_id, std::int64_t step);
void remove(Transaction& db, std::string_view user_id);

void insert_recovery_code(Transaction& db, std::string_view user_id, std::string_view code_hash);
// False: there is no such code.
bool use_recovery_code(Transaction& db, std::string_view user_id, std::string_view code_hash);
int count_recovery_codes(Transaction& db, std::string_view user_id);

}  // namespace pf::totp_store
