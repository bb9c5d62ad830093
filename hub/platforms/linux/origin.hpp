// The one server that a hub was provisioned with: its sessions and its downloads go nowhere else.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pf::hub {

struct Origin {
  bool secure = true;
  std::string host;  // Without brackets.
  std::uint16_t port = 443;

  std::string authority() const;  // For the Host header: the port only where it is not the usual.
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct OriginFault {
  std::string says;
};

// "https://farm.example:8443". Nothing may follow the port but one slash.
Result<Origin, OriginFault> parse_origin(std::string_view url);
std::string to_text(const Origin& origin);

}  // namespace pf::hub
