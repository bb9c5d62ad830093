#include "sim/mqtt_session.hpp"

#include <gtest/gtest.h>

namespace pf::sim {
namespace {

namespace mqtt = hub::mqtt;

constexpr const char* serial = "03000A000012345";
constexpr const char* code = "12345678";
const std::string request_topic = "device/03000A000012345/request";
const std::string report_topic = "device/03000A000012345/report";

mqtt::Connect good_connect() { return {.client_id = "a", .user_name = "bblp", .password = code}; }

struct Talk {
  explicit Talk(bool room = true) : session(serial, code, room) {}

  std::vector<mqtt::Packet> say(const std::string& bytes) {
    SessionOutput out;
    session.receive(bytes, out);
    requests.insert(requests.end(), out.requests.begin(), out.requests.end());
    closed = closed || out.close;
    mqtt::Decoder decoder;
    decoder.feed(out.bytes);
    std::vector<mqtt::Packet> packets;
    while (auto packet = decoder.next()) packets.push_back(std::move(*packet));
    return packets;
  }
  std::vector<mqtt::Packet> say(const mqtt::Packet& packet) { return say(mqtt::encode(packet)); }
  mqtt::ConnectCode connect(const mqtt::Connect& connect) {
    const auto packets = say(mqtt::Packet(connect));
    return std::get<mqtt::Connack>(packets.at(0)).code;
  }
  std::uint8_t subscribe(const std::string& filter) {
    const auto packets =
        say(mqtt::Packet(mqtt::Subscribe{.packet_id = 5, .subscriptions = {{.filter = filter}}}));
    return std::get<mqtt::Suback>(packets.at(0)).codes.at(0);
  }

  MqttSession session;
  std::vector<std::string> requests;
  bool closed = false;
};

TEST(MqttSession, LetsInWhoKnowsTheAccessCode) {
  Talk talk;
  EXPECT_EQ(talk.connect(good_connect()), mqtt::ConnectCode::accepted);
  EXPECT_TRUE(talk.session.signed_in());
  EXPECT_FALSE(talk.closed);
}

TEST(MqttSession, RefusesEveryoneElseAndCloses) {
  auto wrong_code = good_connect(), wrong_user = good_connect(), nobody = good_connect(),
       no_code = good_connect(), longer = good_connect();
  wrong_code.password = "12345679";
  wrong_user.user_name = "root";
  nobody.user_name.reset();
  nobody.password.reset();
  no_code.password = "";
  longer.password = std::string(code) + "0";
  for (const auto& connect : {wrong_code, wrong_user, nobody, no_code, longer}) {
    Talk talk;
    EXPECT_EQ(talk.connect(connect), mqtt::ConnectCode::not_authorised);
    EXPECT_TRUE(talk.closed);
    EXPECT_FALSE(talk.session.signed_in());
  }
}

TEST(MqttSession, RefusesAClientTooManyAsUnavailable) {
  Talk talk(false);
  EXPECT_EQ(talk.connect(good_connect()), mqtt::ConnectCode::server_unavailable);
  EXPECT_TRUE(talk.closed);
}

TEST(MqttSession, WantsConnectFirstAndOnce) {
  Talk early;
  EXPECT_TRUE(early.say(mqtt::Packet(mqtt::Pingreq{})).empty());
  EXPECT_TRUE(early.closed);
  Talk twice;
  twice.connect(good_connect());
  twice.say(mqtt::Packet(good_connect()));
  EXPECT_TRUE(twice.closed);
}

TEST(MqttSession, ClosesOnGarbageAndOnGoodbye) {
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff\xff"), std::string("GET / HTTP/1.1\r\n\r\n"),
        mqtt::encode(mqtt::Disconnect{}), mqtt::encode(mqtt::Connack{})}) {
    Talk talk;
    talk.connect(good_connect());
    talk.say(bytes);
    EXPECT_TRUE(talk.closed);
  }
}

TEST(MqttSession, HandsRequestsOnAndConfirmsThoseThatWantIt) {
  Talk talk;
  talk.connect(good_connect());
  EXPECT_TRUE(
      talk.say(mqtt::Packet(mqtt::Publish{.topic = request_topic, .payload = "a"})).empty());
  const auto packets = talk.say(mqtt::Packet(mqtt::Publish{
      .topic = request_topic, .payload = "b", .qos = mqtt::Qos::at_least_once, .packet_id = 9}));
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(std::get<mqtt::Puback>(packets[0]).packet_id, 9);
  EXPECT_EQ(talk.requests, (std::vector<std::string>{"a", "b"}));
}

TEST(MqttSession, TakesRequestsInPieces) {
  Talk talk;
  talk.connect(good_connect());
  const auto bytes = mqtt::encode(mqtt::Publish{.topic = request_topic, .payload = "{\"a\":1}"}) +
                     mqtt::encode(mqtt::Publish{.topic = request_topic, .payload = "{\"b\":2}"});
  for (const char byte : bytes) talk.say(std::string(1, byte));
  EXPECT_EQ(talk.requests, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"}));
}

TEST(MqttSession, HearsNothingOnTopicsOfOthers) {
  Talk talk;
  talk.connect(good_connect());
  for (const auto* topic : {"device/03000a000012345/request", "device/x/request", "request",
                            "device/03000A000012345/report"}) {
    talk.say(mqtt::Packet(mqtt::Publish{.topic = topic, .payload = "a"}));
  }
  EXPECT_TRUE(talk.requests.empty());
  EXPECT_FALSE(talk.closed);
}

TEST(MqttSession, ListensOnceItSubscribedToTheReports) {
  Talk talk;
  talk.connect(good_connect());
  EXPECT_FALSE(talk.session.listens());
  EXPECT_EQ(talk.subscribe(report_topic), 0);
  EXPECT_TRUE(talk.session.listens());
  talk.say(mqtt::Packet(mqtt::Unsubscribe{.packet_id = 6, .filters = {report_topic}}));
  EXPECT_FALSE(talk.session.listens());
}

TEST(MqttSession, StaysSilentForASerialInLowerCaseAndRefusesTheRequestTopic) {
  Talk talk;
  talk.connect(good_connect());
  EXPECT_EQ(talk.subscribe("device/03000a000012345/report"), 0);
  EXPECT_EQ(talk.subscribe(request_topic), mqtt::subscription_refused);
  EXPECT_FALSE(talk.session.listens());
  for (std::size_t i = 1; i < subscriptions_max; ++i) talk.subscribe("x" + std::to_string(i));
  EXPECT_EQ(talk.subscribe(report_topic), mqtt::subscription_refused) << "there are too many";
}

TEST(MqttSession, DeliversReportsAtMostOnce) {
  const Talk talk;
  mqtt::Decoder decoder;
  decoder.feed(talk.session.deliver("{}"));
  const auto publish = std::get<mqtt::Publish>(*decoder.next());
  EXPECT_EQ(publish.topic, report_topic);
  EXPECT_EQ(publish.payload, "{}");
  EXPECT_EQ(publish.qos, mqtt::Qos::at_most_once);
}

TEST(TopicFilters, MatchAsMqttSays) {
  for (const auto* filter : {"a/b/c", "#", "a/#", "a/b/#", "a/b/c/#", "+/+/+", "a/+/c", "a/b/+"}) {
    EXPECT_TRUE(topic_matches(filter, "a/b/c")) << filter;
  }
  for (const auto* filter : {"a", "a/b", "a/b/c/d", "+", "+/+", "A/b/c", "a/+", "b/#", "", "a/b/c/",
                             "a/b/c/+", "a/#/c"}) {
    EXPECT_FALSE(topic_matches(filter, "a/b/c")) << filter;
  }
}

}  // namespace
}  // namespace pf::sim
