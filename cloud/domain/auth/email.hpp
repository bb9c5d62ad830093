// E-mail addresses as accounts know them.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pf {

// In lower case. Nothing: no mail server would take it. Only a mail that arrives proves the rest.
std::optional<std::string> normalised_email(std::string_view text);

}  // namespace pf
