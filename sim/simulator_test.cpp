// The whole simulator on real sockets, against programs that know nothing of it: mosquitto's
// clients and curl.
#include "sim/simulator.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>

#include "sim/child_process_fixture.hpp"
#include "sim/detect.hpp"
#include "sim/document.hpp"
#include "sim/sliced_file_fixture.hpp"

namespace pf::sim {
namespace {

using testing::ChildProcess;
using testing::eventually;

constexpr std::size_t mini = 0, carbon = 1;
constexpr PublishedPorts ports{.mqtt = 28883, .ftps = 20990, .detect = 23000};

sockaddr_in address_of(const std::string& ip_address, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, ip_address.c_str(), &address.sin_addr);
  return address;
}

class SimulatorTest : public ::testing::Test {
 protected:
  // Addresses that other test programs at the same time do not use.
  static std::string network() {
    return "127." + std::to_string(100 + ::getpid() / 250 % 100) + '.' +
           std::to_string(1 + ::getpid() % 250);
  }
  static SimulatorOptions options(const std::string& folder) {
    SimulatorOptions options;
    options.farm = {folder, 2, {&a1_mini, &x1_carbon}, network() + ".1"};
    options.speed = 600;
    options.ports = ports;
    options.notify = {.ip_address = network() + ".250", .port = 22021};
    options.report_interval = Milliseconds{50};
    return options;
  }
  // One simulator for all tests here: making keys takes its time.
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TemporaryFolder>();
    simulator_ = std::make_unique<Simulator>(options(*folder_ / "data"), clock_, random_, log_);
    const auto started = simulator_->start();
    ASSERT_TRUE(started) << started.error().says;
    testing::write_sliced(*folder_ / "cube.gcode.3mf");
  }
  static void TearDownTestSuite() {
    simulator_.reset();
    folder_.reset();
  }

  static const PrinterIdentity& identity(std::size_t index) {
    return simulator_->printers().at(index).identity;
  }
  static std::string output_path() { return *folder_ / ("output-" + std::to_string(outputs_++)); }
  static std::unique_ptr<ChildProcess> mosquitto(const std::string& program, std::size_t index,
                                                 std::vector<std::string> more,
                                                 std::string code = "") {
    const auto& printer = identity(index);
    if (code.empty()) code = printer.access_code;
    std::vector<std::string> arguments{program,
                                       "-h",
                                       printer.ip_address,
                                       "-p",
                                       std::to_string(ports.mqtt),
                                       "--cafile",
                                       *folder_ / "data/ca.pem",
                                       "--insecure",
                                       "-u",
                                       "bblp",
                                       "-P",
                                       code};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::make_unique<ChildProcess>(arguments, output_path());
  }
  static std::unique_ptr<ChildProcess> listen(std::size_t index) {
    return mosquitto("mosquitto_sub", index,
                     {"-d", "-t", "device/" + identity(index).serial_number + "/report"});
  }
  static void publish(std::size_t index, const std::string& request) {
    auto sent = mosquitto(
        "mosquitto_pub", index,
        {"-q", "1", "-t", "device/" + identity(index).serial_number + "/request", "-m", request});
    ASSERT_EQ(sent->exit_code(), 0) << sent->output();
  }
  static std::unique_ptr<ChildProcess> curl(std::size_t index, const std::string& path,
                                            std::vector<std::string> more, std::string code = "") {
    const auto& printer = identity(index);
    if (code.empty()) code = printer.access_code;
    std::vector<std::string> arguments{
        "curl",
        "-sSv",
        "-k",
        "--max-time",
        "20",
        "--tls-max",
        "1.2",
        "--ssl-reqd",
        "--user",
        "bblp:" + code,
        "ftps://" + printer.ip_address + ':' + std::to_string(ports.ftps) + path};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::make_unique<ChildProcess>(arguments, output_path());
  }
  static std::string start_request(const std::string& name, const std::string& subtask_name) {
    return R"({"print":{"sequence_id":"9","command":"project_file","param":)"
           R"("Metadata/plate_1.gcode","url":"file:///sdcard/cache/)" +
           name + R"(","subtask_name":")" + subtask_name + R"(","use_ams":false}})";
  }
  static PrintView print(std::size_t index) {
    PrintView view;
    simulator_->with_printer(index, [&](Printer& printer) { view = printer.print(clock_.now()); });
    return view;
  }
  static bool reaches(std::size_t index, GcodeState state) {
    return eventually([&] {
      const auto view = print(index);
      return view.named && view.state == state;
    });
  }

  static inline SystemClock clock_;
  static inline SeededRandom random_{11};
  static inline QuietLog log_;
  static inline std::unique_ptr<testing::TemporaryFolder> folder_;
  static inline std::unique_ptr<Simulator> simulator_;
  static inline int outputs_ = 0;
};

TEST_F(SimulatorTest, TellsMosquittoItsWholeReportWhenAsked) {
  for (const auto index : {mini, carbon}) {
    auto listener = listen(index);
    ASSERT_TRUE(listener->started()) << "is mosquitto-clients installed?";
    ASSERT_TRUE(eventually([&] { return listener->says("Subscribed"); })) << listener->output();
    publish(index, R"({"pushing":{"sequence_id":"1","command":"pushall"}})");
    EXPECT_TRUE(eventually([&] { return listener->says("\"gcode_state\":"); }));
    EXPECT_TRUE(listener->says("\"lights_report\":"));
  }
}

TEST_F(SimulatorTest, TellsMosquittoThatTheAccessCodeIsWrong) {
  auto listener = mosquitto("mosquitto_sub", mini, {"-t", "#"}, "00000000");
  EXPECT_EQ(listener->exit_code(), 5);
  EXPECT_TRUE(listener->says("not authorised")) << listener->output();
  auto other_printers = mosquitto("mosquitto_sub", mini, {"-t", "#"}, identity(carbon).access_code);
  EXPECT_EQ(other_printers->exit_code(), 5);
}

TEST_F(SimulatorTest, TakesFourClientsAndNoFifth) {
  std::vector<std::unique_ptr<ChildProcess>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(listen(carbon));
    ASSERT_TRUE(eventually([&] { return clients.back()->says("Subscribed"); }));
  }
  auto fifth = mosquitto("mosquitto_pub", carbon, {"-t", "x", "-m", "x"});
  EXPECT_EQ(fifth->exit_code(), 3) << fifth->output();
  clients.clear();
  EXPECT_TRUE(eventually([&] {
    auto next = mosquitto("mosquitto_pub", carbon, {"-t", "x", "-m", "x"});
    return next->exit_code() == 0;
  })) << "those who left make room";
}

TEST_F(SimulatorTest, KeepsWhatCurlUploadsInEitherDialect) {
  for (const auto index : {mini, carbon}) {
    auto upload = curl(index, "/cache/up.gcode.3mf", {"-T", *folder_ / "cube.gcode.3mf"});
    ASSERT_EQ(upload->exit_code(), 0) << upload->output();
    EXPECT_EQ(upload->says("220 (vsFTPd 3.0.5)"), index == carbon);
    EXPECT_TRUE(upload->says("226"));
    const std::string back = *folder_ / ("back-" + std::to_string(index));
    auto download = curl(index, "/cache/up.gcode.3mf", {"-o", back});
    ASSERT_EQ(download->exit_code(), 0) << download->output();
    EXPECT_EQ(std::filesystem::file_size(back),
              std::filesystem::file_size(*folder_ / "cube.gcode.3mf"));
    auto listing = curl(index, "/cache/", {});
    EXPECT_EQ(listing->exit_code(), 0);
    EXPECT_TRUE(listing->says("up.gcode.3mf"));
  }
}

TEST_F(SimulatorTest, WantsSessionReuseInTheStrictDialectOnly) {
  auto strict = curl(carbon, "/cache/", {"--no-sessionid"});
  EXPECT_EQ(strict->exit_code(), 18);
  EXPECT_TRUE(strict->says("522 SSL connection failed: session reuse required"))
      << strict->output();
  auto relaxed = curl(mini, "/cache/", {"--no-sessionid"});
  EXPECT_EQ(relaxed->exit_code(), 0) << relaxed->output();
}

TEST_F(SimulatorTest, TellsCurlThatTheAccessCodeIsWrong) {
  for (const auto index : {mini, carbon}) {
    auto refused = curl(index, "/", {}, "00000000");
    EXPECT_EQ(refused->exit_code(), 67);
    EXPECT_TRUE(refused->says("530"));
  }
}

TEST_F(SimulatorTest, LetsNobodyWriteBesideTheCard) {
  for (const auto index : {mini, carbon}) {
    for (const auto* path : {"/%2e%2e/x", "/cache/%2e%2e/%2e%2e/x", "/%2Fetc/%2e%2e/x"}) {
      auto upload = curl(index, path, {"-T", *folder_ / "cube.gcode.3mf"});
      EXPECT_NE(upload->exit_code(), 0) << path << upload->output();
    }
    EXPECT_FALSE(
        std::filesystem::exists(*folder_ / "data/" + identity(index).serial_number + "/x"));
  }
}

TEST_F(SimulatorTest, SpeaksTls12AndNothingNewer) {
  auto newer = std::make_unique<ChildProcess>(
      std::vector<std::string>{
          "curl", "-sSvk", "--tlsv1.3", "--max-time", "20",
          "ftps://" + identity(mini).ip_address + ':' + std::to_string(ports.ftps) + "/"},
      output_path());
  EXPECT_EQ(newer->exit_code(), 35) << newer->output();
}

TEST_F(SimulatorTest, PrintsAnUploadedFileToItsEndAndReportsEveryState) {
  for (const auto index : {mini, carbon}) {
    auto upload = curl(index, "/cache/job.gcode.3mf", {"-T", *folder_ / "cube.gcode.3mf"});
    ASSERT_EQ(upload->exit_code(), 0) << upload->output();
    auto listener = listen(index);
    ASSERT_TRUE(eventually([&] { return listener->says("Subscribed"); }));
    publish(index, start_request("job.gcode.3mf", "cube-TOKEN"));
    ASSERT_TRUE(reaches(index, GcodeState::finish));
    EXPECT_TRUE(eventually([&] { return listener->says("\"gcode_state\":\"FINISH\""); }));
    for (const auto* said :
         {"\"result\":\"success\"", "\"subtask_name\":\"cube-TOKEN\"",
          "\"gcode_state\":\"PREPARE\"", "\"gcode_state\":\"RUNNING\"", "\"stg_cur\":2",
          "\"stg_cur\":14", "\"stg_cur\":0", "\"total_layer_num\":12", "\"mc_percent\":100"}) {
      EXPECT_TRUE(eventually([&] { return listener->says(said); })) << said;
    }
  }
}

TEST_F(SimulatorTest, FailsAStartWhoseFileIsNotThereNotWholeOrNotSliced) {
  std::ofstream(*folder_ / "broken.3mf") << "no zip";
  ASSERT_EQ(curl(mini, "/cache/broken.3mf", {"-T", *folder_ / "broken.3mf"})->exit_code(), 0);
  const std::pair<const char*, std::uint32_t> cases[] = {{"nothing.3mf", error_file_missing},
                                                         {"broken.3mf", error_file_unreadable}};
  for (const auto& [name, error] : cases) {
    publish(mini, start_request(name, name));
    ASSERT_TRUE(eventually([&, expected = error] { return print(mini).error == expected; }))
        << name;
    EXPECT_EQ(print(mini).state, GcodeState::failed);
  }
}

TEST_F(SimulatorTest, FailsAStartWhoseFileIsStillOnItsWay) {
  std::ofstream(*folder_ / "large") << std::string(3'000'000, 'x');
  auto upload =
      curl(carbon, "/cache/large.3mf", {"-T", *folder_ / "large", "--limit-rate", "100k"});
  const std::string file =
      *folder_ / "data/" + identity(carbon).serial_number + "/sdcard/cache/large.3mf";
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(file); })) << upload->output();
  publish(carbon, start_request("large.3mf", "too-early"));
  EXPECT_TRUE(eventually([&] { return print(carbon).error == error_file_missing; }));
  auto second = curl(carbon, "/cache/", {});
  EXPECT_TRUE(second->exit_code() && second->says("425")) << second->output();
}

TEST_F(SimulatorTest, SaysWhoItIsToThoseWhoAsk) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const auto address = address_of(identity(mini).ip_address, ports.detect);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto request = detect_frame(R"({"login":{"command":"detect","sequence_id":"20004"}})");
  ASSERT_EQ(::send(socket, request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  DetectReader reader;
  std::optional<std::string> reply;
  char buffer[512];
  for (ssize_t count; (count = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) {
    if (!reply) reply = reader.add({buffer, static_cast<std::size_t>(count)});
  }
  ::close(socket);
  ASSERT_TRUE(reply) << "and then it closes";
  EXPECT_EQ(Document::parse(*reply)->text("login.id"), identity(mini).serial_number);
  EXPECT_EQ(Document::parse(*reply)->text("login.sequence_id"), "20004");
}

TEST_F(SimulatorTest, SaysWhoItIsUnderTlsTwoPortsAbove) {
  for (const auto index : {mini, carbon}) {
    const std::string request =
        detect_frame(R"({"login":{"command":"detect","sequence_id":"20005"}})");
    std::ofstream(*folder_ / "request", std::ios::binary) << request;
    const std::string reply_path = *folder_ / ("detect-" + std::to_string(index));
    const std::string where = identity(index).ip_address + ':' + std::to_string(ports.detect + 2);
    ChildProcess client(
        {"sh", "-c",
         "(cat " + (*folder_ / "request") +
             "; sleep 5) | openssl s_client -quiet "
             "-tls1_2 -CAfile " +
             (*folder_ / "data/ca.pem") + " -connect " + where + " 2>/dev/null > " + reply_path},
        output_path());
    std::optional<std::string> reply;
    ASSERT_TRUE(eventually([&] {
      std::ifstream file(reply_path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      DetectReader reader;
      reply = reader.add(bytes);
      return reply.has_value();
    })) << client.output();
    EXPECT_EQ(Document::parse(*reply)->text("login.id"), identity(index).serial_number);
    EXPECT_EQ(Document::parse(*reply)->text("login.model"),
              simulator_->printers()[index].model->code);
    EXPECT_EQ(Document::parse(*reply)->text("login.sequence_id"), "20005");
  }
}

TEST_F(SimulatorTest, SaysNothingPlainlyOnTheTlsPort) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const auto address = address_of(identity(mini).ip_address, ports.detect + 2);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto request = detect_frame(R"({"login":{"command":"detect","sequence_id":"1"}})");
  ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
  std::string heard;
  char buffer[512];
  for (ssize_t count; (count = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) {
    heard.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(socket);
  EXPECT_EQ(heard.find("login"), heard.npos) << "at most a TLS alert";
}

TEST_F(SimulatorTest, NotifiesFromThePrintersAddress) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  const auto address = address_of(network() + ".250", 22021);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const timeval patience{30, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  bool seen = false;
  for (int i = 0; i < 4 && !seen; ++i) {
    char buffer[1500];
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const auto count =
        ::recvfrom(socket, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &length);
    ASSERT_GT(count, 0);
    const std::string text(buffer, static_cast<std::size_t>(count));
    if (text.find(identity(mini).serial_number) == text.npos) continue;
    seen = true;
    char ip_address[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &from.sin_addr, ip_address, sizeof ip_address);
    EXPECT_EQ(ip_address, identity(mini).ip_address);
    EXPECT_EQ(ntohs(from.sin_port), 2021);
    EXPECT_NE(text.find("Location: " + identity(mini).ip_address + "\r\n"), text.npos);
  }
  ::close(socket);
  EXPECT_TRUE(seen);
}

TEST_F(SimulatorTest, SaysWhichPortIsTakenAndWhatToDo) {
  testing::TemporaryFolder other;
  Simulator second(options(other / "data"), clock_, random_, log_);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().says.find(network() + ".1:28883 is taken"), std::string::npos)
      << started.error().says;
  EXPECT_NE(started.error().says.find("choose another"), std::string::npos);
}

TEST_F(SimulatorTest, StopsAtOnceWithClientsConnected) {
  testing::TemporaryFolder folder;
  auto chosen = options(folder / "data");
  chosen.farm.base_address = network() + ".100";
  chosen.farm.printers = 1;
  Simulator simulator(chosen, clock_, random_, log_);
  ASSERT_TRUE(simulator.start());
  const auto& printer = simulator.printers()[0].identity;
  ChildProcess listener({"mosquitto_sub", "-d", "-h", printer.ip_address, "-p",
                         std::to_string(ports.mqtt), "--cafile", folder / "data/ca.pem",
                         "--insecure", "-u", "bblp", "-P", printer.access_code, "-t", "#"},
                        folder / "output");
  ASSERT_TRUE(eventually([&] { return listener.says("Subscribed"); })) << listener.output();
  const auto before = clock_.now();
  simulator.stop();
  EXPECT_LT(clock_.now() - before, Milliseconds{2000});
}

}  // namespace
}  // namespace pf::sim
