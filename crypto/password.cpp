#include "crypto/password.hpp"

#include <argon2.h>

#include <optional>

#include "crypto/openssl.hpp"

namespace pf::crypto {
namespace {

constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t digest_bytes = 32;

// A stored hash brings its own costs. What could stall or exhaust the server is not one of ours.
constexpr std::size_t phc_characters_max = 256;
constexpr std::uint32_t memory_kib_max = 256 * 1024;
constexpr std::uint32_t passes_max = 16;

std::optional<std::uint32_t> parameter(std::string_view phc, std::string_view name) {
  const auto at = phc.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint32_t value = 0;
  std::size_t i = at + name.size();
  for (; i < phc.size() && phc[i] >= '0' && phc[i] <= '9'; ++i) {
    if (value > memory_kib_max) return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(phc[i] - '0');
  }
  return value;
}

bool affordable(std::string_view phc) {
  const auto memory = parameter(phc, "$m=");
  const auto time = parameter(phc, ",t=");
  return memory && time && *memory <= memory_kib_max && *time <= passes_max;
}

}  // namespace

std::string hash_password(std::string_view password, Random& random) {
  const std::string salt = random.bytes(salt_bytes);
  std::string phc(argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, digest_bytes, Argon2_id),
                  '\0');
  must(argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(),
                             salt.data(), salt.size(), digest_bytes, phc.data(),
                             phc.size()) == ARGON2_OK);
  phc.resize(phc.find('\0'));
  return phc;
}

bool verify_password(std::string_view password, std::string_view phc) {
  if (phc.size() > phc_characters_max || phc.find('\0') != std::string_view::npos) return false;
  if (!affordable(phc)) return false;
  const std::string terminated(phc);
  return argon2id_verify(terminated.c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace pf::crypto
