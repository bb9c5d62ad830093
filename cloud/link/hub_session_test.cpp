#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"
#include "cloud/link/hub_sessions.hpp"
#include "cloud/link/test_peers.hpp"
#include "protocol/binary_frames.hpp"
#include "protocol/handshake.hpp"

namespace pf {
namespace {

constexpr auto host = "farm.example";

// One connection as its edge sees it.
struct Connection {
  std::shared_ptr<RecordingPeer> peer = std::make_shared<RecordingPeer>();
  std::unique_ptr<SocketHandler> handler;

  template <class Message>
  void say(const Message& message) {
    handler->on_text(json::encode(message));
  }
  void close() {
    handler->on_closed();
    handler.reset();
  }
};

struct HubSessionTest : testing::Test {
  TestFarm farm;
  InlineWorkers workers;
  QuietLog log;
  HubSessions sessions{{farm.hubs, farm.printers, farm.jobs, farm.commands, farm.live, farm.feed,
                        farm.clock, farm.random, log},
                       workers};

  Connection connect() {
    Connection connection;
    SocketRequest request;
    request.host = host;
    connection.handler = sessions.accept(connection.peer, request);
    return connection;
  }
  HubHello hello_to(const Connection& connection, std::int64_t boot_count = 1) {
    auto hello = farm.hello_of("hub-1", boot_count);
    farm.sign(hello, host, connection.peer->last<HubChallenge>()->nonce.value);
    return hello;
  }
  Connection open(std::int64_t boot_count = 1) {
    auto connection = connect();
    connection.say(hello_to(connection, boot_count));
    EXPECT_TRUE(connection.peer->last<CloudHello>());
    return connection;
  }
};

TEST_F(HubSessionTest, a_hub_is_challenged_claimed_and_welcomed_on_one_connection) {
  auto connection = connect();
  EXPECT_EQ(connection.peer->last<HubChallenge>()->host.value, host);
  connection.say(farm.claim_of(farm.owner, "hub-1"));
  ASSERT_TRUE(connection.peer->last<HubClaimed>());
  const auto hello = hello_to(connection);
  connection.say(hello);
  const auto welcome = connection.peer->last<CloudHello>();
  ASSERT_TRUE(welcome);
  EXPECT_EQ(welcome->epoch, 1);
  EXPECT_EQ(welcome->proof.value, crypto::hmac_sha256_hex(crypto::sha256_hex("secret of hub-1"),
                                                          signed_welcome(hello.client_nonce, 1)));
  EXPECT_TRUE(connection.peer->last<PrintersConfig>());
}

TEST_F(HubSessionTest, a_hub_that_speaks_as_soon_as_it_is_welcomed_is_heard) {
  farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, "hub-1");
  auto connection = connect();
  connection.peer->answers = [&](const std::string& text) {
    if (json::message_type(text) && *json::message_type(text) == CloudHello::type) {
      connection.say(farm.report_of(printer, PrinterState::printing, 1));
    }
  };
  connection.say(hello_to(connection));
  EXPECT_EQ(connection.peer->count<WireError>(), 0u);
  EXPECT_TRUE(farm.printers.status(farm.owner, {printer.id.value})->status);
}

TEST_F(HubSessionTest, an_unknown_hub_a_replayed_hello_and_a_wrong_claim_are_closed_with_4401) {
  auto unknown = connect();
  unknown.say(hello_to(unknown));
  EXPECT_EQ(unknown.peer->close_code, close_unauthorised);

  farm.add_hub(farm.owner);
  auto first = connect();
  const auto hello = hello_to(first);
  first.say(hello);
  EXPECT_EQ(first.peer->close_code, 0);
  auto replay = connect();
  replay.say(hello);
  EXPECT_EQ(replay.peer->close_code, close_unauthorised);

  auto wrong = connect();
  auto claim = farm.claim_of(farm.owner, "hub-9");
  claim.claim_token = "WRONG";
  wrong.say(claim);
  EXPECT_EQ(wrong.peer->close_code, close_unauthorised);
  EXPECT_EQ(wrong.peer->last<WireError>()->code.value, "claim_refused");
}

TEST_F(HubSessionTest, an_opening_that_takes_too_long_is_closed) {
  auto connection = connect();
  farm.clock.advance(Seconds{9});
  sessions.tick(farm.clock.now());
  EXPECT_EQ(connection.peer->close_code, 0);
  farm.clock.advance(Seconds{2});
  sessions.tick(farm.clock.now());
  EXPECT_EQ(connection.peer->close_code, close_too_slow);
}

TEST_F(HubSessionTest, a_newer_connection_supersedes_the_older_one) {
  farm.add_hub(farm.owner);
  auto older = open();
  auto newer = open();
  EXPECT_EQ(older.peer->close_code, close_superseded);
  EXPECT_EQ(newer.peer->close_code, 0);
  older.close();
  EXPECT_TRUE(farm.hubs.list(farm.owner)->items[0].online);
  newer.close();
  EXPECT_FALSE(farm.hubs.list(farm.owner)->items[0].online);
}

TEST_F(HubSessionTest, nothing_but_a_hello_is_heard_before_the_hello) {
  farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, "hub-1");
  auto connection = connect();
  connection.say(farm.report_of(printer, PrinterState::printing, 1));
  EXPECT_EQ(connection.peer->last<WireError>()->code.value, "not_open");
  EXPECT_FALSE(farm.printers.status(farm.owner, {printer.id.value})->status);
}

TEST_F(HubSessionTest, reports_reach_the_live_map_and_no_sql) {
  farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, "hub-1");
  auto connection = open();
  connection.say(farm.report_of(printer, PrinterState::printing, 1));
  EXPECT_EQ(farm.printers.status(farm.owner, {printer.id.value})->status->state,
            PrinterState::printing);
  EXPECT_TRUE(farm.feed.touched.contains(printer.id.value));
  const auto before = farm.database.transactions();
  for (int seq = 2; seq < 100; ++seq) {
    connection.say(farm.report_of(printer, PrinterState::printing, seq));
  }
  EXPECT_EQ(farm.database.transactions(), before);
}

TEST_F(HubSessionTest, a_report_about_another_hubs_printer_is_refused) {
  farm.add_hub(farm.owner);
  farm.add_hub(farm.owner, "hub-2");
  const auto foreign = farm.add_printer(farm.owner, "hub-2");
  auto connection = open();
  connection.say(farm.report_of(foreign, PrinterState::printing, 1));
  EXPECT_EQ(connection.peer->last<WireError>()->code.value, "unknown_printer");
  EXPECT_FALSE(farm.printers.status(farm.owner, {foreign.id.value})->status);
}

TEST_F(HubSessionTest, broken_and_unknown_messages_are_answered_and_harm_nothing) {
  farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, "hub-1");
  auto connection = open();
  const std::string too_deep =
      "{\"type\":\"hub_status\",\"x\":" + std::string(40, '[') + std::string(40, ']') + "}";
  const std::string twice = R"({"type":"command_ack","command_id":"a","command_id":"b"})";
  const std::pair<std::string, std::string> cases[] = {
      {"", "bad_message"},
      {"{", "bad_message"},
      {R"({"type":"hub_status"})", "bad_message"},
      {R"({"type":"printer_status","printer_id":7})", "bad_message"},
      {too_deep, "bad_message"},
      {twice, "bad_message"},
      {"[]", "bad_message"},
      {R"({"type":"zap"})", "unknown_type"},
      {R"({"type":"cloud_hello"})", "unknown_type"},
  };
  for (const auto& [text, code] : cases) {
    const auto before = connection.peer->count<WireError>();
    connection.handler->on_text(text);
    ASSERT_EQ(connection.peer->count<WireError>(), before + 1) << text;
    EXPECT_EQ(connection.peer->last<WireError>()->code.value, code) << text;
  }
  EXPECT_EQ(connection.peer->close_code, 0);
  connection.say(farm.report_of(printer, PrinterState::idle, 1));
  EXPECT_TRUE(farm.printers.status(farm.owner, {printer.id.value})->status);
}

TEST_F(HubSessionTest, an_error_is_never_answered_however_broken_it_is) {
  farm.add_hub(farm.owner);
  auto connection = open();
  connection.handler->on_text(R"({"type":"error"})");
  EXPECT_EQ(connection.peer->count<WireError>(), 0u);
}

TEST_F(HubSessionTest, a_frame_over_the_limit_ends_the_connection) {
  farm.add_hub(farm.owner);
  auto connection = open();
  connection.handler->on_text(std::string(hub_frame_bytes_max, ' '));
  EXPECT_EQ(connection.peer->close_code, 0);
  connection.handler->on_text(std::string(hub_frame_bytes_max + 1, ' '));
  EXPECT_EQ(connection.peer->close_code, 1009);
}

TEST_F(HubSessionTest, a_copy_of_a_hub_is_closed_and_the_quarantine_closes_both_out) {
  farm.add_hub(farm.owner);
  auto original = open(5);
  auto copy = connect();
  copy.say(hello_to(copy, 4));
  EXPECT_EQ(copy.peer->close_code, close_unauthorised);
  EXPECT_EQ(original.peer->close_code, 0) << "what runs is not interrupted";
  EXPECT_TRUE(farm.hubs.find(farm.owner, {"hub-1"})->quarantined_at);
  original.close();
  auto again = connect();
  again.say(hello_to(again, 6));
  EXPECT_EQ(again.peer->close_code, close_unauthorised);
}

TEST_F(HubSessionTest, a_released_hub_forgets_the_printers_and_is_closed) {
  farm.add_hub(farm.owner);
  auto connection = open();
  sessions.dismiss("hub-1");
  EXPECT_TRUE(connection.peer->last<PrintersConfig>()->printers.value.empty());
  EXPECT_EQ(connection.peer->close_code, close_unauthorised);
  sessions.dismiss("hub-9");  // Not connected: nothing to end.
}

TEST_F(HubSessionTest, orders_reach_the_hub_and_what_it_found_reaches_people) {
  farm.add_hub(farm.owner);
  auto connection = open();
  ASSERT_TRUE(farm.hubs.reboot(farm.owner, {"hub-1"}));
  const auto accepted = farm.hubs.discover(farm.owner, {"hub-1"}, {HostName("192.0.2.9")});
  sessions.wake("hub-1");
  const auto order = connection.peer->last<HubCommand>();
  ASSERT_TRUE(order);
  EXPECT_EQ(order->action, HubAction::reboot);
  EXPECT_EQ(order->epoch, 1);
  EXPECT_TRUE(order->not_after);
  const auto discover = connection.peer->last<DiscoverPrinters>();
  ASSERT_TRUE(discover);
  EXPECT_EQ(discover->command_id.value, accepted->command_id.value);
  EXPECT_EQ(discover->address->value, "192.0.2.9");
  PrintersDiscovered found;
  found.command_id = discover->command_id;
  connection.say(found);
  EXPECT_EQ(farm.hubs.discovered(farm.owner, {"hub-1"})->command_id->value,
            accepted->command_id.value);
}

TEST_F(HubSessionTest, a_hubs_log_is_kept_and_the_newest_is_shown) {
  farm.blobs.start();
  farm.add_hub(farm.owner);
  auto connection = open();
  EXPECT_EQ(farm.hubs.latest_log(farm.owner, {"hub-1"}).error().status, 404);
  connection.handler->on_binary(binary_frame(LogFrame{"c1"}, "{\"event\":\"old\"}\n"));
  connection.handler->on_binary(binary_frame(LogFrame{"c2"}, "{\"event\":\"new\"}\n"));
  const auto kept = farm.hubs.latest_log(farm.owner, {"hub-1"});
  ASSERT_TRUE(kept);
  EXPECT_EQ(farm.blobs.open(kept->blob.key)->read_at(0, 1'000), "{\"event\":\"new\"}\n");
  EXPECT_EQ(farm.hubs.latest_log(farm.make_caller("Other"), {"hub-1"}).error().status, 404);
}

TEST_F(HubSessionTest, a_binary_frame_that_is_no_log_is_refused) {
  farm.add_hub(farm.owner);
  auto before_hello = connect();
  before_hello.handler->on_binary(binary_frame(LogFrame{"c1"}, "x"));
  EXPECT_EQ(before_hello.peer->count<WireError>(), 0u);
  auto connection = open();
  const std::pair<std::string, std::string> cases[] = {
      {"", "bad_message"},
      {"no newline", "bad_message"},
      {"\nbytes", "bad_message"},
      {"{\"type\":\"log\"}\nbytes", "bad_message"},
      {"{\"type\":\"picture\"}\nbytes", "unknown_type"},
      {std::string(binary_header_bytes_max, ' ') + "\n", "bad_message"},
  };
  for (const auto& [frame, code] : cases) {
    connection.handler->on_binary(frame);
    ASSERT_TRUE(connection.peer->last<WireError>()) << frame;
    EXPECT_EQ(connection.peer->last<WireError>()->code.value, code) << frame.substr(0, 40);
  }
  EXPECT_EQ(farm.hubs.latest_log(farm.owner, {"hub-1"}).error().status, 404);
  connection.handler->on_binary(std::string(hub_binary_frame_bytes_max + 1, 'x'));
  EXPECT_EQ(connection.peer->close_code, 1009);
}

TEST_F(HubSessionTest, a_moved_printer_reaches_its_new_hub_once_the_old_one_has_answered) {
  farm.add_hub(farm.owner);
  farm.add_hub(farm.owner, "hub-2");
  const auto printer = farm.add_printer(farm.owner, "hub-2");
  auto connection = open();
  ASSERT_TRUE(farm.printers.move(farm.owner, {printer.id.value}, {Uuid("hub-1"), {}}));
  sessions.wake("hub-1");
  EXPECT_FALSE(connection.peer->last<ConfigurePrinter>());
  farm.clock.advance(Minutes{6});
  farm.printers.end_moves();
  sessions.wake("hub-1");
  ASSERT_TRUE(connection.peer->last<ConfigurePrinter>());
  EXPECT_EQ(connection.peer->last<ConfigurePrinter>()->printer.assignment, 2);
}

TEST_F(HubSessionTest, a_printer_added_while_the_hub_is_there_is_configured_at_once) {
  farm.add_hub(farm.owner);
  auto connection = open();
  farm.add_printer(farm.owner, "hub-1");
  sessions.wake("hub-1");
  const auto configure = connection.peer->last<ConfigurePrinter>();
  ASSERT_TRUE(configure);
  EXPECT_EQ(configure->epoch, 1);
  connection.say(CommandAck{configure->command_id, true, {}, {}});
  EXPECT_TRUE(farm.commands.unanswered("hub-1").empty());
}

TEST_F(HubSessionTest, what_is_not_answered_is_sent_again_but_not_at_once) {
  farm.add_hub(farm.owner);
  auto connection = open();
  farm.add_printer(farm.owner, "hub-1");
  sessions.wake("hub-1");
  sessions.wake("hub-1");
  EXPECT_EQ(connection.peer->count<ConfigurePrinter>(), 1u);
  farm.clock.advance(Seconds{11});
  sessions.tick(farm.clock.now());
  EXPECT_EQ(connection.peer->count<ConfigurePrinter>(), 2u);
}

TEST_F(HubSessionTest, a_job_goes_out_with_its_epoch_and_its_events_are_acknowledged) {
  farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, "hub-1");
  auto connection = open();
  const auto job = farm.add_job(farm.owner, farm.add_file(farm.owner), printer.id.value);
  const auto started = farm.jobs.start(farm.owner, {job.id.value}, {.plate_cleared = true});
  ASSERT_TRUE(started);
  sessions.wake("hub-1");
  const auto command = connection.peer->last<PrintCommand>();
  ASSERT_TRUE(command);
  EXPECT_EQ(command->epoch, 1);
  EXPECT_EQ(command->job_id->value, job.id.value);

  connection.say(CommandAck{command->command_id, true, {}, {}});
  connection.say(FileUrlRequest{job.id, started->attempt});
  const auto url = connection.peer->last<FileUrl>();
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->url.value.starts_with("/download/files/"));

  connection.say(farm.event_of(*started, AttemptState::received, 1));
  connection.say(farm.event_of(*started, AttemptState::starting, 2));
  EXPECT_EQ(connection.peer->last<EventAck>()->upto, 2);
  EXPECT_TRUE(farm.printers.find(farm.owner, {printer.id.value})->needs_clearing);
}

TEST_F(HubSessionTest, a_file_address_is_given_to_the_attempts_own_hub_only) {
  farm.add_hub(farm.owner, "hub-2");
  const auto printer = farm.add_printer(farm.owner, "hub-2");
  const auto job = farm.add_job(farm.owner, farm.add_file(farm.owner), printer.id.value);
  const auto started = farm.jobs.start(farm.owner, {job.id.value}, {.plate_cleared = true});
  farm.add_hub(farm.owner);
  auto other = open();
  other.say(FileUrlRequest{job.id, started->attempt});
  EXPECT_FALSE(other.peer->last<FileUrl>());
  EXPECT_EQ(other.peer->last<WireError>()->code.value, "no_such_attempt");
}

TEST_F(HubSessionTest, a_lost_hub_takes_its_printers_offline) {
  farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, "hub-1");
  auto connection = open();
  connection.say(farm.report_of(printer, PrinterState::printing, 1));
  connection.close();
  const auto status = farm.printers.status(farm.owner, {printer.id.value});
  EXPECT_EQ(status->status->state, PrinterState::offline);
  EXPECT_EQ(status->connection->state, ConnectionState::disconnected);
}

TEST_F(HubSessionTest, a_planned_restart_tells_each_hub_another_time_to_come_back) {
  std::vector<std::string> reasons;
  for (int i = 0; i < 3; ++i) {
    auto connection = connect();
    connection.handler->on_drain();
    EXPECT_EQ(connection.peer->close_code, close_restart);
    reasons.push_back(connection.peer->close_reason);
  }
  EXPECT_EQ(reasons,
            (std::vector<std::string>{"{\"retry_after_ms\":1000}", "{\"retry_after_ms\":1010}",
                                      "{\"retry_after_ms\":1020}"}));
}

TEST_F(HubSessionTest, ever_so_many_hubs_are_back_within_five_minutes) {
  for (int i = 0; i < 50'000; ++i) {
    ASSERT_LT(sessions.next_return(), Minutes{5});
  }
}

}  // namespace
}  // namespace pf
