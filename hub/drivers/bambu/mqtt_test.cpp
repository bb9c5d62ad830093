#include "hub/drivers/bambu/mqtt.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace pf::hub::mqtt {
namespace {

using namespace std::string_literals;

Connect full_connect() {
  Connect connect;
  connect.keep_alive_seconds = 30;
  connect.client_id = "hub-1";
  connect.will = Will{"gone", "bye\0bye"s, Qos::at_least_once, true};
  connect.user_name = "bblp";
  connect.password = "12345678";
  return connect;
}

std::vector<Packet> every_packet() {
  return {full_connect(),
          Connect{},
          Connack{true, ConnectCode::accepted},
          Connack{false, ConnectCode::not_authorised},
          Publish{"device/X/report", "{\"print\":{}}", Qos::at_most_once, 0, false, false},
          Publish{"device/X/request", std::string(300, 'x'), Qos::at_least_once, 7, true, true},
          Publish{"t", "", Qos::at_most_once, 0, false, false},
          Puback{65535},
          Subscribe{1, {{"device/X/report", Qos::at_most_once}, {"#", Qos::exactly_once}}},
          Suback{1, {0, 1, subscription_refused}},
          Unsubscribe{9, {"a", "b/+"}},
          Unsuback{9},
          Pingreq{},
          Pingresp{},
          Disconnect{}};
}

std::vector<Packet> decode_all(Decoder& decoder) {
  std::vector<Packet> packets;
  while (auto packet = decoder.next()) packets.push_back(std::move(*packet));
  return packets;
}

TEST(Mqtt, every_packet_reads_back_as_it_was_written) {
  for (const auto& packet : every_packet()) {
    Decoder decoder;
    decoder.feed(encode(packet));
    const auto read = decode_all(decoder);
    ASSERT_EQ(read.size(), 1u) << packet.index() << ": " << decoder.error();
    EXPECT_EQ(read[0], packet);
  }
}

TEST(Mqtt, every_packet_may_be_cut_at_every_byte) {
  for (const auto& packet : every_packet()) {
    const auto bytes = encode(packet);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      Decoder decoder;
      decoder.feed(std::string_view(bytes).substr(0, cut));
      EXPECT_FALSE(decoder.next());
      EXPECT_FALSE(decoder.failed()) << decoder.error();
      decoder.feed(std::string_view(bytes).substr(cut));
      const auto read = decoder.next();
      ASSERT_TRUE(read) << packet.index() << " cut at " << cut;
      EXPECT_EQ(*read, packet);
    }
  }
}

TEST(Mqtt, packets_on_one_stream_are_told_apart_byte_by_byte) {
  std::string bytes;
  for (const auto& packet : every_packet()) bytes += encode(packet);
  Decoder decoder;
  std::vector<Packet> read;
  for (const char byte : bytes) {
    decoder.feed({&byte, 1});
    for (auto& packet : decode_all(decoder)) read.push_back(std::move(packet));
  }
  EXPECT_EQ(read, every_packet());
}

TEST(Mqtt, bytes_are_those_of_the_standard) {
  EXPECT_EQ(encode(Pingreq{}), "\xc0\x00"s);
  EXPECT_EQ(encode(Puback{258}), "\x40\x02\x01\x02"s);
  EXPECT_EQ(encode(Subscribe{1, {{"a", Qos::at_least_once}}}), "\x82\x06\x00\x01\x00\x01\x61\x01"s);
  EXPECT_EQ(encode(Connack{false, ConnectCode::not_authorised}), "\x20\x02\x00\x05"s);
  Connect connect;
  connect.client_id = "c";
  connect.user_name = "u";
  connect.password = "p";
  connect.keep_alive_seconds = 30;
  EXPECT_EQ(encode(connect),
            "\x10\x13\x00\x04MQTT\x04\xc2\x00\x1e\x00\x01"s
            "c\x00\x01u\x00\x01p"s);
  // 128 bytes of body need two bytes of length.
  const auto publish =
      encode(Publish{"t", std::string(125, 'x'), Qos::at_most_once, 0, false, false});
  EXPECT_EQ(publish.substr(0, 3), "\x30\x80\x01"s);
}

TEST(Mqtt, another_protocol_level_is_reported_so_that_a_broker_can_answer) {
  Decoder decoder;
  decoder.feed("\x10\x0d\x00\x04MQTT\x05\x02\x00\x1e\x00\x00\x00"s);
  const auto packet = decoder.next();
  ASSERT_TRUE(packet) << decoder.error();
  EXPECT_EQ(std::get<Connect>(*packet).protocol_level, 5);
}

TEST(Mqtt, a_packet_too_long_is_refused_from_its_header) {
  Decoder decoder(100);
  decoder.feed("\x30\x63"s);  // 2 + 99 bytes.
  EXPECT_FALSE(decoder.next());
  EXPECT_EQ(decoder.error(), "a packet is too long");

  Decoder exact(100);
  exact.feed(encode(Publish{"t", std::string(95, 'x'), Qos::at_most_once, 0, false, false}));
  EXPECT_TRUE(exact.next());
}

TEST(Mqtt, after_a_fault_nothing_more_is_read) {
  Decoder decoder;
  decoder.feed("\xff"s + "\x00"s);
  EXPECT_FALSE(decoder.next());
  EXPECT_TRUE(decoder.failed());
  decoder.feed(encode(Pingreq{}));
  EXPECT_FALSE(decoder.next());
}

struct BadPacket {
  std::string what;
  std::string bytes;
  std::string error;
};

std::vector<BadPacket> bad_packets() {
  return {
      {"type 0", "\x00\x00"s, "a packet type is unknown or of QoS 2"},
      {"type 15", "\xf0\x00"s, "a packet type is unknown or of QoS 2"},
      {"PUBREC", "\x50\x02\x00\x01"s, "a packet type is unknown or of QoS 2"},
      {"five bytes of length", "\x30\xff\xff\xff\xff\x01"s, "a packet's length is malformed"},
      {"PUBLISH with QoS 2", "\x34\x05\x00\x01t\x00\x01"s, "QoS 2 is not spoken here"},
      {"PUBLISH with QoS 3", "\x36\x05\x00\x01t\x00\x01"s, "QoS 2 is not spoken here"},
      {"PUBLISH with packet id 0", "\x32\x05\x00\x01t\x00\x00"s, "a packet id is zero"},
      {"PUBLISH without topic", "\x30\x02\x00\x00"s, "a topic is empty or has wildcards"},
      {"PUBLISH to a wildcard", "\x30\x05\x00\x03"s + "a/#"s, "a topic is empty or has wildcards"},
      {"PUBLISH of a cut topic", "\x30\x03\x00\x09t"s, "a packet ends too early"},
      {"PUBLISH without id", "\x32\x03\x00\x01t"s, "a packet ends too early"},
      {"topic with a lone continuation", "\x30\x03\x00\x01\x80"s, "a text is not UTF-8"},
      {"topic with NUL", "\x30\x03\x00\x01\x00"s, "a text is not UTF-8"},
      {"topic with an overlong slash", "\x30\x04\x00\x02\xc0\xaf"s, "a text is not UTF-8"},
      {"topic with an overlong three", "\x30\x05\x00\x03\xe0\x80\x80"s, "a text is not UTF-8"},
      {"topic with a surrogate", "\x30\x05\x00\x03\xed\xa0\x80"s, "a text is not UTF-8"},
      {"topic beyond Unicode", "\x30\x06\x00\x04\xf4\x90\x80\x80"s, "a text is not UTF-8"},
      {"topic with a cut character", "\x30\x04\x00\x02\xe2\x82"s, "a text is not UTF-8"},
      {"CONNACK with a reserved bit", "\x20\x02\x02\x00"s, "a reserved bit is set"},
      {"CONNACK with an unknown code", "\x20\x02\x00\x06"s, "a connect code is unknown"},
      {"CONNACK too short", "\x20\x01\x00"s, "a packet ends too early"},
      {"CONNACK too long", "\x20\x03\x00\x00\x00"s, "a packet has bytes left over"},
      {"CONNACK with flags", "\x21\x02\x00\x00"s, "a reserved bit is set"},
      {"SUBSCRIBE with flags 0", "\x80\x06\x00\x01\x00\x01\x61\x00"s, "a reserved bit is set"},
      {"SUBSCRIBE to nothing", "\x82\x02\x00\x01"s, "a subscription names no topic"},
      {"SUBSCRIBE to an empty filter", "\x82\x05\x00\x01\x00\x00\x00"s, "a topic filter is empty"},
      {"SUBSCRIBE with QoS 3", "\x82\x06\x00\x01\x00\x01\x61\x03"s, "a QoS is not 0, 1 or 2"},
      {"SUBSCRIBE without QoS", "\x82\x05\x00\x01\x00\x01\x61"s, "a packet ends too early"},
      {"UNSUBSCRIBE from nothing", "\xa2\x02\x00\x01"s, "a subscription names no topic"},
      {"SUBACK of an unknown code", "\x90\x03\x00\x01\x03"s, "a subscription code is unknown"},
      {"SUBACK of nothing", "\x90\x02\x00\x01"s, "an answer to a subscription is empty"},
      {"PUBACK without id", "\x40\x00"s, "a packet ends too early"},
      {"PUBACK of id 0", "\x40\x02\x00\x00"s, "a packet id is zero"},
      {"PINGREQ with a body", "\xc0\x01\x00"s, "a packet has bytes left over"},
      {"DISCONNECT with flags", "\xe1\x00"s, "a reserved bit is set"},
      {"CONNECT of MQTT 3.1", "\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x1e\x00\x00"s,
       "the protocol is not MQTT 3.1.1"},
      {"CONNECT with the reserved bit", "\x10\x0c\x00\x04MQTT\x04\x03\x00\x1e\x00\x00"s,
       "a reserved bit is set"},
      {"CONNECT with will QoS but no will", "\x10\x0c\x00\x04MQTT\x04\x0a\x00\x1e\x00\x00"s,
       "will flags without a will"},
      {"CONNECT with will QoS 3", "\x10\x11\x00\x04MQTT\x04\x1e\x00\x1e\x00\x00\x00\x01w\x00\x00"s,
       "a QoS is not 0, 1 or 2"},
      {"CONNECT with password only", "\x10\x0f\x00\x04MQTT\x04\x42\x00\x1e\x00\x00\x00\x01p"s,
       "a password without a user name"},
      {"CONNECT with bytes left over", "\x10\x0d\x00\x04MQTT\x04\x02\x00\x1e\x00\x00x"s,
       "a packet has bytes left over"},
  };
}

TEST(Mqtt, bad_packets_are_refused_with_their_reason) {
  for (const auto& bad : bad_packets()) {
    Decoder decoder;
    decoder.feed(bad.bytes);
    EXPECT_FALSE(decoder.next()) << bad.what;
    EXPECT_EQ(decoder.error(), bad.error) << bad.what;
  }
}

TEST(Mqtt, random_bytes_never_do_harm) {
  SeededRandom random(20'26);
  for (int round = 0; round < 20'000; ++round) {
    Decoder decoder(4096);
    auto bytes = random.bytes(random.below(64));
    if (!bytes.empty() && random.below(2) == 0) {  // Half of them with a plausible length.
      bytes.insert(1, 1, static_cast<char>(bytes.size() - 1));
    }
    decoder.feed(bytes);
    for (const auto& packet : decode_all(decoder)) {
      Decoder again;
      again.feed(encode(packet));
      EXPECT_TRUE(again.next()) << again.error();
    }
  }
}

TEST(Mqtt, damaged_packets_never_do_harm) {
  SeededRandom random(7);
  const auto packets = every_packet();
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = encode(packets[random.below(packets.size())]);
    const auto flips = 1 + random.below(3);
    for (std::uint64_t i = 0; i < flips; ++i) {
      bytes[random.below(bytes.size())] ^= static_cast<char>(1u << random.below(8));
    }
    Decoder decoder;
    decoder.feed(bytes);
    decode_all(decoder);
    EXPECT_LE(decoder.error().size(), 60u);
  }
}

}  // namespace
}  // namespace pf::hub::mqtt
