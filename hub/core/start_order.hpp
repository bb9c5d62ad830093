// What a start command has to say before anything else is looked at.
#pragma once
#include "hub/core/attempt.hpp"
#include "hub/core/refusal.hpp"

namespace pf::hub {

inline constexpr std::int64_t print_file_bytes_max = 4LL * 1024 * 1024 * 1024 - 1;  // FAT32 cards.

Result<StartOrder, Refusal> start_order_of(const PrintCommand& command);

}  // namespace pf::hub
