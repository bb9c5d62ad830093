#include "cloud/domain/jobs/test_jobs.hpp"

namespace pf {
namespace {

struct RestoredTest : JobsFixture {
  std::string incarnation() {
    return std::get<std::string>(
        farm.database.query("SELECT value FROM store_meta WHERE key = 'store_incarnation'")[0][0]);
  }
};

TEST_F(RestoredTest, hubs_see_another_life_of_the_database) {
  const auto before = incarnation();
  farm.jobs.hold_after_restore();
  EXPECT_NE(incarnation(), before);
}

TEST_F(RestoredTest, no_plate_is_known_to_be_empty) {
  const auto other = farm.add_printer(farm.owner, hub, "01P00A000000077");
  ASSERT_TRUE(farm.printers.cleared(farm.owner, {other.id.value}));
  started();
  farm.jobs.hold_after_restore();
  EXPECT_EQ(count("plate_tokens WHERE state IN ('live', 'reserved')"), 0);
}

TEST_F(RestoredTest, a_start_that_the_backup_still_wants_to_send_is_not_sent) {
  started();
  farm.jobs.hold_after_restore();
  EXPECT_TRUE(now().needs_answer);
  for (const auto& row : farm.commands.unanswered(hub)) {
    EXPECT_NE(row.command.kind, CommandKind::start_print);
  }
}

TEST_F(RestoredTest, the_hubs_journal_answers_what_the_backup_does_not_know) {
  printing();
  farm.jobs.hold_after_restore();
  EXPECT_TRUE(now().needs_answer);
  EXPECT_FALSE(start(true));
  report(AttemptState::finished);
  EXPECT_EQ(now().state, JobState::complete);
}

TEST_F(RestoredTest, what_is_over_stays_as_it_is) {
  printing();
  report(AttemptState::finished);
  const auto before = now();
  farm.jobs.hold_after_restore();
  EXPECT_EQ(now().updated_at, before.updated_at);
}

}  // namespace
}  // namespace pf
