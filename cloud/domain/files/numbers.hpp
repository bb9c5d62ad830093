// Numbers as slicers write them into attributes and settings: whole texts, never negative.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace pf {

// Absent for anything that is not exactly a finite number of zero or more.
std::optional<double> amount_in(std::string_view text);
// Absent also above int's range.
std::optional<int> count_in(std::string_view text);
// "0.4" or "0.4,0.4" is 0.4; "0.4,0.6" has no one answer.
std::optional<double> shared_amount_in(std::string_view comma_list);

}  // namespace pf
