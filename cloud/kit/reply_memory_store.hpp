// The SQL of remembered replies.
#pragma once
#include <optional>
#include <string>

#include "cloud/kit/caller.hpp"
#include "cloud/ports/database.hpp"
#include "protocol/words.hpp"

namespace pf::reply_memory_store {

struct Key {
  TenantId tenant;
  std::string asked_by, route, idempotency_key;
};
struct Row {
  std::string request_sha256;
  std::optional<std::int64_t> status;
  std::optional<Blob> sealed_reply;
  Millis created_at = 0;
};

// False: there is one already that is not older than `forgotten_before`.
bool insert(Transaction& db, const Key& key, const Row& row, Millis forgotten_before);
std::optional<Row> find(Transaction& db, const Key& key);
void set_reply(Transaction& db, const Key& key, std::int64_t status,
               const std::optional<Blob>& sealed_reply);
void remove(Transaction& db, const Key& key);
void remove_older(Transaction& db, Millis than);

}  // namespace pf::reply_memory_store
