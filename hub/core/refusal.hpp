// Why the hub will not do something: a word for programs and a sentence for people.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace pf::hub {

struct Refusal {
  std::string code;
  std::string says;
};

// Numbers the frames of the journal; what was recorded in one is durable once that frame is
// flushed.
using Ticket = std::uint64_t;

// Written down under that ticket, or refused.
using Acceptance = Result<Ticket, Refusal>;

// Kept bytes that cannot be trusted: the hub does not start on a guess.
struct StorageFault {
  std::string says;
};

}  // namespace pf::hub
