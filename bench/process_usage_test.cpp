#include "bench/process_usage.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace pf::bench {
namespace {

TEST(ProcessUsage, adds_user_and_system_time_of_a_stat_line) {
  const auto seconds = cpu_seconds_in(
      "812 (printfarm) S 1 812 812 0 -1 4194560 5 0 0 0 250 150 0 0 20 0 9 0 100 0", 100);
  EXPECT_EQ(seconds, 4.0);
}

TEST(ProcessUsage, is_not_led_astray_by_a_name_with_spaces_and_brackets) {
  const auto seconds =
      cpu_seconds_in("812 (a) 9 9 (b) S 1 812 812 0 -1 4194560 5 0 0 0 1 2 0 0 20", 100);
  EXPECT_EQ(seconds, 0.03);
}

TEST(ProcessUsage, refuses_stat_lines_that_are_cut_or_hold_no_numbers) {
  for (const auto* broken : {"", "812", "812 (printfarm", "812 (printfarm) S 1 2 3",
                             "812 (p) S 1 812 812 0 -1 4194560 5 0 0 0 x y 0 0 20"}) {
    EXPECT_EQ(cpu_seconds_in(broken, 100), std::nullopt) << broken;
  }
}

TEST(ProcessUsage, reads_resident_memory_in_bytes) {
  EXPECT_EQ(resident_bytes_in("Name:\tx\nVmHWM:\t 9000 kB\nVmRSS:\t    2048 kB\nRssAnon:\t1 kB\n"),
            2048 * 1024);
  EXPECT_EQ(resident_bytes_in("Name:\tzombie\nState:\tZ\n"), std::nullopt);
  EXPECT_EQ(resident_bytes_in("VmRSS:\t kB\n"), std::nullopt);
}

TEST(ProcessUsage, reads_the_peak_in_bytes) {
  EXPECT_EQ(peak_bytes_in("Name:\tx\nVmHWM:\t 9000 kB\nVmRSS:\t 2048 kB\n"), 9000 * 1024);
  EXPECT_EQ(peak_bytes_in("VmRSS:\t 2048 kB\n"), std::nullopt);
}

TEST(ProcessUsage, counts_the_peak_anew_when_told) {
  constexpr std::size_t much = 64 * 1024 * 1024;
  { const std::vector<char> touched(much, 'x'); }
  const auto before = usage_of(getpid());
  forget_peak(getpid());
  EXPECT_LT(usage_of(getpid()).peak_bytes, before.peak_bytes);
}

TEST(ProcessUsage, knows_this_process_and_none_that_has_ended) {
  EXPECT_GT(usage_of(getpid()).resident_bytes, 100'000);
  const auto child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(0);
  siginfo_t ended;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED), 0);
  EXPECT_THROW(usage_of(child), std::runtime_error);
}

}  // namespace
}  // namespace pf::bench
