#include "cloud/domain/auth/api_keys.hpp"

#include <algorithm>
#include <utility>

#include "cloud/domain/auth/api_keys_store.hpp"
#include "cloud/domain/auth/opaque_token.hpp"
#include "cloud/domain/auth/sessions.hpp"
#include "cloud/domain/tenants/people_only.hpp"
#include "cloud/kit/table.hpp"

namespace pf {
namespace {

constexpr std::size_t prefix_characters = 10;
constexpr std::size_t key_characters =
    api_key_mark.size() + prefix_characters + 1 + opaque_token_characters;
// Writing down each use would make every request of a machine wait for the disk.
constexpr Minutes use_noted_every{60};

struct KeyParts {
  std::string_view prefix, secret;
};

std::optional<KeyParts> parts_of(std::string_view key) {
  if (key.size() != key_characters || !key.starts_with(api_key_mark)) return std::nullopt;
  key.remove_prefix(api_key_mark.size());
  if (key[prefix_characters] != '_') return std::nullopt;
  return KeyParts{key.substr(0, prefix_characters), key.substr(prefix_characters + 1)};
}

Caller caller_with(const Visitor& visitor, const api_keys_store::KeyInUse& found) {
  Caller caller{visitor};
  caller.tenant = found.tenant;
  caller.user_id = found.key.user_id.value;
  caller.role = std::min(found.key.role, found.makers_role);
  caller.api_key_id = found.key.id.value;
  if (const auto& ids = found.key.printer_ids) {
    std::set<std::string, std::less<>> printers;
    for (const auto& id : *ids) printers.insert(id.value);
    caller.only_printers =
        std::make_shared<const std::set<std::string, std::less<>>>(std::move(printers));
  }
  return caller;
}

}  // namespace

Answer<Page<ApiKey>> ApiKeys::list(const Caller& caller) {
  if (auto refused = refuse_key(caller)) return *refused;
  Page<ApiKey> page;
  page.items = database_.reading([&](Transaction& db) {
    return Table<ApiKey>::newest(db, caller.tenant, api_keys_per_organization_max, {});
  });
  return page;
}

Answer<Created<MadeApiKey>> ApiKeys::create(const Caller& caller, const NewApiKey& wanted) {
  if (auto refused = refuse_key(caller)) return *refused;
  if (wanted.role > caller.role) {
    return invalid("role", "may not be above your own, which is " + std::string(word(caller.role)));
  }
  const auto now = clock_.unix_now();
  if (wanted.expires_at && *wanted.expires_at <= now.milliseconds) {
    return invalid("expires_at", "must lie in the future");
  }
  ApiKey key;
  key.id = uuid7(now, random_);
  key.name = wanted.name;
  key.prefix = base32_token(random_, prefix_characters);
  key.role = wanted.role;
  key.printer_ids = wanted.printer_ids;
  key.user_id = caller.user_id;
  key.created_at = now.milliseconds;
  key.expires_at = wanted.expires_at;
  const auto secret = new_opaque_token(random_);
  return database_.writing([&](Transaction& db) -> Answer<Created<MadeApiKey>> {
    if (api_keys_store::count(db, caller.tenant) >= api_keys_per_organization_max) {
      return conflict("Your organization has " + std::to_string(api_keys_per_organization_max) +
                      " API keys already. Remove one that is not needed.");
    }
    api_keys_store::insert(db, caller.tenant, key, stored_form(secret));
    audit::record(db, caller, now,
                  {"api_keys.create", "api_key", key.id.value, {}, json::encode(key)});
    return Created<MadeApiKey>{{key, std::string(api_key_mark) + key.prefix + "_" + secret},
                               "/api/api-keys/" + key.id.value};
  });
}

Answer<Done> ApiKeys::remove(const Caller& caller, const PathId& id) {
  if (auto refused = refuse_key(caller)) return *refused;
  const auto removed = database_.writing([&](Transaction& db) -> Answer<ApiKey> {
    const auto key = Table<ApiKey>::find(db, caller.tenant, id.value);
    if (!key) return not_found("API key");
    Table<ApiKey>::remove(db, caller.tenant, id.value);
    audit::record(db, caller, clock_.unix_now(),
                  {"api_keys.remove", "api_key", id.value, json::encode(*key), {}});
    return *key;
  });
  if (!removed) return removed.error();
  events_.emit(AccessChanged{removed->user_id.value});
  return Done{};
}

std::optional<Caller> ApiKeys::caller_of(const Visitor& visitor, std::string_view key) {
  const auto parts = parts_of(key);
  if (!parts) return std::nullopt;
  const auto found = database_.reading(
      [&](Transaction& db) { return api_keys_store::find_by_prefix(db, parts->prefix); });
  if (!found) return std::nullopt;
  if (!crypto::constant_time_equal(stored_form(parts->secret), found->secret_hash)) {
    return std::nullopt;
  }
  const auto now = clock_.unix_now().milliseconds;
  if (found->key.expires_at && *found->key.expires_at <= now) return std::nullopt;
  note_use(found->tenant, found->key.id, found->key.last_used_at);
  return caller_with(visitor, *found);
}

void ApiKeys::on_membership_changed(const MembershipChanged& change) {
  if (!change.is_removed) return;
  database_.write(
      [&](Transaction& db) { api_keys_store::remove_of_user(db, change.tenant, change.user_id); });
}

void ApiKeys::note_use(const TenantId& tenant, std::string_view id,
                       const std::optional<Millis>& last_used_at) {
  const auto now = clock_.unix_now();
  if (last_used_at && now - UnixTime{*last_used_at} < use_noted_every) return;
  try {
    database_.write(
        [&](Transaction& db) { api_keys_store::note_use(db, tenant, id, now.milliseconds); });
  } catch (const DatabaseUnavailable&) {
    // A full disk must not keep machines from reading.
  }
}

}  // namespace pf
