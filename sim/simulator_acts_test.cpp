// What befalls simulated printers on real sockets: cut off, moved, rebooted, stalled, slowed down.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "sim/child_process_fixture.hpp"
#include "sim/control.hpp"
#include "sim/document.hpp"
#include "sim/simulator.hpp"
#include "sim/sliced_file_fixture.hpp"

namespace pf::sim {
namespace {

using testing::ChildProcess;
using testing::eventually;

constexpr PublishedPorts ports{.mqtt = 28893, .ftps = 20991, .detect = 23010};

class SimulatorActsTest : public ::testing::Test {
 protected:
  static std::string network() {
    return "127." + std::to_string(100 + ::getpid() / 250 % 100) + '.' +
           std::to_string(1 + ::getpid() % 250);
  }
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TemporaryFolder>();
    SimulatorOptions options;
    options.farm = {*folder_ / "data", 1, {&a1_mini}, network() + ".61"};
    options.speed = 600;
    options.ports = ports;
    options.notify = {.ip_address = network() + ".251", .port = 22022};
    options.report_interval = Milliseconds{50};
    simulator_ = std::make_unique<Simulator>(options, clock_, random_, log_);
    const auto started = simulator_->start();
    ASSERT_TRUE(started) << started.error().says;
    std::ofstream(*folder_ / "file", std::ios::binary) << std::string(300'000, 'x');
  }
  static void TearDownTestSuite() {
    simulator_.reset();
    folder_.reset();
  }

  static std::string befall(Act act) {
    const auto done = simulator_->befall(std::nullopt, act);
    return done ? "" : done.error().says;
  }
  static Document published() {
    std::ifstream file(*folder_ / "data/printers.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return *Document::parse(text);
  }
  static std::string ip_address() { return *published().text("printers.0.ip_address"); }
  static std::string code() { return *published().text("printers.0.access_code"); }
  static std::string serial() { return simulator_->printers()[0].identity.serial_number; }
  static std::string output_path() { return *folder_ / ("output-" + std::to_string(outputs_++)); }
  static std::unique_ptr<ChildProcess> listen(const std::string& access_code) {
    return std::make_unique<ChildProcess>(
        std::vector<std::string>{"mosquitto_sub", "-d", "-h", ip_address(), "-p",
                                 std::to_string(ports.mqtt), "--cafile", *folder_ / "data/ca.pem",
                                 "--insecure", "-u", "bblp", "-P", access_code, "-t",
                                 "device/" + serial() + "/report"},
        output_path());
  }
  static bool can_listen() {
    return eventually([] {
      auto listener = listen(code());
      const auto over = [&] { return listener->says("Subscribed") || listener->ended(); };
      return eventually(over) && listener->says("Subscribed");
    });
  }
  static std::unique_ptr<ChildProcess> upload(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{
        "curl",
        "-sSvk",
        "--max-time",
        "20",
        "--tls-max",
        "1.2",
        "--ssl-reqd",
        "--user",
        "bblp:" + code(),
        "-T",
        *folder_ / "file",
        "ftps://" + ip_address() + ':' + std::to_string(ports.ftps) + "/cache/file.3mf"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::make_unique<ChildProcess>(arguments, output_path());
  }

  static inline SystemClock clock_;
  static inline SeededRandom random_{13};
  static inline QuietLog log_;
  static inline std::unique_ptr<testing::TemporaryFolder> folder_;
  static inline std::unique_ptr<Simulator> simulator_;
  static inline int outputs_ = 0;
};

// Whether curl still reads the 426 or only finds its pipe broken is a race.
TEST_F(SimulatorActsTest, AbortsAnUploadAndTakesTheNext) {
  ASSERT_EQ(befall({CardAct(AbortUpload{})}), "");
  auto broken = upload();
  EXPECT_NE(broken->exit_code(), 0);
  auto next = upload();
  EXPECT_EQ(next->exit_code(), 0) << next->output();
}

TEST_F(SimulatorActsTest, StallsAnUploadUntilTheClientGivesUp) {
  for (const auto channel : {FtpChannel::control, FtpChannel::data}) {
    StallUpload stall;
    stall.channel = channel;
    ASSERT_EQ(befall({CardAct(stall)}), "");
    auto stalled = upload({"--max-time", "2"});
    EXPECT_EQ(stalled->exit_code(), 28) << "timed out: " << stalled->output();
    EXPECT_TRUE(eventually([] { return upload()->exit_code() == 0; })) << "and recovers";
  }
}

TEST_F(SimulatorActsTest, ASlowCardTakesItsTime) {
  ASSERT_EQ(befall({CardAct(SlowCard{300'000})}), "");
  const auto before = clock_.now();
  auto slow = upload();
  EXPECT_EQ(slow->exit_code(), 0) << slow->output();
  EXPECT_GE(clock_.now() - before, Milliseconds{700}) << "a second's worth of bytes";
  ASSERT_EQ(befall({CardAct(SlowCard{0})}), "");
}

TEST_F(SimulatorActsTest, DropsItsConnectionsAndTakesNewOnes) {
  auto listener = listen(code());
  ASSERT_TRUE(eventually([&] { return listener->says("Subscribed"); })) << listener->output();
  ASSERT_EQ(befall({NetworkAct(DropConnections{})}), "");
  EXPECT_TRUE(eventually([&] {
    const auto words = listener->output();
    const bool again = words.find("sending CONNECT", words.find("Subscribed")) != words.npos;
    return again || listener->ended();
  })) << "it noticed: "
      << listener->output();
  EXPECT_TRUE(can_listen());
}

TEST_F(SimulatorActsTest, IsGoneWhileItRebootsAndThenIdle) {
  PrintAtScreen by_hand;
  by_hand.name = "by hand";
  by_hand.print_seconds = 600'000;
  ASSERT_EQ(befall({PrinterAct(by_hand)}), "");
  ASSERT_EQ(befall({NetworkAct(Reboot{ActSeconds{5}})}), "");
  EXPECT_EQ(befall({PrinterAct(PressStop{})}), "The printer is off.");
  EXPECT_NE(listen(code())->exit_code(), 0) << "refused";
  EXPECT_TRUE(can_listen());
  EXPECT_NE(befall({PrinterAct(PressStop{})}), "") << "nothing is printing";
}

TEST_F(SimulatorActsTest, MovesToAnotherAddressAndBack) {
  const auto home = ip_address();
  const auto away = network() + ".62";
  ASSERT_EQ(befall({NetworkAct(ChangeAddress{away})}), "");
  EXPECT_EQ(ip_address(), away) << "printers.json follows";
  EXPECT_TRUE(can_listen());
  EXPECT_EQ(upload()->exit_code(), 0);
  EXPECT_NE(befall({NetworkAct(ChangeAddress{"192.168.0.1"})}), "");
  EXPECT_NE(befall({NetworkAct(ChangeAddress{"somewhere"})}), "");
  EXPECT_EQ(ip_address(), away);
  ASSERT_EQ(befall({NetworkAct(ChangeAddress{home})}), "");
  EXPECT_TRUE(can_listen());
}

TEST_F(SimulatorActsTest, ANewAccessCodeShutsTheOldOneOut) {
  const auto old = code();
  ASSERT_EQ(befall({NetworkAct(ChangeAccessCode{"abcd1234"})}), "");
  EXPECT_EQ(listen(old)->exit_code(), 5);
  EXPECT_TRUE(can_listen());
  EXPECT_EQ(upload()->exit_code(), 0);
  ASSERT_EQ(befall({NetworkAct(ChangeAccessCode{old})}), "");
}

TEST_F(SimulatorActsTest, HasNoRoomWhileOthersTakeItsPlaces) {
  ASSERT_EQ(befall({NetworkAct(OccupyClients{4})}), "");
  EXPECT_EQ(listen(code())->exit_code(), 3);
  ASSERT_EQ(befall({NetworkAct(OccupyClients{0})}), "");
  EXPECT_TRUE(can_listen());
}

TEST_F(SimulatorActsTest, AnswersOnTheControlChannel) {
  int to_simulator[2], from_simulator[2];
  ASSERT_EQ(::pipe(to_simulator), 0);
  ASSERT_EQ(::pipe(from_simulator), 0);
  simulator_->serve_control(to_simulator[0], from_simulator[1]);
  const auto ask = [&](const std::string& line) {
    EXPECT_EQ(::write(to_simulator[1], (line + "\n").data(), line.size() + 1),
              static_cast<ssize_t>(line.size() + 1));
    std::string answer;
    for (char c; ::read(from_simulator[0], &c, 1) == 1 && c != '\n';) answer += c;
    return *Document::parse(answer);
  };
  const auto state = ask("{\"id\":1}");
  EXPECT_EQ(state.number("id"), 1);
  EXPECT_EQ(state.find("done")->encode(), "true");
  EXPECT_EQ(state.text("printers.0.serial_number"), serial());
  EXPECT_EQ(state.text("printers.0.ip_address"), ip_address());
  const auto started =
      ask(R"({"id":2,"do":{"type":"print_at_screen","name":"x","print_seconds":600000}})");
  EXPECT_EQ(started.text("printers.0.state"), "PREPARE");
  const auto refused =
      ask(R"({"id":3,"printer":")" + serial() + R"(","do":{"type":"press_pause"}})");
  EXPECT_EQ(refused.find("done")->encode(), "false");
  EXPECT_TRUE(refused.text("says"));
  EXPECT_EQ(ask(R"({"id":4,"do":{"type":"press_stop"}})").find("done")->encode(), "true");
  EXPECT_EQ(ask(R"({"id":5,"printer":"nobody"})").text("says"), "There is no printer 'nobody'.");
  EXPECT_EQ(ask("nonsense").find("done")->encode(), "false");
  for (const int end : {to_simulator[0], to_simulator[1], from_simulator[0], from_simulator[1]}) {
    ::close(end);
  }
}

TEST_F(SimulatorActsTest, RefusesAScenarioThatNamesNobody) {
  testing::TemporaryFolder other;
  SimulatorOptions options;
  options.farm = {other / "data", 1, {&a1_mini}, network() + ".71"};
  options.ports = ports;
  options.notify = {.ip_address = network() + ".251", .port = 22022};
  options.scenario =
      *parse_scenario(R"({"steps":[{"printer":"Nobody","do":{"type":"press_stop"}}]})");
  Simulator simulator(options, clock_, random_, log_);
  const auto started = simulator.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().says, "steps[0].printer: there is no printer 'Nobody'");
}

TEST_F(SimulatorActsTest, PlaysAScenario) {
  testing::TemporaryFolder other;
  SimulatorOptions options;
  options.farm = {other / "data", 1, {&a1_mini}, network() + ".72"};
  options.speed = 600;
  options.ports = ports;
  options.notify = {.ip_address = network() + ".251", .port = 22022};
  options.report_interval = Milliseconds{50};
  options.scenario = *parse_scenario(R"({"steps":[
      {"do":{"type":"print_at_screen","name":"scripted","print_seconds":600000}},
      {"when":{"event":"print_started"},"do":{"type":"press_stop"}}]})");
  Simulator simulator(options, clock_, random_, log_);
  ASSERT_TRUE(simulator.start());
  EXPECT_TRUE(eventually([&] {
    PrintView view;
    simulator.with_printer(0, [&](Printer& printer) { view = printer.print(clock_.now()); });
    return view.state == GcodeState::failed;
  }));
}

}  // namespace
}  // namespace pf::sim
