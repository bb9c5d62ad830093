// The hub's MQTT client over the real platform against mosquitto, with mosquitto's own clients at
// the other end.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>

#include "hub/drivers/bambu/mqtt_client.hpp"
#include "hub/platforms/linux/streams.hpp"
#include "hub/platforms/linux/test_certificates.hpp"
#include "process/scratch_directory.hpp"
#include "process/test_program.hpp"

namespace pf::hub {
namespace {

using bambu::MqttAccepted;
using bambu::MqttBroken;
using bambu::MqttEvent;
using bambu::MqttRefused;
using bambu::MqttReport;
using process::TestProgram;

constexpr char serial[] = "01P00A000000001";
constexpr char access_code[] = "12345678";

class Broker {
 public:
  Broker() {
    const TestAuthority authority;
    const Identity identity = authority.issue(serial);
    authority.root().write_certificate(scratch_.file("ca.pem"));
    identity.write_certificate(scratch_.file("certificate.pem"));
    identity.write_key(scratch_.file("key.pem"));
    TestProgram password(
        {"mosquitto_passwd", "-b", "-c", scratch_.file("passwords"), "bblp", access_code},
        scratch_.file("passwd.log"));
    EXPECT_EQ(password.wait(), 0) << password.output();
    std::ofstream(scratch_.file("mosquitto.conf"))
        << "user root\nper_listener_settings false\nallow_anonymous false\npassword_file "
        << scratch_.file("passwords") << "\nlistener " << port_ << " 127.0.0.1\ncertfile "
        << scratch_.file("certificate.pem") << "\nkeyfile " << scratch_.file("key.pem")
        << "\ntls_version tlsv1.2\n";
    program_ = std::make_unique<TestProgram>(
        std::vector<std::string>{*process::find_program("mosquitto"), "-c",
                                 scratch_.file("mosquitto.conf")},
        scratch_.file("mosquitto.log"));
    started_ = process::eventually(
        [this] { return !program_->is_running() || process::answers_on("127.0.0.1", port_); });
    EXPECT_TRUE(started_ && program_->is_running()) << program_->output();
  }

  std::uint16_t port() const { return port_; }
  const process::ScratchDirectory& scratch() const { return scratch_; }
  void stop() { program_.reset(); }

  std::unique_ptr<TestProgram> client(const std::string& name,
                                      const std::vector<std::string>& more) const {
    std::vector<std::string> words = {name,
                                      "-h",
                                      "127.0.0.1",
                                      "-p",
                                      std::to_string(port_),
                                      "--cafile",
                                      scratch_.file("ca.pem"),
                                      "--insecure",  // CN is the serial, not the address.
                                      "-u",
                                      "bblp",
                                      "-P",
                                      access_code};
    words.insert(words.end(), more.begin(), more.end());
    return std::make_unique<TestProgram>(words, scratch_.file(name + ".log"));
  }
  void publish_report(const std::string& payload, int qos) const {
    const std::string file = scratch_.file("payload");
    std::ofstream(file) << payload;
    const auto sent = client("mosquitto_pub", {"-t", std::string("device/") + serial + "/report",
                                               "-q", std::to_string(qos), "-f", file});
    EXPECT_EQ(sent->wait(), 0) << sent->output();
  }

 private:
  process::ScratchDirectory scratch_;
  const std::uint16_t port_ = process::free_tcp_port();
  std::unique_ptr<TestProgram> program_;
  bool started_ = false;
};

// A client, its stream and the loop, until the next thing happens.
class Connection final : public StreamEventSink {
 public:
  Connection(std::uint16_t port, const std::string& code)
      : client_({"printfarm-test", code, serial}) {
    streams_.perform(TcpOpen{stream_, "127.0.0.1", port});
  }

  template <class Wanted>
  std::optional<Wanted> next() {
    const auto until = std::chrono::steady_clock::now() + process::test_patience;
    while (heard_.empty() && !closed_ && std::chrono::steady_clock::now() < until) {
      loop_.restart();
      loop_.run_one_until(until);
    }
    if (heard_.empty()) return std::nullopt;
    const MqttEvent event = std::move(heard_.front());
    heard_.pop_front();
    const auto* wanted = std::get_if<Wanted>(&event);
    return wanted ? std::optional(*wanted) : std::nullopt;
  }
  void publish(const std::string& payload) {
    std::string out;
    client_.publish(payload, clock_.now(), out);
    send(out);
  }
  void close() {
    std::string out;
    client_.close(out);
    send(out);
    streams_.perform(StreamClose{stream_});
    while (!closed_) run_some();
  }
  void run_some() {
    loop_.restart();
    loop_.run_for(Milliseconds{20});
  }
  bool closed() const { return closed_; }

 private:
  void deliver(StreamEvent event) override {
    if (std::holds_alternative<StreamOpened>(event)) {
      streams_.perform(TlsStart{stream_, serial, TlsCap::tls_1_2, std::nullopt});
    } else if (std::holds_alternative<TlsReady>(event)) {
      std::string out;
      client_.open(clock_.now(), out);
      send(out);
      streams_.perform(StreamRead{stream_});
    } else if (const auto* data = std::get_if<StreamData>(&event)) {
      std::string out;
      for (auto& heard : client_.receive(data->bytes, clock_.now(), out)) {
        heard_.push_back(std::move(heard));
      }
      send(out);
      streams_.perform(StreamRead{stream_, static_cast<std::uint32_t>(data->bytes.size())});
    } else if (std::holds_alternative<StreamClosed>(event)) {
      closed_ = true;
    }
  }
  void send(const std::string& bytes) {
    if (!bytes.empty()) streams_.perform(StreamWrite{stream_, bytes});
  }

  const StreamId stream_{1, 0, 1};
  SystemClock clock_;
  boost::asio::io_context loop_;
  TlsClient tls_ = std::move(*TlsClient::for_printers(""));
  Streams streams_{loop_, tls_, *this};
  bambu::MqttClient client_;
  std::deque<MqttEvent> heard_;
  bool closed_ = false;
};

class MqttInterop : public testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    for (const char* name : {"mosquitto", "mosquitto_passwd", "mosquitto_pub", "mosquitto_sub"}) {
      if (!process::find_program(name)) GTEST_SKIP() << name << " is not installed";
    }
    broker_ = std::make_unique<Broker>();
  }
  // Accepted, and mosquitto has seen the subscription.
  std::unique_ptr<Connection> connect() {
    auto connection = std::make_unique<Connection>(broker_->port(), access_code);
    EXPECT_TRUE(connection->next<MqttAccepted>());
    connection->run_some();
    return connection;
  }

  std::unique_ptr<Broker> broker_;
};

TEST_F(MqttInterop, reports_of_both_qualities_and_of_any_size_arrive_whole) {
  const auto connection = connect();
  const std::string payloads[] = {"{}", std::string(40'000, 'x'), std::string(100'000, 'y'), ""};
  for (const int qos : {0, 1}) {
    for (const auto& payload : payloads) {
      broker_->publish_report(payload, qos);
      const auto report = connection->next<MqttReport>();
      ASSERT_TRUE(report) << payload.size();
      EXPECT_TRUE(report->payload == payload) << payload.size();
    }
  }
}

TEST_F(MqttInterop, what_we_publish_is_understood) {
  const auto listener =
      broker_->client("mosquitto_sub", {"-t", std::string("device/") + serial + "/request", "-q",
                                        "1", "-C", "2", "-F", "%t %q %r %l %p"});
  const auto connection = connect();
  const std::string command(30'000, 'c');
  // Again until the listener is there to hear it: nothing says when it has subscribed.
  ASSERT_TRUE(process::eventually([&] {
    connection->publish(command);
    connection->run_some();
    return listener->output().size() > command.size();
  }));
  connection->publish("{}");
  while (listener->is_running() && !connection->closed()) connection->run_some();
  EXPECT_EQ(listener->wait(), 0);
  const std::string heard = listener->output();
  EXPECT_EQ(heard.rfind(std::string("device/") + serial + "/request 1 0 30000 ccc", 0), 0u)
      << heard.substr(0, 200);
}

TEST_F(MqttInterop, a_wrong_access_code_is_refused_and_said_so) {
  Connection connection(broker_->port(), "wrong");
  const auto refused = connection.next<MqttRefused>();
  ASSERT_TRUE(refused);
  EXPECT_TRUE(refused->code == mqtt::ConnectCode::not_authorised ||
              refused->code == mqtt::ConnectCode::bad_user_name_or_password);
}

TEST_F(MqttInterop, a_packet_over_our_limit_breaks_the_connection_instead_of_the_memory) {
  const auto connection = connect();
  broker_->publish_report(std::string(mqtt::packet_bytes_max + 1, 'x'), 0);
  EXPECT_TRUE(connection->next<MqttBroken>());
}

TEST_F(MqttInterop, an_orderly_end_leaves_no_will_and_no_complaint) {
  const auto connection = connect();
  connection->close();
  EXPECT_TRUE(connection->closed());
}

TEST_F(MqttInterop, a_broker_that_stops_is_noticed) {
  const auto connection = connect();
  broker_->stop();
  ASSERT_TRUE(process::eventually([&] {
    connection->run_some();
    return connection->closed();
  }));
}

}  // namespace
}  // namespace pf::hub
