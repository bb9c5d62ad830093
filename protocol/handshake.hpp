// The bytes that hub and cloud sign while opening a connection (WIRE, "Opening"). Each part is
// preceded by its length as 4 bytes big-endian, so that no two sets of parts give the same bytes.
// The HMAC-SHA256 itself is the platform's; both sides send it as lower-case hex. Its key is the
// secret's 64 lower-case hex characters as they travelled in hub_claim, not the 32 bytes they
// spell.
#pragma once
#include <string>

#include "protocol/hub_messages.hpp"

namespace pf {

// Signed by the hub with its secret: binds the server's host and nonce to this boot of this hub.
std::string signed_hello(std::string_view host, std::string_view nonce, const HubHello& hello);
// Signed by the cloud with the same secret: proves that it knows the hub, and fixes the epoch.
std::string signed_welcome(std::string_view client_nonce, std::int64_t epoch);

}  // namespace pf
