#include "cloud/link/dashboards.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"
#include "cloud/link/test_peers.hpp"

namespace pf {
namespace {

struct DashboardsTest : testing::Test {
  TestFarm farm;
  InlineWorkers workers;
  QuietLog log;
  Dashboards dashboards{farm.live, farm.clock};
  DashboardSockets sockets{dashboards, farm.hubs, workers,
                           [this](const Visitor&, std::string_view token) -> std::optional<Caller> {
                             if (token != "good") return std::nullopt;
                             return farm.owner;
                           },
                           log};
  std::string hub = farm.add_hub(farm.owner);
  Printer printer = farm.add_printer(farm.owner, hub);
  std::int64_t seq = 0;

  struct Browser {
    std::shared_ptr<RecordingPeer> peer = std::make_shared<RecordingPeer>();
    std::unique_ptr<SocketHandler> handler;
  };
  Browser open(const Caller& caller) {
    Browser browser;
    SocketRequest request;
    request.caller = caller;
    browser.handler = sockets.accept(browser.peer, request);
    return browser;
  }
  void report(PrinterState state) {
    farm.live.observe(farm.owner.tenant, printer.id.value, farm.report_of(printer, state, ++seq),
                      1);
    dashboards.printer_touched(farm.owner.tenant, printer.id.value);
  }
};

TEST_F(DashboardsTest, a_browser_gets_a_snapshot_and_then_changes_with_growing_numbers) {
  report(PrinterState::idle);
  auto browser = open(farm.owner);
  const auto snapshot = browser.peer->last<LiveSnapshot>();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->printers.size(), 1u);
  EXPECT_EQ(snapshot->hubs.size(), 1u);
  for (int tick = 1; tick <= 3; ++tick) {
    report(PrinterState::printing);
    dashboards.tick();
    EXPECT_EQ(browser.peer->last<LiveUpdate>()->seq, snapshot->seq + tick);
  }
}

TEST_F(DashboardsTest, a_ticks_reports_are_one_frame_with_the_latest_of_each_printer) {
  auto browser = open(farm.owner);
  for (int i = 0; i < 20; ++i) report(PrinterState::printing);
  report(PrinterState::paused);
  dashboards.tick();
  EXPECT_EQ(browser.peer->count<LiveUpdate>(), 1u);
  const auto update = browser.peer->last<LiveUpdate>();
  ASSERT_EQ(update->printers.size(), 1u);
  EXPECT_EQ(update->printers[0].status.state, PrinterState::paused);
}

TEST_F(DashboardsTest, a_tick_without_changes_sends_nothing) {
  auto browser = open(farm.owner);
  dashboards.tick();
  EXPECT_EQ(browser.peer->count<LiveUpdate>(), 0u);
}

TEST_F(DashboardsTest, a_slow_browser_is_skipped_and_then_gets_the_latest_in_a_snapshot) {
  auto browser = open(farm.owner);
  browser.peer->queued = dashboard_backlog_bytes_max + 1;
  for (int i = 0; i < 50; ++i) {
    report(PrinterState::printing);
    dashboards.tick();
    sockets.tick();
  }
  EXPECT_EQ(browser.peer->count<LiveUpdate>(), 0u);
  browser.peer->queued = 0;
  sockets.tick();
  EXPECT_EQ(browser.peer->count<LiveSnapshot>(), 2u);
  EXPECT_EQ(browser.peer->last<LiveSnapshot>()->printers[0].status.state, PrinterState::printing);
  report(PrinterState::idle);
  dashboards.tick();
  EXPECT_EQ(browser.peer->last<LiveUpdate>()->seq, browser.peer->last<LiveSnapshot>()->seq + 1);
}

TEST_F(DashboardsTest, browsers_that_wait_together_share_one_snapshot) {
  const auto& tenant = farm.owner.tenant;
  auto first = std::make_shared<RecordingPeer>(), second = std::make_shared<RecordingPeer>();
  const auto one = dashboards.join(tenant, first), other = dashboards.join(tenant, second);
  EXPECT_TRUE(dashboards.waits_for_snapshot(tenant, other));
  dashboards.send_snapshot(tenant, one, {});
  EXPECT_EQ(second->count<LiveSnapshot>(), 1u);
  EXPECT_FALSE(dashboards.waits_for_snapshot(tenant, other));
  dashboards.send_snapshot(tenant, other, {});
  EXPECT_EQ(first->count<LiveSnapshot>(), 1u);
  report(PrinterState::printing);
  dashboards.tick();
  EXPECT_EQ(first->count<LiveUpdate>(), 1u);
  EXPECT_EQ(second->count<LiveUpdate>(), 1u);
}

TEST_F(DashboardsTest, another_organisation_hears_nothing) {
  const auto stranger = farm.make_caller("Other");
  auto browser = open(stranger);
  report(PrinterState::printing);
  dashboards.changed(farm.owner.tenant, ChangedKind::job, "job-1");
  dashboards.tick();
  EXPECT_EQ(browser.peer->count<LiveUpdate>(), 0u);
  EXPECT_TRUE(browser.peer->last<LiveSnapshot>()->printers.empty());
}

TEST_F(DashboardsTest, a_machine_proves_itself_by_its_first_message) {
  auto machine = std::make_shared<RecordingPeer>();
  auto handler = sockets.accept(machine, {});
  EXPECT_TRUE(machine->sent.empty());
  handler->on_text(R"({"type":"auth","token":"good"})");
  EXPECT_TRUE(machine->last<LiveSnapshot>());

  auto impostor = std::make_shared<RecordingPeer>();
  auto other = sockets.accept(impostor, {});
  other->on_text(R"({"type":"auth","token":"bad"})");
  EXPECT_EQ(impostor->close_code, close_unauthorised);
  EXPECT_FALSE(impostor->last<LiveSnapshot>());
}

TEST_F(DashboardsTest, who_has_left_is_sent_nothing) {
  auto browser = open(farm.owner);
  browser.handler->on_closed();
  EXPECT_EQ(dashboards.viewer_count(), 0u);
  report(PrinterState::printing);
  dashboards.tick();
  EXPECT_EQ(browser.peer->count<LiveUpdate>(), 0u);
}

TEST_F(DashboardsTest, a_snapshot_that_the_workers_did_not_take_is_asked_for_again) {
  workers.takes = false;
  auto browser = open(farm.owner);
  EXPECT_EQ(browser.peer->count<LiveSnapshot>(), 0u);
  workers.takes = true;
  sockets.tick();
  EXPECT_EQ(browser.peer->count<LiveSnapshot>(), 1u);
}

}  // namespace
}  // namespace pf
