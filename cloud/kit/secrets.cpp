#include "cloud/kit/secrets.hpp"

#include <stdexcept>
#include <utility>

#include "cloud/kit/secrets_store.hpp"
#include "crypto/cipher.hpp"

namespace pf {
namespace {

// With lengths, so that no two places read alike ("a" + "bc" and "ab" + "c").
std::string associated(std::string_view tenant, const SecretPlace& place) {
  std::string text;
  for (const auto part : {tenant, place.table, place.row_id, place.column}) {
    text.append(std::to_string(part.size())).append(":").append(part);
  }
  return text;
}

std::string opened(std::string_view key, std::string_view tenant, const SecretPlace& place,
                   const Blob& sealed) {
  auto plain = crypto::open(key, sealed.bytes, associated(tenant, place));
  if (plain) return std::move(*plain);
  throw DatabaseError("The secret in " + std::string(place.table) + "." +
                      std::string(place.column) +
                      " does not open: it is damaged, was moved, or the master key is another.");
}

SecretPlace place_of_key(const TenantId& tenant) { return {"tenants", tenant.value, "sealed_key"}; }

}  // namespace

Secrets::Secrets(std::string master_key, Random& random)
    : master_key_(std::move(master_key)), random_(random) {
  if (master_key_.size() != crypto::key_bytes) {
    throw std::invalid_argument("the master key must have 32 bytes");
  }
}

Blob Secrets::seal(Transaction& db, const TenantId& tenant, const SecretPlace& place,
                   std::string_view plain) {
  if (!secrets_store::find_key(db, tenant)) make_data_key(db, tenant);
  return {crypto::seal(data_key(db, tenant), plain, associated(tenant.value, place), random_)};
}

std::string Secrets::open(Transaction& db, const TenantId& tenant, const SecretPlace& place,
                          const Blob& sealed) {
  return opened(data_key(db, tenant), tenant.value, place, sealed);
}

Blob Secrets::seal_global(const SecretPlace& place, std::string_view plain) {
  return {crypto::seal(master_key_, plain, associated("", place), random_)};
}

std::string Secrets::open_global(const SecretPlace& place, const Blob& sealed) {
  return opened(master_key_, "", place, sealed);
}

std::string Secrets::data_key(Transaction& db, const TenantId& tenant) {
  const auto sealed = secrets_store::find_key(db, tenant);
  if (!sealed) throw DatabaseError("The organisation has no key for its secrets.");
  return open_global(place_of_key(tenant), *sealed);
}

void Secrets::make_data_key(Transaction& db, const TenantId& tenant) {
  const auto key = random_.bytes(crypto::key_bytes);
  secrets_store::insert_key(db, tenant, seal_global(place_of_key(tenant), key));
}

}  // namespace pf
