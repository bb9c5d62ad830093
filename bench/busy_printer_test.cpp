#include "bench/busy_printer.hpp"

#include <gtest/gtest.h>

#include "bench/frames.hpp"
#include "bench/stamp.hpp"
#include "protocol/json.hpp"

namespace pf::bench {
namespace {

constexpr UnixTime now{1'700'000'000'000};

TEST(BusyPrinter, speaks_statuses_that_the_cloud_would_read) {
  BusyPrinter printer(12, "BENCH0000000012", now);
  printer.assign(3);
  std::int64_t last_seq = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto text = printer.next_status(1000 + i, now);
    const auto status = json::decode<PrinterStatusMessage>(text);
    ASSERT_TRUE(status) << status.error().text();
    EXPECT_EQ(status->assignment, 3);
    EXPECT_GT(status->seq, last_seq);
    last_seq = status->seq;
    EXPECT_EQ(StampReader(text).next()->sent_us, 1000 + i);
  }
}

TEST(BusyPrinter, fills_frames_of_about_400_bytes) {
  BusyPrinter printer(74'999, "BENCH0000074999", now);
  for (int i = 0; i < 5000; ++i) {
    EXPECT_NEAR(static_cast<double>(client_frame_bytes(printer.next_status(i, now).size())),
                status_frame_bytes, 12);
  }
}

TEST(BusyPrinter, never_says_the_same_twice) {
  BusyPrinter printer(1, "BENCH0000000001", now);
  const std::string first(printer.next_status(1, now));
  EXPECT_NE(first, printer.next_status(1, now));
}

}  // namespace
}  // namespace pf::bench
