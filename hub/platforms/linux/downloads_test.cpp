#include "hub/platforms/linux/downloads.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <future>

#include "hub/platforms/linux/recording_sink.hpp"
#include "hub/platforms/linux/test_server.hpp"
#include "process/scratch_directory.hpp"

namespace pf::hub {
namespace {

std::string numbered_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string read_request(ServerConnection& peer) {
  std::string request;
  while (request.find("\r\n\r\n") == std::string::npos) {
    const std::string piece = peer.read();
    if (piece.empty()) break;
    request += piece;
  }
  return request;
}

class DownloadsTest : public testing::Test {
 protected:
  DownloadsTest() { std::signal(SIGPIPE, SIG_IGN); }

  void start(Origin origin, DownloadLimits limits = {}, const std::string& ca_file = "") {
    auto made = TlsClient::for_cloud(ca_file);
    ASSERT_TRUE(made) << made.error().says;
    tls_ = std::make_unique<TlsClient>(std::move(*made));
    downloads_ = std::make_unique<Downloads>(loop_, *tls_, std::move(origin), sink_, limits);
  }
  void start_plain(const TestServer& server, DownloadLimits limits = {}) {
    start({false, "127.0.0.1", server.port()}, limits);
  }

  // Takes the file in small credits, as a printer would.
  std::string take_all(std::uint32_t download, std::optional<DownloadEnded>& ended) {
    std::string bytes;
    downloads_->perform(DownloadRead{download, 5'000});
    while (!ended) {
      auto event = sink_.next(loop_);
      if (!event) break;
      if (const auto* data = std::get_if<DownloadData>(&*event)) {
        EXPECT_EQ(data->download, download);
        bytes += data->bytes;
        downloads_->perform(DownloadRead{download, static_cast<std::uint32_t>(data->bytes.size())});
      } else if (auto* end = std::get_if<DownloadEnded>(&*event)) {
        ended = *end;
      }
    }
    return bytes;
  }
  DownloadEnded expect_failure(const std::string& url = "/file") {
    downloads_->perform(Download{1, url, 0});
    downloads_->perform(DownloadRead{1, 1'000'000});
    std::optional<DownloadEnded> ended;
    take_all(1, ended);
    EXPECT_TRUE(ended && ended->failure);
    return ended.value_or(DownloadEnded{});
  }

  boost::asio::io_context loop_;
  RecordingSink sink_;
  std::unique_ptr<TlsClient> tls_;
  std::unique_ptr<Downloads> downloads_;
};

TEST_F(DownloadsTest, bring_the_file_whole_and_in_order) {
  const std::string file = numbered_bytes(1'000'000);
  std::string request;
  std::optional<DownloadEnded> ended;
  {
    TestServer server([&](ServerConnection& peer) {
      request = read_request(peer);
      peer.write(answer(file));
    });
    start_plain(server);
    downloads_->perform(Download{7, "/api/files/1?signature=x", 0});
    EXPECT_TRUE(take_all(7, ended) == file);
  }
  ASSERT_TRUE(ended);
  EXPECT_FALSE(ended->failure) << ended->detail;
  EXPECT_EQ(request.rfind("GET /api/files/1?signature=x HTTP/1.1\r\nHost: 127.0.0.1:", 0), 0u);
}

TEST_F(DownloadsTest, come_over_tls_from_a_server_that_proves_its_name) {
  const process::ScratchDirectory scratch;
  const TestAuthority authority;
  authority.root().write_certificate(scratch.file("ca.pem"));
  const std::string file = numbered_bytes(300'000);
  const auto right = server_context(authority.issue("cloud", "IP:127.0.0.1"));
  const auto wrong = server_context(authority.issue("cloud", "DNS:other.example"));
  for (const bool proves : {true, false}) {
    TestServer server([&](ServerConnection& peer) {
      if (!peer.accept_tls(proves ? right.get() : wrong.get())) return;
      read_request(peer);
      peer.write(answer(file));
      peer.send_close_notify();
    });
    start({true, "127.0.0.1", server.port()}, {}, scratch.file("ca.pem"));
    downloads_->perform(Download{1, "/file", 0});
    std::optional<DownloadEnded> ended;
    EXPECT_TRUE(take_all(1, ended) == (proves ? file : ""));
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->failure.has_value(), !proves) << ended->detail;
  }
}

TEST_F(DownloadsTest, resume_at_an_offset) {
  std::string request;
  {
    TestServer server([&](ServerConnection& peer) {
      request = read_request(peer);
      peer.write(
          "HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n"
          "Content-Range: bytes 7-9/10\r\n\r\n789");
    });
    start_plain(server);
    downloads_->perform(Download{1, "/file", 7});
    std::optional<DownloadEnded> ended;
    EXPECT_EQ(take_all(1, ended), "789");
    EXPECT_TRUE(ended && !ended->failure);
  }
  EXPECT_NE(request.find("\r\nRange: bytes=7-\r\n"), std::string::npos);
}

TEST_F(DownloadsTest, hold_back_a_server_while_nobody_wants_more) {
  const std::string file = numbered_bytes(30'000'000);
  std::atomic<std::size_t> sent = 0;
  std::optional<DownloadEnded> ended;
  TestServer server([&](ServerConnection& peer) {
    read_request(peer);
    const std::string all = answer(file);
    for (std::size_t at = 0; at < all.size(); at += 10'000) {
      if (!peer.write(std::string_view(all).substr(at, 10'000))) return;
      sent = at;
    }
  });
  start_plain(server);
  downloads_->perform(Download{1, "/file", 0});
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{300}));
  downloads_->perform(DownloadRead{1, 100});
  const auto event = sink_.next(loop_);
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<DownloadData>(*event).bytes.size(), 100u);
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{100}));
  EXPECT_LT(sent, file.size() / 2);  // The kernel's buffers took some; the rest waits.
  EXPECT_TRUE(file.substr(0, 100) + take_all(1, ended) == file);
}

TEST_F(DownloadsTest, say_nothing_more_once_they_are_stopped) {
  std::promise<void> stopped;
  TestServer server([&](ServerConnection& peer) {
    read_request(peer);
    peer.write(answer(std::string(1'000'000, 'x')).substr(0, 50'000));
    stopped.get_future().wait();
  });
  start_plain(server);
  downloads_->perform(Download{1, "/file", 0});
  downloads_->perform(DownloadRead{1, 10});
  EXPECT_TRUE(sink_.next(loop_));
  downloads_->perform(DownloadStop{1});
  downloads_->perform(DownloadRead{1, 1'000});
  downloads_->perform(DownloadStop{1});
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{50}));
  stopped.set_value();
}

TEST_F(DownloadsTest, end_only_after_their_last_byte_was_taken) {
  TestServer server([](ServerConnection& peer) {
    read_request(peer);
    peer.write(answer("0123456789"));
  });
  start_plain(server);
  downloads_->perform(Download{1, "/file", 0});
  downloads_->perform(DownloadRead{1, 9});
  EXPECT_EQ(std::get<DownloadData>(*sink_.next(loop_)).bytes, "012345678");
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{50}));
  downloads_->perform(DownloadRead{1, 1});
  EXPECT_EQ(std::get<DownloadData>(*sink_.next(loop_)).bytes, "9");
  EXPECT_TRUE(std::holds_alternative<DownloadEnded>(*sink_.next(loop_)));
}

TEST_F(DownloadsTest, fail_when_the_connection_breaks_in_the_middle) {
  TestServer server([](ServerConnection& peer) {
    read_request(peer);
    peer.write(answer(std::string(1'000, 'x')).substr(0, 500));
  });
  start_plain(server);
  EXPECT_EQ(expect_failure().failure, DownloadFailure::wrong_length);
}

TEST_F(DownloadsTest, fail_when_the_server_falls_silent) {
  std::promise<void> enough;
  TestServer server([&](ServerConnection& peer) {
    read_request(peer);
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome");
    enough.get_future().wait();
  });
  start_plain(server, {connect_deadline, Milliseconds{200}});
  EXPECT_EQ(expect_failure().failure, DownloadFailure::stalled);
  enough.set_value();
}

TEST_F(DownloadsTest, do_not_call_it_a_stall_when_it_is_us_who_do_not_read) {
  TestServer server([](ServerConnection& peer) {
    read_request(peer);
    peer.write(answer(numbered_bytes(200'000)));
    peer.read();
  });
  start_plain(server, {connect_deadline, Milliseconds{400}});
  downloads_->perform(Download{1, "/file", 0});
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{1'000}));
  std::optional<DownloadEnded> ended;
  EXPECT_TRUE(take_all(1, ended) == numbered_bytes(200'000));
  EXPECT_FALSE(ended->failure) << ended->detail;
}

TEST_F(DownloadsTest, fail_where_there_is_no_server_or_no_file) {
  std::uint16_t port = 0;
  {
    const Listener listener;
    port = listener.port();
  }
  start({false, "127.0.0.1", port});
  const auto ended = expect_failure();
  EXPECT_EQ(ended.failure, DownloadFailure::unreachable);
  EXPECT_NE(ended.detail.find("refuses"), std::string::npos) << ended.detail;
  EXPECT_EQ(expect_failure("http://evil.example/file").failure, DownloadFailure::refused);

  TestServer server([](ServerConnection& peer) {
    read_request(peer);
    peer.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  });
  start_plain(server);
  EXPECT_EQ(expect_failure().failure, DownloadFailure::gone);
}

TEST_F(DownloadsTest, are_limited_in_number) {
  TestServer server([](ServerConnection& peer) { read_request(peer); });
  start_plain(server);
  for (std::uint32_t i = 0; i < simultaneous_downloads_max; ++i)
    downloads_->perform(Download{i, "/file", 0});
  downloads_->perform(Download{99, "/file", 0});
  const auto event = sink_.next(loop_);
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<DownloadEnded>(*event).download, 99u);
  downloads_.reset();  // Or the server would wait for the request.
}

}  // namespace
}  // namespace pf::hub
