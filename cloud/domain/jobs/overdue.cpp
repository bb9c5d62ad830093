// The watch over open attempts and late commands, driven by the schedule.
#include <algorithm>
#include <map>

#include "cloud/domain/jobs/deadlines.hpp"
#include "cloud/domain/jobs/jobs.hpp"

namespace pf {
namespace {

constexpr std::string_view hub_offline_text =
    "Its hub is offline. What is known of this print is as old as that.";

}  // namespace

void Jobs::expire_commands() {
  std::map<TenantId, JobsOutcome> outcomes;
  rooms_.database.write([&](Transaction& db) {
    outcomes.clear();
    for (const auto& row : rooms_.commands.expire(db)) {
      auto& outcome = outcomes[row.tenant];
      outcome.commands.insert(row.command.id.value);
      if (row.command.kind != CommandKind::start_print) continue;
      attempts_.close_unsent(db, row.tenant, row.command, AttemptState::rejected,
                             "The hub did not come online in time. Start it again when the hub "
                             "is there.",
                             outcome);
    }
  });
  for (const auto& [tenant, outcome] : outcomes) attempts_.tell(tenant, outcome);
}

void Jobs::watch_attempts() {
  const auto watched =
      rooms_.database.reading([](Transaction& db) { return jobs_store::open_attempts(db); });
  for (const auto& one : watched) look_after(one);
}

// When something was last heard of it that is not written down.
Millis Jobs::heard_at(const TenantId& tenant, const jobs_store::AttemptRow& attempt) const {
  Millis heard = attempt.updated_at;
  if (const auto moved = transfers_.moved_at(tenant, attempt.job_id)) {
    heard = std::max(heard, *moved);
  }
  const auto live = rooms_.live.find(tenant, attempt.printer_id);
  const bool shown =
      live && live->connection.state == ConnectionState::connected && live->print &&
      live->print->start_token && live->print->start_token->value == attempt.start_token &&
      (live->status.state == PrinterState::printing || live->status.state == PrinterState::paused);
  return shown ? std::max(heard, live->received_at) : heard;
}

void Jobs::look_after(const jobs_store::WatchedAttempt& watched) {
  const auto now = clock_.unix_now().milliseconds;
  const auto& attempt = watched.attempt;
  AttemptFacts facts;
  facts.state = attempt.state;
  facts.heard_at = heard_at(watched.tenant, attempt);
  facts.queried_at = attempt.queried_at;
  facts.not_after = attempt.not_after;
  facts.hub_online = watched.lease_until && *watched.lease_until > now;
  facts.assignment_holds = watched.assignment_now == attempt.assignment;
  const auto care = care_of(facts, now);
  const bool says_offline = watched.waiting_for && *watched.waiting_for == hub_offline_text;
  const bool back_online = says_offline && facts.hub_online;
  if (care == AttemptCare::nothing && !back_online) return;
  if (care == AttemptCare::say_hub_offline && says_offline) return;

  JobsOutcome outcome;
  rooms_.database.write([&](Transaction& db) {
    outcome = {};
    // It may have moved since it was looked at.
    auto current = jobs_store::find_attempt(db, watched.tenant, attempt.job_id, attempt.attempt);
    if (!current || !current->is_open || current->state != attempt.state) return;
    if (back_online) say_offline(db, watched.tenant, *current, false, outcome);
    give(care, db, watched.tenant, std::move(*current), outcome);
  });
  attempts_.tell(watched.tenant, outcome);
}

void Jobs::give(AttemptCare care, Transaction& db, const TenantId& tenant,
                jobs_store::AttemptRow attempt, JobsOutcome& outcome) {
  switch (care) {
    case AttemptCare::nothing: return;
    case AttemptCare::ask_hub: return ask_hub(db, tenant, std::move(attempt), outcome);
    case AttemptCare::say_hub_offline: return say_offline(db, tenant, attempt, true, outcome);
    case AttemptCare::close:
      return conclude(db, tenant, std::move(attempt), AttemptState::not_started,
                      "Its hub went away before the print began, and by now it is too late for "
                      "it. Look at the plate before you start it again.",
                      outcome);
    case AttemptCare::ask_people: return doubt(db, tenant, std::move(attempt), outcome);
  }
}

// What was never sent can be taken back with certainty; of all else only people can know.
void Jobs::doubt(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                 JobsOutcome& outcome) {
  if (const auto start =
          rooms_.commands.withdraw_start(db, tenant, attempt.job_id, attempt.attempt)) {
    outcome.commands.insert(start->id.value);
    return attempts_.close_unsent(db, tenant, *start, AttemptState::aborted,
                                  "The printer was taken from its hub before the start was sent.",
                                  outcome);
  }
  conclude(db, tenant, std::move(attempt), AttemptState::unknown,
           "The printer was taken from its hub, or the hub says nothing of this print. Look at the "
           "printer and say what happened.",
           outcome);
}

void Jobs::conclude(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                    AttemptState state, std::string_view says, JobsOutcome& outcome) {
  AttemptNews news;
  news.state = state;
  news.at = clock_.unix_now().milliseconds;
  if (attempt.evidence) news.evidence = *attempt.evidence;
  news.evidence.note = Text<0, 300>(says);
  attempts_.report(db, tenant, std::move(attempt), news, outcome);
}

void Jobs::ask_hub(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                   JobsOutcome& outcome) {
  const auto now = clock_.unix_now();
  const bool first = !attempt.queried_at;
  attempt.queried_at = now.milliseconds;
  jobs_store::update_attempt(db, tenant, attempt);
  JobQuery query;
  query.command_id = "-";
  query.job_id = Uuid(attempt.job_id);
  const auto command = rooms_.commands.add(db, tenant,
                                           {.hub_id = attempt.hub_id,
                                            .kind = CommandKind::query_jobs,
                                            .printer_id = attempt.printer_id,
                                            .job_id = attempt.job_id,
                                            .attempt = attempt.attempt,
                                            .not_after = now + Milliseconds{phase_deadline},
                                            .payload = json::encode(query)});
  outcome.hubs_to_wake.insert(attempt.hub_id);
  if (!first) return;  // Once is enough for the story, however often it is asked again.
  auto entry = attempts_.entry_by({}, StoryKind::asked_hub);
  entry.attempt = attempt.attempt;
  entry.hub_id = Uuid(attempt.hub_id);
  entry.command_id = command;
  attempts_.note(db, tenant, attempt.job_id, entry);
}

void Jobs::say_offline(Transaction& db, const TenantId& tenant,
                       const jobs_store::AttemptRow& attempt, bool offline, JobsOutcome& outcome) {
  auto job = jobs_store::find(db, tenant, attempt.job_id);
  if (!job) return;
  job->waiting_for.reset();
  if (offline) job->waiting_for = Text<0, 300>(hub_offline_text);
  job->updated_at = std::max(clock_.unix_now().milliseconds, job->updated_at + 1);
  jobs_store::update(db, tenant, *job);
  outcome.jobs.insert(job->id.value);
  if (!offline) return;
  auto entry = attempts_.entry_by({}, StoryKind::hub_offline);
  entry.attempt = attempt.attempt;
  entry.hub_id = Uuid(attempt.hub_id);
  attempts_.note(db, tenant, attempt.job_id, entry);
}

}  // namespace pf
