// A person says how an attempt ended of which the hub cannot know (START 11).
#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

const std::string ours = HubBench::name_of("job-1");

class Answer : public testing::Test {
 protected:
  // Published, and nothing was heard since.
  void SetUp() override {
    bench.printer().show("FINISH", "an old print", 100, "1699999999");
    bench.boot_and_connect();
    bench.say(bench.start_command());
    bench.run(Seconds{10});
    ASSERT_EQ(state(), starting);
  }
  void TearDown() override { EXPECT_EQ(bench.printer().starts.size(), starts_expected); }

  void become_unknown() {
    bench.run(Seconds{310});
    ASSERT_EQ(state(), unknown);
  }
  AttemptResolve answer(AttemptOutcome outcome) {
    return {"answer-" + std::to_string(++answers), bench.epoch, "job-1", 1, outcome};
  }
  // The code of the refusal, or "accepted".
  std::string say(const AttemptResolve& command) {
    bench.say(command);
    const auto ack = bench.ack_of(command.command_id);
    if (!ack) return "no answer";
    return ack->success ? "accepted" : ack->code->value;
  }
  std::string say(AttemptOutcome outcome) { return say(answer(outcome)); }
  AttemptState state() const { return bench.last_event_of("job-1")->state; }
  std::string reason() const {
    const auto event = bench.last_event_of("job-1");
    return event->reason ? event->reason->value : "";
  }

  HubBench bench;
  int answers = 0;
  std::size_t starts_expected = 1;
};

struct Row {
  AttemptOutcome outcome;
  AttemptState state;
};
class AnswerOf : public Answer, public testing::WithParamInterface<Row> {};
INSTANTIATE_TEST_SUITE_P(Outcomes, AnswerOf,
                         testing::Values(Row{AttemptOutcome::not_started, not_started},
                                         Row{AttemptOutcome::started, started},
                                         Row{AttemptOutcome::finished, finished},
                                         Row{AttemptOutcome::failed, failed},
                                         Row{AttemptOutcome::stopped, stopped}),
                         [](const auto& row) { return std::string(word(row.param.outcome)); });

TEST_P(AnswerOf, settles_unknown_and_is_still_known_after_a_reboot) {
  become_unknown();
  EXPECT_EQ(say(GetParam().outcome), "accepted");
  EXPECT_EQ(state(), GetParam().state);
  EXPECT_EQ(reason(), "answered");
  EXPECT_FALSE(bench.last_event_of("job-1")->evidence.note->empty());
  bench.sent.clear();
  bench.reboot();
  bench.say(JobQuery{"q", Uuid("job-1"), {}});
  bench.run(Seconds{1});
  EXPECT_EQ(state(), GetParam().state);
}

TEST_P(AnswerOf, settles_a_start_that_is_still_waited_for) {
  EXPECT_EQ(say(GetParam().outcome), "accepted");
  EXPECT_EQ(state(), GetParam().state);
  EXPECT_EQ(bench.printer().holds, (std::vector<bool>{true, false}));
}

TEST_P(AnswerOf, is_acknowledged_only_when_it_is_on_storage) {
  become_unknown();
  bench.flushes = false;
  const auto command = answer(GetParam().outcome);
  EXPECT_EQ(say(command), "no answer");
  EXPECT_EQ(state(), unknown);
  bench.flush_now();
  EXPECT_TRUE(bench.ack_of(command.command_id)->success);
  EXPECT_EQ(state(), GetParam().state);
}

TEST_P(AnswerOf, given_twice_changes_nothing_the_second_time) {
  become_unknown();
  const auto command = answer(GetParam().outcome);
  EXPECT_EQ(say(command), "accepted");
  const auto seq = bench.last_event_of("job-1")->seq;
  EXPECT_EQ(say(command), "accepted");
  EXPECT_EQ(say(GetParam().outcome), "accepted");
  EXPECT_EQ(bench.last_event_of("job-1")->seq, seq);
}

TEST_F(Answer, closes_a_print_whose_printer_is_away) {
  bench.printer().show("RUNNING", ours, 5, "1700000100");
  bench.run(Seconds{2});
  ASSERT_EQ(state(), started);
  bench.printer().reachable = false;
  bench.run(Seconds{10});
  EXPECT_EQ(say(AttemptOutcome::failed), "accepted");
  EXPECT_EQ(state(), failed);
  bench.printer().show("FAILED", ours, 5);
  bench.printer().reachable = true;
  bench.run(Seconds{30});
  EXPECT_EQ(state(), failed);
}

TEST_F(Answer, of_a_printer_that_was_removed_is_taken_too) {
  bench.say(PrintersConfig{2, {}});
  become_unknown();
  EXPECT_EQ(say(AttemptOutcome::stopped), "accepted");
  EXPECT_EQ(state(), stopped);
}

TEST_F(Answer, gives_the_printer_back_to_the_next_job) {
  become_unknown();
  auto next = bench.start_command("job-2", 1, "plate-2");
  bench.say(next);
  EXPECT_EQ(bench.ack_of(next.command_id)->code->value, "printer_has_open_attempt");
  EXPECT_EQ(say(AttemptOutcome::not_started), "accepted");
  next.command_id = "start-again";
  bench.say(next);
  bench.run(Seconds{10});
  EXPECT_TRUE(bench.ack_of("start-again")->success);
  starts_expected = 2;
}

// A printer that was switched off and on in the middle of a print shows nothing of it.
TEST_F(Answer, is_not_waited_for_again_by_the_next_job) {
  bench.printer().show("RUNNING", ours, 5, "1700000100");
  bench.run(Seconds{2});
  ASSERT_EQ(state(), started);
  bench.printer().show("IDLE", "", 0, "");
  bench.run(Seconds{20});
  EXPECT_EQ(say(AttemptOutcome::failed), "accepted");
  bench.run(Seconds{15});
  bench.say(bench.start_command("job-2", 1, "plate-2"));
  bench.run(Seconds{10});
  EXPECT_EQ(bench.last_event_of("job-2")->state, starting);
  starts_expected = 2;
}

TEST_F(Answer, not_started_is_overruled_by_a_print_that_starts_late) {
  EXPECT_EQ(say(AttemptOutcome::not_started), "accepted");
  bench.run(Seconds{200});
  bench.printer().show("PREPARE", ours, 0);
  bench.run(Seconds{1});
  EXPECT_EQ(state(), started);
  bench.printer().show("RUNNING", ours, 50, "1700000100");
  bench.run(Seconds{5});
  bench.printer().show("FINISH", ours, 100);
  bench.run(Seconds{15});
  EXPECT_EQ(state(), finished);
}

TEST_F(Answer, not_started_is_overruled_by_the_end_of_a_print_that_nobody_saw) {
  bench.printer().reachable = false;
  bench.run(Seconds{400});
  EXPECT_EQ(say(AttemptOutcome::not_started), "accepted");
  bench.printer().now.print_error = 0x0300400D;
  bench.printer().show("FAILED", ours, 40, "1700000300");
  bench.printer().reachable = true;
  bench.run(Seconds{5});
  EXPECT_EQ(bench.states_of("job-1"),
            (std::vector<AttemptState>{received, fetched, uploaded, starting, unknown, not_started,
                                       started, failed}));
}

TEST_F(Answer, not_started_is_not_overruled_by_our_name_over_the_old_end) {
  EXPECT_EQ(say(AttemptOutcome::not_started), "accepted");
  bench.printer().show("FINISH", ours, 100);
  bench.run(Seconds{700});
  EXPECT_EQ(state(), not_started);
}

TEST_F(Answer, started_waits_for_the_end_like_any_other_print) {
  EXPECT_EQ(say(AttemptOutcome::started), "accepted");
  bench.printer().show("FINISH", ours, 100);  // The old end under the new name.
  bench.run(Seconds{100});
  EXPECT_EQ(state(), started);
  bench.printer().show("RUNNING", ours, 50, "1700000100");
  bench.run(Seconds{5});
  bench.printer().show("FINISH", ours, 100);
  bench.run(Seconds{15});
  EXPECT_EQ(state(), finished);
}

TEST_F(Answer, started_beside_a_printer_that_shows_nothing_of_it_asks_again) {
  become_unknown();
  EXPECT_EQ(say(AttemptOutcome::started), "accepted");
  bench.run(Seconds{590});
  EXPECT_EQ(state(), started);
  bench.run(Seconds{20});
  EXPECT_EQ(state(), unknown);
  EXPECT_EQ(reason(), "end_not_seen");
}

TEST_F(Answer, started_beside_a_printer_that_is_away_waits_for_it) {
  bench.printer().reachable = false;
  bench.run(Seconds{310});
  EXPECT_EQ(say(AttemptOutcome::started), "accepted");
  bench.run(Seconds{3'000}, Seconds{1});
  EXPECT_EQ(state(), started);
}

// ---- what is refused ----

TEST_F(Answer, against_what_the_printer_shows_is_refused) {
  bench.printer().show("RUNNING", ours, 5, "1700000100");
  bench.run(Seconds{2});
  for (const auto outcome : {AttemptOutcome::not_started, AttemptOutcome::finished,
                             AttemptOutcome::failed, AttemptOutcome::stopped}) {
    EXPECT_EQ(say(outcome), "still_printing");
  }
  EXPECT_EQ(say(AttemptOutcome::started), "accepted");
  EXPECT_EQ(state(), started);
  EXPECT_EQ(reason(), "");
}

TEST_F(Answer, to_what_is_known_already_is_refused_and_told_again) {
  become_unknown();
  EXPECT_EQ(say(AttemptOutcome::finished), "accepted");
  bench.sent.clear();
  EXPECT_EQ(say(AttemptOutcome::failed), "already_closed");
  bench.run(Seconds{1});
  EXPECT_EQ(state(), finished);
}

TEST_F(Answer, of_another_attempt_or_job_is_refused) {
  become_unknown();
  auto other = answer(AttemptOutcome::finished);
  other.attempt = 2;
  EXPECT_EQ(say(other), "unknown_attempt");
  other = answer(AttemptOutcome::finished);
  other.job_id = "job-9";
  EXPECT_EQ(say(other), "unknown_attempt");
  EXPECT_EQ(state(), unknown);
}

TEST_F(Answer, of_an_earlier_connection_is_refused_until_it_is_sent_anew) {
  become_unknown();
  auto late = answer(AttemptOutcome::finished);
  late.epoch = bench.epoch - 1;
  EXPECT_EQ(say(late), "lower_epoch");
  EXPECT_EQ(state(), unknown);
  late.epoch = bench.epoch;
  EXPECT_EQ(say(late), "accepted");
}

TEST(AnswerTooEarly, before_the_start_is_refused) {
  HubBench bench;
  bench.downloads = false;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  bench.say(AttemptResolve{"a", bench.epoch, "job-1", 1, AttemptOutcome::finished});
  EXPECT_EQ(bench.ack_of("a")->code->value, "not_published");
  EXPECT_EQ(bench.last_event_of("job-1")->state, received);
}

TEST(AnswerTooEarly, while_the_start_is_written_down_is_refused_and_the_start_is_sent_once) {
  HubBench bench;
  bench.printer().answers_reports = false;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  ASSERT_EQ(bench.last_event_of("job-1")->state, uploaded);
  bench.flushes = false;
  bench.printer().report(true);
  bench.run(Seconds{1});
  bench.say(AttemptResolve{"a", bench.epoch, "job-1", 1, AttemptOutcome::started});
  EXPECT_EQ(bench.ack_of("a")->code->value, "not_published");
  EXPECT_TRUE(bench.printer().starts.empty());
  bench.flushes = true;
  bench.flush_now();
  bench.run(Seconds{5});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
  EXPECT_EQ(bench.last_event_of("job-1")->state, starting);
}

}  // namespace
}  // namespace pf::hub
