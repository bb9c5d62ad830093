// The statements about invitations that Table does not derive.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "cloud/domain/auth/invitations.hpp"

namespace pf::invitations_store {

std::int64_t count(Transaction& db, const TenantId& tenant);
void insert(Transaction& db, const TenantId& tenant, const Invitation& invitation,
            std::string_view token_hash);
void remove_for(Transaction& db, const TenantId& tenant, std::string_view email);

struct Pending {
  TenantId tenant;
  Invitation invitation;
};
// By its token, whichever organisation it is of. Absent: there is none, or it is over.
std::optional<Pending> find_by_token(Transaction& db, std::string_view token_hash, Millis now);
void remove_expired(Transaction& db, Millis now);

}  // namespace pf::invitations_store
