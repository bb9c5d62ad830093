#include "bench/padded_file.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include <filesystem>
#include <fstream>

#include "process/scratch_directory.hpp"

namespace pf::bench {
namespace {

constexpr const char* sliced_file = "tests/fixtures/cube_a1mini.gcode.3mf";

TEST(PaddedFile, keeps_what_the_slicer_wrote_and_grows_by_what_was_asked) {
  const process::ScratchDirectory scratch;
  SeededRandom random(1);
  const auto file = scratch.file("big.gcode.3mf");
  write_padded_file(sliced_file, file, 3'000'000, random);
  const auto grown = std::filesystem::file_size(file) - std::filesystem::file_size(sliced_file);
  EXPECT_GE(grown, 3'000'000u);
  EXPECT_LT(grown, 3'001'000u) << "the padding cannot be packed";

  zip_t* archive = zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, nullptr);
  ASSERT_NE(archive, nullptr);
  EXPECT_GE(zip_name_locate(archive, "Metadata/plate_1.gcode", 0), 0);
  zip_discard(archive);
  EXPECT_FALSE(std::filesystem::exists(file + ".padding"));
}

TEST(PaddedFile, says_which_file_cannot_be_read) {
  const process::ScratchDirectory scratch;
  SeededRandom random(1);
  EXPECT_THROW(write_padded_file(scratch.file("absent"), scratch.file("big"), 1, random),
               std::runtime_error);
  std::ofstream(scratch.file("text")) << "G28";
  EXPECT_THROW(write_padded_file(scratch.file("text"), scratch.file("big"), 1, random),
               std::runtime_error);
}

}  // namespace
}  // namespace pf::bench
