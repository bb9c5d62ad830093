// A letter as mail servers want it (RFC 5322).
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

// Its text with the line ends of mail, whichever it had.
std::string letter_lines(std::string_view text);

}  // namespace pf
