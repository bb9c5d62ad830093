// The upgrade of RFC 6455 section 4.2.
#pragma once
#include <string>

#include "cloud/adapters/http/request_head.hpp"

namespace pf {

// The whole 101 reply, or why there is none (426 for another version of the protocol).
Answer<std::string> websocket_upgrade_reply(const RequestHead& head);

}  // namespace pf
