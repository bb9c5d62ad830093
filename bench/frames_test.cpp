#include "bench/frames.hpp"

#include <gtest/gtest.h>

namespace pf::bench {
namespace {

using namespace std::string_literals;

TEST(Frames, of_a_client_are_final_masked_and_as_long_as_foretold) {
  for (const std::size_t size : {0u, 125u, 126u, 400u, 65'535u, 65'536u}) {
    std::string out;
    append_client_frame(out, Opcode::text, std::string(size, 'x'));
    EXPECT_EQ(out.size(), client_frame_bytes(size));
    EXPECT_EQ(out[0], '\x81');
    EXPECT_TRUE(out[1] & 0x80) << size;
    EXPECT_TRUE(out.ends_with(std::string(4, '\0') + std::string(size, 'x')));
  }
}

TEST(Frames, of_the_server_are_read_in_all_three_lengths) {
  const auto small = first_frame("\x81\x02hi\x89"s);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->payload, "hi");
  EXPECT_EQ(small->bytes, 4u);
  const auto medium = "\x81\x7e\x01\x00"s + std::string(256, 'm');
  EXPECT_EQ(first_frame(medium)->payload.size(), 256u);
  const auto large = "\x81\x7f\0\0\0\0\0\x01\0\0"s + std::string(65'536, 'l');
  EXPECT_EQ(first_frame(large)->bytes, large.size());
  EXPECT_EQ(first_frame("\x89\x00"s)->opcode, Opcode::ping);
}

TEST(Frames, that_are_cut_anywhere_are_waited_for) {
  const auto whole = "\x81\x7e\x01\x00"s + std::string(256, 'm');
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    EXPECT_FALSE(first_frame(std::string_view(whole).substr(0, cut))) << cut;
  }
}

TEST(Frames, that_no_server_of_ours_sends_are_refused) {
  EXPECT_THROW((void)first_frame("\x01\x02hi"s), std::runtime_error);      // Not final.
  EXPECT_THROW((void)first_frame("\x80\x02hi"s), std::runtime_error);      // A continuation.
  EXPECT_THROW((void)first_frame("\x81\x82mmmmhi"s), std::runtime_error);  // Masked.
  EXPECT_THROW((void)first_frame("\x81\x7f\0\0\0\xff\0\0\0\0"s), std::runtime_error);  // Huge.
}

}  // namespace
}  // namespace pf::bench
