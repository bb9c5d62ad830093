// A printer in memory with a driver connected to it: effects go over, events come back, and time
// passes only when told. The broker accepts, answers nothing by itself and remembers what it heard.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "hub/drivers/bambu/bambu_driver.hpp"
#include "hub/drivers/bambu/ftps_peer_test.hpp"
#include "hub/drivers/bambu/mqtt.hpp"

namespace pf::hub::bambu::testing {

inline constexpr const char* p1s_serial = "01P00A000000001";
inline constexpr const char* a1_serial = "03900A000000001";
inline constexpr const char* h2d_serial = "09400A000000001";

struct PrinterPeer {
  // How the printer behaves.
  PeerCertificate certificate{p1s_serial, "key", true};
  bool reachable = true;
  bool swallows_everything = false;
  bool writes_leave = true;
  std::optional<mqtt::ConnectCode> login = mqtt::ConnectCode::accepted;  // Absent: silence.
  bool hangs_up_on_login = false;
  bool hangs_up_on_subscribe = false;
  FtpsPeer ftps;

  // What it saw.
  std::vector<TcpOpen> opened;
  std::vector<TlsStart> tls_started;
  std::vector<mqtt::Connect> logins;
  std::vector<std::string> heard;  // Published to the request topic, since the last heard().
  std::vector<StreamClose> closed;
  int pings = 0;
  std::deque<StreamEvent> events;
  std::optional<StreamId> stream;

  void perform(const StreamEffect& effect) {
    const auto id = std::visit([](const auto& one) { return one.stream; }, effect);
    if (id.channel != mqtt_channel) {
      ftps.perform(effect);
      return;
    }
    if (!swallows_everything) std::visit([this](const auto& one) { take(one); }, effect);
  }

  void say(std::string_view message) {
    send(mqtt::Publish{"device/" + serial + "/report", std::string(message)});
  }
  void hang_up(CloseReason reason = CloseReason::closed_by_peer) {
    if (stream) events.push_back(StreamClosed{*stream, reason, "x"});
    stream.reset();
  }

  std::string serial = p1s_serial;

 private:
  void take(const TcpOpen& open) {
    opened.push_back(open);
    if (!reachable) {
      events.push_back(StreamClosed{open.stream, CloseReason::unreachable, ""});
      return;
    }
    stream = open.stream;
    decoder_ = mqtt::Decoder();
    events.push_back(StreamOpened{open.stream});
  }
  void take(const TlsStart& tls) {
    tls_started.push_back(tls);
    events.push_back(TlsReady{tls.stream, certificate, false});
  }
  void take(const StreamWrite& write) {
    if (write.stream != stream) return;
    if (writes_leave) events.push_back(StreamWritten{write.stream, write.bytes.size()});
    decoder_.feed(write.bytes);
    while (const auto packet = decoder_.next()) hear(*packet);
    EXPECT_FALSE(decoder_.failed()) << decoder_.error();
  }
  void take(const StreamRead&) {}
  void take(const StreamClose& close) {
    closed.push_back(close);
    if (close.stream == stream) stream.reset();
  }

  void hear(const mqtt::Packet& packet) {
    if (const auto* connect = std::get_if<mqtt::Connect>(&packet)) {
      logins.push_back(*connect);
      if (hangs_up_on_login) return hang_up();
      if (login) send(mqtt::Connack{false, *login});
    } else if (const auto* subscribe = std::get_if<mqtt::Subscribe>(&packet)) {
      if (hangs_up_on_subscribe) return hang_up();
      send(mqtt::Suback{subscribe->packet_id, {0}});
    } else if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
      EXPECT_EQ(publish->topic, "device/" + serial + "/request");
      heard.push_back(publish->payload);
    } else if (std::holds_alternative<mqtt::Pingreq>(packet)) {
      ++pings;
      send(mqtt::Pingresp{});
    }
  }

  void send(const mqtt::Packet& packet) {
    if (stream) events.push_back(StreamData{*stream, mqtt::encode(packet)});
  }

  mqtt::Decoder decoder_;
};

inline ConfiguredPrinter configured(const char* serial = p1s_serial) {
  ConfiguredPrinter printer;
  printer.printer_id = serial;
  printer.ip_address = "192.0.2.10";
  printer.access_code = "12345678";
  printer.name = "Left";
  return printer;
}

struct Connection {
  PrinterPeer peer;
  SeededRandom random;
  BambuDriver driver;
  Instant now;
  std::vector<DriverSignal> signals;

  explicit Connection(const ConfiguredPrinter& printer = configured(), std::uint64_t seed = 1)
      : random(seed), driver({2, "printfarm-hub1", printer}, random) {
    peer.serial = peer.certificate.common_name = printer.printer_id.value;
    peer.ftps.certificate = peer.certificate;
  }

  Connection& start() {
    DriverOutput out;
    driver.start(now, out);
    return take(out);
  }
  Connection& settle() {
    while (!peer.events.empty() || !peer.ftps.events.empty()) {
      auto& queue = peer.events.empty() ? peer.ftps.events : peer.events;
      const auto event = queue.front();
      queue.pop_front();
      handle(event);
    }
    return *this;
  }
  void handle(const StreamEvent& event) {
    DriverOutput out;
    driver.handle(event, now, out);
    take_without_settling(out);
  }
  Connection& wait(Milliseconds time) {
    const auto until = now + time;
    while (now < until) {
      now = now + Milliseconds(250);
      DriverOutput out;
      driver.tick(now, out);
      take(out);
    }
    return *this;
  }
  Connection& take(const DriverOutput& out) {
    take_without_settling(out);
    return settle();
  }
  void take_without_settling(const DriverOutput& out) {
    for (const auto& effect : out.effects) peer.perform(effect);
    signals.insert(signals.end(), out.signals.begin(), out.signals.end());
  }
  Connection& hear(std::string_view message) {
    peer.say(message);
    return settle();
  }
  // Connected, with one whole report.
  Connection& online(std::string_view state = "IDLE") {
    start();
    hear(whole(state));
    peer.heard.clear();
    return *this;
  }

  static std::string whole(std::string_view state, std::string_view more = "") {
    return R"({"print":{"home_flag":256,"print_error":0,"msg":0,"gcode_state":")" +
           std::string(state) + "\"" + std::string(more) + "}}";
  }

  template <class Signal>
  std::vector<Signal> told() const {
    std::vector<Signal> found;
    for (const auto& signal : signals) {
      if (const auto* one = std::get_if<Signal>(&signal)) found.push_back(*one);
    }
    return found;
  }
  ConnectionChanged connection() const {
    const auto changes = told<ConnectionChanged>();
    EXPECT_FALSE(changes.empty());
    return changes.empty() ? ConnectionChanged{} : changes.back();
  }
  bool heard_command(std::string_view word) const {
    for (const auto& message : peer.heard) {
      if (message.find("\"command\":\"" + std::string(word) + "\"") != std::string::npos)
        return true;
    }
    return false;
  }
};

}  // namespace pf::hub::bambu::testing
