#include "hub/platforms/linux/vitals.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "process/scratch_directory.hpp"

namespace pf::hub {
namespace {

struct FakeKernel {
  process::ScratchDirectory scratch;
  FakeKernel(const std::string& meminfo, const std::string& temperature) {
    std::filesystem::create_directories(scratch.file("class/thermal/thermal_zone0"));
    std::ofstream(scratch.file("meminfo")) << meminfo;
    std::ofstream(scratch.file("class/thermal/thermal_zone0/temp")) << temperature;
  }
  VitalsRead read() const { return read_vitals(scratch.path(), scratch.path()); }
};

TEST(Vitals, are_read_from_the_kernel) {
  const FakeKernel kernel(
      "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n",
      "48250\n");
  EXPECT_EQ(kernel.read().free_heap, 8'000'000ll * 1024);
  EXPECT_EQ(kernel.read().temperature, 48.25);
}

TEST(Vitals, leave_out_what_the_machine_does_not_tell) {
  for (const char* text : {"", "MemTotal: 1 kB\n", "MemAvailable:\n", "MemAvailable: much kB\n"}) {
    EXPECT_EQ(FakeKernel(text, "hot\n").read().free_heap, 0) << text;
    EXPECT_EQ(FakeKernel(text, "hot\n").read().temperature, std::nullopt);
  }
  EXPECT_EQ(read_vitals("/no/such", "/no/such").temperature, std::nullopt);
}

TEST(Vitals, of_this_machine_make_sense) { EXPECT_GT(read_vitals().free_heap, 1024 * 1024); }

}  // namespace
}  // namespace pf::hub
