// Secrets at rest: AES-256-GCM with a data key per tenant, itself sealed under the master key. Every
// sealed value is bound to its tenant, table, row and column, so that none can be moved to another.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "cloud/kit/caller.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

// Where a secret lives; part of what is authenticated.
struct SecretPlace {
  std::string_view table, row_id, column;
};

class Secrets {
 public:
  // The master key has 32 bytes and comes from a file or the environment, never from the database.
  Secrets(std::string master_key, Random& random);

  Blob seal(Transaction& db, const TenantId& tenant, const SecretPlace& place,
            std::string_view plain);
  // Throws DatabaseError when the value does not belong there or the key is another.
  std::string open(Transaction& db, const TenantId& tenant, const SecretPlace& place,
                   const Blob& sealed);

  // For rows that belong to no tenant (hub identities): directly under the master key.
  Blob seal_global(const SecretPlace& place, std::string_view plain);
  std::string open_global(const SecretPlace& place, const Blob& sealed);

 private:
  std::string data_key(Transaction& db, const TenantId& tenant);

  std::string master_key_;
  Random& random_;
  struct Cache {
    std::mutex mutex;
    std::map<TenantId, std::string> keys;
  };
  Cache cache_;  // Only keys that were read back from a committed row.
};

}  // namespace pf
