#include "hub/drivers/bambu/mqtt_client.hpp"

#include <utility>

namespace pf::hub::bambu {
namespace {

std::string report_topic(std::string_view serial) {
  return "device/" + std::string(serial) + "/report";
}
std::string request_topic(std::string_view serial) {
  return "device/" + std::string(serial) + "/request";
}

}  // namespace

MqttClient::MqttClient(MqttLogin login) : login_(std::move(login)) {}

void MqttClient::open(Instant now, std::string& out) {
  mqtt::Connect connect;
  connect.keep_alive_seconds = static_cast<std::uint16_t>(mqtt_keep_alive.count());
  connect.client_id = login_.client_id;
  connect.user_name = "bblp";
  connect.password = login_.access_code;
  send(connect, now, out);
}

std::vector<MqttEvent> MqttClient::receive(std::string_view bytes, Instant now, std::string& out) {
  std::vector<MqttEvent> events;
  decoder_.feed(bytes);
  while (const auto packet = decoder_.next()) {
    auto more = std::visit([&](const auto& one) { return on(one, now, out); }, *packet);
    for (auto& event : more) events.push_back(std::move(event));
  }
  if (decoder_.failed()) events.push_back(MqttBroken{decoder_.error()});
  return events;
}

std::vector<MqttEvent> MqttClient::on(const mqtt::Connack& connack, Instant now, std::string& out) {
  if (accepted_) return {MqttBroken{"the connection was accepted twice"}};
  if (connack.code != mqtt::ConnectCode::accepted) return {MqttRefused{connack.code}};
  accepted_ = true;
  send(mqtt::Subscribe{next_packet_id(), {{report_topic(login_.serial), mqtt::Qos::at_most_once}}},
       now, out);
  return {MqttAccepted{}};
}

std::vector<MqttEvent> MqttClient::on(const mqtt::Suback& suback, Instant, std::string&) {
  if (suback.codes.front() != mqtt::subscription_refused) return {};
  return {MqttBroken{"the printer refused the subscription to its reports"}};
}

std::vector<MqttEvent> MqttClient::on(const mqtt::Publish& publish, Instant now, std::string& out) {
  if (publish.qos == mqtt::Qos::at_least_once) send(mqtt::Puback{publish.packet_id}, now, out);
  if (publish.topic != report_topic(login_.serial)) return {};
  return {MqttReport{publish.payload}};
}

void MqttClient::tick(Instant now, std::string& out) {
  if (accepted_ && now - last_sent_ >= mqtt_ping_every) send(mqtt::Pingreq{}, now, out);
}

void MqttClient::publish(std::string payload, Instant now, std::string& out) {
  mqtt::Publish publish;
  publish.topic = request_topic(login_.serial);
  publish.payload = std::move(payload);
  publish.qos = mqtt::Qos::at_least_once;
  publish.packet_id = next_packet_id();
  send(publish, now, out);
}

void MqttClient::close(std::string& out) {
  if (accepted_) out += mqtt::encode(mqtt::Disconnect{});
}

void MqttClient::send(const mqtt::Packet& packet, Instant now, std::string& out) {
  out += mqtt::encode(packet);
  last_sent_ = now;
}

std::uint16_t MqttClient::next_packet_id() {
  packet_id_ = packet_id_ == 0xffff ? 1 : static_cast<std::uint16_t>(packet_id_ + 1);
  return packet_id_;
}

}  // namespace pf::hub::bambu
