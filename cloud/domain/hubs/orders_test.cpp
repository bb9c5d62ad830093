#include <gtest/gtest.h>

#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/test_farm.hpp"

namespace pf {
namespace {

struct OrdersTest : testing::Test {
  TestFarm farm;
  std::string hub = farm.add_hub(farm.owner);

  Caller limited_key() {
    Caller key = farm.owner;
    key.api_key_id = "key-1";
    key.only_printers = std::make_shared<std::set<std::string, std::less<>>>();
    return key;
  }
  template <class Message>
  Message only_message() {
    const auto rows = farm.commands.unanswered(hub);
    EXPECT_EQ(rows.size(), 1u);
    return *json::decode<Message>(rows.at(0).payload);
  }
};

TEST_F(OrdersTest, a_rename_is_kept_told_to_the_hub_and_recorded) {
  const auto renamed = farm.hubs.update(farm.owner, {hub}, {Name("Shelf 3")});
  ASSERT_TRUE(renamed);
  EXPECT_EQ(farm.hubs.find(farm.owner, {hub})->name.value, "Shelf 3");
  const auto message = only_message<HubCommand>();
  EXPECT_EQ(message.action, HubAction::rename);
  EXPECT_EQ(message.name->value, "Shelf 3");
  EXPECT_FALSE(message.not_after) << "a name is right whenever the hub hears it";
  EXPECT_EQ(farm.hub_link.woken.back(), hub);
  const auto entry =
      farm.database.query("SELECT before, after FROM audit_entries WHERE action = 'hubs.update'");
  ASSERT_EQ(entry.size(), 1u);
  EXPECT_NE(std::get<std::string>(entry[0][0]).find("Hub 1"), std::string::npos);
  EXPECT_NE(std::get<std::string>(entry[0][1]).find("Shelf 3"), std::string::npos);
}

TEST_F(OrdersTest, the_same_name_again_asks_nothing_of_the_hub) {
  ASSERT_TRUE(farm.hubs.update(farm.owner, {hub}, {Name("Hub 1")}));
  ASSERT_TRUE(farm.hubs.update(farm.owner, {hub}, {}));
  EXPECT_TRUE(farm.commands.unanswered(hub).empty());
}

TEST_F(OrdersTest, a_rename_that_lost_a_race_is_told_so) {
  Caller late = farm.owner;
  late.if_match = "12345";
  EXPECT_EQ(farm.hubs.update(late, {hub}, {Name("Shelf 3")}).error().status, 412);
}

TEST_F(OrdersTest, a_reboot_that_the_hub_hears_too_late_is_given_up) {
  const auto accepted = farm.hubs.reboot(farm.owner, {hub});
  ASSERT_TRUE(accepted);
  const auto message = only_message<HubCommand>();
  EXPECT_EQ(message.action, HubAction::reboot);
  EXPECT_EQ(message.not_after, farm.clock.unix_now().milliseconds + 60'000);
  farm.clock.advance(Minutes{2});
  farm.jobs.expire_commands();
  EXPECT_EQ(farm.commands.find(farm.owner, {accepted->command_id.value})->state,
            CommandState::expired);
}

TEST_F(OrdersTest, what_a_hub_found_is_shown_with_what_the_organisation_has_already) {
  const auto known = farm.add_printer(farm.owner, hub);
  EXPECT_FALSE(farm.hubs.discovered(farm.owner, {hub})->found_at);
  const auto accepted = farm.hubs.discover(farm.owner, {hub}, {});
  ASSERT_TRUE(accepted);
  PrintersDiscovered found;
  found.command_id = accepted->command_id;
  for (const auto& serial : {known.serial_number, Serial("01P00A000000123")}) {
    DiscoveredPrinter one;
    one.printer_id = serial;
    one.ip_address = "192.0.2.40";
    found.printers.value.push_back(one);
  }
  farm.hubs.keep_discovery(farm.owner.tenant, hub, found);
  const auto shown = farm.hubs.discovered(farm.owner, {hub});
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->command_id->value, accepted->command_id.value);
  ASSERT_EQ(shown->printers.size(), 2u);
  EXPECT_EQ(shown->printers[0].printer_id->value, known.id.value);
  EXPECT_FALSE(shown->printers[1].printer_id);
  EXPECT_TRUE(farm.feed.changes.contains({ChangedKind::hub, hub}));
}

TEST_F(OrdersTest, announcements_that_nobody_asked_for_replace_no_result) {
  farm.hubs.keep_discovery(farm.owner.tenant, hub, {});
  EXPECT_FALSE(farm.hubs.discovered(farm.owner, {hub})->found_at);
}

TEST_F(OrdersTest, another_organisations_hub_takes_no_orders) {
  const auto stranger = farm.make_caller("Other");
  for (const auto& id : {hub, std::string("hub-9")}) {
    EXPECT_EQ(farm.hubs.reboot(stranger, {id}).error().status, 404);
    EXPECT_EQ(farm.hubs.identify(stranger, {id}).error().status, 404);
    EXPECT_EQ(farm.hubs.discover(stranger, {id}, {}).error().status, 404);
    EXPECT_EQ(farm.hubs.discovered(stranger, {id}).error().status, 404);
    EXPECT_EQ(farm.hubs.update(stranger, {id}, {Name("Mine")}).error().status, 404);
  }
  EXPECT_TRUE(farm.commands.unanswered(hub).empty());
}

TEST_F(OrdersTest, a_key_for_some_printers_gives_a_hub_no_orders) {
  const auto key = limited_key();
  EXPECT_EQ(farm.hubs.reboot(key, {hub}).error().status, 403);
  EXPECT_EQ(farm.hubs.discover(key, {hub}, {}).error().status, 403);
  EXPECT_EQ(farm.hubs.update(key, {hub}, {Name("Mine")}).error().status, 403);
  EXPECT_EQ(farm.hubs.release(key, {hub}).error().status, 403);
  EXPECT_EQ(farm.hubs.mint_claim(key, {}).error().status, 403);
}

}  // namespace
}  // namespace pf
