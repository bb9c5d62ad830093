// Properties: whatever hubs report, people do and clocks show, in any order, the promise holds.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "cloud/domain/test_farm.hpp"

namespace pf {
namespace {

constexpr int jobs_per_case = 3;

enum class Act {
  start,
  start_on_cleared_plate,
  clear_plate,
  cancel,
  answer,
  force_answer,
  send,
  accept,
  refuse,
  report,
  see_our_print,
  see_other_print,
  change_hands,
  wait
};
constexpr int act_count = static_cast<int>(Act::wait) + 1;

struct Step {
  Act act = Act::wait;
  int job = 0;
  int choice = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{act " << static_cast<int>(step.act) << ", job " << step.job << ", choice "
             << step.choice << "}";
}

rc::Gen<Step> any_step() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, act_count), rc::gen::inRange(0, jobs_per_case),
                     rc::gen::inRange(0, 60)),
      [](const std::tuple<int, int, int>& drawn) {
        return Step{static_cast<Act>(std::get<0>(drawn)), std::get<1>(drawn), std::get<2>(drawn)};
      });
}

class World {
 public:
  World() {
    for (int i = 0; i < jobs_per_case; ++i) {
      jobs_.push_back(farm_.add_job(farm_.owner, file_, printer_.id.value).id.value);
    }
  }

  void take(const Step& step) {
    const PathId id{jobs_[static_cast<std::size_t>(step.job)]};
    const auto job = *farm_.jobs.find(farm_.owner, id);
    switch (step.act) {
      case Act::start: tolerate(farm_.jobs.start(farm_.owner, id, {})); break;
      case Act::start_on_cleared_plate:
        tolerate(farm_.jobs.start(farm_.owner, id, {.plate_cleared = true}));
        break;
      case Act::clear_plate:
        tolerate(farm_.printers.cleared(farm_.owner, {printer_.id.value}));
        break;
      case Act::cancel: tolerate(farm_.jobs.cancel(farm_.owner, id)); break;
      case Act::answer: answer(id, step.choice, false); break;
      case Act::force_answer: answer(id, step.choice, true); break;
      case Act::send: send(); break;
      case Act::accept: settle(step.choice, true); break;
      case Act::refuse: settle(step.choice, false); break;
      case Act::report: report(job, step.choice); break;
      case Act::see_our_print: see(job, step.choice, true); break;
      case Act::see_other_print: see(job, step.choice, false); break;
      case Act::change_hands:
        farm_.database.execute("UPDATE printers SET assignment = assignment + 1");
        farm_.jobs.watch_attempts();
        break;
      case Act::wait: wait(step.choice); break;
    }
  }

  void check() {
    RC_ASSERT(count("job_attempts WHERE is_open = 1") <= 1);
    RC_ASSERT(count("plate_tokens WHERE state IN ('live', 'reserved')") <= 1);
    // A reserved plate belongs to an attempt that may still use it.
    RC_ASSERT(count("plate_tokens t WHERE state = 'reserved' AND NOT EXISTS (SELECT 1 FROM "
                    "job_attempts a WHERE a.plate_token = t.id AND a.is_open = 1 AND a.state IN "
                    "('requested', 'received', 'fetched', 'uploaded'))") == 0);
    // One plate starts one print.
    RC_ASSERT(count("(SELECT plate_token FROM job_attempts WHERE state NOT IN ('requested', "
                    "'rejected', 'aborted') GROUP BY plate_token HAVING COUNT(*) > 1) AS reused") ==
              0);
    // No order goes out for an attempt that is over.
    RC_ASSERT(count("commands c WHERE kind = 'start_print' AND state = 'waiting' AND NOT EXISTS "
                    "(SELECT 1 FROM job_attempts a WHERE a.job_id = c.job_id AND "
                    "a.attempt = c.attempt AND a.is_open = 1)") == 0);
    for (const auto& id : jobs_) {
      const auto job = *farm_.jobs.find(farm_.owner, {id});
      check_final(job);
      if (job.state == JobState::sending || job.state == JobState::printing ||
          job.state == JobState::paused) {
        // Nothing is stuck: what is under way can be ended, by its hub or by a person.
        const auto story = *farm_.jobs.story(farm_.owner, {id});
        RC_ASSERT(!story.attempts.empty());
        RC_ASSERT(is_open(story.attempts.back().state));
      }
    }
  }

 private:
  template <class T>
  static void tolerate(const Answer<T>& answer) {
    // Refusing is fine; what counts is what is true afterwards.
    if (!answer) RC_ASSERT(answer.error().status >= 400 && answer.error().status < 500);
  }

  std::int64_t count(const std::string& what) {
    return std::get<std::int64_t>(farm_.database.query("SELECT COUNT(*) FROM " + what)[0][0]);
  }

  bool is_unsent(const Job& job) {
    return count("commands WHERE kind = 'start_print' AND state = 'waiting' AND job_id = '" +
                 job.id.value + "'") > 0;
  }

  void check_final(const Job& job) {
    const auto known = final_.find(job.id.value);
    if (known != final_.end()) {
      RC_ASSERT(known->second == job.state);
    } else if (is_over(job)) {
      final_.emplace(job.id.value, job.state);
    }
  }

  void answer(const PathId& id, int choice, bool force) {
    JobAnswer answer;
    answer.outcome = static_cast<AttemptOutcome>(choice % 5);
    if (force) answer.force = true;
    tolerate(farm_.jobs.answer(farm_.owner, id, answer));
  }

  void send() {
    for (const auto& row : farm_.commands.unanswered("hub-1")) farm_.commands.mark_sent(row);
  }

  void settle(int choice, bool success) {
    const auto rows = farm_.commands.unanswered("hub-1");
    if (rows.empty()) return;
    const auto& row = rows[static_cast<std::size_t>(choice) % rows.size()];
    if (row.command.state != CommandState::sent) return;
    CommandAck ack{row.command.id, success, {}, {}};
    if (!success) ack.code = Text<0, 64>("unknown_job");
    farm_.jobs.on_command_ack(farm_.owner.tenant, "hub-1", ack);
  }

  void report(const Job& job, int choice) {
    if (job.attempt == 0 || is_unsent(job)) return;  // No hub speaks of what it never heard.
    auto event = farm_.event_of(job, static_cast<AttemptState>(choice % 12), ++seq_);
    if (choice >= 48 && job.attempt > 1) --event.attempt;  // Late news of an earlier attempt.
    farm_.jobs.on_job_event(farm_.owner.tenant, "hub-1", event);
  }

  void see(const Job& job, int choice, bool ours) {
    PrintEvent event;
    event.journal_id = "journal-1";
    event.seq = ++seq_;
    event.printer_id = printer_.serial_number;
    event.assignment = farm_.printers.find(farm_.owner, {printer_.id.value})->assignment;
    event.print_id = (ours ? "ours-" : "other-") + std::to_string(choice / 6);
    event.phase = static_cast<PrintPhase>(choice % 6);
    event.at = farm_.clock.unix_now().milliseconds;
    const auto story = *farm_.jobs.story(farm_.owner, {job.id.value});
    if (ours && !story.attempts.empty() && !is_unsent(job)) {
      event.start_token = story.attempts.back().start_token;
    }
    farm_.jobs.on_print_event(farm_.owner.tenant, "hub-1", event);
  }

  void wait(int choice) {
    farm_.clock.advance(Minutes{choice});
    const bool online = choice % 2 == 0;
    farm_.database.execute("UPDATE hubs SET lease_until = $1",
                           {online ? farm_.clock.unix_now().milliseconds + 90'000 : 0});
    farm_.jobs.expire_commands();
    farm_.jobs.watch_attempts();
  }

  TestFarm farm_;
  std::string hub_ = farm_.add_hub(farm_.owner);
  Printer printer_ = farm_.add_printer(farm_.owner, hub_);
  std::string file_ = farm_.add_file(farm_.owner);
  std::vector<std::string> jobs_;
  std::map<std::string, JobState> final_;
  std::int64_t seq_ = 0;
};

TEST(WhateverHappens, no_two_attempts_are_open_no_plate_is_used_twice_and_nothing_over_comes_back) {
  const bool holds = rc::check([] {
    const auto steps = *rc::gen::container<std::vector<Step>>(40, any_step());
    World world;
    for (const auto& step : steps) {
      world.take(step);
      world.check();
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace pf
