#include <gtest/gtest.h>

#include "cloud/domain/printers/printers.hpp"
#include "cloud/domain/test_farm.hpp"

namespace pf {
namespace {

constexpr Minutes longer_than_any_move{6};

struct MovingTest : testing::Test {
  TestFarm farm;
  std::string old_hub = farm.add_hub(farm.owner, "hub-1");
  std::string new_hub = farm.add_hub(farm.owner, "hub-2");
  Printer printer = added();

  Printer added() {
    const auto made = farm.add_printer(farm.owner, old_hub);
    answer_all(old_hub);
    return made;
  }
  Answer<Printer> move(bool force = false) {
    return farm.printers.move(farm.owner, {printer.id.value}, {Uuid(new_hub), force});
  }
  Answer<Done> remove(bool force = false) {
    return farm.printers.remove(farm.owner, {printer.id.value}, {force});
  }
  Printer stored() { return *farm.printers.find(farm.owner, {printer.id.value}); }
  // As the link does when the hub has answered everything that waits for it.
  void answer_all(const std::string& hub) {
    for (const auto& row : farm.commands.unanswered(hub)) {
      CommandAck ack;
      ack.command_id = row.command.id;
      ack.success = true;
      const auto settled = farm.jobs.on_command_ack(farm.owner.tenant, hub, ack);
      farm.printers.configuration_answered(farm.owner.tenant, *settled);
    }
  }
  std::vector<ConfigurePrinter> told(const std::string& hub) {
    std::vector<ConfigurePrinter> messages;
    for (const auto& row : farm.commands.unanswered(hub)) {
      if (auto message = farm.printers.configure_message(row)) messages.push_back(*message);
    }
    return messages;
  }
  Job started() {
    const auto job = farm.add_job(farm.owner, farm.add_file(farm.owner), printer.id.value);
    auto going = farm.jobs.start(farm.owner, {job.id.value}, {.plate_cleared = true});
    EXPECT_TRUE(going);
    return *going;
  }
  Job job_of(const Job& job) { return *farm.jobs.find(farm.owner, {job.id.value}); }
};

TEST_F(MovingTest, a_moved_printer_is_told_to_its_new_hub_when_the_old_one_has_let_go) {
  const auto moved = move();
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->hub_id.value, new_hub);
  EXPECT_EQ(moved->assignment, printer.assignment + 1);
  EXPECT_TRUE(moved->moving_until);
  ASSERT_EQ(told(old_hub).size(), 1u);
  EXPECT_EQ(told(old_hub)[0].action, ConfigureAction::remove);
  EXPECT_EQ(told(old_hub)[0].printer.assignment, printer.assignment);
  EXPECT_TRUE(told(new_hub).empty());
  EXPECT_TRUE(farm.printers.config_of(farm.owner.tenant, new_hub).printers.value.empty());

  answer_all(old_hub);
  EXPECT_FALSE(stored().moving_until);
  ASSERT_EQ(told(new_hub).size(), 1u);
  EXPECT_EQ(told(new_hub)[0].action, ConfigureAction::add);
  EXPECT_EQ(told(new_hub)[0].printer.assignment, printer.assignment + 1);
  EXPECT_EQ(told(new_hub)[0].printer.access_code.value, "12345678");
  EXPECT_EQ(farm.hub_link.woken.back(), new_hub);
}

TEST_F(MovingTest, a_hub_that_never_answers_loses_the_printer_all_the_same) {
  ASSERT_TRUE(move());
  farm.printers.end_moves();
  EXPECT_TRUE(told(new_hub).empty()) << "it may still answer";
  farm.clock.advance(longer_than_any_move);
  farm.printers.end_moves();
  EXPECT_EQ(told(new_hub).size(), 1u);
  farm.printers.end_moves();
  EXPECT_EQ(told(new_hub).size(), 1u) << "once";
  EXPECT_TRUE(farm.printers.config_of(farm.owner.tenant, old_hub).printers.value.empty());
}

TEST_F(MovingTest, a_change_on_the_way_arrives_with_the_printer) {
  ASSERT_TRUE(move());
  PrinterChange change;
  change.access_code = AccessCode("87654321");
  ASSERT_TRUE(farm.printers.update(farm.owner, {printer.id.value}, change));
  EXPECT_TRUE(told(new_hub).empty());
  answer_all(old_hub);
  EXPECT_EQ(told(new_hub).back().printer.access_code.value, "87654321");
}

TEST_F(MovingTest, a_move_that_cannot_be_is_refused_and_changes_nothing) {
  const auto to = [&](const std::string& hub) {
    return farm.printers.move(farm.owner, {printer.id.value}, {Uuid(hub), {}});
  };
  EXPECT_EQ(to("hub-9").error().field, "hub_id");
  farm.add_hub(farm.make_caller("Other"), "hub-3");
  EXPECT_EQ(to("hub-3").error().field, "hub_id");
  for (int i = 1; i <= printers_per_hub_max; ++i) {
    farm.add_printer(farm.owner, new_hub, "01P00A00000000" + std::to_string(i));
  }
  EXPECT_EQ(to(new_hub).error().status, 409);
  EXPECT_EQ(stored().hub_id.value, old_hub);
  EXPECT_EQ(stored().assignment, printer.assignment);
  ASSERT_TRUE(to(old_hub)) << "where it is already";
  EXPECT_TRUE(told(old_hub).empty());
}

TEST_F(MovingTest, a_printer_on_its_way_is_not_moved_again) {
  ASSERT_TRUE(move());
  const auto back = farm.printers.move(farm.owner, {printer.id.value}, {Uuid(old_hub), {}});
  EXPECT_EQ(back.error().status, 409);
}

TEST_F(MovingTest, a_printer_that_prints_is_moved_and_removed_only_by_force) {
  const auto job = started();
  farm.jobs.on_job_event(farm.owner.tenant, old_hub, farm.event_of(job, AttemptState::received, 1));
  answer_all(old_hub);
  EXPECT_EQ(move().error().status, 409);
  EXPECT_EQ(remove().error().status, 409);
  EXPECT_FALSE(job_of(job).needs_answer);
  ASSERT_TRUE(move(true));
  EXPECT_TRUE(job_of(job).needs_answer);
  EXPECT_NE(job_of(job).reason->value.find("taken from its hub"), std::string::npos);
  EXPECT_TRUE(farm.feed.changes.contains({ChangedKind::job, job.id.value}));
}

TEST_F(MovingTest, a_start_that_was_never_sent_is_taken_back_by_a_forced_move) {
  const auto job = started();
  ASSERT_TRUE(move(true));
  EXPECT_FALSE(job_of(job).needs_answer);
  EXPECT_FALSE(stored().needs_clearing) << "its plate is still clear";
}

TEST_F(MovingTest, a_printer_removed_by_force_leaves_its_attempt_to_be_answered) {
  const auto job = started();
  farm.jobs.on_job_event(farm.owner.tenant, old_hub, farm.event_of(job, AttemptState::starting, 1));
  answer_all(old_hub);
  ASSERT_TRUE(remove(true));
  EXPECT_TRUE(job_of(job).needs_answer);
  EXPECT_EQ(farm.printers.find(farm.owner, {printer.id.value}).error().status, 404);
}

TEST_F(MovingTest, jobs_that_waited_for_a_removed_printer_wait_for_any) {
  const auto job = farm.add_job(farm.owner, farm.add_file(farm.owner), printer.id.value);
  ASSERT_TRUE(remove());
  EXPECT_EQ(job_of(job).state, JobState::queued);
  EXPECT_FALSE(job_of(job).printer_id);
}

TEST_F(MovingTest, a_removed_printer_may_come_back_with_a_higher_assignment) {
  ASSERT_TRUE(remove());
  EXPECT_TRUE(farm.printers.list(farm.owner, {})->items.empty());
  const auto again = farm.add_printer(farm.owner, new_hub, printer.serial_number.value);
  EXPECT_NE(again.id.value, printer.id.value);
  EXPECT_GT(again.assignment, printer.assignment);
  EXPECT_TRUE(told(new_hub).empty()) << "its former hub still has it";
  answer_all(old_hub);
  EXPECT_EQ(told(new_hub).size(), 1u);
}

TEST_F(MovingTest, a_removed_printers_access_code_is_forgotten) {
  ASSERT_TRUE(remove());
  const auto rows = farm.database.query("SELECT access_code FROM printers");
  EXPECT_TRUE(std::get<Blob>(rows.at(0)[0]).bytes.empty());
}

TEST_F(MovingTest, what_the_former_hub_said_of_a_moved_printer_is_forgotten) {
  const auto& tenant = farm.owner.tenant;
  farm.live.observe(tenant, printer.id.value, farm.report_of(printer, PrinterState::printing, 900),
                    1);
  ASSERT_TRUE(move());
  EXPECT_FALSE(farm.printers.status(farm.owner, {printer.id.value})->status);
  const auto now = stored();
  EXPECT_FALSE(
      farm.live.observe(tenant, printer.id.value, farm.report_of(now, PrinterState::idle, 1), 2)
          .stale);
  EXPECT_TRUE(farm.live
                  .observe(tenant, printer.id.value,
                           farm.report_of(printer, PrinterState::printing, 901), 3)
                  .stale);
}

TEST_F(MovingTest, every_step_is_in_the_audit_log) {
  ASSERT_TRUE(move());
  ASSERT_TRUE(remove());
  std::vector<std::string> actions;
  for (const auto& row : farm.database.query(
           "SELECT action FROM audit_entries WHERE subject_kind = 'printer' ORDER BY seq")) {
    actions.push_back(std::get<std::string>(row[0]));
  }
  EXPECT_EQ(actions,
            (std::vector<std::string>{"printers.add", "printers.move", "printers.remove"}));
  EXPECT_FALSE(audit::verify(farm.database, farm.owner.tenant).broken_at);
}

}  // namespace
}  // namespace pf
