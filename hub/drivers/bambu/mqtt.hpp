// MQTT 3.1.1 packets to bytes and back: what a client of a printer and a broker that plays one
// need. No session, no timer, no socket. QoS 2 is not spoken by printers and is refused.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pf::hub::mqtt {

inline constexpr std::size_t packet_bytes_max = 128 * 1024;  // Whole packets; reports reach 32 KiB.
inline constexpr std::uint8_t protocol_level_3_1_1 = 4;

enum class Qos : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2 };

struct Will {
  std::string topic;
  std::string payload;
  Qos qos = Qos::at_most_once;
  bool retain = false;
  friend bool operator==(const Will&, const Will&) = default;
};

struct Connect {
  std::uint8_t protocol_level = protocol_level_3_1_1;  // Another level: nothing below was read.
  bool clean_session = true;
  std::uint16_t keep_alive_seconds = 0;
  std::string client_id;
  std::optional<Will> will;
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  friend bool operator==(const Connect&, const Connect&) = default;
};

enum class ConnectCode : std::uint8_t {
  accepted = 0,
  wrong_protocol_level = 1,
  client_id_rejected = 2,
  server_unavailable = 3,
  bad_user_name_or_password = 4,
  not_authorised = 5
};
struct Connack {
  bool session_present = false;
  ConnectCode code = ConnectCode::accepted;
  friend bool operator==(const Connack&, const Connack&) = default;
};

struct Publish {
  std::string topic;
  std::string payload;
  Qos qos = Qos::at_most_once;
  std::uint16_t packet_id = 0;  // Only with QoS 1.
  bool duplicate = false;
  bool retain = false;
  friend bool operator==(const Publish&, const Publish&) = default;
};

struct Puback {
  std::uint16_t packet_id = 0;
  friend bool operator==(const Puback&, const Puback&) = default;
};

struct Subscription {
  std::string filter;
  Qos qos = Qos::at_most_once;
  friend bool operator==(const Subscription&, const Subscription&) = default;
};
struct Subscribe {
  std::uint16_t packet_id = 0;
  std::vector<Subscription> subscriptions;
  friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

inline constexpr std::uint8_t subscription_refused = 0x80;
struct Suback {
  std::uint16_t packet_id = 0;
  std::vector<std::uint8_t> codes;  // One a subscription: the granted QoS or subscription_refused.
  friend bool operator==(const Suback&, const Suback&) = default;
};

struct Unsubscribe {
  std::uint16_t packet_id = 0;
  std::vector<std::string> filters;
  friend bool operator==(const Unsubscribe&, const Unsubscribe&) = default;
};

struct Unsuback {
  std::uint16_t packet_id = 0;
  friend bool operator==(const Unsuback&, const Unsuback&) = default;
};

struct Pingreq {
  friend bool operator==(const Pingreq&, const Pingreq&) = default;
};
struct Pingresp {
  friend bool operator==(const Pingresp&, const Pingresp&) = default;
};
struct Disconnect {
  friend bool operator==(const Disconnect&, const Disconnect&) = default;
};

using Packet = std::variant<Connect, Connack, Publish, Puback, Subscribe, Suback, Unsubscribe,
                            Unsuback, Pingreq, Pingresp, Disconnect>;

// Texts are at most 65,535 bytes; longer ones are the caller's mistake.
std::string encode(const Packet& packet);

// Bytes in, packets out. After each feed(), take packets until next() gives none; then error() says
// whether more bytes are wanted or the stream is beyond repair and must be closed.
class Decoder {
 public:
  explicit Decoder(std::size_t bytes_max = packet_bytes_max) : bytes_max_(bytes_max) {}

  void feed(std::string_view bytes);
  std::optional<Packet> next();
  bool failed() const { return !error_.empty(); }
  const std::string& error() const { return error_; }

 private:
  std::optional<Packet> fail(std::string_view says);

  std::size_t bytes_max_;
  std::string buffer_;
  std::size_t taken_ = 0;  // Bytes of buffer_ that were given out as packets.
  std::string error_;
};

}  // namespace pf::hub::mqtt
