#include "bench/latencies.hpp"

#include <gtest/gtest.h>

namespace pf::bench {
namespace {

TEST(Latencies, have_no_percentile_without_samples) {
  EXPECT_EQ(Latencies{}.percentile_ms(0.5), std::nullopt);
}

TEST(Latencies, give_the_end_of_the_bucket_that_holds_the_share) {
  Latencies latencies;
  for (int ms = 1; ms <= 100; ++ms) latencies.add(ms * 1000 - 1);
  EXPECT_EQ(latencies.count(), 100);
  EXPECT_DOUBLE_EQ(*latencies.percentile_ms(0.5), 50);
  EXPECT_DOUBLE_EQ(*latencies.percentile_ms(0.99), 99);
  EXPECT_DOUBLE_EQ(*latencies.percentile_ms(1), 100);
}

TEST(Latencies, show_one_slow_sample_among_many_only_at_the_top) {
  Latencies latencies;
  for (int i = 0; i < 999; ++i) latencies.add(50);
  latencies.add(2'000'000);
  EXPECT_DOUBLE_EQ(*latencies.percentile_ms(0.99), 0.1);
  EXPECT_DOUBLE_EQ(*latencies.percentile_ms(1), 2000.1);
}

TEST(Latencies, keep_what_is_impossible_within_their_bounds) {
  Latencies latencies;
  latencies.add(-5);
  latencies.add(latency_us_max * 2);
  EXPECT_EQ(latencies.count(), 2);
  EXPECT_DOUBLE_EQ(*latencies.percentile_ms(0.5), 0.1);
  EXPECT_NEAR(*latencies.percentile_ms(1), latency_us_max / 1000.0, 0.1);
}

}  // namespace
}  // namespace pf::bench
