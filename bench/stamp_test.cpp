#include "bench/stamp.hpp"

#include <gtest/gtest.h>

namespace pf::bench {
namespace {

std::string entry_of(const Stamp& stamp) {
  return R"({"status":{"state":"printing","current_file":")" + stamped_file_name(stamp) + "\"}}";
}

TEST(Stamps, are_read_back_in_their_order) {
  const std::string frame =
      "[" + entry_of({7, 123'456'789}) + "," + entry_of({74'999, 99'000'000'000'000}) + "]";
  StampReader reader(frame);
  const auto first = reader.next(), second = reader.next();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->printer, 7u);
  EXPECT_EQ(first->sent_us, 123'456'789);
  EXPECT_EQ(second->printer, 74'999u);
  EXPECT_EQ(second->sent_us, 99'000'000'000'000);
  EXPECT_FALSE(reader.next());
}

TEST(Stamps, have_one_length_so_that_every_status_has) {
  EXPECT_EQ(stamped_file_name({0, 1}).size(),
            stamped_file_name({74'999, 99'000'000'000'000}).size());
}

TEST(Stamps, are_not_seen_in_other_files_nor_where_they_are_cut) {
  EXPECT_FALSE(StampReader("").next());
  EXPECT_FALSE(StampReader(R"("current_file":"cube.gcode.3mf")").next());
  EXPECT_FALSE(StampReader(R"("current_file":"bench-xxxxxx-000000000000001")").next());
  const auto whole = entry_of({1, 2});
  EXPECT_FALSE(StampReader(whole.substr(0, whole.find("bench-") + 12)).next());
}

}  // namespace
}  // namespace pf::bench
