#include "bench/server_process.hpp"

#include <gtest/gtest.h>

#include "process/scratch_directory.hpp"

namespace pf::bench {
namespace {

TEST(ServerProcess, reads_the_port_from_the_line_that_says_listening) {
  const std::string before = R"({"time":"t","level":"info","event":"migrated","count":3})"
                             "\n";
  const std::string line = R"({"time":"t","level":"info","event":"listening","port":41234})";
  EXPECT_EQ(listening_port_in(before + line + "\n"), 41234);
  EXPECT_EQ(listening_port_in(before + line), std::nullopt) << "still being written";
  EXPECT_EQ(listening_port_in(before), std::nullopt);
  EXPECT_EQ(listening_port_in("Segmentation fault\n"), std::nullopt);
}

TEST(ServerProcess, reads_the_count_of_the_hubs_messages_and_of_nothing_else) {
  const std::string name = "printfarm_socket_messages_received_total";
  EXPECT_EQ(hub_messages_in("# TYPE " + name + " counter\n" + name + "{kind=\"hub\"} 1234567\n"),
            1'234'567);
  EXPECT_EQ(hub_messages_in(name + "{kind=\"dashboard\"} 5\n"), std::nullopt);
  EXPECT_EQ(hub_messages_in(name + "{kind=\"hub\"} many\n"), std::nullopt);
  EXPECT_EQ(hub_messages_in(""), std::nullopt);
}

TEST(ServerProcess, says_so_when_there_is_no_such_program) {
  process::ScratchDirectory scratch;
  ServerProcess server(scratch.file("absent"), scratch.path());
  EXPECT_THROW(server.start(), std::runtime_error);
}

TEST(ServerProcess, says_so_when_the_program_ends_at_once) {
  process::ScratchDirectory scratch;
  ServerProcess server("/bin/false", scratch.path());
  EXPECT_THROW(server.start(), std::runtime_error);
  EXPECT_THROW(server.usage(), std::runtime_error);
}

}  // namespace
}  // namespace pf::bench
