#include "cloud/adapters/http/websocket_codec.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "cloud/adapters/http/utf8.hpp"

namespace pf::websocket {
namespace {

// Above this, a buffer is given back after use instead of kept for the next message.
constexpr std::size_t kept_buffer_bytes_max = 4096;

bool is_control(Opcode opcode) { return static_cast<int>(opcode) >= 8; }

bool is_known(Opcode opcode) {
  return opcode <= Opcode::binary || (is_control(opcode) && opcode <= Opcode::pong);
}

bool may_be_sent(int code) {
  // 1004 to 1006 and 1015 are for local use only; 3000 to 4999 belong to libraries and programs.
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
         (code >= 3000 && code <= 4999);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

void unmask(std::span<char> bytes, const std::array<char, 4>& mask) {
  std::uint64_t wide;
  std::memcpy(&wide, mask.data(), 4);
  std::memcpy(reinterpret_cast<char*>(&wide) + 4, mask.data(), 4);
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, bytes.data() + i, 8);
    eight ^= wide;
    std::memcpy(bytes.data() + i, &eight, 8);
  }
  for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ mask[i % 4]);
}

void clear(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kept_buffer_bytes_max) buffer.shrink_to_fit();
}

}  // namespace

std::optional<Violation> Decoder::parse(std::string_view bytes, Header& header) const {
  if (bytes.size() < 2) return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  header.is_final = first & 0x80;
  header.opcode = static_cast<Opcode>(first & 0x0F);
  if (first & 0x70) return Violation{protocol_error, "reserved bits are set"};
  if (!is_known(header.opcode)) return Violation{protocol_error, "unknown opcode"};
  if (!(second & 0x80)) return Violation{protocol_error, "a client must mask its frames"};

  const std::size_t short_length = second & 0x7F;
  const std::size_t length_bytes = short_length < 126 ? 0 : short_length == 126 ? 2 : 8;
  if (is_control(header.opcode) && (length_bytes > 0 || !header.is_final)) {
    return Violation{protocol_error, "a control frame must be short and whole"};
  }
  if (bytes.size() < 2 + length_bytes) return std::nullopt;
  std::uint64_t length = short_length;
  if (length_bytes > 0) {
    length = big_endian(bytes.substr(2, length_bytes));
    if (length < (length_bytes == 2 ? 126u : 65'536u) || length >> 63) {
      return Violation{protocol_error, "the length is not written in its shortest form"};
    }
  }
  header.payload_bytes = length;
  if (auto violation = check(header)) return violation;
  if (bytes.size() < 2 + length_bytes + 4) return std::nullopt;
  std::memcpy(header.mask.data(), bytes.data() + 2 + length_bytes, 4);
  header.header_bytes = 2 + length_bytes + 4;
  return std::nullopt;
}

// Judged by its header alone, so that nobody makes us buffer what we will refuse.
std::optional<Violation> Decoder::check(const Header& header) const {
  if (is_control(header.opcode)) return std::nullopt;
  if ((header.opcode == Opcode::continuation) != fragmented_.has_value()) {
    return Violation{protocol_error, "fragments are out of order"};
  }
  const auto kind = fragmented_.value_or(header.opcode);
  const auto limit = kind == Opcode::text ? limits_.text_bytes_max : limits_.binary_bytes_max;
  if (header.payload_bytes > limit || message_.size() > limit - header.payload_bytes) {
    return Violation{too_big, "the message is too big"};
  }
  return std::nullopt;
}

std::optional<Violation> Decoder::feed(std::span<char> bytes, Listener& listener) {
  while (!ended_ && !bytes.empty()) {
    auto violation = partial_.empty() ? begin_frame(bytes, listener) : go_on(bytes, listener);
    if (violation) return violation;
  }
  return std::nullopt;
}

std::optional<Violation> Decoder::begin_frame(std::span<char>& bytes, Listener& listener) {
  Header header;
  if (auto violation = parse({bytes.data(), bytes.size()}, header)) return violation;
  if (header.header_bytes == 0 || header.frame_bytes() > bytes.size()) {
    partial_.assign(bytes.data(), bytes.size());
    bytes = {};
    return std::nullopt;
  }
  const auto payload = bytes.subspan(header.header_bytes, header.payload_bytes);
  bytes = bytes.subspan(header.frame_bytes());
  return complete(header, payload, listener);
}

std::optional<Violation> Decoder::go_on(std::span<char>& bytes, Listener& listener) {
  Header header;
  if (auto violation = parse(partial_, header)) return violation;
  // Take only what belongs to this frame: the next may then be read where it lies.
  const auto wanted = header.header_bytes == 0 ? partial_.size() + 1 : header.frame_bytes();
  const auto taken = std::min(wanted - partial_.size(), bytes.size());
  partial_.append(bytes.data(), taken);
  bytes = bytes.subspan(taken);
  header = {};
  if (auto violation = parse(partial_, header)) return violation;
  if (header.header_bytes == 0 || header.frame_bytes() > partial_.size()) return std::nullopt;
  auto frame = std::exchange(partial_, {});
  return complete(header, std::span(frame).subspan(header.header_bytes), listener);
}

std::optional<Violation> Decoder::complete(const Header& header, std::span<char> payload,
                                           Listener& listener) {
  unmask(payload, header.mask);
  const std::string_view bytes(payload.data(), payload.size());
  if (is_control(header.opcode)) return control(header, bytes, listener);
  if (!fragmented_ && header.is_final) return deliver(header.opcode, bytes, listener);
  if (!fragmented_) fragmented_ = header.opcode;
  message_.append(bytes);
  if (!header.is_final) return std::nullopt;
  const auto kind = *fragmented_;
  fragmented_.reset();
  auto violation = deliver(kind, message_, listener);
  clear(message_);
  return violation;
}

std::optional<Violation> Decoder::control(const Header& header, std::string_view payload,
                                          Listener& listener) {
  if (header.opcode == Opcode::ping) listener.on_ping(payload);
  if (header.opcode != Opcode::close) return std::nullopt;
  ended_ = true;
  if (payload.empty()) {
    listener.on_close(std::nullopt);
    return std::nullopt;
  }
  const auto code = static_cast<int>(big_endian(payload.substr(0, 2)));
  if (payload.size() < 2 || !may_be_sent(code)) {
    return Violation{protocol_error, "not a close code"};
  }
  if (!is_utf8(payload.substr(2))) return Violation{not_utf8, "the reason is not UTF-8"};
  listener.on_close(code);
  return std::nullopt;
}

std::optional<Violation> Decoder::deliver(Opcode kind, std::string_view message,
                                          Listener& listener) {
  if (kind == Opcode::binary) {
    listener.on_binary(message);
    return std::nullopt;
  }
  if (!is_utf8(message)) return Violation{not_utf8, "the text is not UTF-8"};
  listener.on_text(message);
  return std::nullopt;
}

FrameHeader frame_header(Opcode opcode, std::size_t payload_bytes) {
  FrameHeader header{};
  const auto put = [&header](std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) {
      header.bytes[header.size++] = static_cast<char>(value >> (8 * i));
    }
  };
  put(0x80u | static_cast<unsigned>(opcode), 1);
  if (payload_bytes < 126) {
    put(payload_bytes, 1);
  } else if (payload_bytes < 65'536) {
    put(126, 1);
    put(payload_bytes, 2);
  } else {
    put(127, 1);
    put(payload_bytes, 8);
  }
  return header;
}

std::string close_payload(int code, std::string_view reason) {
  assert(may_be_sent(code) && reason.size() <= close_reason_bytes_max);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
  return payload.append(reason);
}

}  // namespace pf::websocket
