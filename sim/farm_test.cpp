#include "sim/farm.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "sim/document.hpp"
#include "sim/sliced_file_fixture.hpp"

namespace pf::sim {
namespace {

class FarmTest : public ::testing::Test {
 protected:
  Result<std::vector<FarmPrinter>, Fault> open(std::size_t printers,
                                               std::vector<const Model*> models = {&a1_mini,
                                                                                   &x1_carbon},
                                               std::string base_address = "127.77.0.1") {
    return open_farm({folder_ / "data", printers, std::move(models), std::move(base_address)},
                     random_);
  }
  static std::vector<std::string> serials(const std::vector<FarmPrinter>& printers) {
    std::vector<std::string> out;
    for (const auto& printer : printers) out.push_back(printer.identity.serial_number);
    return out;
  }

  testing::TemporaryFolder folder_;
  SeededRandom random_{7};
};

TEST_F(FarmTest, MakesPrintersOfEachModelInTurn) {
  const auto printers = open(4);
  ASSERT_TRUE(printers);
  ASSERT_EQ(printers->size(), 4u);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < printers->size(); ++i) {
    const auto& [model, identity] = (*printers)[i];
    EXPECT_EQ(model, i % 2 ? &x1_carbon : &a1_mini);
    EXPECT_EQ(identity.serial_number.size(), 15u);
    EXPECT_TRUE(identity.serial_number.starts_with(model->serial_prefix));
    EXPECT_EQ(identity.access_code.size(), 8u);
    EXPECT_EQ(identity.ip_address, "127.77.0." + std::to_string(i + 1));
    EXPECT_TRUE(seen.insert(identity.serial_number).second);
    EXPECT_TRUE(seen.insert(identity.access_code).second);
    EXPECT_TRUE(seen.insert(identity.name).second);
  }
}

TEST_F(FarmTest, KnowsItsPrintersAgain) {
  const auto first = open(4);
  ASSERT_TRUE(first);
  const auto fewer = open(2), more = open(6);
  ASSERT_TRUE(fewer && more);
  const auto known = serials(*first), later = serials(*more);
  EXPECT_EQ(serials(*fewer), (std::vector{known[0], known[1]}));
  EXPECT_EQ(std::vector(later.begin(), later.begin() + 4), known);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*more)[i].identity.access_code, (*first)[i].identity.access_code);
  }
}

TEST_F(FarmTest, KeepsThePrintersOfAModelWhenTheMixChanges) {
  const auto mixed = open(4);
  ASSERT_TRUE(mixed);
  const auto minis = open(2, {&a1_mini});
  ASSERT_TRUE(minis);
  EXPECT_EQ(serials(*minis),
            (std::vector{(*mixed)[0].identity.serial_number, (*mixed)[2].identity.serial_number}));
}

TEST_F(FarmTest, LeavesOutAddressesThatNameNetworks) {
  const auto printers = open(3, {&a1_mini}, "127.77.0.254");
  ASSERT_TRUE(printers);
  EXPECT_EQ((*printers)[0].identity.ip_address, "127.77.0.254");
  EXPECT_EQ((*printers)[1].identity.ip_address, "127.77.1.1");
  EXPECT_EQ((*printers)[2].identity.ip_address, "127.77.1.2");
}

TEST_F(FarmTest, RefusesAddressesThatAreNotLoopback) {
  for (const auto* address :
       {"", "192.168.0.1", "127.77.0", "127.0.0.1x", "::1", "localhost", "128.0.0.1"}) {
    const auto printers = open(1, {&a1_mini}, address);
    ASSERT_FALSE(printers) << address;
    EXPECT_NE(printers.error().says.find("127.77.0.1"), std::string::npos) << "no remedy";
  }
  EXPECT_FALSE(open(10, {&a1_mini}, "127.255.255.250")) << "they would leave the network";
}

TEST_F(FarmTest, RefusesNoPrintersAndTooMany) {
  EXPECT_FALSE(open(0));
  EXPECT_FALSE(open(printers_max + 1));
  EXPECT_FALSE(open(1, {}));
}

TEST_F(FarmTest, SaysSoWhenItsFileIsDamaged) {
  ASSERT_TRUE(open(1));
  std::ofstream(folder_ / "data/farm.json") << "{\"printers\":[{\"serial_number\":7}]}";
  const auto printers = open(1);
  ASSERT_FALSE(printers);
  EXPECT_NE(printers.error().says.find("farm.json"), std::string::npos);
}

TEST_F(FarmTest, PublishesWhatOthersNeedAndOnlyToTheOwner) {
  const auto printers = open(2);
  ASSERT_TRUE(printers);
  ASSERT_TRUE(publish_farm(folder_ / "data", *printers, {8883, 10990, 3000}));
  std::ifstream file(folder_ / "data/printers.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto published = Document::parse(text);
  ASSERT_TRUE(published);
  EXPECT_EQ(published->find("printers")->items().size(), 2u);
  EXPECT_EQ(published->text("printers.1.serial_number"), (*printers)[1].identity.serial_number);
  EXPECT_EQ(published->text("printers.1.ip_address"), "127.77.0.2");
  EXPECT_EQ(published->text("printers.1.access_code"), (*printers)[1].identity.access_code);
  EXPECT_EQ(published->text("printers.1.model"), "BL-P001");
  EXPECT_EQ(published->text("printers.1.name"), (*printers)[1].identity.name);
  EXPECT_EQ(published->number("printers.1.ports.mqtt"), 8883);
  EXPECT_EQ(published->number("printers.1.ports.ftps"), 10990);
  EXPECT_EQ(published->number("printers.1.ports.detect"), 3000);
  for (const auto* name : {"data/printers.json", "data/farm.json"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
}

}  // namespace
}  // namespace pf::sim
