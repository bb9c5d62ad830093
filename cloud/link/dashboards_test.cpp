#include "cloud/link/dashboards.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"
#include "cloud/link/dashboard_sockets.hpp"
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
  const auto draft = dashboards.begin_snapshot(tenant, one);
  ASSERT_TRUE(draft);
  EXPECT_FALSE(dashboards.begin_snapshot(tenant, other));
  dashboards.finish_snapshot(tenant, *draft, {});
  EXPECT_EQ(first->count<LiveSnapshot>(), 1u);
  EXPECT_EQ(second->count<LiveSnapshot>(), 1u);
  report(PrinterState::printing);
  dashboards.tick();
  EXPECT_EQ(first->count<LiveUpdate>(), 1u);
  EXPECT_EQ(second->count<LiveUpdate>(), 1u);
}

TEST_F(DashboardsTest, what_changes_while_a_snapshot_is_made_follows_it) {
  const auto& tenant = farm.owner.tenant;
  auto peer = std::make_shared<RecordingPeer>();
  const auto viewer = dashboards.join(tenant, peer);
  const auto draft = dashboards.begin_snapshot(tenant, viewer);
  const auto hubs_before = farm.hubs.live(tenant);
  dashboards.hub_touched(tenant, {hub, true, 7});  // Too late for what was read just now.
  dashboards.tick();
  EXPECT_TRUE(peer->sent.empty());
  dashboards.finish_snapshot(tenant, *draft, hubs_before);
  ASSERT_EQ(peer->sent.size(), 2u);
  EXPECT_FALSE(peer->last<LiveSnapshot>()->hubs[0].online);
  const auto update = peer->last<LiveUpdate>();
  EXPECT_TRUE(update->hubs.at(0).online);
  EXPECT_EQ(update->seq, peer->last<LiveSnapshot>()->seq + 1);
}

TEST_F(DashboardsTest, who_joins_while_a_snapshot_is_made_waits_for_the_next) {
  const auto& tenant = farm.owner.tenant;
  auto first = std::make_shared<RecordingPeer>(), late = std::make_shared<RecordingPeer>();
  const auto draft = dashboards.begin_snapshot(tenant, dashboards.join(tenant, first));
  const auto viewer = dashboards.join(tenant, late);
  dashboards.finish_snapshot(tenant, *draft, {});
  EXPECT_TRUE(late->sent.empty());
  EXPECT_TRUE(dashboards.begin_snapshot(tenant, viewer));
}

TEST_F(DashboardsTest, a_snapshot_that_takes_too_long_is_begun_again_without_its_frames) {
  const auto& tenant = farm.owner.tenant;
  auto peer = std::make_shared<RecordingPeer>();
  const auto viewer = dashboards.join(tenant, peer);
  const auto draft = dashboards.begin_snapshot(tenant, viewer);
  for (std::size_t i = 0; i <= frames_kept_max; ++i) {
    report(PrinterState::printing);
    dashboards.tick();
  }
  dashboards.finish_snapshot(tenant, *draft, {});
  EXPECT_TRUE(peer->sent.empty());
  EXPECT_EQ(dashboards.caught_up().size(), 1u);
}

TEST_F(DashboardsTest, a_snapshot_that_failed_is_asked_for_again) {
  const auto& tenant = farm.owner.tenant;
  const auto viewer = dashboards.join(tenant, std::make_shared<RecordingPeer>());
  const auto draft = dashboards.begin_snapshot(tenant, viewer);
  EXPECT_TRUE(dashboards.caught_up().empty());
  dashboards.give_up(tenant, *draft);
  EXPECT_EQ(dashboards.caught_up().size(), 1u);
}

TEST_F(DashboardsTest, a_large_farms_browser_may_lag_by_what_its_snapshot_weighs) {
  const auto& tenant = farm.owner.tenant;
  for (int i = 0; i < 3'000; ++i) {
    farm.live.set_needs_clearing(tenant, "printer-" + std::to_string(i), true);
  }
  auto browser = open(farm.owner);
  const auto weight = browser.peer->sent.front().size();
  ASSERT_GT(weight, dashboard_backlog_bytes_max);
  browser.peer->queued = weight;  // Its own snapshot is still on the way.
  report(PrinterState::printing);
  dashboards.tick();
  EXPECT_EQ(browser.peer->count<LiveUpdate>(), 1u);
  browser.peer->queued = 3 * weight;
  report(PrinterState::paused);
  dashboards.tick();
  EXPECT_EQ(browser.peer->count<LiveUpdate>(), 1u);
}

TEST_F(DashboardsTest, a_key_for_some_printers_does_not_hear_all_of_them) {
  auto key = farm.owner;
  key.only_printers = std::make_shared<std::set<std::string, std::less<>>>();
  auto machine = open(key);
  EXPECT_EQ(machine.peer->close_code, close_unauthorised);
  EXPECT_FALSE(machine.peer->last<LiveSnapshot>());
  EXPECT_EQ(dashboards.viewer_count(), 0u);
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

TEST_F(DashboardsTest, whose_access_has_changed_is_shown_the_door_and_nobody_else) {
  auto first = open(farm.owner), second = open(farm.owner), gone = open(farm.owner);
  gone.handler->on_closed();
  Caller colleague = farm.owner;
  colleague.user_id = "somebody else";
  auto other = open(colleague);
  sockets.on_access_changed({farm.owner.user_id});
  EXPECT_EQ(first.peer->close_code, close_unauthorised);
  EXPECT_EQ(second.peer->close_code, close_unauthorised);
  EXPECT_EQ(gone.peer->close_code, 0);
  EXPECT_EQ(other.peer->close_code, 0);
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
