// Where randomness comes from, and what the house makes of it. A port, so that a simulation can
// replay a run from one seed; secrets are only ever drawn from the platform's secure source.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/time.hpp"

namespace pf {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  std::uint64_t next();
  std::uint64_t below(std::uint64_t limit);  // Uniform in [0, limit); limit > 0.
  std::string bytes(std::size_t count);
};

// Splitmix64: fast, repeatable, not secret. For simulations and jitter in tests.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  std::uint64_t state_;
};

// RFC 9562 version 7: sorts by creation time. 36 characters, lower case.
std::string uuid7(UnixTime now, Random& random);
// RFC 9562 version 4: says nothing about its time. For ids that outsiders see and must not guess.
std::string uuid4(Random& random);
// Crockford's base 32 without padding: readable aloud, no I, L, O, U. 5 bits a character.
std::string base32_token(Random& random, std::size_t characters);

}  // namespace pf
