// The statements about API keys that Table does not derive.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/auth/api_keys.hpp"

namespace pf::api_keys_store {

std::int64_t count(Transaction& db, const TenantId& tenant);
void insert(Transaction& db, const TenantId& tenant, const ApiKey& key,
            std::string_view secret_hash);

struct KeyInUse {
  TenantId tenant;
  ApiKey key;
  std::string secret_hash;
  Role makers_role = Role::viewer;  // As it is now.
};
// By its prefix, which is unique among all organisations. Absent also when its maker belongs to the
// organisation no more.
std::optional<KeyInUse> find_by_prefix(Transaction& db, std::string_view prefix);
void note_use(Transaction& db, const TenantId& tenant, std::string_view id, Millis now);
void remove_of_user(Transaction& db, const TenantId& tenant, std::string_view user_id);

}  // namespace pf::api_keys_store
