// Our base reports against captures of real printers: the same keys, with values of the same type.
#include "sim/models/model.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/document.hpp"

namespace pf::sim {
namespace {

const std::string captures = "../shared/bambu/data/mqtt/";

std::string type_of(const Document& value) {
  if (value.is_object()) return "object";
  if (value.is_list()) return "list";
  const auto text = value.encode();
  if (text.starts_with('"')) return "text";
  if (text == "true" || text == "false") return "boolean";
  return "number";
}

// Every path with its type, positions in lists left out: "ams.ams[].tray[].id text".
void collect(const Document& value, const std::string& path, std::set<std::string>& out) {
  if (!path.empty()) out.insert(path + ' ' + type_of(value));
  for (const auto& [key, member] : value.members()) {
    collect(member, path.empty() ? key : path + '.' + key, out);
  }
  for (const auto& item : value.items()) collect(item, path + "[]", out);
}

std::set<std::string> paths(const Document& value) {
  std::set<std::string> out;
  collect(value, "", out);
  return out;
}

std::optional<Document> capture(const std::string& name) {
  std::ifstream file(captures + name);
  std::stringstream text;
  text << file.rdbuf();
  return Document::parse(text.str());
}

std::string difference(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::string text;
  for (const auto& path : a) {
    if (!b.contains(path)) text += path + '\n';
  }
  return text;
}

TEST(Models, HaveBaseReportsAndModulesThatAreJson) {
  for (const auto* model : models()) {
    const auto report = Document::parse(model->base_report);
    ASSERT_TRUE(report) << model->code;
    EXPECT_EQ(report->text("gcode_state"), "IDLE");
    EXPECT_EQ(report->text("command"), "push_status");
    const auto modules = Document::parse(model->modules);
    ASSERT_TRUE(modules) << model->code;
    EXPECT_EQ(modules->text("0.name"), "ota");
    EXPECT_EQ(modules->text("0.sw_ver"), model->firmware);
    EXPECT_EQ(find_model(model->code), model);
  }
  EXPECT_EQ(find_model("n1"), nullptr);
  EXPECT_EQ(find_model(""), nullptr);
}

TEST(Models, OfTheA1MiniReportsTheKeysOfARealOne) {
  const auto real = capture("full/A1MINI_01.07.02.00_idle_bambu-rs.json");
  if (!real) GTEST_SKIP() << captures << " is absent";
  const auto ours = paths(*Document::parse(a1_mini.base_report));
  const auto theirs = paths(*real->find("print"));
  EXPECT_EQ(difference(theirs, ours), "") << "only theirs";
  EXPECT_EQ(difference(ours, theirs), "") << "only ours";
}

TEST(Models, OfTheX1CarbonReportsTheKeysOfRealOnes) {
  const auto real = capture("full/X1C_01.09.00.01_finish_2ams1-1ams2-1amsht.json");
  if (!real) GTEST_SKIP() << captures << " is absent";
  const auto ours = paths(*Document::parse(x1_carbon.base_report));
  auto theirs = paths(*real->find("print"));
  EXPECT_EQ(difference(ours, theirs), "") << "only ours";
  // Entries of lists that are empty before the first print.
  for (const auto* path : {"mapping[] number", "stg[] number"}) theirs.erase(path);
  EXPECT_EQ(difference(theirs, ours), "") << "only theirs";
  EXPECT_FALSE(real->find("print.chamber_temper")) << "the chamber is in device.ctc";
}

TEST(Models, OfTheA1ReportsTheKeysOfARealOne) {
  const auto real = capture("full/A1_01.05.00.00_idle_a1.json");
  if (!real) GTEST_SKIP() << captures << " is absent";
  const auto ours = paths(*Document::parse(a1.base_report));
  const auto theirs = paths(*real->find("print"));
  EXPECT_EQ(difference(theirs, ours), "") << "only theirs";
  EXPECT_EQ(difference(ours, theirs), "") << "only ours";
}

TEST(Models, OfTheP1SReportsTheKeysOfItsSister) {
  const auto real = capture("full/DERIVED_P1S_01.09.00.00_idle.json");
  if (!real) GTEST_SKIP() << captures << " is absent";
  const auto ours = paths(*Document::parse(p1s.base_report));
  auto theirs = paths(*real->find("print"));
  EXPECT_EQ(difference(ours, theirs), "") << "only ours";
  theirs.erase("filam_bak[] number");  // Of a list that is empty before anything ran out.
  EXPECT_EQ(difference(theirs, ours), "") << "only theirs";
}

TEST(Models, OfTheH2DReportsTheKeysOfARealOne) {
  const auto real = capture("full/H2D_01.01.02.07_running_h2d.json");
  if (!real) GTEST_SKIP() << captures << " is absent";
  const auto ours = paths(*Document::parse(h2d.base_report));
  auto theirs = paths(*real->find("print"));
  EXPECT_EQ(difference(ours, theirs), "") << "only ours";
  for (const auto* path : {"mapping[] number", "stg[] number"}) theirs.erase(path);
  EXPECT_EQ(difference(theirs, ours), "") << "only theirs";
  EXPECT_FALSE(real->find("print.msg")) << "it does not number its reports";
}

TEST(Models, AnswerGetVersionWithTheKeysOfRealOnes) {
  for (const auto& [model, name] :
       {std::pair{&a1_mini, "get_version/A1MINI_01.07.02.00_bambu-rs.json"},
        std::pair{&x1_carbon, "get_version/X1C_01.09.00.01_finish_x1cmultiams.json"},
        std::pair{&p1s, "get_version/DERIVED_P1S_01.09.00.00.json"},
        std::pair{&a1, "get_version/A1_01.05.00.00_idle_a1.json"},
        std::pair{&h2d, "get_version/H2D_01.01.02.07_running_h2d.json"}}) {
    const auto real = capture(name);
    if (!real) GTEST_SKIP() << captures << " is absent";
    EXPECT_EQ(paths(*Document::parse(model->modules)), paths(*real->find("info.module")));
    EXPECT_EQ(Document::parse(model->modules)->text("0.product_name"),
              real->text("info.module.0.product_name"));
  }
}

}  // namespace
}  // namespace pf::sim
