// The operating system's random source, for everything secret.
#pragma once
#include "base/random.hpp"

namespace pf::crypto {

class SecureRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;  // Aborts the program if the source fails.
};

}  // namespace pf::crypto
