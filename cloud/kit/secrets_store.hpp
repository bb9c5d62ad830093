// The statements about the tenants' data keys.
#pragma once
#include <optional>

#include "cloud/kit/caller.hpp"
#include "cloud/ports/database.hpp"

namespace pf::secrets_store {

// Absent: the tenant has none yet, or there is no such tenant.
std::optional<Blob> find_key(Transaction& db, const TenantId& tenant);
// Keeps the key that is there already.
void insert_key(Transaction& db, const TenantId& tenant, const Blob& sealed_key);

}  // namespace pf::secrets_store
