// One MQTT connection to a printer, from CONNECT to its end; made anew for each. It publishes and
// forgets: printers lose PUBACKs, and a project_file that is sent again prints again.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "hub/drivers/bambu/mqtt.hpp"

namespace pf::hub::bambu {

inline constexpr Seconds mqtt_keep_alive{30};
inline constexpr Seconds mqtt_ping_every{20};  // Well before the printer would miss one.

struct MqttLogin {
  std::string client_id;  // Fresh for each connection: a printer may hold a session of the last.
  std::string access_code;
  std::string serial;
};

struct MqttAccepted {};
struct MqttRefused {
  mqtt::ConnectCode code = mqtt::ConnectCode::accepted;
};
struct MqttReport {
  std::string payload;
};
struct MqttBroken {  // The printer does not speak MQTT as it should; close the stream.
  std::string detail;
};
using MqttEvent = std::variant<MqttAccepted, MqttRefused, MqttReport, MqttBroken>;

class MqttClient {
 public:
  explicit MqttClient(MqttLogin login);

  // Bytes to send are appended to out.
  void open(Instant now, std::string& out);
  std::vector<MqttEvent> receive(std::string_view bytes, Instant now, std::string& out);
  void tick(Instant now, std::string& out);
  void publish(std::string payload, Instant now, std::string& out);
  void close(std::string& out);

  bool accepted() const { return accepted_; }

 private:
  void send(const mqtt::Packet& packet, Instant now, std::string& out);
  std::uint16_t next_packet_id();

  std::vector<MqttEvent> on(const mqtt::Connack& connack, Instant now, std::string& out);
  std::vector<MqttEvent> on(const mqtt::Suback& suback, Instant now, std::string& out);
  std::vector<MqttEvent> on(const mqtt::Publish& publish, Instant now, std::string& out);
  template <class Other>
  std::vector<MqttEvent> on(const Other&, Instant, std::string&) {
    return {};  // PUBACK and PINGRESP; whatever else a printer sends is no reason to hang up.
  }

  MqttLogin login_;
  mqtt::Decoder decoder_;
  bool accepted_ = false;
  std::uint16_t packet_id_ = 0;
  Instant last_sent_;
};

}  // namespace pf::hub::bambu
