// A letter's header fields as mail servers want them (RFC 5322).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "cloud/ports/mailer.hpp"

namespace pf {

// "Subject: ..." and its like. No value can begin another field: control characters are taken out.
std::vector<std::string> letter_fields(const Mail& mail, std::string_view from,
                                       std::string_view message_id, UnixTime now);

}  // namespace pf
