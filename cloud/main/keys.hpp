// The server's own secrets, made at the first start and kept in the data folder, readable only by
// its user. Whoever backs up the database backs up this folder too, and keeps them apart.
#pragma once
#include <string>

#include "base/random.hpp"
#include "crypto/rsa.hpp"

namespace pf {

struct Keys {
  std::string master;     // 32 bytes: seals every other secret in the database.
  std::string download;   // 32 bytes: signs download addresses.
  crypto::RsaKey tokens;  // Signs access tokens.
};

// Throws std::runtime_error with a sentence for the operator.
Keys load_or_make_keys(const std::string& folder, Random& random);

}  // namespace pf
