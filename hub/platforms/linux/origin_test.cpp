#include "hub/platforms/linux/origin.hpp"

#include <gtest/gtest.h>

namespace pf::hub {
namespace {

struct Good {
  std::string_view url;
  Origin origin;
  std::string_view text;
};

TEST(Origin, is_read_from_the_address_of_a_cloud) {
  const Good goods[] = {
      {"https://farm.example", {true, "farm.example", 443}, "https://farm.example"},
      {"https://farm.example/", {true, "farm.example", 443}, "https://farm.example"},
      {"https://farm.example:443", {true, "farm.example", 443}, "https://farm.example"},
      {"http://127.0.0.1:8080", {false, "127.0.0.1", 8080}, "http://127.0.0.1:8080"},
      {"http://localhost", {false, "localhost", 80}, "http://localhost"},
      {"https://[::1]:8443", {true, "::1", 8443}, "https://[::1]:8443"},
      {"https://my-farm_2.lan:65535",
       {true, "my-farm_2.lan", 65535},
       "https://my-farm_2.lan:65535"},
  };
  for (const auto& good : goods) {
    const auto origin = parse_origin(good.url);
    ASSERT_TRUE(origin) << good.url;
    EXPECT_EQ(*origin, good.origin) << good.url;
    EXPECT_EQ(to_text(*origin), good.text);
  }
}

TEST(Origin, is_not_read_from_anything_else) {
  for (const std::string_view url : {"",
                                     "farm.example",
                                     "https://",
                                     "https:///",
                                     "ftp://farm.example",
                                     "HTTPS//x",
                                     "https://farm.example/path",
                                     "https://farm.example?x",
                                     "https://farm.example#x",
                                     "https://user@farm.example",
                                     "https://farm.example:",
                                     "https://farm.example:0",
                                     "https://farm.example:65536",
                                     "https://farm.example:80x",
                                     "https://farm.example:-1",
                                     "https://farm example",
                                     "https://farm.example\r\nHost: x",
                                     "https://[::1",
                                     "https://::1",
                                     "https://[]",
                                     " https://farm.example"}) {
    const auto origin = parse_origin(url);
    ASSERT_FALSE(origin) << url;
    EXPECT_NE(origin.error().says.find("looks like https://"), std::string::npos);
  }
  EXPECT_FALSE(parse_origin("https://" + std::string(300, 'a')));
}

}  // namespace
}  // namespace pf::hub
