#include "hub/drivers/bambu/mqtt_client.hpp"

#include <gtest/gtest.h>

namespace pf::hub::bambu {
namespace {

constexpr Instant start{};
Instant at(int seconds) { return start + Seconds(seconds); }

std::vector<mqtt::Packet> packets_in(std::string_view bytes) {
  mqtt::Decoder decoder;
  decoder.feed(bytes);
  std::vector<mqtt::Packet> packets;
  while (auto packet = decoder.next()) packets.push_back(std::move(*packet));
  EXPECT_FALSE(decoder.failed()) << decoder.error();
  return packets;
}

struct Dialogue {
  MqttClient client{{"hub-1-ABCDEFGH", "12345678", "01P00A000000001"}};

  std::vector<mqtt::Packet> said;  // By the client, after the last call of hear().
  std::vector<MqttEvent> hear(const mqtt::Packet& packet, int seconds = 0) {
    return hear_bytes(mqtt::encode(packet), seconds);
  }
  std::vector<MqttEvent> hear_bytes(std::string_view bytes, int seconds = 0) {
    std::string out;
    auto events = client.receive(bytes, at(seconds), out);
    said = packets_in(out);
    return events;
  }
  void accept() {
    std::string out;
    client.open(start, out);
    hear(mqtt::Connack{});
  }
};

TEST(MqttClient, connects_clean_with_the_access_code) {
  Dialogue dialogue;
  std::string out;
  dialogue.client.open(start, out);
  const auto packets = packets_in(out);
  ASSERT_EQ(packets.size(), 1u);
  const auto& connect = std::get<mqtt::Connect>(packets[0]);
  EXPECT_TRUE(connect.clean_session);
  EXPECT_EQ(connect.keep_alive_seconds, 30);
  EXPECT_EQ(connect.client_id, "hub-1-ABCDEFGH");
  EXPECT_EQ(connect.user_name, "bblp");
  EXPECT_EQ(connect.password, "12345678");
  EXPECT_FALSE(connect.will);
}

TEST(MqttClient, subscribes_to_the_reports_once_it_is_accepted) {
  Dialogue dialogue;
  const auto events = dialogue.hear(mqtt::Connack{});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<MqttAccepted>(events[0]));
  ASSERT_EQ(dialogue.said.size(), 1u);
  EXPECT_EQ(std::get<mqtt::Subscribe>(dialogue.said[0]).subscriptions,
            (std::vector<mqtt::Subscription>{
                {"device/01P00A000000001/report", mqtt::Qos::at_most_once}}));
}

TEST(MqttClient, tells_refusals_with_their_code) {
  for (const auto code : {mqtt::ConnectCode::not_authorised, mqtt::ConnectCode::server_unavailable,
                          mqtt::ConnectCode::bad_user_name_or_password}) {
    Dialogue dialogue;
    const auto events = dialogue.hear(mqtt::Connack{false, code});
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(std::get<MqttRefused>(events[0]).code, code);
    EXPECT_FALSE(dialogue.client.accepted());
    EXPECT_TRUE(dialogue.said.empty());
  }
}

TEST(MqttClient, publishes_with_qos_1_and_never_again) {
  Dialogue dialogue;
  dialogue.accept();
  std::uint16_t last_id = 0;
  for (int i = 0; i < 100; ++i) {  // Without a single PUBACK: there is no window to fill.
    std::string out;
    dialogue.client.publish("{}", at(1), out);
    const auto packets = packets_in(out);
    ASSERT_EQ(packets.size(), 1u);
    const auto& publish = std::get<mqtt::Publish>(packets[0]);
    EXPECT_EQ(publish.topic, "device/01P00A000000001/request");
    EXPECT_EQ(publish.qos, mqtt::Qos::at_least_once);
    EXPECT_FALSE(publish.duplicate);
    EXPECT_NE(publish.packet_id, last_id);
    last_id = publish.packet_id;
  }
  for (int seconds = 2; seconds < 600; ++seconds) {
    std::string out;
    dialogue.client.tick(at(seconds), out);
    for (const auto& packet : packets_in(out)) {
      EXPECT_TRUE(std::holds_alternative<mqtt::Pingreq>(packet));
    }
  }
}

TEST(MqttClient, pings_when_it_has_nothing_else_to_say) {
  Dialogue dialogue;
  dialogue.accept();
  const auto pings = [&](int seconds) {
    std::string out;
    dialogue.client.tick(at(seconds), out);
    return !out.empty();
  };
  EXPECT_FALSE(pings(19));
  EXPECT_TRUE(pings(20));
  EXPECT_FALSE(pings(21));
  std::string out;
  dialogue.client.publish("{}", at(30), out);
  EXPECT_FALSE(pings(45));
  EXPECT_TRUE(pings(50));
}

TEST(MqttClient, hands_on_reports_and_acknowledges_what_asks_for_it) {
  Dialogue dialogue;
  dialogue.accept();
  mqtt::Publish report{
      "device/01P00A000000001/report", "{}", mqtt::Qos::at_least_once, 5, false, false};
  auto events = dialogue.hear(report);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(std::get<MqttReport>(events[0]).payload, "{}");
  EXPECT_EQ(dialogue.said, (std::vector<mqtt::Packet>{mqtt::Puback{5}}));
  report.topic = "device/01P00A000000001/request";
  EXPECT_TRUE(dialogue.hear(report).empty());
}

TEST(MqttClient, ignores_acknowledgements_and_pings_of_the_printer) {
  Dialogue dialogue;
  dialogue.accept();
  for (const mqtt::Packet& packet :
       std::vector<mqtt::Packet>{mqtt::Suback{1, {0}}, mqtt::Puback{2}, mqtt::Pingresp{},
                                 mqtt::Puback{999}, mqtt::Unsuback{3}}) {
    EXPECT_TRUE(dialogue.hear(packet).empty());
  }
}

TEST(MqttClient, gives_up_on_a_printer_that_does_not_speak_mqtt) {
  const auto broken = [](std::string_view bytes) {
    Dialogue dialogue;
    dialogue.accept();
    const auto events = dialogue.hear_bytes(bytes);
    return events.size() == 1 && std::holds_alternative<MqttBroken>(events[0]);
  };
  EXPECT_TRUE(broken("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_TRUE(broken(mqtt::encode(mqtt::Suback{1, {mqtt::subscription_refused}})));
  EXPECT_TRUE(broken(mqtt::encode(mqtt::Connack{})));
  EXPECT_TRUE(broken(std::string_view("\x30\xff\xff\xff\x7f", 5))) << "256 MiB are announced";
}

}  // namespace
}  // namespace pf::hub::bambu
