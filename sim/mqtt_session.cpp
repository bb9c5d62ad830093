#include "sim/mqtt_session.hpp"

#include <algorithm>
#include <utility>

namespace pf::sim {

namespace mqtt = hub::mqtt;

MqttSession::MqttSession(std::string_view serial_number, std::string_view access_code, bool room)
    : access_code_(access_code),
      request_topic_("device/" + std::string(serial_number) + "/request"),
      report_topic_("device/" + std::string(serial_number) + "/report"),
      room_(room) {}

void MqttSession::receive(std::string_view bytes, SessionOutput& out) {
  decoder_.feed(bytes);
  while (!out.close) {
    const auto packet = decoder_.next();
    if (!packet) break;
    on_packet(*packet, out);
  }
  if (decoder_.failed()) out.close = true;
}

std::string MqttSession::deliver(std::string_view message) const {
  return mqtt::encode(mqtt::Publish{.topic = report_topic_, .payload = std::string(message)});
}

void MqttSession::on_packet(const mqtt::Packet& packet, SessionOutput& out) {
  if (const auto* connect = std::get_if<mqtt::Connect>(&packet)) return on_connect(*connect, out);
  if (!signed_in_) {
    out.close = true;  // The first packet must be CONNECT.
  } else if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    on_publish(*publish, out);
  } else if (const auto* subscribe = std::get_if<mqtt::Subscribe>(&packet)) {
    on_subscribe(*subscribe, out);
  } else if (const auto* unsubscribe = std::get_if<mqtt::Unsubscribe>(&packet)) {
    on_unsubscribe(*unsubscribe, out);
  } else if (std::holds_alternative<mqtt::Pingreq>(packet)) {
    out.bytes += mqtt::encode(mqtt::Pingresp{});
  } else {
    out.close = true;  // DISCONNECT, or what only a server may send.
  }
}

void MqttSession::on_connect(const mqtt::Connect& connect, SessionOutput& out) {
  using mqtt::ConnectCode;
  if (signed_in_) {
    out.close = true;
    return;
  }
  ConnectCode code = ConnectCode::accepted;
  if (connect.protocol_level != mqtt::protocol_level_3_1_1) {
    code = ConnectCode::wrong_protocol_level;
  } else if (connect.user_name != "bblp" || connect.password != access_code_) {
    code = ConnectCode::not_authorised;
  } else if (!room_) {
    code = ConnectCode::server_unavailable;
  }
  signed_in_ = code == ConnectCode::accepted;
  out.close = !signed_in_;
  out.bytes += mqtt::encode(mqtt::Connack{.session_present = false, .code = code});
}

void MqttSession::on_publish(const mqtt::Publish& publish, SessionOutput& out) {
  if (publish.qos == mqtt::Qos::at_least_once) {
    out.bytes += mqtt::encode(mqtt::Puback{publish.packet_id});
  }
  // Other topics, such as that of a serial number in lower case, lead nowhere and nobody says so.
  if (publish.topic == request_topic_) out.requests.push_back(publish.payload);
}

void MqttSession::on_subscribe(const mqtt::Subscribe& subscribe, SessionOutput& out) {
  mqtt::Suback suback{.packet_id = subscribe.packet_id, .codes = {}};
  for (const auto& subscription : subscribe.subscriptions) {
    const bool allowed =
        subscription.filter != request_topic_ && filters_.size() < subscriptions_max;
    if (allowed) filters_.push_back(subscription.filter);
    // Reports are sent at most once, whatever was asked for.
    suback.codes.push_back(allowed ? 0 : mqtt::subscription_refused);
  }
  out.bytes += mqtt::encode(suback);
  update_listening();
}

void MqttSession::on_unsubscribe(const mqtt::Unsubscribe& unsubscribe, SessionOutput& out) {
  for (const auto& filter : unsubscribe.filters) std::erase(filters_, filter);
  out.bytes += mqtt::encode(mqtt::Unsuback{unsubscribe.packet_id});
  update_listening();
}

void MqttSession::update_listening() {
  listens_ = std::any_of(filters_.begin(), filters_.end(), [&](const std::string& filter) {
    return topic_matches(filter, report_topic_);
  });
}

bool topic_matches(std::string_view filter, std::string_view topic) {
  for (;;) {
    const auto filter_end = std::min(filter.find('/'), filter.size());
    const auto topic_end = std::min(topic.find('/'), topic.size());
    const auto level = filter.substr(0, filter_end);
    if (level == "#") return filter_end == filter.size();
    if (level != "+" && level != topic.substr(0, topic_end)) return false;
    const bool filter_ends = filter_end == filter.size(), topic_ends = topic_end == topic.size();
    // "a/#" also matches "a" itself.
    if (topic_ends && !filter_ends) return filter.substr(filter_end + 1) == "#";
    if (filter_ends || topic_ends) return filter_ends && topic_ends;
    filter.remove_prefix(filter_end + 1);
    topic.remove_prefix(topic_end + 1);
  }
}

}  // namespace pf::sim
