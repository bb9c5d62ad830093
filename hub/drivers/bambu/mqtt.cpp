#include "hub/drivers/bambu/mqtt.hpp"

#include <cassert>

#include "protocol/reader.hpp"

namespace pf::hub::mqtt {
namespace {

constexpr std::size_t text_bytes_max = 65'535;
constexpr std::size_t length_bytes_max = 4;

enum class Type : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14
};

// ---- encoding ----

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xff);
}

void append_text(std::string& out, std::string_view text) {
  assert(text.size() <= text_bytes_max);
  append_u16(out, text.size());
  out += text;
}

std::string framed(Type type, unsigned flags, std::string_view body) {
  std::string out;
  out.reserve(1 + length_bytes_max + body.size());
  out += static_cast<char>(static_cast<unsigned>(type) << 4 | flags);
  std::size_t left = body.size();
  do {
    const auto low = left & 0x7f;
    left >>= 7;
    out += static_cast<char>(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  out += body;
  return out;
}

std::string framed_id(Type type, std::uint16_t packet_id) {
  std::string body;
  append_u16(body, packet_id);
  return framed(type, 0, body);
}

std::string write(const Connect& connect) {
  unsigned flags = connect.clean_session ? 0x02 : 0;
  if (connect.will) {
    flags |= 0x04 | static_cast<unsigned>(connect.will->qos) << 3;
    if (connect.will->retain) flags |= 0x20;
  }
  if (connect.user_name) flags |= 0x80;
  if (connect.password) flags |= 0x40;
  std::string body;
  append_text(body, "MQTT");
  body += static_cast<char>(connect.protocol_level);
  body += static_cast<char>(flags);
  append_u16(body, connect.keep_alive_seconds);
  append_text(body, connect.client_id);
  if (connect.will) {
    append_text(body, connect.will->topic);
    append_text(body, connect.will->payload);
  }
  if (connect.user_name) append_text(body, *connect.user_name);
  if (connect.password) append_text(body, *connect.password);
  return framed(Type::connect, 0, body);
}

std::string write(const Connack& connack) {
  const char body[] = {static_cast<char>(connack.session_present), static_cast<char>(connack.code)};
  return framed(Type::connack, 0, {body, sizeof body});
}

std::string write(const Publish& publish) {
  assert(publish.qos != Qos::exactly_once);
  const unsigned flags = (publish.duplicate ? 8u : 0u) | static_cast<unsigned>(publish.qos) << 1 |
                         (publish.retain ? 1u : 0u);
  std::string body;
  append_text(body, publish.topic);
  if (publish.qos == Qos::at_least_once) append_u16(body, publish.packet_id);
  body += publish.payload;
  return framed(Type::publish, flags, body);
}

std::string write(const Puback& puback) { return framed_id(Type::puback, puback.packet_id); }

std::string write(const Subscribe& subscribe) {
  std::string body;
  append_u16(body, subscribe.packet_id);
  for (const auto& one : subscribe.subscriptions) {
    append_text(body, one.filter);
    body += static_cast<char>(one.qos);
  }
  return framed(Type::subscribe, 2, body);
}

std::string write(const Suback& suback) {
  std::string body;
  append_u16(body, suback.packet_id);
  for (const auto code : suback.codes) body += static_cast<char>(code);
  return framed(Type::suback, 0, body);
}

std::string write(const Unsubscribe& unsubscribe) {
  std::string body;
  append_u16(body, unsubscribe.packet_id);
  for (const auto& filter : unsubscribe.filters) append_text(body, filter);
  return framed(Type::unsubscribe, 2, body);
}

std::string write(const Unsuback& unsuback) {
  return framed_id(Type::unsuback, unsuback.packet_id);
}
std::string write(const Pingreq&) { return framed(Type::pingreq, 0, {}); }
std::string write(const Pingresp&) { return framed(Type::pingresp, 0, {}); }
std::string write(const Disconnect&) { return framed(Type::disconnect, 0, {}); }

// ---- decoding ----

// UTF-8 without U+0000, which MQTT forbids.
bool is_text(std::string_view text) {
  while (!text.empty()) {
    const auto size = json::utf8_length(text);
    if (size == 0 || text[0] == '\0') return false;
    text.remove_prefix(size);
  }
  return true;
}

bool is_topic_name(std::string_view topic) {
  return !topic.empty() && topic.find_first_of("+#") == std::string_view::npos;
}

// Reads a packet's body from front to end; keeps the first complaint.
class Body {
 public:
  explicit Body(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::string_view error() const { return error_; }
  void fail(std::string_view says) {
    if (error_.empty()) error_ = says;
    bytes_ = {};
  }
  void require(bool holds, std::string_view otherwise) {
    if (!holds) fail(otherwise);
  }

  std::string_view take(std::size_t count) {
    if (bytes_.size() < count) {
      fail("a packet ends too early");
      return {};
    }
    const auto taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  std::uint8_t u8() {
    const auto byte = take(1);
    return byte.empty() ? 0 : static_cast<std::uint8_t>(byte[0]);
  }
  std::uint16_t u16() {
    const auto high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::string data() { return std::string(take(u16())); }
  std::string text() {
    auto text = data();
    require(is_text(text), "a text is not UTF-8");
    return text;
  }
  std::uint16_t packet_id() {
    const auto id = u16();
    require(id != 0, "a packet id is zero");
    return id;
  }
  std::string rest() { return std::string(take(bytes_.size())); }

 private:
  std::string_view bytes_;
  std::string_view error_;
};

Qos qos_of(Body& body, unsigned bits) {
  body.require(bits <= 2, "a QoS is not 0, 1 or 2");
  return static_cast<Qos>(bits & 3);
}

Connect read_connect(Body& body) {
  Connect connect;
  body.require(body.text() == "MQTT", "the protocol is not MQTT 3.1.1");
  connect.protocol_level = body.u8();
  if (connect.protocol_level != protocol_level_3_1_1) {
    body.rest();  // Later versions order their fields otherwise; the broker says which it speaks.
    return connect;
  }
  const unsigned flags = body.u8();
  body.require((flags & 0x01) == 0, "a reserved bit is set");
  body.require((flags & 0x04) != 0 || (flags & 0x38) == 0, "will flags without a will");
  body.require((flags & 0x80) != 0 || (flags & 0x40) == 0, "a password without a user name");
  connect.clean_session = (flags & 0x02) != 0;
  connect.keep_alive_seconds = body.u16();
  connect.client_id = body.text();
  if ((flags & 0x04) != 0) {
    Will will;
    will.topic = body.text();
    will.payload = body.data();
    will.qos = qos_of(body, flags >> 3 & 3);
    will.retain = (flags & 0x20) != 0;
    body.require(is_topic_name(will.topic), "a topic is empty or has wildcards");
    connect.will = std::move(will);
  }
  if ((flags & 0x80) != 0) connect.user_name = body.text();
  if ((flags & 0x40) != 0) connect.password = body.data();
  return connect;
}

Connack read_connack(Body& body) {
  const auto flags = body.u8();
  const auto code = body.u8();
  body.require(flags <= 1, "a reserved bit is set");
  body.require(code <= 5, "a connect code is unknown");
  return {flags == 1, static_cast<ConnectCode>(code)};
}

Publish read_publish(Body& body, unsigned flags) {
  Publish publish;
  publish.duplicate = (flags & 8) != 0;
  publish.retain = (flags & 1) != 0;
  publish.qos = static_cast<Qos>(flags >> 1 & 3);
  publish.topic = body.text();
  body.require(is_topic_name(publish.topic), "a topic is empty or has wildcards");
  if (publish.qos == Qos::at_least_once) publish.packet_id = body.packet_id();
  publish.payload = body.rest();
  return publish;
}

std::string read_filter(Body& body) {
  auto filter = body.text();
  body.require(!filter.empty(), "a topic filter is empty");
  return filter;
}

Subscribe read_subscribe(Body& body) {
  Subscribe subscribe{body.packet_id(), {}};
  body.require(!body.empty(), "a subscription names no topic");
  while (!body.empty()) {
    auto filter = read_filter(body);
    const auto qos = qos_of(body, body.u8());
    subscribe.subscriptions.push_back({std::move(filter), qos});
  }
  return subscribe;
}

Suback read_suback(Body& body) {
  Suback suback{body.packet_id(), {}};
  body.require(!body.empty(), "an answer to a subscription is empty");
  while (!body.empty()) {
    const auto code = body.u8();
    body.require(code <= 2 || code == subscription_refused, "a subscription code is unknown");
    suback.codes.push_back(code);
  }
  return suback;
}

Unsubscribe read_unsubscribe(Body& body) {
  Unsubscribe unsubscribe{body.packet_id(), {}};
  body.require(!body.empty(), "a subscription names no topic");
  while (!body.empty()) unsubscribe.filters.push_back(read_filter(body));
  return unsubscribe;
}

// What is wrong with a packet's first byte, seen before its body is waited for.
std::string_view header_fault(unsigned char first) {
  const auto type = static_cast<Type>(first >> 4);
  const unsigned flags = first & 15;
  switch (type) {
    case Type::publish: return (flags >> 1 & 3) < 2 ? "" : "QoS 2 is not spoken here";
    case Type::subscribe:
    case Type::unsubscribe: return flags == 2 ? "" : "a reserved bit is set";
    case Type::connect:
    case Type::connack:
    case Type::puback:
    case Type::suback:
    case Type::unsuback:
    case Type::pingreq:
    case Type::pingresp:
    case Type::disconnect: return flags == 0 ? "" : "a reserved bit is set";
  }
  return "a packet type is unknown or of QoS 2";
}

Packet read_packet(Body& body, Type type, unsigned flags) {
  switch (type) {
    case Type::connect: return read_connect(body);
    case Type::connack: return read_connack(body);
    case Type::publish: return read_publish(body, flags);
    case Type::puback: return Puback{body.packet_id()};
    case Type::subscribe: return read_subscribe(body);
    case Type::suback: return read_suback(body);
    case Type::unsubscribe: return read_unsubscribe(body);
    case Type::unsuback: return Unsuback{body.packet_id()};
    case Type::pingreq: return Pingreq{};
    case Type::pingresp: return Pingresp{};
    case Type::disconnect: break;
  }
  return Disconnect{};
}

struct Length {
  enum class State { whole, cut, malformed } state = State::cut;
  std::size_t value = 0;
  std::size_t bytes = 0;
};

Length read_length(std::string_view bytes) {
  Length length;
  while (length.bytes < length_bytes_max) {
    if (length.bytes == bytes.size()) return length;
    const auto byte = static_cast<unsigned char>(bytes[length.bytes]);
    length.value |= static_cast<std::size_t>(byte & 0x7f) << (7 * length.bytes);
    ++length.bytes;
    if ((byte & 0x80) == 0) {
      length.state = Length::State::whole;
      return length;
    }
  }
  length.state = Length::State::malformed;
  return length;
}

}  // namespace

std::string encode(const Packet& packet) {
  return std::visit([](const auto& one) { return write(one); }, packet);
}

void Decoder::feed(std::string_view bytes) {
  if (failed()) return;
  buffer_.erase(0, taken_);
  taken_ = 0;
  buffer_ += bytes;
}

std::optional<Packet> Decoder::next() {
  const auto left = std::string_view(buffer_).substr(taken_);
  if (left.empty()) return std::nullopt;
  const auto first = static_cast<unsigned char>(left[0]);
  if (const auto fault = header_fault(first); !fault.empty()) return fail(fault);
  const auto length = read_length(left.substr(1));
  if (length.state == Length::State::malformed) return fail("a packet's length is malformed");
  if (length.state == Length::State::cut) return std::nullopt;
  const auto header_bytes = 1 + length.bytes;
  if (header_bytes + length.value > bytes_max_) return fail("a packet is too long");
  if (left.size() < header_bytes + length.value) return std::nullopt;

  Body body(left.substr(header_bytes, length.value));
  auto packet = read_packet(body, static_cast<Type>(first >> 4), first & 15);
  body.require(body.empty(), "a packet has bytes left over");
  if (!body.error().empty()) return fail(body.error());
  taken_ += header_bytes + length.value;
  return packet;
}

std::optional<Packet> Decoder::fail(std::string_view says) {
  error_ = says;
  buffer_.clear();
  buffer_.shrink_to_fit();
  taken_ = 0;
  return std::nullopt;
}

}  // namespace pf::hub::mqtt
