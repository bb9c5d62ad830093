#include "tools/tidy/house_rules.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace pf::tidy {
namespace {

// A house of one file, to plant violations in.
class PlantedHouse {
 public:
  PlantedHouse(const std::string& file, const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "house-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    std::filesystem::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  ~PlantedHouse() { std::filesystem::remove_all(root_); }
  std::vector<Finding> check() const { return check_house(root_); }

 private:
  std::filesystem::path root_;
};

TEST(HouseRules, this_house_keeps_them) {
  for (const auto& finding : check_house(std::filesystem::current_path())) {
    ADD_FAILURE() << finding.file << ":" << finding.line << " " << finding.says;
  }
}

TEST(HouseRules, a_planted_violation_is_found) {
  const std::pair<const char*, const char*> violations[] = {
      {"cloud/domain/jobs/jobs.cpp", "#include \"cloud/adapters/http/http_server.hpp\"\n"},
      {"cloud/domain/jobs/jobs.cpp", "#include \"cloud/link/hub_sessions.hpp\"\n"},
      {"cloud/domain/hubs/hubs.cpp", "#include \"cloud/domain/jobs/jobs.hpp\"\n"},
      {"cloud/domain/jobs/jobs.cpp", "#include \"cloud/domain/hubs/hubs_store.hpp\"\n"},
      {"cloud/domain/sheds/sheds.cpp", "#include \"cloud/domain/hubs/hubs.hpp\"\n"},
      {"cloud/domain/jobs/jobs.cpp", "#include <sqlite3.h>\n"},
      {"cloud/link/dashboards.cpp", "#include <libpq-fe.h>\n"},
      {"cloud/domain/jobs/jobs.cpp", "  db.query(\"SELECT 1 FROM jobs\");\n"},
      {"cloud/adapters/http/http_server.cpp", "#include \"cloud/domain/jobs/jobs.hpp\"\n"},
      {"hub/core/hub.cpp", "#include \"hub/drivers/bambu/bambu_driver.hpp\"\n"},
      {"hub/core/hub.cpp", "#include <boost/asio.hpp>\n"},
      {"hub/drivers/bambu/ftps.cpp", "#include \"hub/core/hub.hpp\"\n"},
      {"sim/printer.cpp", "#include \"cloud/kit/route.hpp\"\n"},
      {"base/time.hpp", "#include \"protocol/words.hpp\"\n"},
  };
  for (const auto& [file, text] : violations) {
    EXPECT_EQ(PlantedHouse(file, text).check().size(), 1u) << file << ": " << text;
  }
}

TEST(HouseRules, what_is_allowed_is_not_found) {
  EXPECT_TRUE(PlantedHouse("cloud/domain/jobs/jobs.cpp",
                           "#include \"cloud/domain/hubs/hubs.hpp\"\n#include <string>\n")
                  .check()
                  .empty());
  EXPECT_TRUE(PlantedHouse("hub/drivers/bambu/ftps.cpp", "#include \"hub/core/streams.hpp\"\n")
                  .check()
                  .empty());
}

TEST(HouseRules, a_file_that_grows_past_its_noun_is_found) {
  std::string text;
  for (int i = 0; i < 501; ++i) text += "int x;\n";
  EXPECT_EQ(PlantedHouse("base/long.cpp", text).check().size(), 1u);
}

}  // namespace
}  // namespace pf::tidy
