// How printers say that they are there (PROTOCOL 1.1 and 1.3): the NOTIFY datagram, and the
// "detect" exchange on TCP 3000. Bytes in, printers out; no socket.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "protocol/hub_messages.hpp"

namespace pf::hub {

inline constexpr std::uint16_t detect_port = 3000;
inline constexpr std::size_t announcement_bytes_max = 2048;
inline constexpr std::size_t detect_frame_bytes_max = 4096;

// Absent: not an announcement of a printer. A goodbye is none either: printers only fall silent.
std::optional<DiscoveredPrinter> parse_announcement(std::string_view datagram);

std::string detect_request(int sequence_id);

enum class FrameState { incomplete, whole, malformed };
// Whether these first bytes of an answer are a frame yet.
FrameState detect_frame_state(std::string_view received);
// Of a whole frame. The address is the one that was asked.
std::optional<DiscoveredPrinter> parse_detect_reply(std::string_view frame,
                                                    std::string_view address);

}  // namespace pf::hub
