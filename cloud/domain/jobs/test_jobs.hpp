// One printer on one hub with a job for it, and what its hub and its people do to it in one line.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "cloud/domain/test_farm.hpp"

namespace pf {

struct JobsFixture : testing::Test {
  TestFarm farm;
  std::string hub = farm.add_hub(farm.owner);
  Printer printer = farm.add_printer(farm.owner, hub);
  std::string file = farm.add_file(farm.owner);
  Job job = farm.add_job(farm.owner, file, printer.id.value);
  std::int64_t seq = 0;

  PathId id() const { return {job.id.value}; }
  Job now() { return *farm.jobs.find(farm.owner, id()); }
  JobStory story() { return *farm.jobs.story(farm.owner, id()); }
  std::int64_t count(const std::string& table) {
    return std::get<std::int64_t>(farm.database.query("SELECT COUNT(*) FROM " + table)[0][0]);
  }
  bool needs_clearing() {
    return farm.printers.find(farm.owner, {printer.id.value})->needs_clearing;
  }

  Answer<Job> start(bool plate_cleared) {
    StartJob wish;
    wish.plate_cleared = plate_cleared;
    return farm.jobs.start(farm.owner, id(), wish);
  }
  Job started() {
    auto answer = start(true);
    EXPECT_TRUE(answer) << answer.error().says;
    return *answer;
  }
  // The hub takes what waits for it.
  OutboxRow sent() {
    auto row = farm.commands.unanswered(hub).back();
    EXPECT_TRUE(farm.commands.mark_sent(row));
    return row;
  }
  PrintCommand last_command() {
    return *json::decode<PrintCommand>(farm.commands.unanswered(hub).back().payload);
  }
  std::string start_token() { return story().attempts.back().start_token.value; }

  void report(AttemptState state) {
    farm.jobs.on_job_event(farm.owner.tenant, hub, farm.event_of(now(), state, ++seq));
  }
  // As it prints: the hub has said so.
  void printing() {
    started();
    sent();
    report(AttemptState::starting);
    report(AttemptState::started);
    ASSERT_EQ(now().state, JobState::printing);
  }
  void unknown() {
    started();
    sent();
    report(AttemptState::starting);
    report(AttemptState::unknown);
    ASSERT_TRUE(now().needs_answer);
  }
  Answer<Job> answer(AttemptOutcome outcome, bool force = false) {
    JobAnswer answer;
    answer.outcome = outcome;
    if (force) answer.force = true;
    return farm.jobs.answer(farm.owner, id(), answer);
  }

  PrintEvent print_event(PrintPhase phase, const std::string& print_id = "a print") {
    PrintEvent event;
    event.journal_id = "journal-1";
    event.seq = ++seq;
    event.printer_id = printer.serial_number;
    event.assignment = printer.assignment;
    event.print_id = print_id;
    event.name = Text<0, 200>("Vase");
    event.phase = phase;
    event.at = farm.clock.unix_now().milliseconds;
    return event;
  }
  void see(const PrintEvent& event) { farm.jobs.on_print_event(farm.owner.tenant, hub, event); }
  void refuse(const OutboxRow& row, const std::string& code, const std::string& says) {
    farm.jobs.on_command_ack(farm.owner.tenant, hub,
                             {row.command.id, false, Text<0, 300>(says), Text<0, 64>(code)});
  }
  void accept(const OutboxRow& row) {
    farm.jobs.on_command_ack(farm.owner.tenant, hub, {row.command.id, true, {}, {}});
  }
  // What the printer shows now, as its status reports say.
  void show(PrinterState state, const std::string& print_id, const std::string& token = "") {
    auto message = farm.report_of(printer, state, ++seq, print_id);
    if (message.print && !token.empty()) message.print->start_token = Text<1, 32>(token);
    farm.live.observe(farm.owner.tenant, printer.id.value, std::move(message),
                      farm.clock.unix_now().milliseconds);
  }
  void hub_online(bool online) {
    const auto until = online ? farm.clock.unix_now().milliseconds + 90'000 : 0;
    farm.database.execute("UPDATE hubs SET lease_until = $1", {until});
  }
  bool has_entry(StoryKind kind) {
    for (const auto& entry : story().entries) {
      if (entry.kind == kind) return true;
    }
    return false;
  }
};

}  // namespace pf
