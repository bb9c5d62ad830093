#include "hub/platforms/linux/cloud.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <future>

#include "hub/platforms/linux/recording_sink.hpp"
#include "hub/platforms/linux/test_web_socket_server.hpp"
#include "process/scratch_directory.hpp"

namespace pf::hub {
namespace {

class CloudTest : public testing::Test {
 protected:
  CloudTest() { std::signal(SIGPIPE, SIG_IGN); }

  Cloud& make(Origin origin, WebSocketTimes times = {}, const std::string& ca_file = "") {
    auto made = TlsClient::for_cloud(ca_file);
    EXPECT_TRUE(made);
    cloud_.reset();
    tls_ = std::make_unique<TlsClient>(std::move(*made));
    cloud_ = std::make_unique<Cloud>(loop_, *tls_, std::move(origin), "hub-1", sink_, times);
    return *cloud_;
  }
  Cloud& connect(const TestServer& server, WebSocketTimes times = {}) {
    auto& cloud = make({false, "127.0.0.1", server.port()}, times);
    cloud.perform(CloudOpen{});
    return cloud;
  }
  template <class Wanted>
  Wanted expect() {
    const auto event = sink_.next(loop_);
    const auto* wanted = event ? std::get_if<Wanted>(&*event) : nullptr;
    const auto* down = event ? std::get_if<CloudDown>(&*event) : nullptr;
    EXPECT_NE(wanted, nullptr) << (down ? "down: " + down->reason : "another event");
    return wanted ? *wanted : Wanted{};
  }
  CloudDown expect_down() { return expect<CloudDown>(); }

  boost::asio::io_context loop_;
  RecordingSink sink_;
  std::unique_ptr<TlsClient> tls_;
  std::unique_ptr<Cloud> cloud_;
};

TEST_F(CloudTest, texts_go_both_ways_in_their_order) {
  std::string request, received;
  {
    TestServer server([&](ServerConnection& connection) {
      WebSocketPeer peer(connection);
      request = peer.accept();
      peer.send(Opcode::text, "challenge");
      for (int i = 0; i < 3; ++i) received += peer.read_text();
      peer.send(Opcode::text, std::string(hub_frame_bytes_max, 'x'));
      peer.send_close(4503, "{\"retry_after_ms\":5}");
      peer.read();
    });
    auto& cloud = connect(server);
    expect<CloudUp>();
    EXPECT_EQ(expect<CloudText>().text, "challenge");
    for (const char* text : {"one,", "two,", "three"}) cloud.perform(SendToCloud{text});
    EXPECT_EQ(expect<CloudText>().text.size(), hub_frame_bytes_max);
    const auto down = expect_down();
    EXPECT_EQ(down.close_code, 4503);
    EXPECT_EQ(down.reason, "{\"retry_after_ms\":5}");
    EXPECT_FALSE(cloud.is_connected());
  }
  EXPECT_EQ(request.rfind("GET /ws/hub/hub-1 HTTP/1.1\r\nHost: 127.0.0.1:", 0), 0u) << request;
  EXPECT_EQ(received, "one,two,three");
}

TEST_F(CloudTest, a_server_over_tls_must_prove_its_name) {
  const process::ScratchDirectory scratch;
  const TestAuthority authority, stranger;
  authority.root().write_certificate(scratch.file("ca.pem"));
  const auto right = server_context(authority.issue("x", "IP:127.0.0.1"));
  const auto other_name = server_context(authority.issue("x", "DNS:other.example"));
  const auto unknown = server_context(stranger.issue("x", "IP:127.0.0.1"));
  for (const auto* context : {&right, &other_name, &unknown}) {
    TestServer server([&](ServerConnection& connection) {
      if (!connection.accept_tls(context->get())) return;
      WebSocketPeer peer(connection);
      peer.accept();
      peer.send(Opcode::text, "hello " + peer.read_text());
      peer.read();
    });
    auto& cloud = make({true, "127.0.0.1", server.port()}, {}, scratch.file("ca.pem"));
    cloud.perform(CloudOpen{});
    if (context == &right) {
      expect<CloudUp>();
      cloud.perform(SendToCloud{"cloud"});
      EXPECT_EQ(expect<CloudText>().text, "hello cloud");
      cloud.perform(CloudClose{});
      expect_down();
    } else {
      const auto down = expect_down();
      EXPECT_EQ(down.close_code, 0);
      EXPECT_NE(down.reason.find("certificate"), std::string::npos) << down.reason;
    }
  }
}

TEST_F(CloudTest, a_server_that_hangs_up_right_after_its_goodbye_is_heard_all_the_same) {
  const process::ScratchDirectory scratch;
  const TestAuthority authority;
  authority.root().write_certificate(scratch.file("ca.pem"));
  const auto context = server_context(authority.issue("x", "IP:127.0.0.1"));
  for (const bool secure : {true, false}) {
    TestServer server([&](ServerConnection& connection) {
      if (secure && !connection.accept_tls(context.get())) return;
      WebSocketPeer peer(connection);
      peer.accept();
      peer.send_close(4503, "{\"retry_after_ms\":5}");
    });
    make({secure, "127.0.0.1", server.port()}, {}, secure ? scratch.file("ca.pem") : "")
        .perform(CloudOpen{});
    expect<CloudUp>();
    const auto down = expect_down();
    EXPECT_EQ(down.close_code, 4503) << down.reason;
    EXPECT_EQ(down.reason, "{\"retry_after_ms\":5}");
  }
}

TEST_F(CloudTest, a_refused_a_silent_and_a_wrong_server_are_told_apart) {
  std::uint16_t nobody = 0;
  {
    const Listener listener;
    nobody = listener.port();
  }
  make({false, "127.0.0.1", nobody}).perform(CloudOpen{});
  EXPECT_NE(expect_down().reason.find("refused"), std::string::npos);

  std::promise<void> enough;
  TestServer silent([&](ServerConnection&) { enough.get_future().wait(); });
  WebSocketTimes hasty;
  hasty.connect = Milliseconds{200};
  connect(silent, hasty);
  EXPECT_NE(expect_down().reason.find("does not answer"), std::string::npos);
  enough.set_value();

  TestServer wrong([](ServerConnection& connection) {
    WebSocketPeer(connection).read_request();
    connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  });
  connect(wrong);
  const auto down = expect_down();
  EXPECT_EQ(down.close_code, 0);
  EXPECT_NE(down.reason.find("404"), std::string::npos) << down.reason;

  TestServer rude([](ServerConnection& connection) { connection.write("SSH-2.0-x\r\n\r\n"); });
  connect(rude);
  EXPECT_EQ(expect_down().close_code, 0);
}

TEST_F(CloudTest, frames_that_break_the_rules_end_the_connection) {
  const std::function<void(WebSocketPeer&, ServerConnection&)> misdeeds[] = {
      [](WebSocketPeer& peer, auto&) {
        peer.send(Opcode::text, std::string(hub_frame_bytes_max + 1, 'x'));
      },
      [](WebSocketPeer& peer, auto&) { peer.send(Opcode::text, "\xff\xfe"); },
      [](WebSocketPeer& peer, auto&) { peer.send(static_cast<Opcode>(7), "x"); },
      [](WebSocketPeer&, auto& connection) { connection.write(std::string("\x81\x81mask!", 7)); },
      [](WebSocketPeer& peer, auto&) { peer.send(Opcode::ping, std::string(126, 'x')); },
      [](WebSocketPeer&, auto&) {},
  };
  for (const auto& misdeed : misdeeds) {
    TestServer server([&](ServerConnection& connection) {
      WebSocketPeer peer(connection);
      peer.accept();
      misdeed(peer, connection);
    });
    connect(server);
    expect<CloudUp>();
    EXPECT_FALSE(expect_down().reason.empty());
  }
}

TEST_F(CloudTest, binary_frames_are_passed_over) {
  TestServer server([](ServerConnection& connection) {
    WebSocketPeer peer(connection);
    peer.accept();
    peer.send(Opcode::binary, "picture");
    peer.send(Opcode::text, "text");
    peer.read();
  });
  auto& cloud = connect(server);
  expect<CloudUp>();
  EXPECT_EQ(expect<CloudText>().text, "text");
  cloud.perform(CloudClose{});
  expect_down();
}

TEST_F(CloudTest, a_quiet_server_is_pinged_and_stays) {
  WebSocketTimes quick;
  quick.ping_every = Milliseconds{60};
  quick.silence_max = Milliseconds{2'000};
  std::atomic<int> pings = 0;
  std::promise<void> enough;
  TestServer server([&](ServerConnection& connection) {
    WebSocketPeer peer(connection);
    peer.accept();
    while (pings < 5) {
      const auto frame = peer.read();
      if (!frame) return;
      if (frame->opcode == Opcode::ping) {
        ++pings;
        peer.send(Opcode::pong, frame->payload);
      }
    }
    peer.send(Opcode::text, "still here");
    enough.get_future().wait();
  });
  connect(server, quick);
  expect<CloudUp>();
  EXPECT_EQ(expect<CloudText>().text, "still here");
  EXPECT_EQ(pings, 5);
  enough.set_value();
}

TEST_F(CloudTest, a_server_that_answers_no_ping_is_dead) {
  WebSocketTimes quick;
  quick.ping_every = Milliseconds{60};
  quick.silence_max = Milliseconds{300};
  std::promise<void> enough;
  TestServer server([&](ServerConnection& connection) {
    WebSocketPeer(connection).accept();
    enough.get_future().wait();
  });
  connect(server, quick);
  expect<CloudUp>();
  EXPECT_NE(expect_down().reason.find("silent"), std::string::npos);
  enough.set_value();
}

TEST_F(CloudTest, a_server_that_takes_nothing_does_not_fill_the_memory) {
  std::promise<void> enough;
  TestServer server([&](ServerConnection& connection) {
    WebSocketPeer(connection).accept();
    enough.get_future().wait();
  });
  auto& cloud = connect(server);
  expect<CloudUp>();
  for (int i = 0; i < 200 && cloud.is_connected(); ++i) {
    cloud.perform(SendToCloud{std::string(60'000, 'x')});
  }
  EXPECT_NE(expect_down().reason.find("does not take"), std::string::npos);
  enough.set_value();
}

TEST_F(CloudTest, our_own_close_is_said_to_the_server_and_to_the_core) {
  std::optional<Frame> last;
  {
    TestServer server([&](ServerConnection& connection) {
      WebSocketPeer peer(connection);
      peer.accept();
      last = peer.read();
      peer.send(Opcode::close, last ? last->payload : "");
    });
    auto& cloud = connect(server);
    expect<CloudUp>();
    cloud.perform(CloudClose{});
    cloud.perform(SendToCloud{"too late"});
    EXPECT_EQ(expect_down().reason, "closed by us");
  }
  ASSERT_TRUE(last);
  EXPECT_EQ(last->opcode, Opcode::close);
  EXPECT_EQ(last->payload, "\x03\xe8");  // 1000
}

TEST_F(CloudTest, a_later_wish_to_open_replaces_an_earlier_one) {
  TestServer server(
      [](ServerConnection& connection) {
        WebSocketPeer peer(connection);
        peer.accept();
        peer.read();
      },
      2);
  auto& cloud = make({false, "127.0.0.1", server.port()});
  cloud.perform(CloudOpen{Milliseconds{60'000}});
  cloud.perform(CloudOpen{Milliseconds{0}});
  expect<CloudUp>();
  cloud.perform(CloudOpen{Milliseconds{0}});  // While connected: nothing to do.
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{50}));
  cloud.perform(CloudClose{});
  expect_down();
}

TEST_F(CloudTest, a_close_takes_back_the_wish_to_open) {
  auto& cloud = make({false, "127.0.0.1", 1});
  cloud.perform(CloudOpen{Milliseconds{10}});
  cloud.perform(CloudClose{});
  cloud.perform(SendToCloud{"nobody is there"});
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{100}));
}

}  // namespace
}  // namespace pf::hub
