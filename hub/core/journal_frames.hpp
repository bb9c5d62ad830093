// The journal's file: frames one after another, each `length, CRC-32C, payload` (two little-endian
// 32-bit words and the bytes). The core writes one frame at a time and waits until it is flushed,
// so a crash can only tear the last one. A bad frame with a good one behind it is therefore damage,
// not a torn write, and is refused: a lost `starting` record could start a print twice.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "hub/core/refusal.hpp"

namespace pf::hub {

inline constexpr std::size_t frame_header_bytes = 8;

std::string journal_frame(std::string_view payload);

struct RecoveredFrames {
  std::vector<std::string_view> payloads;  // Into the given bytes.
  std::size_t torn_bytes = 0;              // Behind the last good frame; nothing was done on them.
};
Result<RecoveredFrames, StorageFault> recover_frames(std::string_view bytes);

}  // namespace pf::hub
