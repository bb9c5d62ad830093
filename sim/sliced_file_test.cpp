#include "sim/sliced_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "sim/sliced_file_fixture.hpp"

namespace pf::sim {
namespace {

using testing::SlicedFile;
using testing::TemporaryFolder;

constexpr const char* first_plate = "Metadata/plate_1.gcode";

class SlicedPlate : public ::testing::Test {
 protected:
  Result<PlateFacts, RefusedFile> read(const SlicedFile& file, const char* entry = first_plate) {
    testing::write_sliced(path_, file);
    return read_sliced_plate(path_, entry);
  }
  void refused(const SlicedFile& file, const char* entry = first_plate) {
    const auto answer = read(file, entry);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error, error_file_unreadable);
    EXPECT_FALSE(answer.error().why.empty());
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "job.gcode.3mf";
};

TEST_F(SlicedPlate, SaysHowLongHowManyLayersAndHowHot) {
  const auto facts = read({});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->prediction, Seconds{300});
  EXPECT_EQ(facts->layers, 12);
  EXPECT_DOUBLE_EQ(facts->filament_grams, 2.5);
  EXPECT_EQ(facts->nozzle_celsius, 215);
  EXPECT_EQ(facts->bed_celsius, 65);
}

TEST_F(SlicedPlate, TakesTheHottestNozzleThatIsWaitedForWithoutTheSlicersWord) {
  const auto facts = read({.gcode = "M109 S140\nM109 S225\nM109 S200"});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->nozzle_celsius, 225);
}

TEST_F(SlicedPlate, IsAcceptedWithoutAChecksum) {
  EXPECT_TRUE(read({.checksum = std::nullopt, .with_checksum = false}));
}

TEST_F(SlicedPlate, IsRefusedWithTheChecksumOfOtherGcode) {
  refused({.checksum = testing::md5_upper("other")});
  refused({.checksum = "not a checksum"});
  refused({.checksum = ""});
}

TEST_F(SlicedPlate, IsRefusedWhenItIsNotInTheFile) {
  for (const auto* entry : {"Metadata/plate_2.gcode", "Metadata/plate_.gcode", "plate_1.gcode",
                            "Metadata/plate_1.gcode.md5", "Metadata/plate_x.gcode", "",
                            "Metadata/../plate_1.gcode", "Metadata/plate_99999999999.gcode"}) {
    refused({}, entry);
  }
}

TEST_F(SlicedPlate, IsRefusedWhenSliceInfoDoesNotKnowIt) {
  for (const auto* plates :
       {"", "<plate/>", "<plate><metadata key=\"index\" value=\"2\"/></plate>",
        "<plate><metadata key=\"index\" value=\"one\"/></plate>", "<plate>", "&bomb;"}) {
    refused({.plates = plates});
  }
}

TEST_F(SlicedPlate, IsRefusedWhenItsXmlHasADocumentType) {
  testing::write_zip(path_, {{"Metadata/plate_1.gcode", "G28\n"},
                             {"Metadata/slice_info.config",
                              "<!DOCTYPE config [<!ENTITY a \"aaaa\">]><config><plate>"
                              "<metadata key=\"index\" value=\"1\"/></plate></config>"}});
  EXPECT_FALSE(read_sliced_plate(path_, first_plate));
}

TEST_F(SlicedPlate, IsRefusedInAFileThatIsCutOffOrNoArchive) {
  testing::write_sliced(path_);
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 40);
  EXPECT_FALSE(read_sliced_plate(path_, first_plate));
  std::ofstream(path_, std::ios::trunc) << "not a zip";
  EXPECT_FALSE(read_sliced_plate(path_, first_plate));
  std::filesystem::remove(path_);
  EXPECT_FALSE(read_sliced_plate(path_, first_plate));
}

TEST_F(SlicedPlate, OfOurOwnFixturesCanBePrinted) {
  for (const auto* name : {"cube_a1mini", "cube_x1carbon"}) {
    const auto facts =
        read_sliced_plate(std::string("tests/fixtures/") + name + ".gcode.3mf", first_plate);
    ASSERT_TRUE(facts) << name << ": " << facts.error().why;
    EXPECT_EQ(facts->layers, 55);
    EXPECT_NEAR(static_cast<double>(facts->prediction.count()), 300, 30);
    EXPECT_EQ(facts->nozzle_celsius, 220);
  }
}

TEST_F(SlicedPlate, OfARealSlicerSaysTheSameAsItsHeader) {
  const std::string folder = "../shared/bambu/data/3mf/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is absent";
  const auto mini = read_sliced_plate(folder + "A1mini_cube_1plate.gcode.3mf", first_plate);
  ASSERT_TRUE(mini) << mini.error().why;
  EXPECT_EQ(mini->prediction, Seconds{1095});
  EXPECT_EQ(mini->layers, 90);
  EXPECT_EQ(mini->bed_celsius, 65);
  EXPECT_EQ(mini->nozzle_celsius, 220);
  const auto second =
      read_sliced_plate(folder + "X1C_cube_sphere_2plates.gcode.3mf", "Metadata/plate_2.gcode");
  ASSERT_TRUE(second) << second.error().why;
  EXPECT_EQ(second->prediction, Seconds{1094});
  EXPECT_FALSE(read_sliced_plate(folder + "unsliced_2plates_project.3mf", first_plate));
}

}  // namespace
}  // namespace pf::sim
