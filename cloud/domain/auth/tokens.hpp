// JWTs, RS256 only. The header segment must be byte-equal to the one we issue, so that algorithm
// and key are fixed before any key is chosen; then signature, exp (integer), iss and aud are
// checked.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "crypto/rsa.hpp"
#include "protocol/describe.hpp"

namespace pf {

inline constexpr Minutes access_token_lifetime{15};
inline constexpr std::size_t token_bytes_max = 4096;

struct AccessClaims {
  std::string iss, aud, sub, tenant, session;
  std::int64_t iat = 0, exp = 0;  // Unix seconds, as RFC 7519 wants them.
  FIELDS(iss, aud, sub, tenant, session, iat, exp)
};

class TokenIssuer {
 public:
  explicit TokenIssuer(crypto::RsaKey key);

  std::string issue(std::string_view user_id, std::string_view tenant, std::string_view session_id,
                    UnixTime now) const;
  // Nothing, without saying why: the caller is told the same for every defect.
  std::optional<AccessClaims> verify(std::string_view token, UnixTime now) const;

 private:
  crypto::RsaKey key_;
  std::string header_segment_;
};

}  // namespace pf
