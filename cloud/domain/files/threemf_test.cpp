#include "cloud/domain/files/threemf.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/random.hpp"
#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/domain/files/threemf_fixture.hpp"

namespace pf {
namespace {

using Sliced = ThreeMfFixture;

struct ThreeMfTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder.file("print.gcode.3mf");
  ThreeMfFixture fixture;

  std::string& entry(const std::string& name) { return fixture.entries["Metadata/" + name]; }
  ThreeMfFacts facts() {
    fixture.write(path);
    const auto opened = ThreeMf::open(path, "print.gcode.3mf");
    if (!opened) throw std::runtime_error(opened.error().says);
    return opened->facts();
  }
  std::string refusal(std::string_view name = "print.gcode.3mf") {
    const auto opened = ThreeMf::open(path, name);
    if (opened) return "";
    EXPECT_EQ(opened.error().status, 422);
    return opened.error().says;
  }
  std::string refusal_of_fixture() {
    fixture.write(path);
    return refusal();
  }
};

bool speaks_of(const std::string& says, std::string_view words) {
  return says.find(words) != std::string::npos;
}

TEST_F(ThreeMfTest, a_sliced_file_gives_all_its_facts) {
  const auto read = facts();
  EXPECT_EQ(*read.printer_model, "N1");
  EXPECT_EQ(*read.printer_model_name, "Bambu Lab A1 mini");
  EXPECT_EQ(read.nozzle_diameter, 0.4);
  EXPECT_EQ(*read.slicer_version, "02.04.00.70");
  ASSERT_EQ(read.plates.size(), 1u);
  const auto& plate = read.plates.value[0];
  EXPECT_EQ(plate.index, 1);
  EXPECT_EQ(*plate.name, "Lids");
  EXPECT_EQ(plate.print_seconds, 61);
  EXPECT_EQ(plate.weight_grams, 1.5);
  EXPECT_EQ(plate.layer_count, 12);
  EXPECT_EQ(*plate.bed_type, "textured_plate");
  EXPECT_TRUE(plate.has_thumbnail);
  ASSERT_EQ(plate.filaments.size(), 1u);
  const auto& filament = plate.filaments.value[0];
  EXPECT_EQ(filament.id, 2);
  EXPECT_EQ(*filament.type, "PETG");
  EXPECT_EQ(*filament.color, "#00AE42");
  EXPECT_EQ(filament.used_grams, 1.5);
  EXPECT_EQ(filament.used_meters, 0.5);
  ASSERT_EQ(plate.objects.size(), 1u);
  EXPECT_EQ(plate.objects.value[0].identify_id, 7);
  EXPECT_EQ(*plate.objects.value[0].name, "Cube & co");
}

TEST_F(ThreeMfTest, the_g_code_alone_is_enough_and_everything_unknown_is_absent) {
  fixture.entries = {{"Metadata/plate_1.gcode", "G28\n"}};
  const auto read = facts();
  EXPECT_FALSE(read.printer_model);
  EXPECT_FALSE(read.printer_model_name);
  EXPECT_FALSE(read.nozzle_diameter);
  EXPECT_FALSE(read.slicer_version);
  ASSERT_EQ(read.plates.size(), 1u);
  const auto& plate = read.plates.value[0];
  EXPECT_FALSE(plate.name);
  EXPECT_FALSE(plate.print_seconds);
  EXPECT_FALSE(plate.weight_grams);
  EXPECT_FALSE(plate.layer_count);
  EXPECT_FALSE(plate.bed_type);
  EXPECT_FALSE(plate.has_thumbnail);
  EXPECT_TRUE(plate.filaments.empty());
  EXPECT_TRUE(plate.objects.empty());
}

TEST_F(ThreeMfTest, values_that_make_no_sense_are_absent_not_zero) {
  entry("slice_info.config") = Sliced::slice_info_xml(
      "<plate><metadata key=\"index\" value=\"1\"/><metadata key=\"printer_model_id\" value=\"\"/>"
      "<metadata key=\"prediction\" value=\"-5\"/><metadata key=\"weight\" value=\"nan\"/>"
      "<metadata key=\"nozzle_diameters\" value=\"0.4,0.6\"/><metadata/>"
      "<filament id=\"1\" type=\"\" color=\"green\" used_m=\"1e999\" used_g=\"1,5\"/>"
      "<filament type=\"PLA\"/><filament id=\"0\"/><object name=\"no id\"/></plate>");
  entry("project_settings.config") = "{}";
  entry("plate_1.json") = R"({"bed_type":"a carpet"})";
  fixture.set_gcode(1, Sliced::gcode("many"));
  const auto read = facts();
  EXPECT_FALSE(read.printer_model);
  EXPECT_FALSE(read.nozzle_diameter);
  const auto& plate = read.plates.value.at(0);
  EXPECT_FALSE(plate.print_seconds);
  EXPECT_FALSE(plate.weight_grams);
  EXPECT_FALSE(plate.layer_count);
  EXPECT_FALSE(plate.bed_type);
  EXPECT_TRUE(plate.objects.empty());
  ASSERT_EQ(plate.filaments.size(), 1u);
  const auto& filament = plate.filaments.value[0];
  EXPECT_FALSE(filament.type);
  EXPECT_FALSE(filament.color);
  EXPECT_FALSE(filament.used_grams);
  EXPECT_FALSE(filament.used_meters);
}

TEST_F(ThreeMfTest, only_plates_with_g_code_can_be_printed_and_they_come_in_order) {
  entry("slice_info.config") = Sliced::slice_info_xml(Sliced::plate_xml(1) + Sliced::plate_xml(2) +
                                                      Sliced::plate_xml(10) + Sliced::plate_xml(3));
  for (const int plate : {10, 2}) fixture.set_gcode(plate, Sliced::gcode(std::to_string(plate)));
  for (const auto* odd : {"plate_01.gcode", "plate_0.gcode", "plate_.gcode", "plate_x.gcode",
                          "plate_99999.gcode", "plate_4.gcode.bak", "plate_-5.gcode"}) {
    entry(odd) = "G28";
  }
  const auto plates = facts().plates;
  ASSERT_EQ(plates.size(), 3u);
  EXPECT_EQ(plates.value[0].index, 1);
  EXPECT_EQ(plates.value[1].index, 2);
  EXPECT_EQ(plates.value[2].index, 10);
  EXPECT_EQ(plates.value[2].layer_count, 10);
}

TEST_F(ThreeMfTest, plates_for_different_printers_name_no_printer) {
  auto other = Sliced::plate_xml(2);
  other.replace(other.find("N1"), 2, "C12");
  entry("slice_info.config") = Sliced::slice_info_xml(Sliced::plate_xml(1) + other);
  EXPECT_FALSE(facts().printer_model);
}

TEST_F(ThreeMfTest, the_bed_type_of_the_project_stands_in_by_the_printers_word) {
  fixture.entries.erase("Metadata/plate_1.json");
  EXPECT_EQ(*facts().plates.value[0].bed_type, "cool_plate");
  entry("plate_1.json") = "broken";
  EXPECT_EQ(*facts().plates.value[0].bed_type, "cool_plate");
}

TEST_F(ThreeMfTest, settings_with_hundreds_of_keys_are_read_and_broken_ones_only_add_nothing) {
  std::string settings = "{\"printer_model\":\"Bambu Lab P1S\"";
  for (int i = 0; i < 1000; ++i) settings += ",\"key_" + std::to_string(i) + "\":[\"1\"]";
  entry("project_settings.config") = settings + "}";
  EXPECT_EQ(*facts().printer_model_name, "Bambu Lab P1S");
  const std::vector<std::string> broken = {"",
                                           "[]",
                                           "{",
                                           settings,
                                           settings + "}}",
                                           R"({"printer_model":5})",
                                           R"({"printer_model":[]})",
                                           R"({"printer_model":"A","printer_model":"B"})",
                                           std::string(1000, '[')};
  for (const auto& one : broken) {
    entry("project_settings.config") = one;
    EXPECT_FALSE(facts().printer_model_name) << one.substr(0, 40);
  }
}

TEST_F(ThreeMfTest, layers_are_read_only_from_the_first_64_kib) {
  fixture.set_gcode(1, std::string(70'000, ';') + "\n; total layer number: 5\n");
  EXPECT_FALSE(facts().plates.value[0].layer_count);
  fixture.set_gcode(1, "; thumbnail\r\n; total layer number: 5\r\n" + std::string(70'000, ';'));
  EXPECT_EQ(facts().plates.value[0].layer_count, 5);
  for (const auto* odd : {"0", "-1", "5 layers", "", "99999999999"}) {
    fixture.set_gcode(1, Sliced::gcode(odd));
    EXPECT_FALSE(facts().plates.value[0].layer_count) << odd;
  }
}

TEST_F(ThreeMfTest, checksums_are_compared_in_either_case_and_a_missing_one_is_fine) {
  auto& sidecar = entry("plate_1.gcode.md5");
  std::transform(sidecar.begin(), sidecar.end(), sidecar.begin(), ::toupper);
  EXPECT_NO_THROW(facts());
  sidecar += "\r\n";
  EXPECT_NO_THROW(facts());
  fixture.entries.erase("Metadata/plate_1.gcode.md5");
  EXPECT_NO_THROW(facts());
}

TEST_F(ThreeMfTest, g_code_that_was_changed_after_slicing_is_refused_with_the_printers_error) {
  entry("plate_1.gcode") += "G1 Z100\n";
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "0500-4003"));
  fixture = {};
  entry("plate_1.gcode.md5") = "";
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "plate 1"));
  entry("plate_1.gcode.md5") = std::string(2000, 'a');
  EXPECT_NE(refusal_of_fixture(), "");
}

TEST_F(ThreeMfTest, an_unsliced_project_is_told_to_be_sliced) {
  fixture.entries.erase("Metadata/plate_1.gcode");
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "not sliced"));
  EXPECT_TRUE(speaks_of(refusal(), "Bambu Studio or OrcaSlicer"));
}

TEST_F(ThreeMfTest, other_archives_are_told_from_3mf) {
  fixture.entries = {{"holiday/beach.jpg", "x"}};
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "ZIP archive, but not a 3MF"));
}

TEST_F(ThreeMfTest, other_formats_are_named_and_say_what_to_do) {
  const struct {
    std::string name, content, says;
  } table[] = {
      {"cube.gcode", "M73 P0 R12\n", "plain G-code"},
      {"CUBE.GCODE", "\x01\x02\x03\x04", "plain G-code"},
      {"cube.txt", "; HEADER_BLOCK_START\n", "plain G-code"},
      {"cube.bgcode", "GCDE....", "plain G-code"},
      {"cube.stl", std::string(84, '\0'), "a model"},
      {"cube", "solid cube\nfacet", "a model"},
      {"cube.step", "ISO-10303-21;", "a model"},
      {"cube.3mf", "hello", "not a 3MF file"},
      {"cube.gcode.3mf", "PK", "not a 3MF file"},
      {"cube.gcode.3mf", "PK\5\6 nothing in it", "not a 3MF file"},
      {"photo.jpg", "\xff\xd8\xff\xe0", "not a 3MF file"},
      {"", "<html>", "not a 3MF file"},
      {"cube.gcode.3mf", "", "empty"},
  };
  for (const auto& row : table) {
    write_bytes(path, row.content);
    EXPECT_TRUE(speaks_of(refusal(row.name), row.says)) << row.name << ": " << refusal(row.name);
  }
}

TEST_F(ThreeMfTest, thumbnails_are_given_as_they_are_and_only_if_they_can_be_shown) {
  fixture.write(path);
  EXPECT_EQ(ThreeMf::open(path, "")->thumbnail(1), Sliced::png());
  EXPECT_FALSE(ThreeMf::open(path, "")->thumbnail(2));
  const std::vector<std::string> bad = {"",
                                        "<svg onload='alert(1)'/>",
                                        Sliced::png().substr(0, 20),
                                        Sliced::png(0, 16),
                                        Sliced::png() + SeededRandom(1).bytes(2 * 1024 * 1024),
                                        [] {
                                          auto huge = Sliced::png();
                                          huge[16] = 1;  // 2^24 pixels wide.
                                          return huge;
                                        }()};
  for (const auto& one : bad) {
    entry("plate_1.png") = one;
    EXPECT_FALSE(facts().plates.value[0].has_thumbnail) << one.size();
  }
}

TEST_F(ThreeMfTest, document_types_and_entities_are_refused_wherever_xml_is_read) {
  const std::string bomb =
      "<?xml version=\"1.0\"?><!DOCTYPE config [<!ENTITY a \"aaaaaaaaaa\">"
      "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><config><plate>&b;</plate></config>";
  const std::vector<std::string> documents = {
      bomb, "<!DOCTYPE config><config/>",
      "<!DOCTYPE config SYSTEM \"file:///etc/passwd\"><config/>"};
  for (const auto& document : documents) {
    fixture = {};
    entry("slice_info.config") = document;
    EXPECT_TRUE(speaks_of(refusal_of_fixture(), "document type"));
    fixture = {};
    entry("model_settings.config") = document;
    EXPECT_TRUE(speaks_of(refusal_of_fixture(), "document type"));
  }
}

TEST_F(ThreeMfTest, broken_and_bottomless_xml_is_refused) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "<a>";
  entry("slice_info.config") = deep;
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "nested too deep"));
  for (const std::string broken :
       {"", "<config>", "config", "<config></plate>", "<config>\xff</config>",
        "<config><plate a=\"1\" a=\"2\"/></config>", "<config>&lol;</config>", "<a/><b/>"}) {
    entry("slice_info.config") = broken;
    EXPECT_TRUE(speaks_of(refusal_of_fixture(), "slice_info.config")) << broken;
  }
}

TEST_F(ThreeMfTest, more_plates_or_filaments_than_can_be_kept_are_refused) {
  std::string filaments;
  for (int i = 1; i <= 64; ++i) filaments += "<filament id=\"" + std::to_string(i) + "\"/>";
  entry("slice_info.config") = Sliced::slice_info_xml(Sliced::plate_xml(1, filaments));
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "too many filaments"));
  std::string plates;
  for (int i = 1; i <= 101; ++i) plates += Sliced::plate_xml(i);
  entry("slice_info.config") = Sliced::slice_info_xml(plates);
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "too many plates"));
  fixture = {};
  for (int i = 2; i <= 101; ++i) fixture.set_gcode(i, "G28\n");
  EXPECT_TRUE(speaks_of(refusal_of_fixture(), "more than 100 sliced plates"));
}

TEST_F(ThreeMfTest, a_plate_with_thousands_of_objects_prints_and_lists_the_first_thousand) {
  std::string objects;
  for (int i = 0; i < 3000; ++i) {
    objects += "<object identify_id=\"" + std::to_string(i) + "\" name=\"clip\"/>";
  }
  entry("slice_info.config") = Sliced::slice_info_xml(Sliced::plate_xml(1, objects));
  EXPECT_EQ(facts().plates.value[0].objects.size(), 1000u);
}

TEST_F(ThreeMfTest, long_texts_are_cut_to_what_their_fields_hold) {
  std::string umlauts;
  for (int i = 0; i < 300; ++i) umlauts += "ü";
  entry("slice_info.config") = Sliced::slice_info_xml(
      Sliced::plate_xml(1, "<object identify_id=\"1\" name=\"" + umlauts + "\"/>" +
                               "<filament id=\"1\" type=\"" + umlauts + "\"/>"));
  const auto read = facts();
  EXPECT_EQ(read.plates.value[0].objects.value[0].name->value, umlauts.substr(0, 200));
  EXPECT_EQ(read.plates.value[0].filaments.value[0].type->value, umlauts.substr(0, 32));
  // What is kept can be read back from a row.
  const auto stored = json::decode<List<Plate, 100>>(json::encode(read.plates));
  EXPECT_TRUE(stored) << stored.error().text();
}

// ---- what nobody wrote on purpose ----

TEST_F(ThreeMfTest, every_beginning_of_a_file_is_refused) {
  const auto whole = fixture.bytes(path);
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    write_bytes(path, std::string_view(whole).substr(0, size));
    EXPECT_NE(refusal(), "") << size;
  }
}

// Either refused in words, or read into facts that can be stored.
void expect_sane(const Answer<ThreeMf>& opened) {
  if (!opened) {
    EXPECT_EQ(opened.error().status, 422);
    EXPECT_GT(opened.error().says.size(), 20u);
    return;
  }
  EXPECT_FALSE(opened->facts().plates.empty());
  EXPECT_TRUE((json::decode<List<Plate, 100>>(json::encode(opened->facts().plates))));
}

void flip_some(std::string& bytes, Random& random) {
  for (auto flips = 1 + random.below(4); flips > 0 && !bytes.empty(); --flips) {
    bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
  }
}

TEST_F(ThreeMfTest, changed_bytes_anywhere_in_the_archive_never_do_harm) {
  const auto whole = fixture.bytes(path);
  SeededRandom random(20'240'607);
  for (int round = 0; round < 3000; ++round) {
    auto bytes = whole;
    flip_some(bytes, random);
    write_bytes(path, bytes);
    expect_sane(ThreeMf::open(path, "print.gcode.3mf"));
  }
}

TEST_F(ThreeMfTest, changed_bytes_in_its_documents_never_do_harm) {
  SeededRandom random(42);
  const auto good = fixture.entries;
  for (int round = 0; round < 2000; ++round) {
    fixture.entries = good;
    for (const auto* name : {"slice_info.config", "model_settings.config",
                             "project_settings.config", "plate_1.json", "plate_1.png"}) {
      if (random.below(2) == 0) flip_some(entry(name), random);
    }
    fixture.write(path);
    expect_sane(ThreeMf::open(path, "print.gcode.3mf"));
  }
}

// ---- files of real slicers ----

struct CaptureTest : testing::Test {
  const std::filesystem::path captures = "../shared/bambu/data/3mf";
  void SetUp() override {
    if (!std::filesystem::exists(captures)) GTEST_SKIP() << "no captures of real slicers here";
  }
  Answer<ThreeMf> open(const std::string& name) { return ThreeMf::open(captures / name, name); }
};

TEST_F(CaptureTest, the_a1_mini_cube_is_read_to_its_last_fact) {
  auto opened = open("A1mini_cube_1plate.gcode.3mf");
  ASSERT_TRUE(opened) << opened.error().says;
  const auto& facts = opened->facts();
  EXPECT_EQ(*facts.printer_model, "N1");
  EXPECT_EQ(*facts.printer_model_name, "Bambu Lab A1 mini");
  EXPECT_EQ(facts.nozzle_diameter, 0.4);
  EXPECT_EQ(*facts.slicer_version, "02.04.00.70");
  ASSERT_EQ(facts.plates.size(), 1u);
  const auto& plate = facts.plates.value[0];
  EXPECT_EQ(plate.index, 1);
  EXPECT_FALSE(plate.name);
  EXPECT_EQ(plate.print_seconds, 1095);
  EXPECT_EQ(plate.weight_grams, 2.83);
  EXPECT_EQ(plate.layer_count, 90);
  EXPECT_EQ(*plate.bed_type, "textured_plate");
  EXPECT_TRUE(plate.has_thumbnail);
  EXPECT_EQ(opened->thumbnail(1)->size(), 3659u);
  ASSERT_EQ(plate.filaments.size(), 1u);
  EXPECT_EQ(plate.filaments.value[0].id, 1);
  EXPECT_EQ(*plate.filaments.value[0].type, "PLA");
  EXPECT_EQ(*plate.filaments.value[0].color, "#00AE42");
  EXPECT_EQ(plate.filaments.value[0].used_grams, 2.83);
  EXPECT_EQ(plate.filaments.value[0].used_meters, 0.93);
  ASSERT_EQ(plate.objects.size(), 1u);
  EXPECT_EQ(plate.objects.value[0].identify_id, 69);
  EXPECT_EQ(*plate.objects.value[0].name, "Cube");
}

TEST_F(CaptureTest, the_x1_carbon_file_has_two_plates) {
  const auto opened = open("X1C_cube_sphere_2plates.gcode.3mf");
  ASSERT_TRUE(opened) << opened.error().says;
  const auto& facts = opened->facts();
  EXPECT_EQ(*facts.printer_model, "BL-P001");
  EXPECT_EQ(*facts.printer_model_name, "Bambu Lab X1 Carbon");
  ASSERT_EQ(facts.plates.size(), 2u);
  const auto &first = facts.plates.value[0], &second = facts.plates.value[1];
  EXPECT_EQ(first.print_seconds, 1216);
  EXPECT_EQ(first.weight_grams, 6.75);
  EXPECT_EQ(first.layer_count, 128);
  EXPECT_EQ(second.index, 2);
  EXPECT_EQ(second.print_seconds, 1094);
  EXPECT_EQ(second.weight_grams, 3.91);
  EXPECT_EQ(second.layer_count, 128);
  EXPECT_EQ(second.filaments.value.at(0).used_meters, 1.29);
  EXPECT_EQ(*second.objects.value.at(0).name, "Sphere");
  EXPECT_EQ(second.objects.value.at(0).identify_id, 115);
}

TEST_F(CaptureTest, the_unsliced_project_is_told_to_be_sliced) {
  const auto opened = open("unsliced_2plates_project.3mf");
  ASSERT_FALSE(opened);
  EXPECT_TRUE(speaks_of(opened.error().says, "not sliced"));
}

}  // namespace
}  // namespace pf
