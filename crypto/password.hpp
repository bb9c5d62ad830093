// Argon2id, 19 MiB, 2 passes, 1 lane (OWASP's first choice): about 46 ms of one core, so never on
// an I/O thread. The result is the PHC string, which carries its own parameters and salt.
#pragma once
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace pf::crypto {

std::string hash_password(std::string_view password, Random& random);
// False also for a malformed hash.
bool verify_password(std::string_view password, std::string_view phc);

}  // namespace pf::crypto
