#include "cloud/domain/printers/printers.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"

namespace pf {
namespace {

struct PrintersTest : testing::Test {
  TestFarm farm;
  std::string hub = farm.add_hub(farm.owner);

  NewPrinter wanted(const std::string& name, const std::string& serial) {
    NewPrinter printer;
    printer.hub_id = hub;
    printer.name = name;
    printer.serial_number = serial;
    printer.access_code = "12345678";
    return printer;
  }
};

TEST_F(PrintersTest, a_new_printer_needs_clearing_and_its_hub_is_told) {
  const auto printer = farm.add_printer(farm.owner, hub);
  EXPECT_TRUE(printer.needs_clearing);
  EXPECT_EQ(farm.hub_link.woken.back(), hub);
  const auto rows = farm.commands.unanswered(hub);
  ASSERT_EQ(rows.size(), 1u);
  const auto message = farm.printers.configure_message(rows[0]);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->action, ConfigureAction::add);
  EXPECT_EQ(message->printer.access_code.value, "12345678");
  EXPECT_EQ(message->printer.ip_address->value, "127.0.0.9");
}

TEST_F(PrintersTest, the_access_code_is_in_no_reply_outbox_row_or_readable_column) {
  const auto printer = farm.add_printer(farm.owner, hub);
  EXPECT_EQ(json::encode(printer).find("12345678"), std::string::npos);
  EXPECT_EQ(farm.commands.unanswered(hub)[0].payload.find("12345678"), std::string::npos);
  const auto stored =
      std::get<Blob>(farm.database.query("SELECT access_code FROM printers")[0][0]).bytes;
  EXPECT_EQ(stored.find("12345678"), std::string::npos);
}

TEST_F(PrintersTest, a_sixth_printer_a_known_serial_and_a_taken_name_are_refused) {
  for (int i = 1; i <= 5; ++i) {
    ASSERT_TRUE(farm.printers.add(
        farm.owner, wanted("P" + std::to_string(i), "01P00A00000000" + std::to_string(i))));
  }
  EXPECT_EQ(farm.printers.add(farm.owner, wanted("P6", "01P00A000000006")).error().status, 409);
  hub = farm.add_hub(farm.owner, "hub-2");
  const auto serial = farm.printers.add(farm.owner, wanted("P7", "01P00A000000001"));
  EXPECT_NE(serial.error().says.find("serial"), std::string::npos);
  const auto name = farm.printers.add(farm.owner, wanted("P1", "01P00A000000007"));
  EXPECT_NE(name.error().says.find("name"), std::string::npos);
}

TEST_F(PrintersTest, a_printer_cannot_be_put_on_another_organisations_hub) {
  const auto stranger = farm.make_caller("Other");
  const auto answer = farm.printers.add(stranger, wanted("P", "01P00A000000001"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().field, "hub_id");
}

TEST_F(PrintersTest, another_organisations_printer_is_as_unknown_as_a_random_id) {
  const auto printer = farm.add_printer(farm.owner, hub);
  const auto stranger = farm.make_caller("Other");
  const PathId id{printer.id.value}, random{"0190-random"};
  EXPECT_EQ(farm.printers.find(stranger, id).error().says,
            farm.printers.find(stranger, random).error().says);
  EXPECT_EQ(farm.printers.update(stranger, id, {}).error().status, 404);
  EXPECT_EQ(farm.printers.remove(stranger, id, {}).error().status, 404);
  EXPECT_EQ(farm.printers.cleared(stranger, id).error().status, 404);
  EXPECT_EQ(farm.printers.status(stranger, id).error().status, 404);
}

TEST_F(PrintersTest, a_change_keeps_what_it_does_not_name_and_loses_no_race) {
  const auto printer = farm.add_printer(farm.owner, hub);
  PrinterChange change;
  change.name = Name("Renamed");
  auto caller = farm.owner;
  caller.if_match = std::to_string(printer.updated_at);
  const auto renamed = farm.printers.update(caller, {printer.id.value}, change);
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->name.value, "Renamed");
  EXPECT_EQ(renamed->ip_address->value, "127.0.0.9");
  const auto late = farm.printers.update(caller, {printer.id.value}, change);
  EXPECT_EQ(late.error().status, 412);
}

TEST_F(PrintersTest, a_busy_printers_plate_cannot_be_called_empty) {
  const auto printer = farm.add_printer(farm.owner, hub);
  farm.live.observe(farm.owner.tenant, printer.id.value,
                    farm.report_of(printer, PrinterState::printing, 1), 1);
  EXPECT_EQ(farm.printers.cleared(farm.owner, {printer.id.value}).error().status, 409);
}

TEST_F(PrintersTest, a_report_older_than_what_is_known_is_dropped) {
  const auto printer = farm.add_printer(farm.owner, hub);
  const auto& tenant = farm.owner.tenant;
  const auto& id = printer.id.value;
  farm.live.observe(tenant, id, farm.report_of(printer, PrinterState::printing, 7), 10);
  const auto stale =
      farm.live.observe(tenant, id, farm.report_of(printer, PrinterState::idle, 6), 20);
  EXPECT_TRUE(stale.stale);
  EXPECT_EQ(farm.printers.status(farm.owner, {id})->status->state, PrinterState::printing);
  auto rebooted = farm.report_of(printer, PrinterState::idle, 1);
  rebooted.boot = 2;
  EXPECT_FALSE(farm.live.observe(tenant, id, std::move(rebooted), 30).stale);
}

TEST_F(PrintersTest, another_print_seen_on_the_printer_voids_a_clear_plate) {
  const auto printer = farm.add_printer(farm.owner, hub);
  ASSERT_TRUE(farm.printers.cleared(farm.owner, {printer.id.value}));
  CurrentPrint print;
  print.print_id = "print-1";
  farm.printers.print_changed(farm.owner.tenant, printer.id.value, print);
  EXPECT_TRUE(farm.printers.find(farm.owner, {printer.id.value})->needs_clearing);
  ASSERT_TRUE(farm.printers.cleared(farm.owner, {printer.id.value}));
  farm.printers.print_changed(farm.owner.tenant, printer.id.value, print);  // The same one again.
  EXPECT_FALSE(farm.printers.find(farm.owner, {printer.id.value})->needs_clearing);
}

TEST_F(PrintersTest, a_removed_printer_is_taken_from_its_hub) {
  const auto printer = farm.add_printer(farm.owner, hub);
  ASSERT_TRUE(farm.printers.remove(farm.owner, {printer.id.value}, {}));
  EXPECT_EQ(farm.printers.find(farm.owner, {printer.id.value}).error().status, 404);
  const auto rows = farm.commands.unanswered(hub);
  EXPECT_FALSE(farm.printers.configure_message(rows[0]));  // The addition has lost its object.
  const auto removal = farm.printers.configure_message(rows.back());
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->action, ConfigureAction::remove);
  EXPECT_EQ(removal->printer.printer_id, printer.serial_number);
}

TEST_F(PrintersTest, a_key_for_some_printers_sees_and_touches_no_others) {
  const auto own = farm.add_printer(farm.owner, hub);
  const auto other = farm.add_printer(farm.owner, hub, "01P00A000000098");
  auto key = farm.owner;
  key.api_key_id = "key-1";
  key.only_printers = std::make_shared<std::set<std::string, std::less<>>>(
      std::set<std::string, std::less<>>{own.id.value, "0190-removed-since"});
  const auto listed = farm.printers.list(key, {});
  ASSERT_EQ(listed->items.size(), 1u);
  EXPECT_EQ(listed->items[0].id.value, own.id.value);
  PrinterQuery after_own;
  after_own.cursor = Text<1, 64>(own.id.value);
  EXPECT_TRUE(farm.printers.list(key, after_own)->items.empty());

  const PathId id{other.id.value};
  EXPECT_EQ(farm.printers.find(key, id).error().status, 404);
  EXPECT_EQ(farm.printers.update(key, id, {}).error().status, 404);
  EXPECT_EQ(farm.printers.status(key, id).error().status, 404);
  EXPECT_EQ(farm.printers.cleared(key, id).error().status, 404);
  EXPECT_EQ(farm.printers.remove(key, id, {}).error().status, 404);
  EXPECT_EQ(farm.printers.move(key, id, {Uuid(hub), {}}).error().status, 404);
  EXPECT_TRUE(farm.printers.cleared_many(key, {{{id.value}}})->items.empty());
  EXPECT_EQ(farm.printers.add(key, wanted("Mine", "01P00A000000097")).error().status, 403);
  EXPECT_TRUE(farm.printers.find(key, {own.id.value}));
}

TEST_F(PrintersTest, a_change_is_recorded_with_what_was_before_and_without_secrets) {
  const auto printer = farm.add_printer(farm.owner, hub);
  PrinterChange change;
  change.name = Name("Renamed");
  change.access_code = AccessCode("87654321");
  ASSERT_TRUE(farm.printers.update(farm.owner, {printer.id.value}, change));
  ASSERT_TRUE(farm.printers.cleared(farm.owner, {printer.id.value}));
  const auto rows = farm.database.query(
      "SELECT action, COALESCE(before, ''), COALESCE(after, '') FROM audit_entries "
      "WHERE subject_kind = 'printer' ORDER BY seq");
  const auto text = [&](std::size_t row, std::size_t at) {
    return std::get<std::string>(rows.at(row).at(at));
  };
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(text(0, 0), "printers.add");
  EXPECT_EQ(text(1, 0), "printers.update");
  EXPECT_NE(text(1, 1).find(printer.name.value), std::string::npos);
  EXPECT_NE(text(1, 2).find("Renamed"), std::string::npos);
  EXPECT_EQ(text(2, 0), "printers.change_access_code");
  EXPECT_EQ(text(3, 0), "printers.cleared");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(text(row, 2).find("87654321"), std::string::npos);
  }
}

TEST_F(PrintersTest, a_restored_hub_that_counts_lower_is_heard_in_its_new_session) {
  const auto printer = farm.add_printer(farm.owner, hub);
  const auto& tenant = farm.owner.tenant;
  auto before = farm.report_of(printer, PrinterState::printing, 700);
  before.boot = 9;
  farm.live.observe(tenant, printer.id.value, std::move(before), 10);
  farm.live.count_anew(tenant, {printer.id.value, "0190-unknown"});
  EXPECT_FALSE(
      farm.live
          .observe(tenant, printer.id.value, farm.report_of(printer, PrinterState::idle, 1), 20)
          .stale);
}

TEST_F(PrintersTest, a_changed_certificate_is_accepted_as_it_was_seen_and_told_to_the_hub) {
  const auto printer = farm.add_printer(farm.owner, hub);
  const PathId id{printer.id.value};
  const auto accept = [&](const Caller& caller, const std::string& key) {
    return farm.printers.accept_certificate(caller, id, {key});
  };
  EXPECT_EQ(accept(farm.owner, "new key").error().status, 409) << "nobody has seen it";
  auto report = farm.report_of(printer, PrinterState::offline, 1);
  report.connection.state = ConnectionState::disconnected;
  report.connection.reason = ConnectionReason::certificate_changed;
  report.connection.fingerprint = Text<0, 128>("new key");
  farm.live.observe(farm.owner.tenant, printer.id.value, std::move(report), 1);
  EXPECT_EQ(accept(farm.owner, "another key").error().status, 409);
  EXPECT_EQ(accept(farm.make_caller("Other"), "new key").error().status, 404);
  EXPECT_FALSE(farm.printers.find(farm.owner, id)->fingerprint);

  const auto accepted = accept(farm.owner, "new key");
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->fingerprint->value, "new key");
  const auto rows = farm.commands.unanswered(hub);
  const auto message = farm.printers.configure_message(rows.back());
  ASSERT_TRUE(message);
  EXPECT_EQ(message->action, ConfigureAction::update);
  EXPECT_EQ(message->printer.fingerprint->value, "new key");
}

}  // namespace
}  // namespace pf
