#include "hub/platforms/linux/machine.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <future>

#include "hub/platforms/linux/test_web_socket_server.hpp"
#include "process/scratch_directory.hpp"
#include "protocol/json.hpp"

namespace pf::hub {
namespace {

constexpr std::chrono::seconds patience{20};

class MachineTest : public testing::Test {
 protected:
  MachineTest() { std::signal(SIGPIPE, SIG_IGN); }

  MachineSettings settings(std::uint16_t port) {
    MachineSettings settings;
    settings.data_dir = scratch_.file("data");
    settings.cloud = {false, "127.0.0.1", port};
    return settings;
  }
  // A hub that was claimed before, so that it connects by itself.
  std::unique_ptr<Machine> claimed(std::uint16_t port) {
    auto machine = Machine::open(settings(port), log_);
    EXPECT_TRUE(machine);
    auto stored = (*machine)->read();
    auto state = (*machine)->state_in(*stored);
    state->secret = std::string(64, 'a');
    EXPECT_TRUE((*machine)->start({encode_state(*state), stored->journal}));
    return std::move(*machine);
  }
  static std::string challenge(std::string_view host) {
    HubChallenge challenge;
    challenge.nonce = std::string(64, '0');
    challenge.host = host;
    return json::encode(challenge);
  }
  // Lets it run until the cloud has its hello, then does as told, and gives how it ended.
  Ending run_until_hello(const std::function<void(Loop&)>& then) {
    std::promise<std::string> hello;
    std::optional<Frame> last;
    Ending ending = Ending::failed;
    {
      TestServer server([&](ServerConnection& connection) {
        WebSocketPeer peer(connection);
        const auto request = peer.accept();
        peer.send(Opcode::text, challenge(WebSocketPeer::header(request, "Host")));
        hello.set_value(peer.read_text());
        last = peer.read();
        peer.send_close(1000, "");
      });
      const auto machine = claimed(server.port());
      auto running = std::async(std::launch::async, [&] { return machine->loop().run(); });
      auto said = hello.get_future();
      EXPECT_EQ(said.wait_for(patience), std::future_status::ready);
      hello_ = said.get();
      then(machine->loop());
      ending = running.get();
    }
    EXPECT_TRUE(last && last->opcode == Opcode::close) << "it says goodbye";
    return ending;
  }

  process::ScratchDirectory scratch_;
  QuietLog log_;
  std::string hello_;
};

TEST_F(MachineTest, it_connects_says_who_it_is_and_stops_when_told) {
  EXPECT_EQ(run_until_hello([](Loop& loop) { loop.stop(); }), Ending::stopped);
  const auto hello = json::decode<HubHello>(hello_);
  ASSERT_TRUE(hello) << hello_;
  EXPECT_EQ(hello->boot_count, 1);
  EXPECT_EQ(hello->hardware_revision.value, "linux");
}

TEST_F(MachineTest, told_twice_to_stop_it_stops_once) {
  const auto twice = [](Loop& loop) {
    loop.stop();
    loop.stop();
  };
  EXPECT_EQ(run_until_hello(twice), Ending::stopped);
}

TEST_F(MachineTest, a_signal_stops_it_where_it_listens_to_signals) {
  const auto by_signal = [](Loop& loop) {
    loop.stop_on_signals();
    std::raise(SIGTERM);
  };
  EXPECT_EQ(run_until_hello(by_signal), Ending::stopped);
}

TEST_F(MachineTest, every_start_is_another_boot_of_the_same_hub) {
  run_until_hello([](Loop& loop) { loop.stop(); });
  const auto first = json::decode<HubHello>(hello_);
  auto machine = Machine::open(settings(1), log_);
  ASSERT_TRUE(machine);
  const auto stored = (*machine)->read();
  const auto state = (*machine)->state_in(*stored);
  EXPECT_EQ(state->hub_id.value, first->hub_id.value);
  EXPECT_EQ(state->boot_count, 1);
}

TEST_F(MachineTest, a_second_hub_in_the_same_directory_is_refused) {
  const auto first = Machine::open(settings(1), log_);
  ASSERT_TRUE(first);
  const auto second = Machine::open(settings(1), log_);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().says.find("Another printfarm-hub uses"), std::string::npos);
}

TEST_F(MachineTest, a_state_that_is_damaged_is_refused_with_what_to_do) {
  const auto machine = Machine::open(settings(1), log_);
  ASSERT_TRUE(machine);
  for (const std::string state : {"rubbish", "printfarm-hub-state 1 00000000\n{}"}) {
    const auto read = (*machine)->state_in({state, ""});
    ASSERT_FALSE(read) << state;
    EXPECT_NE(read.error().says.find("claim the hub again"), std::string::npos);
    EXPECT_FALSE((*machine)->start({state, ""})) << state;
  }
}

TEST_F(MachineTest, certificates_that_are_not_there_are_a_mistake_of_the_settings) {
  auto wrong = settings(1);
  wrong.ca_file = scratch_.file("missing.pem");
  EXPECT_FALSE(Machine::open(wrong, log_));
}

}  // namespace
}  // namespace pf::hub
