#include "sim/card.hpp"

#include <gtest/gtest.h>

#include "sim/print_url.hpp"
#include "sim/sliced_file_fixture.hpp"

namespace pf::sim {
namespace {

class CardTest : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) {
    auto writer = card_.write(path);
    ASSERT_TRUE(writer) << path;
    ASSERT_FALSE((*writer)->write(text));
    ASSERT_FALSE((*writer)->finish());
  }

  testing::TemporaryFolder folder_;
  Card card_{folder_ / "sdcard", {.file_bytes = 100, .card_bytes = 150}};
  void SetUp() override { card_.prepare(); }
};

TEST(CardPaths, AreResolvedFromTheFolderOneIsIn) {
  const auto cases = std::to_array<std::array<const char*, 3>>({
      {"/", "a.3mf", "/a.3mf"},
      {"/cache", "a b.3mf", "/cache/a b.3mf"},
      {"/cache", "/model/x", "/model/x"},
      {"/cache", ".", "/cache"},
      {"/", "/", "/"},
      {"/", "cache//x/./y", "/cache/x/y"},
      {"/cache", "...", "/cache/..."},
  });
  for (const auto& [folder, name, expected] : cases) {
    EXPECT_EQ(Card::resolve(folder, name), expected) << folder << " " << name;
  }
}

TEST(CardPaths, NeverLeadUpOrHoldWhatNoCardTakes) {
  for (const auto* name :
       {"..", "../x", "a/../b", "/..", "/cache/../../etc", "a\\..\\b", "a\x01"}) {
    EXPECT_FALSE(Card::resolve("/", name)) << name;
  }
  EXPECT_FALSE(Card::resolve("/", std::string_view("a\0b", 3)));
  EXPECT_FALSE(Card::resolve("/", std::string(300, 'a')));
}

TEST_F(CardTest, KeepsWhatWasWritten) {
  put("/cache/a.3mf", "hello");
  EXPECT_EQ(card_.file_size("/cache/a.3mf"), 5u);
  ASSERT_TRUE(card_.complete_file("/cache/a.3mf"));
  const auto entries = card_.list("/cache");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, "a.3mf");
  EXPECT_EQ(entries[0].bytes, 5u);
  EXPECT_FALSE(entries[0].folder);
}

TEST_F(CardTest, AFileIsNotCompleteWhileItIsWritten) {
  auto writer = card_.write("/a");
  ASSERT_TRUE(writer);
  ASSERT_FALSE((*writer)->write("half"));
  EXPECT_FALSE(card_.complete_file("/a"));
  EXPECT_FALSE(card_.remove_file("/a"));
  EXPECT_FALSE(card_.rename("/a", "/b"));
  const auto second = card_.write("/a");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), CardFailure::busy);
}

TEST_F(CardTest, AnUploadThatWasGivenUpLeavesItsBeginning) {
  {
    auto writer = card_.write("/a");
    ASSERT_TRUE(writer);
    ASSERT_FALSE((*writer)->write("half"));
  }
  EXPECT_EQ(card_.file_size("/a"), 4u);
  EXPECT_TRUE(card_.complete_file("/a"));
}

TEST_F(CardTest, HasALimitPerFileAndOneForAll) {
  auto writer = card_.write("/a");
  ASSERT_TRUE(writer);
  EXPECT_FALSE((*writer)->write(std::string(100, 'x')));
  EXPECT_EQ((*writer)->write("y"), CardFailure::too_large);
  ASSERT_FALSE((*writer)->finish());
  auto second = card_.write("/b");
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->write(std::string(51, 'x')), CardFailure::full);
}

TEST_F(CardTest, RemovingOrReplacingAFileGivesItsRoomBack) {
  put("/a", std::string(100, 'x'));
  put("/a", std::string(100, 'y'));
  EXPECT_TRUE(card_.remove_file("/a"));
  put("/b", std::string(100, 'z'));
  EXPECT_FALSE(card_.remove_file("/a"));
}

TEST_F(CardTest, WritesNoFileOverAFolderOrIntoNone) {
  const auto over = card_.write("/cache");
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error(), CardFailure::not_a_file);
  const auto nowhere = card_.write("/nowhere/a");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error(), CardFailure::no_such_folder);
}

TEST_F(CardTest, MakesAndRemovesFolders) {
  EXPECT_TRUE(card_.make_folder("/new"));
  EXPECT_FALSE(card_.make_folder("/new"));
  put("/new/a", "x");
  EXPECT_FALSE(card_.remove_folder("/new")) << "it is not empty";
  EXPECT_TRUE(card_.remove_file("/new/a"));
  EXPECT_TRUE(card_.remove_folder("/new"));
  EXPECT_FALSE(card_.remove_folder("/"));
  EXPECT_FALSE(card_.remove_folder("/nowhere"));
}

TEST_F(CardTest, RenamesAFileToAFreeName) {
  put("/a", "x");
  put("/b", "y");
  EXPECT_FALSE(card_.rename("/a", "/b"));
  EXPECT_TRUE(card_.rename("/a", "/cache/c"));
  EXPECT_TRUE(card_.complete_file("/cache/c"));
  EXPECT_FALSE(card_.rename("/a", "/d"));
}

TEST(PrintUrl, NamesAPlaceOnTheCard) {
  EXPECT_EQ(card_path_of_url("file:///sdcard/cache/a.3mf"), "/cache/a.3mf");
  EXPECT_EQ(card_path_of_url("file:///mnt/sdcard/a.3mf"), "/a.3mf");
  EXPECT_EQ(card_path_of_url("ftp://a.3mf"), "/a.3mf");
  EXPECT_EQ(card_path_of_url("ftp:///cache/a.3mf"), "/cache/a.3mf");
  EXPECT_EQ(card_path_of_url("ftp:///sdcard/cache/a.3mf"), "/sdcard/cache/a.3mf")
      << "which is a folder that no card has";
}

TEST(PrintUrl, OfAnotherKindNamesNone) {
  for (const auto* url :
       {"", "cache/a.3mf", "/cache/a.3mf", "https://example.com/a.3mf", "brtc://emmc/a.3mf",
        "file:///etc/passwd", "file:///sdcard/../x", "file:///sdcard/", "ftp://", "ftp:///"}) {
    EXPECT_FALSE(card_path_of_url(url)) << url;
  }
}

}  // namespace
}  // namespace pf::sim
