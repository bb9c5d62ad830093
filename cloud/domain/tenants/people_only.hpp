// What only a person may do: whoever holds a machine's key must not be able to turn it into more
// than a key.
#pragma once
#include <optional>

#include "cloud/kit/caller.hpp"
#include "cloud/kit/fault.hpp"

namespace pf {

inline std::optional<Fault> refuse_key(const Caller& caller) {
  if (!caller.api_key_id) return std::nullopt;
  return Fault{403, "An API key may not do this. Sign in with your account."};
}

}  // namespace pf
