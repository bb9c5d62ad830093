#include "cloud/adapters/http/request_reader.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace pf {
namespace {

using namespace std::string_literals;

struct Outcome {
  int status = 0;  // 0: a head was read.
  RequestHead head;
  std::string body;
  bool complete = false;
  std::string left;
};

// Feeds the text in pieces of `step` bytes, as a network might.
Outcome read_in_steps(const std::string& text, std::size_t step) {
  Outcome outcome;
  RequestReader reader;
  std::string unread;
  bool has_head = false;
  for (std::size_t at = 0; at < text.size() || at == 0; at += step) {
    unread += text.substr(std::min(at, text.size()), step);
    if (outcome.complete) continue;
    if (!has_head) {
      const auto done = reader.read_head(unread);
      if (!done) {
        outcome.status = done.error().status;
        return outcome;
      }
      has_head = *done;
    }
    if (!has_head) continue;
    outcome.head = reader.head();
    const auto done = reader.read_body(unread, outcome.body);
    if (!done) {
      outcome.status = done.error().status;
      return outcome;
    }
    outcome.complete = *done;
  }
  if (!has_head) outcome.status = -1;
  outcome.left = unread;
  return outcome;
}

Outcome read(const std::string& text) { return read_in_steps(text, text.size() + 1); }

TEST(RequestReader, ReadsAPlainRequest) {
  const auto got =
      read("GET /api/jobs?limit=2&x=%20 HTTP/1.1\r\nHost: farm:8080\r\nX-A:  b c \r\n\r\n");
  EXPECT_EQ(got.status, 0);
  EXPECT_EQ(got.head.method, "GET");
  EXPECT_EQ(got.head.path, "/api/jobs");
  EXPECT_EQ(got.head.query, "limit=2&x=%20");
  EXPECT_EQ(got.head.host(), "farm:8080");
  EXPECT_EQ(got.head.field("x-a"), "b c");
  EXPECT_TRUE(got.head.keeps_alive);
  EXPECT_FALSE(got.head.has_body());
  EXPECT_TRUE(got.complete);
}

TEST(RequestReader, ReadsBodiesTheSameInPiecesOfAnySize) {
  const auto by_length =
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello worldNEXT"s;
  const auto chunked =
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6;name=\"v\"\r\n world\r\n0\r\nTrailer: x\r\n\r\nNEXT"s;
  for (const auto& text : {by_length, chunked}) {
    for (std::size_t step = 1; step < 40; ++step) {
      const auto got = read_in_steps(text, step);
      ASSERT_EQ(got.status, 0) << step;
      EXPECT_TRUE(got.complete) << step;
      EXPECT_EQ(got.body, "hello world") << step;
      EXPECT_EQ(got.left, "NEXT") << step;
      EXPECT_FALSE(got.head.field("trailer")) << step;
    }
  }
}

TEST(RequestReader, AnEmptyChunkedBodyMayComeByteByByte) {
  const auto got = read_in_steps(
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 1);
  EXPECT_TRUE(got.complete);
  EXPECT_EQ(got.body, "");
}

TEST(RequestReader, KeepsAConnectionAsTheVersionAndTheFieldSay) {
  EXPECT_FALSE(read("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").head.keeps_alive);
  EXPECT_FALSE(read("GET / HTTP/1.0\r\nHost: h\r\n\r\n").head.keeps_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nHost: h\r\nConnection: Keep-Alive\r\n\r\n").head.keeps_alive);
}

TEST(RequestReader, KnowsAnUpgradeWhenItSeesOne) {
  EXPECT_TRUE(read("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"
                   "Upgrade: WebSocket\r\n\r\n")
                  .head.wants_websocket());
  EXPECT_FALSE(
      read("POST / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
          .head.wants_websocket());
}

struct BadRequest {
  const char* what;
  std::string text;
  int status = 400;
};

TEST(RequestReader, RefusesWhatTwoReadersMightReadDifferently) {
  const auto with = [](const std::string& fields) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n0\r\n\r\n";
  };
  const std::vector<BadRequest> bad{
      {"length and coding", with("Content-Length: 5\r\nTransfer-Encoding: chunked")},
      {"coding and length", with("Transfer-Encoding: chunked\r\nContent-Length: 5")},
      {"two lengths", with("Content-Length: 5\r\nContent-Length: 6")},
      {"the same length twice", with("Content-Length: 5\r\nContent-Length: 5")},
      {"a list of lengths", with("Content-Length: 5, 5")},
      {"a signed length", with("Content-Length: +5")},
      {"a negative length", with("Content-Length: -5")},
      {"a hexadecimal length", with("Content-Length: 0x5")},
      {"a length with a space", with("Content-Length: 1 2")},
      {"no length at all", with("Content-Length: ")},
      {"a length beyond 64 bits", with("Content-Length: 99999999999999999999")},
      {"a coding twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
      {"two codings", with("Transfer-Encoding: gzip, chunked")},
      {"another coding", with("Transfer-Encoding: identity")},
      {"nearly chunked", with("Transfer-Encoding: xchunked")},
      {"chunked in quotes", with("Transfer-Encoding: \"chunked\"")},
      {"chunked with a vertical tab", with("Transfer-Encoding: \vchunked")},
      {"a space before the colon", with("Transfer-Encoding : chunked")},
      {"a folded line", with("X: a\r\n b")},
      {"a folded coding", with("Transfer-Encoding:\r\n chunked")},
      {"a tab-folded line", with("X: a\r\n\tb")},
      {"a bare line feed", "POST / HTTP/1.1\r\nHost: h\nContent-Length: 5\r\n\r\n"},
      {"bare line feeds all through", "GET / HTTP/1.1\nHost: h\n\n"},
      {"a bare return", "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"},
      {"a NUL in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"s},
      {"an empty line first", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"a space first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"an empty field name", "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n"},
      {"no colon", "GET / HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n"},
      {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"no Host", "GET / HTTP/1.1\r\nX: y\r\n\r\n"},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {"a Host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"HTTP/0.9", "GET /\r\n\r\n"},
      {"HTTP/2 in the clear", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"another expectation", with("Expect: a-miracle"), 417},
      {"TLS on the plain port", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"s},
  };
  for (const auto& one : bad) {
    EXPECT_EQ(read(one.text).status, one.status) << one.what;
    EXPECT_EQ(read_in_steps(one.text, 1).status, one.status) << one.what << ", byte by byte";
  }
}

TEST(RequestReader, RefusesBrokenChunks) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto* chunks :
       {"x\r\nhello\r\n0\r\n\r\n", "-1\r\nh\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n",
        "5\r\nhelloXX0\r\n\r\n", "fffffffffffffffff\r\nh\r\n0\r\n\r\n",
        "5 \x01\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n"}) {
    EXPECT_EQ(read(head + chunks).status, 400) << chunks;
  }
}

TEST(RequestReader, LimitsTheHeadTheFieldsAndTheChunkOverhead) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(read(start + "X: " + std::string(head_bytes_max, 'a') + "\r\n\r\n").status, 431);
  EXPECT_EQ(read(start + "X: " + std::string(head_bytes_max, 'a')).status, 431);
  std::string many;
  for (std::size_t i = 0; i < fields_max; ++i) many += "A: b\r\n";
  EXPECT_EQ(read(start + many + "\r\n").status, 431);
  const std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(read(chunked + "5;" + std::string(20'000, 'a')).status, 400);
}

TEST(RequestReader, TakesOnlyAddressesThatCannotBeMisread) {
  const auto path_of = [](const std::string& target) {
    const auto got = read("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    return got.status == 0 ? got.head.path : std::to_string(got.status);
  };
  EXPECT_EQ(path_of("/"), "/");
  EXPECT_EQ(path_of("/a%20b/%C3%A9"), "/a b/é");
  EXPECT_EQ(path_of("/a?b=//..%00"), "/a");
  EXPECT_EQ(path_of("/a..b/..."), "/a..b/...");
  for (const auto* bad :
       {"*",           "a",       "http://h/a", "//h/a",  "/a//b", "/..",       "/a/../b", "/a/.",
        "/a/%2e%2e/b", "/%2E./b", "/a%2fb",     "/a%5Cb", "/a%00", "/a%0d%0ab", "/a%",     "/a%zz",
        "/a%e",        "/%ff",    "/%c0%af",    "/a\\b",  "/a#b",  "/a%7f"}) {
    EXPECT_EQ(path_of(bad), "400") << bad;
  }
}

TEST(RequestReader, SurvivesDamagedRequests) {
  const auto good =
      "POST /api/files?x=1 HTTP/1.1\r\nHost: farm\r\nCookie: a=b\r\n"
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"s;
  SeededRandom random(7);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto text = good;
    for (auto changes = 1 + random.below(3); changes > 0; --changes) {
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    }
    if (read_in_steps(text, 1 + random.below(text.size())).status > 0) ++refused;
  }
  EXPECT_GT(refused, 5'000);
}

}  // namespace
}  // namespace pf
