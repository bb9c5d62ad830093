// The statements about the audit log.
#pragma once
#include <string>
#include <vector>

#include "cloud/domain/audit/audit.hpp"

namespace pf::audit_store {

struct Head {
  std::int64_t seq = 0;
  std::string hash;
};

// Takes the next number of the chain and gives the hash before it; nobody else can take one until
// the transaction is over.
Head next(Transaction& db, const TenantId& tenant);
void append(Transaction& db, const TenantId& tenant, const AuditEntry& entry);

std::optional<Head> head(Transaction& db, const TenantId& tenant);
// Those after `seq`, oldest first.
std::vector<AuditEntry> after(Transaction& db, const TenantId& tenant, std::int64_t seq, int limit);
// Newest first, of what the query asks for, below its cursor.
std::vector<AuditEntry> newest(Transaction& db, const TenantId& tenant, const AuditQuery& query,
                               std::int64_t below, int limit);

}  // namespace pf::audit_store
