#include "cloud/domain/auth/password_hasher.hpp"

#include "crypto/password.hpp"

namespace pf {

std::string PasswordHasher::hash(std::string_view password) {
  ++times_used_;
  return crypto::hash_password(password, random_);
}

bool PasswordHasher::verify(std::string_view password, std::string_view stored) {
  ++times_used_;
  return crypto::verify_password(password, stored);
}

void PasswordHasher::verify_nothing(std::string_view password) { hash(password); }

}  // namespace pf
