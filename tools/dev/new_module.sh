# ./dev new-module NAME: a domain module with the files that every module has.
dev_new_module() {
  local noun=${1:-} type
  [[ $noun =~ ^[a-z]+$ ]] || die "./dev new-module wants a plural noun in lower case, such as products."
  local folder=cloud/domain/$noun
  [ -e "$folder" ] && die "$folder exists already."
  type=${noun^}
  mkdir -p "$folder"
  cat >"$folder/$noun.hpp" <<CPP
// $type: say here what they are and which facts this module owns.
#pragma once
#include "base/time.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

class $type {
 public:
  $type(Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}

 private:
  Database& database_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr std::array<Route<$type>, 0> ${noun}_routes() { return {}; }

}  // namespace pf
CPP
  printf '#include "%s/%s.hpp"\n' "$folder" "$noun" >"$folder/$noun.cpp"
  printf '#include "%s/%s.hpp"\n' "$folder" "$noun" >"$folder/${noun}_store.cpp"
  cat >"$folder/${noun}_test.cpp" <<CPP
#include "$folder/$noun.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

TEST(${type}Test, its_routes_are_part_of_the_api) { EXPECT_TRUE(${noun}_routes().empty()); }

}  // namespace
}  // namespace pf
CPP
  say "Made $folder. Next: a migration for its tables in cloud/main/migrations, its routes in"
  say "cloud/main/api.hpp, and a line for it in cloud/main/main.cpp."
}
