// Where on the card a project_file points (PROTOCOL 3.1). Printers know several spellings; what
// they do not know they answer as a card that cannot be read.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pf::sim {

std::optional<std::string> card_path_of_url(std::string_view url);

}  // namespace pf::sim
