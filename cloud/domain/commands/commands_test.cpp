#include "cloud/domain/commands/commands.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"

namespace pf {
namespace {

struct CommandsTest : testing::Test {
  TestFarm farm;

  CommandId add(CommandKind kind, const std::string& printer_id = "", Seconds lifetime = {}) {
    Commands::Draft draft{.hub_id = "hub-1", .kind = kind, .payload = "{}"};
    if (!printer_id.empty()) draft.printer_id = printer_id;
    if (lifetime.count() > 0) draft.not_after = farm.clock.unix_now() + Milliseconds{lifetime};
    farm.clock.advance(Seconds{1});
    return farm.database.writing(
        [&](Transaction& db) { return farm.commands.add(db, farm.owner.tenant, draft); });
  }
  std::vector<Command> list(const CommandQuery& query = {}) {
    return farm.commands.list(farm.owner, query)->items;
  }
  std::optional<Command> settle(const CommandAck& ack, const std::string& hub = "hub-1") {
    return farm.database.writing(
        [&](Transaction& db) { return farm.commands.settle(db, farm.owner.tenant, hub, ack); });
  }
};

TEST_F(CommandsTest, the_newest_come_first_in_pages) {
  const auto first = add(CommandKind::command_hub);
  const auto second = add(CommandKind::query_jobs);
  CommandQuery query;
  query.limit = 1;
  const auto page = farm.commands.list(farm.owner, query);
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].id, second);
  query.cursor = Text<1, 64>(*page->next_cursor);
  EXPECT_EQ(farm.commands.list(farm.owner, query)->items[0].id, first);
}

TEST_F(CommandsTest, they_are_found_by_what_they_are_about) {
  add(CommandKind::control_print, "printer-1");
  add(CommandKind::cancel_job, "printer-2");
  CommandQuery by_printer;
  by_printer.printer_id = Uuid("printer-2");
  ASSERT_EQ(list(by_printer).size(), 1u);
  EXPECT_EQ(list(by_printer)[0].kind, CommandKind::cancel_job);
  CommandQuery by_kind;
  by_kind.kind = CommandKind::control_print;
  EXPECT_EQ(list(by_kind).size(), 1u);
  by_kind.state = CommandState::refused;
  EXPECT_TRUE(list(by_kind).empty());
  CommandQuery by_hub;
  by_hub.hub_id = Uuid("nonsense");
  EXPECT_TRUE(list(by_hub).empty());
}

TEST_F(CommandsTest, another_organisation_sees_none) {
  const auto id = add(CommandKind::command_hub);
  const auto stranger = farm.make_caller("Other");
  EXPECT_TRUE(farm.commands.list(stranger, {})->items.empty());
  EXPECT_EQ(farm.commands.find(stranger, {id.value}).error().says,
            farm.commands.find(stranger, {"nonsense"}).error().says);
}

TEST_F(CommandsTest, a_key_sees_what_concerns_its_printers) {
  add(CommandKind::control_print, "printer-1");
  for (int i = 0; i < 5; ++i) add(CommandKind::control_print, "printer-2");
  add(CommandKind::command_hub);
  auto key = farm.owner;
  key.only_printers = std::make_shared<const std::set<std::string, std::less<>>>(
      std::set<std::string, std::less<>>{"printer-1"});
  CommandQuery query;
  query.limit = 2;
  const auto page = farm.commands.list(key, query);
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(*page->items[0].printer_id, "printer-1");
  EXPECT_FALSE(page->next_cursor);
}

TEST_F(CommandsTest, the_first_answer_counts) {
  const auto id = add(CommandKind::command_hub);
  EXPECT_FALSE(settle({id, true, {}, {}}, "another hub"));
  EXPECT_TRUE(settle({id, false, Text<0, 300>("No."), Text<0, 64>("busy")}));
  EXPECT_FALSE(settle({id, true, {}, {}}));
  const auto command = farm.commands.find(farm.owner, {id.value});
  EXPECT_EQ(command->state, CommandState::refused);
  EXPECT_EQ(command->error_message->value, "No.");
  EXPECT_EQ(command->code->value, "busy");
}

TEST_F(CommandsTest, only_what_was_never_sent_expires) {
  const auto late = add(CommandKind::control_print, "printer-1", Seconds{30});
  const auto lasting = add(CommandKind::resolve_attempt, "printer-1");
  farm.clock.advance(Minutes{5});
  const auto expired =
      farm.database.writing([&](Transaction& db) { return farm.commands.expire(db); });
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].command.id, late);
  EXPECT_EQ(farm.commands.find(farm.owner, {late.value})->state, CommandState::expired);
  EXPECT_EQ(farm.commands.find(farm.owner, {lasting.value})->state, CommandState::waiting);
}

}  // namespace
}  // namespace pf
