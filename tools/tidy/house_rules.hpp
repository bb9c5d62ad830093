// The rules of the house that a compiler does not know: who may include whom, where SQL may stand,
// where libraries may be used, how long a file may be.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace pf::tidy {

struct Finding {
  std::string file;
  int line = 0;
  std::string says;
};

// All findings below root, in the order of the files' names.
std::vector<Finding> check_house(const std::filesystem::path& root);

}  // namespace pf::tidy
