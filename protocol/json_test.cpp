#include "protocol/json.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/random.hpp"
#include "protocol/hub_messages.hpp"
#include "protocol/live_messages.hpp"

namespace pf {
namespace {

struct Inner {
  std::optional<Celsius> nozzle;
  FIELDS(nozzle)
};
struct Sample {
  Text<1, 5> name;
  std::optional<Bounded<int, 1, 9>> count;
  std::optional<Inner> inner;
  std::optional<List<Inner, 2>> list;
  std::optional<PrinterState> state;
  FIELDS(name, count, inner, list, state)
};

struct Word {
  std::string text;
  FIELDS(text)
};
struct Numbered {
  Serial serial;
  FIELDS(serial)
};

std::string fault_of(std::string_view text, json::UnknownKeys unknown = json::UnknownKeys::refuse) {
  const auto decoded = json::decode<Sample>(text, {.unknown_keys = unknown});
  return decoded ? "" : decoded.error().text();
}

TEST(Json, what_is_written_is_read_back_and_unknown_stays_absent) {
  Sample sample;
  sample.name = "a\"\\\n\x01";
  sample.state = PrinterState::printing;
  const auto text = json::encode(sample);
  EXPECT_EQ(text, R"({"name":"a\"\\\n\u0001","state":"printing"})");
  const auto back = json::decode<Sample>(text);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->name, sample.name);
  EXPECT_FALSE(back->count);
  EXPECT_FALSE(back->inner);
}

TEST(Json, a_fault_names_its_path) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "name: is missing"},
      {R"({"name":""})", "name: must not be empty"},
      {R"({"name":"toolong"})", "name: must have 1 to 5 characters"},
      {R"({"name":1})", "name: must be text"},
      {R"({"name":"a","count":10})", "count: must be between 1 and 9"},
      {R"({"name":"a","count":1.5})", "count: must be a whole number"},
      {R"({"name":"a","inner":{"nozzle":9000}})", "inner.nozzle: must be between -50 and 600"},
      {R"({"name":"a","list":[{},{"nozzle":"x"}]})", "list[1].nozzle: must be a number"},
      {R"({"name":"a","list":[{},{},{}]})", "list[2]: must have at most 2 entries"},
      {R"({"name":"a","state":"flying"})",
       "state: must be one of idle printing paused error offline"},
      {R"({"name":"a","more":1})", "more: is not a known field"},
      {R"({"name":"a","name":"b"})", "name: is given twice"},
      {R"([])", "must be an object"},
  };
  for (const auto& [text, says] : cases) EXPECT_EQ(fault_of(text), says) << text;
}

TEST(Json, unknown_keys_are_skipped_on_a_wire_and_checked_all_the_same) {
  EXPECT_EQ(fault_of(R"({"x":[1,{"y":null}],"name":"a"})", json::UnknownKeys::skip), "");
  EXPECT_NE(fault_of(R"({"x":{"y":1,"y":2},"name":"a"})", json::UnknownKeys::skip), "");
  EXPECT_NE(fault_of(R"({"x":[1,],"name":"a"})", json::UnknownKeys::skip), "");
}

TEST(Json, what_is_not_json_is_refused) {
  for (const std::string_view text :
       {"", " ", "{", "}", "{\"name\"}", "{\"name\":}", "{\"name\":\"a\"}x", "{'name':'a'}",
        "{\"name\":\"a\",}", "{\"name\":\"\\x\"}", "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\udc00\"}", "{\"name\":\"\xff\"}", "{\"name\":\"\xc0\x80\"}",
        "{\"name\":\"\xed\xa0\x80\"}", "{\"name\":\"a\n\"}", "{\"name\":\"a", "nul", "// x"}) {
    EXPECT_NE(fault_of(text), "") << text;
  }
  for (const std::string_view number :
       {"01", "+1", "1.", ".5", "1e", "0x1", "NaN", "Infinity", "-", "1 2", "1e999"}) {
    EXPECT_NE(fault_of("{\"name\":\"a\",\"inner\":{\"nozzle\":" + std::string(number) + "}}"), "")
        << number;
  }
}

TEST(Json, escapes_become_utf8) {
  const auto decoded = json::decode<Inner>("{}");
  EXPECT_TRUE(decoded);
  const auto word = json::decode<Word>(R"({"text":"\u00e4\u20ac\ud83d\ude00\/"})");
  ASSERT_TRUE(word);
  EXPECT_EQ(word->text, "ä€😀/");
}

TEST(Json, broken_utf8_of_a_printer_is_replaced_when_asked) {
  const auto word =
      json::decode<Word>("{\"text\":\"a\xff\"}", {.bad_utf8 = json::BadUtf8::replace});
  ASSERT_TRUE(word);
  EXPECT_EQ(word->text, "a\xef\xbf\xbd");
}

TEST(Json, a_nul_inside_text_is_refused_and_replaced_where_printers_write) {
  EXPECT_EQ(fault_of(R"({"name":"a\u0000b"})"), "name: has a NUL character in text");
  const auto word =
      json::decode<Word>(R"({"text":"a\u0000b"})", {.bad_utf8 = json::BadUtf8::replace});
  ASSERT_TRUE(word);
  EXPECT_EQ(word->text,
            "a\xef\xbf\xbd"
            "b");
}

TEST(Json, depth_is_limited) {
  const std::string deep(json::depth_max + 1, '[');
  json::Reader reader(deep);
  EXPECT_FALSE(reader.skip());
  EXPECT_EQ(reader.fault().says, "is nested too deep");
  const std::string allowed = std::string(json::depth_max, '[') + std::string(json::depth_max, ']');
  EXPECT_TRUE(json::Reader(allowed).skip());
}

TEST(Json, reading_onto_an_object_merges) {
  Sample sample = *json::decode<Sample>(R"({"name":"a","count":3,"inner":{"nozzle":200}})");
  json::Reader reader(R"({"name":"b"})");
  ASSERT_TRUE(json::read(reader, sample));
  EXPECT_EQ(sample.name, "b");
  EXPECT_EQ(sample.count->value, 3);
  EXPECT_EQ(sample.inner->nozzle->value, 200);
}

TEST(Json, a_serial_number_is_raised_and_checked) {
  EXPECT_EQ(json::decode<Numbered>(R"({"serial":"01p00a"})")->serial.value, "01P00A");
  for (const std::string text : {"01P", "01P 00A", "01P-00A", ""}) {
    EXPECT_FALSE(json::decode<Numbered>("{\"serial\":\"" + text + "\"}")) << text;
  }
}

TEST(Json, messages_are_told_apart_by_type) {
  const auto message = json::decode_message<HubToCloud>(
      R"({"new":1,"type":"command_ack","command_id":"c","success":true})");
  ASSERT_TRUE(message);
  EXPECT_TRUE(std::holds_alternative<CommandAck>(*message));
  EXPECT_FALSE(json::decode_message<HubToCloud>(R"({"type":"cloud_hello"})"));
  EXPECT_FALSE(json::decode_message<HubToCloud>(R"({"command_id":"c"})"));
}

TEST(Json, random_damage_never_crashes_and_is_never_taken_for_whole) {
  PrinterStatusMessage whole;
  whole.printer_id = "01P00A000000001";
  whole.status.temperatures = Temperatures{Celsius(220), Celsius(60), {}};
  const auto text = json::encode(whole);
  SeededRandom random(11);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto damaged = text.substr(0, random.below(text.size() + 1));
    if (!damaged.empty()) damaged[random.below(damaged.size())] = static_cast<char>(random.next());
    const auto decoded = json::decode_message<HubToCloud>(damaged);
    if (!decoded) {
      ++refused;
      continue;
    }
    // What passes is itself well-formed: written again it reads the same.
    const auto again = std::visit([](const auto& one) { return json::encode(one); }, *decoded);
    EXPECT_TRUE(json::decode_message<HubToCloud>(again)) << damaged;
  }
  EXPECT_GT(refused, 19'000);
}

// Read by the web app's tests too, and written back byte for byte.
template <class Message>
void round_trip(const std::string& name) {
  std::ifstream file("protocol/fixtures/" + name + ".json");
  ASSERT_TRUE(file) << name;
  std::string text((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(text.empty());
  text.pop_back();  // The file's last newline.
  const auto message = json::decode<Message>(text);
  ASSERT_TRUE(message) << message.error().text();
  EXPECT_EQ(json::encode(*message), text);
}

TEST(Fixtures, are_written_back_byte_equal) {
  round_trip<PrinterStatusMessage>("printer_status_message");
  round_trip<PrintCommand>("print_command");
  round_trip<JobEvent>("job_event");
  round_trip<LiveUpdate>("live_update");
  round_trip<LiveSnapshot>("live_snapshot");
}

}  // namespace
}  // namespace pf
