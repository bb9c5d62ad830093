#include "cloud/adapters/http/websocket_codec.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.hpp"

namespace pf::websocket {
namespace {

using namespace std::string_literals;

// Everything heard, as one line an event.
struct Heard final : Listener {
  void on_text(std::string_view text) override { log += "text " + std::string(text) + "\n"; }
  void on_binary(std::string_view bytes) override {
    log += "binary " + std::to_string(bytes.size()) + "\n";
  }
  void on_ping(std::string_view payload) override { log += "ping " + std::string(payload) + "\n"; }
  void on_close(std::optional<int> code) override {
    log += "close " + (code ? std::to_string(*code) : "without code"s) + "\n";
  }
  std::string log;
};

// A frame as a client sends it. `first` is the first byte: FIN, reserved bits, opcode.
std::string frame(int first, std::string_view payload, std::string_view mask = "\x37\xfa\x21\x3d") {
  std::string bytes(1, static_cast<char>(first));
  if (payload.size() < 126) {
    bytes += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65'536) {
    bytes += static_cast<char>(0xFE);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size());
  } else {
    bytes += static_cast<char>(0xFF);
    for (int i = 7; i >= 0; --i) bytes += static_cast<char>(payload.size() >> (8 * i));
  }
  bytes += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return bytes;
}

struct Outcome {
  std::string log;
  int violation = 0;
  std::size_t held_bytes = 0;
};

Outcome decode(std::string bytes, std::size_t step, Limits limits = {}) {
  Decoder decoder(limits);
  Heard heard;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto size = std::min(step, bytes.size() - at);
    if (const auto violation = decoder.feed({bytes.data() + at, size}, heard)) {
      return {heard.log, violation->code, decoder.held_bytes()};
    }
  }
  return {heard.log, 0, decoder.held_bytes()};
}

TEST(WebSocketCodec, HearsTheSameInPiecesOfAnySize) {
  const auto stream = frame(0x81, "hello") + frame(0x81, "") + frame(0x89, "are you there") +
                      frame(0x01, "frag") + frame(0x00, "men") + frame(0x89, "between") +
                      frame(0x80, "ted") + frame(0x82, std::string(300, '\0')) +
                      frame(0x8A, "unasked") + frame(0x82, std::string(70'000, 'x')) +
                      frame(0x81, "grüße 🖨") + frame(0x88, "\x03\xe8"s + "bye") +
                      frame(0x81, "after the close");
  const auto expected =
      "text hello\ntext \nping are you there\nping between\ntext fragmented\nbinary 300\n"
      "binary 70000\ntext grüße 🖨\nclose 1000\n";
  for (const std::size_t step : {1, 2, 3, 5, 7, 13, 100, 1000, 4096, 65'536, 1'000'000}) {
    const auto got = decode(stream, step);
    EXPECT_EQ(got.log, expected) << step;
    EXPECT_EQ(got.violation, 0) << step;
    EXPECT_EQ(got.held_bytes, 0u) << step;
  }
}

struct BadFrames {
  const char* what;
  std::string bytes;
  int violation = protocol_error;
};

TEST(WebSocketCodec, ClosesWithTheRightCode) {
  const auto close = [](int code, std::string reason = "") {
    return frame(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code)} + reason);
  };
  const std::vector<BadFrames> bad{
      {"not masked", "\x81\x05hello"s},
      {"reserved bit 1", frame(0xC1, "x")},
      {"reserved bit 2", frame(0xA1, "x")},
      {"reserved bit 3", frame(0x91, "x")},
      {"opcode 3", frame(0x83, "x")},
      {"opcode 7", frame(0x87, "x")},
      {"opcode 11", frame(0x8B, "x")},
      {"opcode 15", frame(0x8F, "x")},
      {"a fragmented ping", frame(0x09, "x")},
      {"a long ping", frame(0x89, std::string(126, 'x'))},
      {"a continuation of nothing", frame(0x80, "x")},
      {"an unfinished continuation of nothing", frame(0x00, "x")},
      {"a text inside a fragmented text", frame(0x01, "x") + frame(0x81, "y")},
      {"a binary inside a fragmented text", frame(0x01, "x") + frame(0x82, "y")},
      {"a 16-bit length that fits in 7",
       "\x81\xFE\x00\x05"
       "mask"s +
           "hello"},
      {"a 64-bit length that fits in 16", "\x81\xFF\0\0\0\0\0\0\x01\0"s + "mask"},
      {"a length with the top bit", "\x81\xFF\x80\0\0\0\0\0\0\0"s + "mask"},
      {"a close of one byte", frame(0x88, "\x03")},
      {"close 999", close(999)},
      {"close 1004", close(1004)},
      {"close 1005", close(1005)},
      {"close 1006", close(1006)},
      {"close 1015", close(1015)},
      {"close 2999", close(2999)},
      {"close 5000", close(5000)},
      {"a close reason that is not UTF-8", close(1000, "\xff"), not_utf8},
      {"a lone continuation byte", frame(0x81, "\x80"), not_utf8},
      {"an overlong slash", frame(0x81, "\xc0\xaf"), not_utf8},
      {"an overlong three", frame(0x81, "\xe0\x80\xaf"), not_utf8},
      {"a surrogate", frame(0x81, "\xed\xa0\x80"), not_utf8},
      {"beyond Unicode", frame(0x81, "\xf4\x90\x80\x80"), not_utf8},
      {"a cut sequence", frame(0x81, "abc\xe2\x82"), not_utf8},
      {"a bad byte after eight good ones", frame(0x81, "12345678\xff"), not_utf8},
      {"bad UTF-8 over two fragments", frame(0x01, "\xe2") + frame(0x80, "x"), not_utf8},
      {"a text over the limit", frame(0x81, std::string(64 * 1024 + 1, 'x')), too_big},
      {"fragments over the limit",
       frame(0x01, std::string(40'000, 'x')) + frame(0x80, std::string(40'000, 'x')), too_big},
      {"a binary over the limit", frame(0x82, std::string(512 * 1024 + 1, 'x')), too_big},
      {"a length of exabytes", "\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s + "mask", too_big},
  };
  for (const auto& one : bad) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, one.bytes.size()}) {
      EXPECT_EQ(decode(one.bytes, step).violation, one.violation) << one.what << " by " << step;
    }
  }
}

TEST(WebSocketCodec, AcceptsWhatIsJustAllowed) {
  const auto close = [](int code) {
    return frame(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code)});
  };
  for (const int code : {1000, 1001, 1003, 1007, 1011, 1012, 1014, 3000, 4401, 4999}) {
    EXPECT_EQ(decode(close(code), 100).log, "close " + std::to_string(code) + "\n");
  }
  EXPECT_EQ(decode(frame(0x88, ""), 100).log, "close without code\n");
  EXPECT_EQ(decode(frame(0x81, std::string(64 * 1024, 'x')), 1'000'000).violation, 0);
  EXPECT_EQ(decode(frame(0x82, std::string(512 * 1024, 'x')), 1000).violation, 0);
  // One character over two fragments is fine: the message counts, not the frame.
  EXPECT_EQ(decode(frame(0x01, "\xe2\x82") + frame(0x80, "\xac"), 3).log, "text €\n");
}

TEST(WebSocketCodec, RefusesBeforeItBuffers) {
  // Only the header of a frame that is too big arrived.
  const auto got = decode("\x82\xFF\0\0\0\0\0\x10\0\0"s, 100);
  EXPECT_EQ(got.violation, too_big);
  EXPECT_EQ(got.held_bytes, 0u);
}

TEST(WebSocketCodec, WritesLengthsInTheirShortestForm) {
  const auto header = [](std::size_t size) {
    const auto made = frame_header(Opcode::text, size);
    return std::string(made.bytes.data(), made.size);
  };
  EXPECT_EQ(header(0), "\x81\x00"s);
  EXPECT_EQ(header(125), "\x81\x7D");
  EXPECT_EQ(header(126), "\x81\x7E\x00\x7E"s);
  EXPECT_EQ(header(65'535), "\x81\x7E\xFF\xFF");
  EXPECT_EQ(header(65'536), "\x81\x7F\0\0\0\0\0\x01\0\0"s);
}

TEST(WebSocketCodec, CarriesRandomMessagesWhole) {
  SeededRandom random(11);
  for (int round = 0; round < 300; ++round) {
    std::string stream, expected;
    for (auto messages = 1 + random.below(8); messages > 0; --messages) {
      std::string text(random.below(random.below(4) == 0 ? 20'000 : 300), '\0');
      for (auto& c : text) c = static_cast<char>('a' + random.below(26));
      expected += "text " + text + "\n";
      bool first = true;
      while (true) {
        const auto size = std::min<std::size_t>(text.size(), random.below(2 * text.size() + 1));
        const bool final = size == text.size();
        stream +=
            frame((final ? 0x80 : 0) | (first ? 1 : 0), text.substr(0, size), random.bytes(4));
        text.erase(0, size);
        first = false;
        if (final) break;
        if (random.below(3) == 0) {
          stream += frame(0x89, "p");
          // Pings overtake the message they interrupt.
          expected.insert(expected.rfind("text "), "ping p\n");
        }
      }
    }
    EXPECT_EQ(decode(stream, 1 + random.below(stream.size())).log, expected);
  }
}

TEST(WebSocketCodec, SurvivesNoiseAndNeverHoldsMoreThanItsLimits) {
  SeededRandom random(13);
  const Limits limits{.text_bytes_max = 1000, .binary_bytes_max = 2000};
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = random.bytes(1 + random.below(200));
    if (random.below(2) == 0) {  // Start plausibly, so that deeper states are reached.
      bytes = frame(0x01, "begin") + frame(0x00, bytes) + bytes;
    }
    const auto got = decode(bytes, 1 + random.below(bytes.size()), limits);
    EXPECT_LE(got.held_bytes, 2 * limits.binary_bytes_max + 14);
  }
}

}  // namespace
}  // namespace pf::websocket
