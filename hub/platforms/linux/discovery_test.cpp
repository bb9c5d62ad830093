#include "hub/platforms/linux/discovery.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <future>

#include "hub/platforms/linux/recording_sink.hpp"
#include "hub/platforms/linux/test_server.hpp"

namespace pf::hub {
namespace {

std::string notify(const std::string& serial, const std::string& address) {
  return "NOTIFY * HTTP/1.1\r\nLocation: " + address +
         "\r\nNT: urn:bambulab-com:device:3dprinter:1\r\nNTS: ssdp:alive\r\nUSN: " + serial +
         "\r\nDevModel.bambu.com: N1\r\nDevName.bambu.com: Mini\r\n\r\n";
}

// A port that is free now, for both ends of the test.
std::uint16_t free_udp_port() {
  boost::asio::io_context loop;
  using Udp = boost::asio::ip::udp;
  return Udp::socket(loop, Udp::endpoint(boost::asio::ip::address_v4::loopback(), 0))
      .local_endpoint()
      .port();
}

class DiscoveryTest : public testing::Test {
 protected:
  Discovery& start(DiscoverySettings settings) {
    discovery_ = std::make_unique<Discovery>(loop_, tls_, clock_, sink_, log_, settings);
    discovery_->start();
    return *discovery_;
  }
  void announce(std::uint16_t port, const std::string& text) {
    using Udp = boost::asio::ip::udp;
    Udp::socket socket(loop_, Udp::v4());
    socket.set_option(boost::asio::socket_base::broadcast(true));
    socket.send_to(boost::asio::buffer(text),
                   {boost::asio::ip::make_address_v4("127.255.255.255"), port});
  }
  Discovered next_found() {
    const auto event = sink_.next(loop_);
    EXPECT_TRUE(event && std::holds_alternative<Discovered>(*event));
    return event ? std::get<Discovered>(*event) : Discovered{};
  }

  boost::asio::io_context loop_;
  RecordingSink sink_;
  ManualClock clock_;
  QuietLog log_;
  TlsClient tls_ = std::move(*TlsClient::for_printers(""));
  std::unique_ptr<Discovery> discovery_;
};

TEST_F(DiscoveryTest, announcements_are_told_once_and_listed_when_asked) {
  const std::uint16_t port = free_udp_port();
  auto& discovery = start({{port}, 3000, Milliseconds{200}, Milliseconds{200}});
  announce(port, notify("03000A000000001", "127.0.0.11"));
  const auto first = next_found();
  EXPECT_EQ(first.command_id, std::nullopt);
  ASSERT_EQ(first.printers.size(), 1u);
  EXPECT_EQ(first.printers[0].ip_address.value, "127.0.0.11");

  announce(port, notify("03000A000000001", "127.0.0.11"));
  announce(port, "not an announcement");
  announce(port, notify("03000A000000002", "127.0.0.12"));
  EXPECT_EQ(next_found().printers.at(0).printer_id.value, "03000A000000002");

  discovery.perform(Discover{"find-1", std::nullopt});
  const auto listed = next_found();
  EXPECT_EQ(listed.command_id, "find-1");
  EXPECT_EQ(listed.printers.size(), 2u);
}

TEST_F(DiscoveryTest, a_search_where_nobody_speaks_is_answered_with_an_empty_list) {
  auto& discovery = start({{free_udp_port()}, 3000, Milliseconds{50}, Milliseconds{50}});
  discovery.perform(Discover{"find-1", std::nullopt});
  const auto found = next_found();
  EXPECT_EQ(found.command_id, "find-1");
  EXPECT_TRUE(found.printers.empty());
}

TEST_F(DiscoveryTest, two_hubs_on_one_machine_hear_the_same_announcement) {
  const std::uint16_t port = free_udp_port();
  start({{port}, 3000, Milliseconds{200}, Milliseconds{200}});
  RecordingSink other_sink;
  Discovery other(loop_, tls_, clock_, other_sink, log_, {{port}});
  other.start();
  announce(port, notify("03000A000000001", "127.0.0.11"));
  EXPECT_EQ(next_found().printers.size(), 1u);
  EXPECT_TRUE(other_sink.next(loop_));
}

TEST_F(DiscoveryTest, announcements_are_dropped_while_there_is_no_room) {
  const std::uint16_t port = free_udp_port();
  start({{port}, 3000, Milliseconds{200}, Milliseconds{200}});
  sink_.room = false;
  announce(port, notify("03000A000000001", "127.0.0.11"));
  EXPECT_FALSE(sink_.next(loop_, Milliseconds{100}));
  sink_.room = true;
  announce(port, notify("03000A000000001", "127.0.0.11"));
  EXPECT_EQ(next_found().printers.size(), 1u);
}

TEST_F(DiscoveryTest, a_port_that_cannot_be_had_leaves_the_others) {
  const std::uint16_t port = free_udp_port();
  boost::asio::ip::udp::socket hog(loop_, {boost::asio::ip::udp::v4(), 0});
  start({{hog.local_endpoint().port(), port}, 3000, Milliseconds{200}, Milliseconds{200}});
  announce(port, notify("03000A000000001", "127.0.0.11"));
  EXPECT_EQ(next_found().printers.size(), 1u);
}

std::string framed(const std::string& body) {
  const std::size_t size = body.size() + 6;
  return std::string("\xa5\xa5") + static_cast<char>(size & 255) + static_cast<char>(size >> 8) +
         body + "\xa7\xa7";
}

TEST_F(DiscoveryTest, a_printer_that_is_asked_says_who_it_is) {
  std::string request;
  const std::string reply = framed(
      R"({"login":{"command":"detect","sequence_id":"20001","id":"03000A000012345","model":"N1",)"
      R"("name":"Mini","version":"01.07.02.00","bind":"free"}})");
  {
    TestServer printer([&](ServerConnection& peer) {
      request = peer.read_exactly(0x3A);
      peer.write(std::string_view(reply).substr(0, 50));
      peer.write(std::string_view(reply).substr(50));
    });
    auto& discovery = start({{}, printer.port(), Milliseconds{100}, Milliseconds{10'000}});
    discovery.perform(Discover{"ask-1", "127.0.0.1"});
    const auto found = next_found();
    EXPECT_EQ(found.command_id, "ask-1");
    ASSERT_EQ(found.printers.size(), 1u);
    EXPECT_EQ(found.printers[0].printer_id.value, "03000A000012345");
    EXPECT_EQ(found.printers[0].ip_address.value, "127.0.0.1");
    EXPECT_FALSE(sink_.next(loop_, Milliseconds{50}));  // One answer, also after its close.
  }
  EXPECT_EQ(request, framed(R"({"login":{"command":"detect","sequence_id":"20001"}})"));
}

TEST_F(DiscoveryTest, what_is_no_printer_is_an_empty_answer) {
  const TestServer::Script scripts[] = {
      [](ServerConnection& peer) { peer.write("220 an FTP server\r\n"); },
      [](ServerConnection& peer) { peer.write(framed("{}")); },
      [](ServerConnection& peer) { peer.write("\xa5\xa5\xff\xff"); },
      [](ServerConnection& peer) { peer.read(1); },
  };
  for (const auto& script : scripts) {
    TestServer server(script);
    auto& discovery = start({{}, server.port(), Milliseconds{100}, Milliseconds{10'000}});
    discovery.perform(Discover{"ask", "127.0.0.1"});
    EXPECT_TRUE(next_found().printers.empty());
  }
}

TEST_F(DiscoveryTest, silence_and_a_refusal_are_an_empty_answer) {
  std::promise<void> enough;
  TestServer silent([&](ServerConnection&) { enough.get_future().wait(); });
  start({{}, silent.port(), Milliseconds{100}, Milliseconds{200}})
      .perform(Discover{"ask", "127.0.0.1"});
  EXPECT_TRUE(next_found().printers.empty());
  enough.set_value();
  start({{}, 1, Milliseconds{100}, Milliseconds{10'000}}).perform(Discover{"ask", "127.0.0.1"});
  EXPECT_TRUE(next_found().printers.empty());
}

TEST_F(DiscoveryTest, too_many_searches_are_answered_with_nothing) {
  auto& discovery = start({{}, 3000, Milliseconds{10'000}, Milliseconds{10'000}});
  for (std::size_t i = 0; i < searches_max; ++i) {
    discovery.perform(Discover{"find" + std::to_string(i), std::nullopt});
  }
  discovery.perform(Discover{"one-too-many", std::nullopt});
  const auto found = next_found();
  EXPECT_EQ(found.command_id, "one-too-many");
  EXPECT_TRUE(found.printers.empty());
}

}  // namespace
}  // namespace pf::hub
