#include "bench/status_report.hpp"

#include <gtest/gtest.h>

#include "protocol/json.hpp"

namespace pf::bench {
namespace {

StatusReport report() {
  StatusReport report;
  report.hubs = 100;
  report.printers = 500;
  report.resident_before = 10'000'000;
  report.resident_idle = 11'000'000;
  report.latency.p50_ms = 26.0;
  report.latency.p99_ms = 51.5;
  report.throughput.messages = 120'000;
  report.throughput.seconds = 2;
  report.throughput.server_cpu_seconds = 1.5;
  report.throughput.p99_ms = 900.0;
  report.machine = "one core";
  report.commit = "abc";
  return report;
}

TEST(StatusReport, gives_ratios_of_the_throughput_phase_and_percentiles_of_the_latency_phase) {
  const auto figures = report().figures();
  EXPECT_EQ(figures.messages_per_core_second, 80'000);
  EXPECT_EQ(figures.bytes_per_hub, 10'000);
  EXPECT_EQ(figures.p99_ms, 51.5);
}

TEST(StatusReport, is_one_flat_object) {
  EXPECT_EQ(json::encode(report().figures()),
            R"({"messages":120000,"seconds":2,"messages_per_core_second":80000,"p50_ms":26,)"
            R"("p99_ms":51.5,"bytes_per_hub":10000,"server_cpu_seconds":1.5,)"
            R"("load_cpu_seconds":0,"hubs":100,"printers":500,"machine":"one core",)"
            R"("commit":"abc"})");
}

TEST(StatusReport, says_unknown_rather_than_zero_where_nothing_arrived) {
  auto nothing = report();
  nothing.latency.p50_ms.reset();
  EXPECT_NE(json::encode(nothing.figures()).find(R"("p50_ms":null)"), std::string::npos);
}

TEST(StatusReport, is_not_complete_when_anything_was_lost_or_never_shown) {
  EXPECT_TRUE(report().is_complete());
  auto lost = report(), unseen = report();
  lost.throughput.lost = 1;
  unseen.latency.unseen = 1;
  EXPECT_FALSE(lost.is_complete());
  EXPECT_FALSE(unseen.is_complete());
  EXPECT_NE(lost.text().find("lost          1"), std::string::npos);
}

}  // namespace
}  // namespace pf::bench
