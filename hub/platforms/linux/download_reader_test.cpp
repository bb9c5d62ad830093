#include "hub/platforms/linux/download_reader.hpp"

#include <gtest/gtest.h>

namespace pf::hub {
namespace {

struct Outcome {
  std::string bytes;
  std::optional<DownloadResult> result;
};

Outcome read(std::string_view answer, std::uint64_t offset = 0, std::size_t piece = 1,
             bool ends = true) {
  DownloadReader reader(offset);
  Outcome outcome;
  for (std::size_t at = 0; at < answer.size(); at += piece) {
    outcome.bytes += reader.take(answer.substr(at, piece));
  }
  if (ends) reader.on_end_of_stream();
  outcome.result = reader.result();
  return outcome;
}

TEST(DownloadReader, gives_the_body_however_the_answer_is_cut) {
  const std::string body(40'000, 'b');
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Length: 40000\r\nETag: \"x\"\r\n\r\n" + body;
  for (const std::size_t piece : {1u, 7u, 100u, 16'384u, 100'000u}) {
    const auto outcome = read(answer, 0, piece, false);
    EXPECT_EQ(outcome.bytes, body) << piece;
    ASSERT_TRUE(outcome.result) << piece;
    EXPECT_FALSE(outcome.result->failure) << outcome.result->detail;
  }
}

TEST(DownloadReader, reads_chunks_and_bodies_that_end_with_the_connection) {
  EXPECT_EQ(
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")
          .bytes,
      "hello!");
  const auto until_closed = read("HTTP/1.1 200 OK\r\n\r\nhello");
  EXPECT_EQ(until_closed.bytes, "hello");
  EXPECT_FALSE(until_closed.result->failure);
  const auto empty = read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(empty.bytes, "");
  EXPECT_FALSE(empty.result->failure);
}

TEST(DownloadReader, goes_on_at_the_offset) {
  const auto outcome = read(
      "HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nContent-Range: bytes 7-9/10\r\n\r\nxyz",
      7);
  EXPECT_EQ(outcome.bytes, "xyz");
  EXPECT_FALSE(outcome.result->failure);
}

TEST(DownloadReader, drops_what_a_server_without_ranges_repeats) {
  for (const std::size_t piece : {1u, 4u, 1000u}) {
    const auto outcome = read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", 7, piece);
    EXPECT_EQ(outcome.bytes, "789");
    EXPECT_FALSE(outcome.result->failure);
  }
}

struct Refusal {
  std::string_view answer;
  DownloadFailure failure;
};

TEST(DownloadReader, says_how_a_download_failed) {
  const Refusal refusals[] = {
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", DownloadFailure::gone},
      {"HTTP/1.1 410 Gone\r\n\r\n", DownloadFailure::gone},
      {"HTTP/1.1 403 Forbidden\r\n\r\n", DownloadFailure::refused},
      {"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\n\r\n", DownloadFailure::refused},
      {"HTTP/1.1 204 No Content\r\n\r\n", DownloadFailure::refused},
      {"HTTP/1.1 416 Range Not Satisfiable\r\n\r\n", DownloadFailure::wrong_length},
      {"HTTP/1.1 503 Service Unavailable\r\n\r\n", DownloadFailure::unreachable},
      {"HTTP/1.1 429 Too Many Requests\r\n\r\n", DownloadFailure::unreachable},
      {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/10\r\n\r\n0123456789",
       DownloadFailure::wrong_length},
      {"HTTP/1.1 206 Partial Content\r\n\r\n789", DownloadFailure::wrong_length},
      {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes */10\r\n\r\n",
       DownloadFailure::wrong_length},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234567", DownloadFailure::wrong_length},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
       DownloadFailure::wrong_length},
      {"", DownloadFailure::unreachable},
      {"HTTP/1.1 200 OK\r\nContent-Le", DownloadFailure::unreachable},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", DownloadFailure::refused},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
       DownloadFailure::refused},
      {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", DownloadFailure::refused},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", DownloadFailure::refused},
  };
  for (const auto& refusal : refusals) {
    const auto outcome = read(refusal.answer, 7);
    ASSERT_TRUE(outcome.result) << refusal.answer;
    ASSERT_TRUE(outcome.result->failure) << refusal.answer;
    EXPECT_EQ(word(*outcome.result->failure), word(refusal.failure))
        << refusal.answer << outcome.result->detail;
    EXPECT_FALSE(outcome.result->detail.empty());
  }
}

TEST(DownloadReader, gives_up_on_a_header_without_end) {
  const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x');
  const auto outcome = read(endless, 0, 1000, false);
  ASSERT_TRUE(outcome.result);
  EXPECT_TRUE(outcome.result->failure);
}

TEST(DownloadRequest, names_host_path_and_range) {
  const Origin origin{true, "farm.example", 8443};
  EXPECT_EQ(*download_request(origin, "/api/files/1/content?signature=a-b_c", 0),
            "GET /api/files/1/content?signature=a-b_c HTTP/1.1\r\n"
            "Host: farm.example:8443\r\n"
            "User-Agent: printfarm-hub/0.1.0\r\n"
            "Accept-Encoding: identity\r\n"
            "Connection: close\r\n\r\n");
  EXPECT_NE(download_request(origin, "/x", 4096)->find("\r\nRange: bytes=4096-\r\n"),
            std::string::npos);
}

TEST(DownloadRequest, is_not_made_of_anything_but_a_path) {
  const Origin origin{false, "farm.example", 80};
  for (const std::string& url :
       {std::string(), std::string("x"), std::string("http://evil.example/x"), std::string("/a b"),
        std::string("/a\r\nX: y"), std::string("/a\0b", 4), std::string("/\xc3\xbc"),
        "/" + std::string(5000, 'x')}) {
    EXPECT_FALSE(download_request(origin, url, 0)) << url;
  }
}

}  // namespace
}  // namespace pf::hub
