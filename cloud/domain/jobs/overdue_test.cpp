#include "cloud/domain/jobs/test_jobs.hpp"

namespace pf {
namespace {

struct OverdueTest : JobsFixture {
  void pass(Milliseconds time, bool online) {
    farm.clock.advance(time);
    hub_online(online);
    farm.jobs.watch_attempts();
  }
  std::int64_t queries() { return count("commands WHERE kind = 'query_jobs'"); }
};

TEST_F(OverdueTest, a_transfer_that_moves_is_not_overdue) {
  started();
  sent();
  report(AttemptState::received);
  FileProgress progress;
  progress.job_id = job.id;
  progress.attempt = 1;
  for (int minute = 0; minute < 10; ++minute) {
    farm.jobs.on_file_progress(farm.owner.tenant, progress);
    pass(Minutes{1}, true);
  }
  EXPECT_EQ(queries(), 0);
  pass(Minutes{4}, true);
  EXPECT_EQ(queries(), 1);
  pass(Seconds{10}, true);
  EXPECT_EQ(queries(), 1);
  EXPECT_TRUE(has_entry(StoryKind::asked_hub));
}

TEST_F(OverdueTest, a_print_that_its_printer_shows_is_not_overdue) {
  printing();
  for (int hour = 0; hour < 20; ++hour) {
    farm.clock.advance(Minutes{60});
    show(PrinterState::printing, "print-7", start_token());
    pass(Minutes{1}, true);
  }
  EXPECT_EQ(queries(), 0);
  show(PrinterState::idle, "print-7", start_token());
  pass(Minutes{16}, true);
  EXPECT_EQ(queries(), 1);
}

TEST_F(OverdueTest, a_hub_that_is_offline_is_said_and_said_no_more_when_it_is_back) {
  printing();
  pass(Minutes{2}, false);
  ASSERT_TRUE(now().waiting_for);
  EXPECT_NE(now().waiting_for->value.find("offline"), std::string::npos);
  const auto said_at = now().updated_at;
  pass(Minutes{2}, false);
  EXPECT_EQ(now().updated_at, said_at);
  EXPECT_EQ(now().state, JobState::printing);
  pass(Minutes{2}, true);
  EXPECT_FALSE(now().waiting_for);
}

TEST_F(OverdueTest, with_its_hub_gone_a_start_closes_after_its_time_and_the_plate_is_looked_at) {
  started();
  sent();
  report(AttemptState::received);
  pass(Minutes{20}, false);
  EXPECT_EQ(now().state, JobState::sending);
  pass(Minutes{20}, false);
  EXPECT_EQ(now().state, JobState::assigned);
  EXPECT_FALSE(now().stage);
  ASSERT_TRUE(now().reason);
  EXPECT_TRUE(needs_clearing());
  // It had started after all: nobody is left believing that it had not.
  report(AttemptState::started);
  EXPECT_EQ(now().state, JobState::printing);
  EXPECT_TRUE(has_entry(StoryKind::alarm));
}

TEST_F(OverdueTest, a_print_whose_hub_is_gone_waits_for_evidence) {
  printing();
  pass(Minutes{60 * 24 * 30}, false);
  EXPECT_EQ(now().state, JobState::printing);
  EXPECT_FALSE(now().needs_answer);
  EXPECT_EQ(count("job_attempts WHERE is_open = 1"), 1);
}

TEST_F(OverdueTest, a_printer_that_changed_hands_leaves_a_question) {
  printing();
  farm.database.execute("UPDATE printers SET assignment = assignment + 1");
  pass(Seconds{10}, true);
  EXPECT_TRUE(now().needs_answer);
  ASSERT_TRUE(answer(AttemptOutcome::finished));
  EXPECT_EQ(now().state, JobState::complete);
}

TEST_F(OverdueTest, a_printer_that_is_gone_leaves_a_question_and_its_history) {
  printing();
  farm.database.execute("UPDATE print_jobs SET printer_id = NULL");
  farm.database.execute("DELETE FROM printers");
  pass(Seconds{10}, true);
  EXPECT_TRUE(now().needs_answer);
  EXPECT_EQ(story().attempts.back().printer_id, printer.id);
  ASSERT_TRUE(answer(AttemptOutcome::stopped));
  EXPECT_EQ(now().state, JobState::cancelled);
}

TEST_F(OverdueTest, a_start_that_was_committed_and_never_sent_is_sent_once_after_a_restart) {
  started();
  // Killed between commit and send: a new process finds the row as it was written.
  Commands after_restart{farm.database, farm.feed, farm.clock, farm.random};
  const auto rows = after_restart.unanswered(hub);
  ASSERT_EQ(rows.back().command.kind, CommandKind::start_print);
  EXPECT_EQ(rows.back().command.state, CommandState::waiting);
  ASSERT_TRUE(after_restart.mark_sent(rows.back()));
  EXPECT_EQ(count("commands WHERE kind = 'start_print'"), 1);
  EXPECT_EQ(after_restart.unanswered(hub).back().command.state, CommandState::sent);
  accept(rows.back());
  for (const auto& row : after_restart.unanswered(hub)) {
    EXPECT_NE(row.command.kind, CommandKind::start_print);
  }
  EXPECT_EQ(count("job_attempts"), 1);
}

TEST_F(OverdueTest, a_refused_start_and_its_attempt_are_one_transaction) {
  started();
  const auto row = sent();
  farm.database.execute("DROP TABLE job_events");  // Whatever breaks halfway.
  EXPECT_THROW(refuse(row, "journal_full", "The journal is full."), DatabaseError);
  EXPECT_EQ(farm.commands.find(farm.owner, {row.command.id.value})->state, CommandState::sent);
}

}  // namespace
}  // namespace pf
