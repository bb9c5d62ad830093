#include <gtest/gtest.h>

#include <thread>

#include "cloud/adapters/http/test_server.hpp"
#include "cloud/adapters/http/test_socket_client.hpp"

namespace pf {
namespace {

using namespace std::string_literals;

TEST(HttpSockets, AHubTalksWithItsHandler) {
  TestServer server;
  SocketClient hub(server.port());
  const auto got = hub.upgrade("/ws/hub/hub-1");
  EXPECT_EQ(got.status, 101);
  EXPECT_EQ(got.field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(hub.hear().payload, "welcome");
  hub.say("echo hello");
  EXPECT_EQ(hub.hear().payload, "hello");
  hub.send(SocketClient::frame(opcode_binary, std::string(100'000, 'x')));
  EXPECT_TRUE(server.hubs.heard.has("binary 100000"));
  hub.send(SocketClient::frame(opcode_ping, "are you there"));
  const auto pong = hub.hear();
  EXPECT_EQ(pong.opcode, opcode_pong);
  EXPECT_EQ(pong.payload, "are you there");
  const auto& request = server.hubs.heard.requests.at(0);
  EXPECT_EQ(request.path_value, "hub-1");
  EXPECT_EQ(request.host, "localhost");
  EXPECT_EQ(request.visitor.address, "127.0.0.1");
  EXPECT_EQ(server.hubs.heard.peers.at(0)->address(), "127.0.0.1");
}

TEST(HttpSockets, WhatComesRightBehindTheHandshakeIsHeard) {
  TestServer server;
  SocketClient hub(server.port());
  hub.send(
      "GET /ws/hub/1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      SocketClient::frame(opcode_text, "echo early"));
  EXPECT_EQ(hub.read_reply().status, 101);
  EXPECT_EQ(hub.hear().payload, "welcome");
  EXPECT_EQ(hub.hear().payload, "early");
}

TEST(HttpSockets, BadHandshakesAreRefused) {
  TestServer server;
  const auto ask = [&](const std::string& path, const std::string& fields) {
    return server.ask("GET", path, fields);
  };
  const std::string upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  EXPECT_EQ(ask("/ws/hub/1", "").status, 426);
  EXPECT_EQ(ask("/ws/hub/1", "").field("upgrade"), "websocket");
  const auto old = ask("/ws/hub/1", upgrade + key + "Sec-WebSocket-Version: 8\r\n");
  EXPECT_EQ(old.status, 426);
  EXPECT_EQ(old.field("sec-websocket-version"), "13");
  EXPECT_EQ(ask("/ws/hub/1", upgrade + version).status, 400);
  EXPECT_EQ(ask("/ws/hub/1", upgrade + version + "Sec-WebSocket-Key: short==\r\n").status, 400);
  EXPECT_EQ(ask("/ws/hub/1", upgrade + version + "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n")
                .status,
            400);
  EXPECT_EQ(ask("/ws/hub/unknown", upgrade + version + key).status, 404);
  EXPECT_EQ(ask("/ws/hub/", upgrade + version + key).status, 404);
  EXPECT_EQ(ask("/ws/hub/1/2", upgrade + version + key).status, 404);
  EXPECT_EQ(ask("/ws/hub/" + std::string(65, 'a'), upgrade + version + key).status, 404);
  // Refused peers are harmless to whoever kept one.
  server.hubs.heard.peers.at(0)->send(std::make_shared<const std::string>("nobody hears this"));
  EXPECT_EQ(server.hubs.heard.peers.at(0)->queued_bytes(), 0u);
}

TEST(HttpSockets, ADashboardIsKnownByCookieAndPageOrByBearer) {
  TestServer server;
  const auto caller = [&](const std::string& fields) -> std::string {
    SocketClient browser(server.port());
    const auto got = browser.upgrade("/ws/dashboard", fields);
    if (got.status != 101) return std::to_string(got.status);
    EXPECT_EQ(browser.hear().payload, "welcome");
    const auto& request = server.dashboards.heard.requests.back();
    return request.caller ? request.caller->user_id : "nobody";
  };
  const std::string cookie = "Cookie: access=viewer-7\r\n";
  EXPECT_EQ(caller(cookie + "Origin: http://localhost\r\n"), "7");
  EXPECT_EQ(caller("Origin: http://localhost\r\n"), "nobody");
  EXPECT_EQ(caller("Cookie: access=expired\r\nOrigin: http://localhost\r\n"), "nobody");
  EXPECT_EQ(caller("Authorization: Bearer viewer-8\r\n"), "8");
  EXPECT_EQ(caller(""), "nobody");
  EXPECT_EQ(caller(cookie), "nobody");  // Not from a page of ours: the cookie proves nothing.
  EXPECT_EQ(caller(cookie + "Origin: http://evil.example\r\n"), "403");
  EXPECT_EQ(caller(cookie + "Origin: null\r\n"), "403");
}

TEST(HttpSockets, ViolationsAreClosedWithTheirCode) {
  TestServer server;
  const auto code_after = [&](const std::string& bytes) {
    SocketClient hub(server.port());
    hub.upgrade("/ws/hub/1");
    hub.hear();
    hub.send(bytes);
    const auto closed = hub.hear();
    EXPECT_EQ(closed.opcode, opcode_close);
    EXPECT_TRUE(hub.is_closed());
    return closed.close_code();
  };
  EXPECT_EQ(code_after("\x81\x05hello"), 1002);
  EXPECT_EQ(code_after(SocketClient::frame(3, "x")), 1002);
  EXPECT_EQ(code_after(SocketClient::frame(opcode_text, "\xff")), 1007);
  EXPECT_EQ(code_after(SocketClient::frame(opcode_text, std::string(64 * 1024 + 1, 'x'))), 1009);
  EXPECT_EQ(code_after(SocketClient::frame(opcode_binary, std::string(3'000'000, 'x'))), 1009);
  EXPECT_EQ(code_after(SocketClient::frame(opcode_text, "throw")), 1011);
  EXPECT_TRUE(server.hubs.heard.has("closed"));
}

TEST(HttpSockets, ClosingIsHeardFromEitherSide) {
  TestServer server;
  SocketClient first(server.port());
  first.upgrade("/ws/hub/1");
  first.hear();
  first.send(SocketClient::frame(opcode_close, "\x03\xe8"s));
  EXPECT_EQ(first.hear().close_code(), 1000);
  EXPECT_TRUE(first.is_closed());
  EXPECT_TRUE(server.hubs.heard.has("closed"));

  SocketClient second(server.port());
  second.upgrade("/ws/dashboard");
  second.hear();
  second.say("close");
  second.say("echo after");  // Too late: the handler has closed.
  const auto closed = second.hear();
  EXPECT_EQ(closed.close_code(), 4401);
  EXPECT_EQ(closed.payload.substr(2), "go away");
  second.send(SocketClient::frame(opcode_close, closed.payload));
  EXPECT_TRUE(second.is_closed());
  EXPECT_TRUE(server.dashboards.heard.has("closed"));
  EXPECT_EQ(server.dashboards.heard.log.find("echo after"), std::string::npos);
}

TEST(HttpSockets, AVanishedHubIsNoticed) {
  TestServer server;
  {
    SocketClient hub(server.port());
    hub.upgrade("/ws/hub/1");
    hub.hear();
  }
  EXPECT_TRUE(server.hubs.heard.has("closed"));
}

TEST(HttpSockets, SilentHubsArePingedAndThenGivenUp) {
  HttpSettings settings;
  settings.ping_interval = Milliseconds{200};
  settings.silence_max = Milliseconds{1500};
  TestServer server(settings);
  SocketClient hub(server.port());
  hub.upgrade("/ws/hub/1");
  hub.hear();
  EXPECT_EQ(hub.hear().opcode, opcode_ping);
  while (hub.hear().opcode == opcode_ping) {
  }
  EXPECT_TRUE(hub.is_closed());
  EXPECT_TRUE(server.hubs.heard.has("closed"));
}

TEST(HttpSockets, WhoNeverAnswersACloseIsCutOff) {
  HttpSettings settings;
  settings.close_timeout = Milliseconds{200};
  TestServer server(settings);
  SocketClient hub(server.port());
  hub.upgrade("/ws/hub/1");
  hub.hear();
  hub.say("close");
  EXPECT_EQ(hub.hear().close_code(), 4401);
  EXPECT_TRUE(hub.is_closed());
}

TEST(HttpSockets, TextsSentTogetherLeaveInFewWrites) {
  TestServer server;
  SocketClient hub(server.port());
  hub.upgrade("/ws/hub/1");
  hub.hear();
  // All of these are read at once, so all echoes are queued before anything is written.
  std::string burst;
  for (int i = 0; i < 100; ++i) {
    burst += SocketClient::frame(opcode_text, "echo " + std::to_string(i));
  }
  hub.send(burst);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(hub.hear().payload, std::to_string(i));
  const auto counter = [&](const std::string& name) {
    const auto text = server.metrics.text();
    const auto at = text.find(name + "{kind=\"hub\"} ");
    return std::stoi(text.substr(at + name.size() + 13));
  };
  while (counter("printfarm_socket_messages_sent_total") < 101) std::this_thread::yield();
  EXPECT_EQ(counter("printfarm_socket_messages_sent_total"), 101);
  EXPECT_EQ(counter("printfarm_socket_messages_received_total"), 100);
  EXPECT_LT(counter("printfarm_socket_writes_total"), 30);
  EXPECT_EQ(counter("printfarm_sockets_open"), 1);
}

TEST(HttpSockets, TextsOfManyThreadsArriveWholeAndInEachThreadsOrder) {
  TestServer server;
  SocketClient hub(server.port());
  hub.upgrade("/ws/hub/1");
  hub.hear();
  const auto peer = server.hubs.heard.peers.at(0);
  constexpr int threads = 4, texts = 2000;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < threads; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < texts; ++i) {
        peer->send(
            std::make_shared<const std::string>(std::to_string(sender) + " " + std::to_string(i)));
      }
    });
  }
  std::vector<int> next(threads, 0);
  for (int i = 0; i < threads * texts; ++i) {
    const auto text = hub.hear().payload;
    const auto sender = static_cast<std::size_t>(text.at(0) - '0');
    ASSERT_EQ(std::stoi(text.substr(2)), next.at(sender)++);
  }
  for (auto& one : senders) one.join();
}

TEST(HttpSockets, ASlowReaderIsSeenInTheQueueAndTheHandlerHearsWhenItHasCaughtUp) {
  HttpSettings settings;
  settings.socket_queue_bytes_max = 100'000'000;
  TestServer server(settings);
  SocketClient slow(server.port(), 4096);
  slow.upgrade("/ws/dashboard");
  slow.hear();
  const auto peer = server.dashboards.heard.peers.at(0);
  const auto text = std::make_shared<const std::string>(50'000, 'x');
  // Far more than the system takes off our hands.
  constexpr int texts = 800;
  for (int i = 0; i < texts; ++i) peer->send(text);
  EXPECT_GT(peer->queued_bytes(), 20'000'000u);
  for (int i = 0; i < texts; ++i) ASSERT_EQ(slow.hear().payload.size(), 50'000u);
  EXPECT_TRUE(server.dashboards.heard.has("writable"));
  EXPECT_EQ(peer->queued_bytes(), 0u);
}

TEST(HttpSockets, AReaderWhoIsHopelesslyBehindIsCutOff) {
  HttpSettings settings;
  settings.socket_queue_bytes_max = 500'000;
  TestServer server(settings);
  SocketClient slow(server.port(), 4096);
  slow.upgrade("/ws/dashboard");
  slow.hear();
  const auto peer = server.dashboards.heard.peers.at(0);
  const auto text = std::make_shared<const std::string>(50'000, 'x');
  std::size_t most = 0;
  for (int i = 0; i < 2000; ++i) {
    peer->send(text);
    most = std::max(most, peer->queued_bytes());
  }
  EXPECT_TRUE(server.dashboards.heard.has("closed"));
  EXPECT_LE(most, 600'000u);
  EXPECT_EQ(peer->queued_bytes(), 0u);
  EXPECT_LT(text.use_count(), 3);  // Nothing is kept for a reader who is gone.
}

TEST(HttpSockets, OneTextMayBeLargerThanAllThatMayWait) {
  HttpSettings settings;
  settings.socket_queue_bytes_max = 100'000;
  TestServer server(settings);
  SocketClient client(server.port(), 4096);
  ASSERT_EQ(client.upgrade("/ws/hub/h1").status, 101);
  EXPECT_EQ(client.hear().payload, "welcome");
  const auto snapshot = std::make_shared<const std::string>(9'000'000, 's');
  const auto update = std::make_shared<const std::string>(10'000, 'u');
  auto& peer = *server.hubs.heard.peers.front();
  peer.send(snapshot);
  for (int i = 0; i < 5; ++i) peer.send(update);
  EXPECT_EQ(client.hear().payload.size(), snapshot->size());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.hear().payload, *update);
}

TEST(HttpSockets, WhatAHandlerThrowsEndsItsConnectionOnly) {
  TestServer server;
  SocketClient other(server.port());
  ASSERT_EQ(other.upgrade("/ws/hub/other").status, 101);
  SocketClient slow(server.port(), 4096);
  ASSERT_EQ(slow.upgrade("/ws/hub/slow").status, 101);
  slow.say("throw later");
  ASSERT_TRUE(server.hubs.heard.has("text throw later"));
  server.hubs.heard.peers.back()->send(std::make_shared<const std::string>(20'000'000, 'x'));
  EXPECT_EQ(slow.hear().payload, "welcome");
  EXPECT_EQ(slow.hear().payload.size(), 20'000'000u);
  EXPECT_EQ(slow.hear().close_code(), 1011);
  slow.send(SocketClient::frame(opcode_close, ""));
  EXPECT_TRUE(server.hubs.heard.has("closed"));
  EXPECT_TRUE(slow.is_closed());
  other.say("echo still here");
  EXPECT_EQ(other.hear().payload, "welcome");
  EXPECT_EQ(other.hear().payload, "still here");
  const auto log = server.log.text();
  EXPECT_NE(log.find("thrown when writable"), std::string::npos);
  EXPECT_NE(log.find("thrown when closed"), std::string::npos);

  SocketClient draining(server.port());
  ASSERT_EQ(draining.upgrade("/ws/hub/draining").status, 101);
  draining.say("throw later");
  EXPECT_EQ(draining.hear().payload, "welcome");
  ASSERT_TRUE(server.hubs.heard.has("text throw later"));
  draining.say("echo heard");
  EXPECT_EQ(draining.hear().payload, "heard");
  other.send(SocketClient::frame(opcode_close, ""));
  std::thread drainer([&] { server.server->drain(Seconds{20}); });
  EXPECT_EQ(draining.hear().close_code(), 1011);
  draining.send(SocketClient::frame(opcode_close, ""));
  drainer.join();
  EXPECT_NE(server.log.text().find("thrown when draining"), std::string::npos);
}

TEST(HttpSockets, ACrowdOfHubsIsLetInOneAfterAnother) {
  HttpSettings settings;
  settings.hub_admissions_burst = 2;
  settings.hub_admissions_per_second = 1;
  TestServer server(settings);
  const auto come = [&](const std::string& path) {
    SocketClient client(server.port());
    return client.upgrade(path);
  };
  EXPECT_EQ(come("/ws/hub/a").status, 101);
  EXPECT_EQ(come("/ws/hub/b").status, 101);
  const auto refused = come("/ws/hub/c");
  EXPECT_EQ(refused.status, 503);
  const int wait = std::stoi(refused.field("retry-after"));
  EXPECT_GE(wait, 1);
  EXPECT_LE(wait, 11);
  // People are not kept waiting by hubs.
  EXPECT_EQ(come("/ws/dashboard").status, 101);
  EXPECT_EQ(server.hubs.heard.requests.size(), 2u) << "nothing of the third was looked at";
}

TEST(HttpSockets, SomebodyWhoKeepsOpeningDashboardsHasToWait) {
  HttpSettings settings;
  settings.rates.socket = 1;
  TestServer server(settings);
  const auto open = [&](const std::string& bearer) {
    SocketClient client(server.port());
    return client.upgrade("/ws/dashboard", "Authorization: Bearer " + bearer + "\r\n").status;
  };
  EXPECT_EQ(open("viewer-7"), 101);
  EXPECT_EQ(open("viewer-7"), 429);
  EXPECT_EQ(open("viewer-8"), 101);
}

TEST(HttpSockets, DrainingLetsHandlersSayGoodbye) {
  TestServer server;
  SocketClient hub(server.port());
  hub.upgrade("/ws/hub/1");
  hub.hear();
  std::thread draining([&] { server.server->drain(Seconds{20}); });
  const auto closed = hub.hear();
  EXPECT_EQ(closed.close_code(), 4503);
  EXPECT_EQ(closed.payload.substr(2), "{\"retry_after_ms\":5}");
  hub.send(SocketClient::frame(opcode_close, closed.payload));
  draining.join();
  EXPECT_EQ(server.hubs.heard.log, "drain\nclosed\n");
}

TEST(HttpSockets, StoppingTellsEveryHandlerAndLeavesPeersHarmless) {
  TestServer server;
  std::vector<std::unique_ptr<SocketClient>> hubs;
  for (int i = 0; i < 20; ++i) {
    hubs.push_back(std::make_unique<SocketClient>(server.port()));
    hubs.back()->upgrade("/ws/hub/1");
    hubs.back()->hear();
  }
  server.server->stop();
  const auto& log = server.hubs.heard.log;
  EXPECT_EQ(log.size(), 20 * std::string("closed\n").size());
  for (const auto& peer : server.hubs.heard.peers) {
    peer->send(std::make_shared<const std::string>("too late"));
    peer->close(1000, "");
    EXPECT_EQ(peer->queued_bytes(), 0u);
  }
}

}  // namespace
}  // namespace pf
