#include "hub/platforms/linux/announcements.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "protocol/json.hpp"

namespace pf::hub {
namespace {

constexpr std::string_view printer_kind = "urn:bambulab-com:device:3dprinter:1";
constexpr std::string_view frame_start = "\xa5\xa5", frame_end = "\xa7\xa7";
constexpr std::size_t frame_header_bytes = 4;  // The mark and a little-endian length of it all.
constexpr std::size_t frame_bytes_min = frame_header_bytes + 2;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Calls on_header(name, value) for each line after the first.
template <class OnHeader>
void each_header(std::string_view datagram, OnHeader on_header) {
  std::size_t at = datagram.find('\n');
  while (at != std::string_view::npos) {
    const auto start = at + 1;
    at = datagram.find('\n', start);
    std::string_view line = datagram.substr(start, at - start);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    on_header(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
}

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

// Names are the user's own words; the rest are plain identifiers. Through the one JSON reader, so
// that a broken or overlong value is refused here and not by the cloud.
std::optional<DiscoveredPrinter> checked(const DiscoveredPrinter& printer) {
  const json::ReaderOptions lenient{json::UnknownKeys::skip, json::BadUtf8::replace};
  auto good = json::decode<DiscoveredPrinter>(json::encode(printer), lenient);
  if (!good) return std::nullopt;
  return std::move(*good);
}

struct DetectLogin {
  std::string command;
  std::string id, model, name, version, bind;
  FIELDS(command, id, model, name, version, bind)
};
struct DetectReply {
  DetectLogin login;
  FIELDS(login)
};

}  // namespace

std::optional<DiscoveredPrinter> parse_announcement(std::string_view datagram) {
  if (datagram.size() > announcement_bytes_max || datagram.substr(0, 9) != "NOTIFY * ") {
    return std::nullopt;
  }
  DiscoveredPrinter printer;
  bool is_printer = false, is_alive = false;
  each_header(datagram, [&](std::string_view name, std::string_view value) {
    const auto is = [&](std::string_view wanted) { return same_letters(name, wanted); };
    if (is("NT")) is_printer = value == printer_kind;
    if (is("NTS")) is_alive = value == "ssdp:alive";
    if (is("USN")) printer.printer_id.value = value;
    if (is("Location")) printer.ip_address.value = value;
    if (is("DevModel.bambu.com")) printer.model.value = value;
    if (is("DevName.bambu.com")) printer.name.value = value;
    if (is("DevVersion.bambu.com")) printer.firmware_version.emplace().value = value;
    if (is("DevBind.bambu.com")) printer.bound = value == "occupied";
  });
  // A bare address, not a URL; a name from the network is not looked up.
  if (!is_printer || !is_alive || !is_ipv4(printer.ip_address.value)) return std::nullopt;
  return checked(printer);
}

std::string detect_request(int sequence_id) {
  const std::string body =
      R"({"login":{"command":"detect","sequence_id":")" + std::to_string(sequence_id) + R"("}})";
  const std::size_t size = body.size() + frame_bytes_min;
  std::string frame(frame_start);
  frame += static_cast<char>(size & 255);
  frame += static_cast<char>(size >> 8);
  return frame.append(body).append(frame_end);
}

FrameState detect_frame_state(std::string_view received) {
  const auto known = received.substr(0, frame_start.size());
  if (known != frame_start.substr(0, known.size())) return FrameState::malformed;
  if (received.size() < frame_header_bytes) return FrameState::incomplete;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(received[at]); };
  const std::size_t size = byte(2) | static_cast<std::size_t>(byte(3)) << 8;
  if (size < frame_bytes_min || size > detect_frame_bytes_max) return FrameState::malformed;
  if (received.size() < size) return FrameState::incomplete;
  const bool ends_well = received.substr(size - frame_end.size(), frame_end.size()) == frame_end;
  return received.size() == size && ends_well ? FrameState::whole : FrameState::malformed;
}

std::optional<DiscoveredPrinter> parse_detect_reply(std::string_view frame,
                                                    std::string_view address) {
  if (detect_frame_state(frame) != FrameState::whole) return std::nullopt;
  const auto body = frame.substr(frame_header_bytes, frame.size() - frame_bytes_min);
  const auto reply =
      json::decode<DetectReply>(body, {json::UnknownKeys::skip, json::BadUtf8::replace});
  if (!reply || reply->login.command != "detect") return std::nullopt;
  DiscoveredPrinter printer;
  printer.printer_id.value = reply->login.id;
  printer.ip_address.value = address;
  printer.model.value = reply->login.model;
  printer.name.value = reply->login.name;
  printer.firmware_version.emplace().value = reply->login.version;
  printer.bound = reply->login.bind == "occupied";
  return checked(printer);
}

}  // namespace pf::hub
