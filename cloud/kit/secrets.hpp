// Secrets at rest: AES-256-GCM with a data key per tenant, itself sealed under the master key.
// Every sealed value is bound to its tenant, table, row and column, so that none can be moved to
// another.
//
// The tenant's key is read with each use and never remembered: a transaction that made one may
// still be rolled back, and what is sealed under a key that nobody stored is lost.
#pragma once
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
  // Throws std::invalid_argument for another length.
  Secrets(std::string master_key, Random& random);

  // Makes the tenant's key where there is none yet, so it needs a writing transaction.
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
  void make_data_key(Transaction& db, const TenantId& tenant);

  std::string master_key_;
  Random& random_;
};

}  // namespace pf
