// One client's MQTT session with a printer: bytes in, bytes and requests out. Knows one printer's
// serial number and access code; the broker owns the connection.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "hub/drivers/bambu/mqtt.hpp"

namespace pf::sim {

inline constexpr std::size_t subscriptions_max = 16;

struct SessionOutput {
  std::string bytes;                  // To the client.
  std::vector<std::string> requests;  // Payloads for the printer, in order.
  bool close = false;                 // After the bytes.
};

class MqttSession {
 public:
  // room: whether the printer takes one more client.
  MqttSession(std::string_view serial_number, std::string_view access_code, bool room);

  void receive(std::string_view bytes, SessionOutput& out);

  bool signed_in() const { return signed_in_; }
  bool listens() const { return listens_; }  // Subscribed to the printer's reports.
  // The packet that carries a report to this client.
  std::string deliver(std::string_view message) const;

 private:
  void on_packet(const hub::mqtt::Packet& packet, SessionOutput& out);
  void on_connect(const hub::mqtt::Connect& connect, SessionOutput& out);
  void on_publish(const hub::mqtt::Publish& publish, SessionOutput& out);
  void on_subscribe(const hub::mqtt::Subscribe& subscribe, SessionOutput& out);
  void on_unsubscribe(const hub::mqtt::Unsubscribe& unsubscribe, SessionOutput& out);
  void update_listening();

  std::string access_code_;
  std::string request_topic_, report_topic_;
  bool room_;
  bool signed_in_ = false;
  bool listens_ = false;
  std::vector<std::string> filters_;
  hub::mqtt::Decoder decoder_;
};

// MQTT 3.1.1 section 4.7: "+" is one level, "#" is all that follow.
bool topic_matches(std::string_view filter, std::string_view topic);

}  // namespace pf::sim
