// The statements about lost passwords. They belong to people, who belong to no one tenant.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/kit/caller.hpp"
#include "cloud/ports/database.hpp"

namespace pf::passwords_store {

std::int64_t count_requests(Transaction& db);
void insert_request(Transaction& db, std::string_view id, std::string_view email,
                    std::string_view address, Millis now);
// The addresses of the oldest requests, which are gone with that.
std::vector<std::string> take_requests(Transaction& db, int limit);

std::int64_t count_resets_since(Transaction& db, std::string_view user_id, Millis since);
void insert_reset(Transaction& db, std::string_view token_hash, std::string_view user_id,
                  Millis created_at, Millis expires_at);
// Whose password the token may set; absent: none, or it is over.
std::optional<std::string> user_of_reset(Transaction& db, std::string_view token_hash, Millis now);
void remove_resets_of(Transaction& db, std::string_view user_id);
void remove_resets_before(Transaction& db, Millis created_before);

}  // namespace pf::passwords_store
