#include "cloud/domain/files/archive.hpp"

#include <gtest/gtest.h>

#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/domain/files/threemf_fixture.hpp"

namespace pf {
namespace {

struct ArchiveTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder.file("archive.3mf");
  ThreeMfFixture fixture;

  std::string refusal(const ArchiveLimits& limits = {}) {
    const auto archive = Archive::open(path, limits);
    if (archive) return "";
    EXPECT_EQ(archive.error().status, 422);
    return archive.error().says;
  }
  // Opens the archive and reads one entry to its end.
  std::string refusal_while_reading(const std::string& name, const ArchiveLimits& limits = {}) {
    auto archive = Archive::open(path, limits);
    if (!archive) return "refused when opened: " + archive.error().says;
    const auto content = archive->read(name, 1 << 30);
    return content ? "" : content.error().says;
  }
  static bool speaks_of(const std::string& says, std::string_view words) {
    return says.find(words) != std::string::npos;
  }
};

TEST_F(ArchiveTest, entries_are_found_by_name_and_read_whole) {
  fixture.entries["Metadata/long.bin"] = std::string(200'000, 'a') + std::string(100'000, 'b');
  fixture.write(path);
  auto archive = Archive::open(path);
  ASSERT_TRUE(archive);
  EXPECT_TRUE(archive->has("Metadata/plate_1.gcode"));
  EXPECT_FALSE(archive->has("metadata/plate_1.gcode"));
  EXPECT_EQ(*archive->read("Metadata/long.bin", 300'000), fixture.entries["Metadata/long.bin"]);
  EXPECT_EQ(archive->names_under("3D/"), std::vector<std::string>{"3D/3dmodel.model"});
}

TEST_F(ArchiveTest, zip64_records_are_read_like_any_other) {
  write_bytes(path, as_zip64(fixture.bytes(path)));
  auto archive = Archive::open(path);
  ASSERT_TRUE(archive) << archive.error().says;
  EXPECT_EQ(*archive->read("3D/3dmodel.model", 100), "<model/>");
}

TEST_F(ArchiveTest, names_that_lead_out_of_a_folder_are_refused) {
  const std::vector<std::string> names = {"../evil",
                                          "a/../../evil",
                                          "a/..",
                                          "/etc/passwd",
                                          "C:/evil",
                                          "c:evil",
                                          "..\\evil",
                                          "a\\b",
                                          "\\\\host\\share",
                                          "a/b/../c",
                                          std::string(513, 'n'),
                                          "new\nline",
                                          "bell\x07"};
  for (const auto& name : names) {
    fixture.entries = {{"3D/3dmodel.model", "<model/>"}, {name, "x"}};
    fixture.write(path);
    EXPECT_TRUE(speaks_of(refusal(), "name is not allowed")) << name;
  }
  for (const std::string name : {"..a", "a..", "...", "Metadata/ä.png", "a b/c", "folder/"}) {
    fixture.entries = {{name, ""}};
    fixture.write(path);
    EXPECT_EQ(refusal(), "") << name;
  }
}

TEST_F(ArchiveTest, a_name_with_a_nul_is_refused) {
  fixture.entries["Metadata/plate_2.gcodeX.png"] = "x";
  write_bytes(path, renamed_everywhere(fixture.bytes(path), "plate_2.gcodeX",
                                       std::string_view("plate_2.gcode\0", 14)));
  EXPECT_TRUE(speaks_of(refusal(), "name is not allowed"));
}

TEST_F(ArchiveTest, two_entries_of_one_name_are_refused) {
  fixture.entries["Metadata/plate_1.gcodX"] = "G28 ; another print";
  write_bytes(path, renamed_everywhere(fixture.bytes(path), "plate_1.gcodX", "plate_1.gcode"));
  EXPECT_TRUE(speaks_of(refusal(), "plate_1.gcode"));
}

TEST_F(ArchiveTest, links_are_refused) {
  fixture.write(path, [](zip_t* archive, zip_uint64_t index, const std::string& name) {
    if (name != "Metadata/plate_1.png") return;
    zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, 0120777u << 16);
  });
  EXPECT_TRUE(speaks_of(refusal(), "plate_1.png"));
}

TEST_F(ArchiveTest, encrypted_entries_are_refused) {
  fixture.write(path, [](zip_t* archive, zip_uint64_t index, const std::string&) {
    ASSERT_EQ(zip_file_set_encryption(archive, index, ZIP_EM_AES_256, "secret"), 0);
  });
  EXPECT_TRUE(speaks_of(refusal(), "password"));
}

TEST_F(ArchiveTest, methods_that_printers_do_not_know_are_refused) {
  auto bytes = fixture.bytes(path);
  put_little_endian(bytes, central_record(bytes, "Metadata/plate_1.gcode") + 10, 14, 2);  // LZMA.
  write_bytes(path, bytes);
  EXPECT_TRUE(speaks_of(refusal(), "packed in a way"));
}

TEST_F(ArchiveTest, more_entries_than_allowed_are_refused_before_they_are_held) {
  fixture.entries.clear();
  for (int i = 0; i < 21; ++i) fixture.entries["entry " + std::to_string(i)] = "x";
  fixture.write(path);
  EXPECT_EQ(refusal({.entries_max = 21}), "");
  EXPECT_TRUE(speaks_of(refusal({.entries_max = 20}), "more than 20 files"));
  // An end record that admits to fewer than there are does not help.
  auto bytes = fixture.bytes(path);
  const auto end = bytes.rfind("PK\5\6");
  put_little_endian(bytes, end + 8, 3, 2);
  put_little_endian(bytes, end + 10, 3, 2);
  write_bytes(path, bytes);
  EXPECT_TRUE(speaks_of(refusal({.entries_max = 20}), "more than 20 files"));
  // Nor does hiding the real one behind zip64.
  write_bytes(path, as_zip64(fixture.bytes(path)));
  EXPECT_TRUE(speaks_of(refusal({.entries_max = 20}), "more than 20 files"));
}

TEST_F(ArchiveTest, an_archive_with_many_end_records_is_refused) {
  auto bytes = fixture.bytes(path);
  const auto end = bytes.substr(bytes.rfind("PK\5\6"));
  for (int i = 0; i < 10; ++i) bytes += end;
  write_bytes(path, bytes);
  EXPECT_TRUE(speaks_of(refusal(), "damaged"));
}

TEST_F(ArchiveTest, an_entry_that_packs_too_well_is_refused_without_inflating_it) {
  fixture.entries["Metadata/plate_1.gcode"] = std::string(8 * 1024 * 1024, '\0');
  fixture.write(path);
  EXPECT_TRUE(speaks_of(refusal(), "unpacks to far more"));
  EXPECT_EQ(refusal({.ratio_max = 2000}), "");
}

TEST_F(ArchiveTest, small_entries_may_pack_as_well_as_they_like) {
  fixture.entries["Metadata/filament_sequence.json"] = std::string(900'000, ' ');
  fixture.write(path);
  EXPECT_EQ(refusal(), "");
}

TEST_F(ArchiveTest, entries_that_are_too_large_alone_or_together_are_refused) {
  fixture.entries = {{"a", std::string(1000, 'a')}, {"b", std::string(1000, 'b')}};
  fixture.write(path);
  EXPECT_EQ(refusal({.entry_bytes_max = 1000, .total_bytes_max = 2000}), "");
  EXPECT_TRUE(speaks_of(refusal({.entry_bytes_max = 999}), "unpacks to far more"));
  EXPECT_TRUE(speaks_of(refusal({.total_bytes_max = 1999}), "unpacks to far more"));
}

TEST_F(ArchiveTest, reading_the_same_entry_again_and_again_uses_up_the_total) {
  fixture.entries = {{"a", std::string(1000, 'a')}};
  fixture.write(path);
  auto archive = Archive::open(path, {.total_bytes_max = 2500});
  ASSERT_TRUE(archive);
  EXPECT_TRUE(archive->read("a", 1000));
  EXPECT_TRUE(archive->read("a", 1000));
  EXPECT_FALSE(archive->read("a", 1000));
}

TEST_F(ArchiveTest, an_entry_larger_than_its_reader_allows_is_refused) {
  fixture.entries = {{"a", std::string(1000, 'a')}};
  fixture.write(path);
  EXPECT_FALSE(Archive::open(path)->read("a", 999));
  EXPECT_TRUE(Archive::open(path)->read("a", 1000));
}

TEST_F(ArchiveTest, a_directory_that_lies_about_an_inflated_size_is_caught_while_reading) {
  const std::string name = "Metadata/long.bin";
  fixture.entries[name] = std::string(3'000'000, 'a');
  const auto honest = fixture.bytes(path);
  for (const std::uint64_t lie : {10u, 2'999'999u, 3'000'001u, 4'000'000u}) {
    auto bytes = honest;
    put_little_endian(bytes, central_record(bytes, name) + 24, lie, 4);
    write_bytes(path, bytes);
    EXPECT_TRUE(speaks_of(refusal_while_reading(name, {.ratio_max = 5000}), "damaged")) << lie;
  }
}

TEST_F(ArchiveTest, content_that_does_not_match_its_crc_is_refused) {
  const std::string name = "Metadata/plate_1.gcode";
  auto bytes = fixture.bytes(path);
  bytes.at(central_record(bytes, name) + 16) ^= 1;
  write_bytes(path, bytes);
  EXPECT_TRUE(speaks_of(refusal_while_reading(name), "plate_1.gcode"));
}

TEST_F(ArchiveTest, a_cut_off_archive_says_that_it_is_damaged) {
  const auto bytes = fixture.bytes(path);
  write_bytes(path, bytes.substr(0, bytes.size() / 2));
  EXPECT_TRUE(speaks_of(refusal(), "damaged or incomplete"));
}

TEST_F(ArchiveTest, broken_names_are_shown_as_readable_text) {
  fixture.entries = {{"../\xff\xfe" + std::string(300, 'x'), "x"}};
  fixture.write(path);
  const auto says = refusal();
  EXPECT_TRUE(speaks_of(says, "../\xEF\xBF\xBD"));
  EXPECT_LT(says.size(), 300u);
}

}  // namespace
}  // namespace pf
