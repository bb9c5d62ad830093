#include "cloud/domain/auth/tokens.hpp"

#include <utility>

#include "crypto/text.hpp"
#include "protocol/json.hpp"

namespace pf {
namespace {

constexpr std::string_view issuer = "printfarm";
constexpr std::string_view audience = "printfarm-api";

struct Header {
  std::string alg = "RS256", typ = "JWT", kid;
  FIELDS(alg, typ, kid)
};

std::int64_t seconds(UnixTime at) { return at.milliseconds / 1000; }

// Whether they are claims that we would give, and in force.
bool in_force(const AccessClaims& claims, UnixTime now) {
  if (claims.iss != issuer || claims.aud != audience || claims.iat < 0) return false;
  return claims.exp > seconds(now) &&
         claims.exp - claims.iat <= Seconds(access_token_lifetime).count();
}

}  // namespace

TokenIssuer::TokenIssuer(crypto::RsaKey key) : key_(std::move(key)) {
  Header header;
  header.kid = key_.id();
  header_segment_ = crypto::base64url(json::encode(header));
}

std::string TokenIssuer::issue(std::string_view user_id, std::string_view tenant,
                               std::string_view session_id, UnixTime now) const {
  AccessClaims claims;
  claims.iss = issuer;
  claims.aud = audience;
  claims.sub = user_id;
  claims.tenant = tenant;
  claims.session = session_id;
  claims.iat = seconds(now);
  claims.exp = seconds(now + access_token_lifetime);
  const auto signed_part = header_segment_ + "." + crypto::base64url(json::encode(claims));
  return signed_part + "." + crypto::base64url(key_.sign_sha256(signed_part));
}

std::optional<AccessClaims> TokenIssuer::verify(std::string_view token, UnixTime now) const {
  if (token.size() > token_bytes_max) return std::nullopt;
  const auto first_dot = token.find('.');
  if (first_dot == std::string_view::npos || token.substr(0, first_dot) != header_segment_) {
    return std::nullopt;
  }
  const auto last_dot = token.find('.', first_dot + 1);
  if (last_dot == std::string_view::npos) return std::nullopt;
  // A third dot is no letter of base64url, so it ends here.
  const auto signature = crypto::from_base64url(token.substr(last_dot + 1));
  if (!signature || !key_.verify_sha256(token.substr(0, last_dot), *signature)) return std::nullopt;
  const auto payload =
      crypto::from_base64url(token.substr(first_dot + 1, last_dot - first_dot - 1));
  if (!payload) return std::nullopt;
  auto claims = json::decode<AccessClaims>(*payload, {.unknown_keys = json::UnknownKeys::refuse});
  if (!claims || !in_force(*claims, now)) return std::nullopt;
  return std::move(*claims);
}

}  // namespace pf
