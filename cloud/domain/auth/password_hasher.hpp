// Argon2id is slow on purpose. Every use passes here and is counted, so that it can be seen (and
// tested) that an unknown user costs as much as a wrong password.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace pf {

class PasswordHasher {
 public:
  explicit PasswordHasher(Random& random) : random_(random) {}

  std::string hash(std::string_view password);
  bool verify(std::string_view password, std::string_view stored);
  // The work of verify() where there is nothing to compare with.
  void verify_nothing(std::string_view password);
  std::uint64_t times_used() const { return times_used_; }

 private:
  Random& random_;
  std::atomic<std::uint64_t> times_used_ = 0;
};

}  // namespace pf
