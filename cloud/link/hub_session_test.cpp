#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"
#include "cloud/link/hub_sessions.hpp"
#include "cloud/link/test_peers.hpp"
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
  const auto changes = [&] {
    return std::get<std::int64_t>(farm.database.query("SELECT total_changes()")[0][0]);
  };
  const auto before = changes();
  for (int seq = 2; seq < 100; ++seq) {
    connection.say(farm.report_of(printer, PrinterState::printing, seq));
  }
  EXPECT_EQ(changes(), before);
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
  auto connection = open();
  for (const std::string text : {"", "{", "[]", "{\"type\":\"zap\"}", "{\"type\":\"hub_status\"}",
                                 "{\"type\":\"hub_status\",\"type\":\"hub_status\"}"}) {
    connection.handler->on_text(text);
    EXPECT_EQ(connection.peer->last<WireError>()->code.value, "bad_message") << text;
  }
  EXPECT_EQ(connection.peer->close_code, 0);
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

TEST_F(HubSessionTest, a_planned_restart_tells_the_hub_when_to_come_back) {
  farm.add_hub(farm.owner);
  auto connection = open();
  connection.handler->on_drain();
  EXPECT_EQ(connection.peer->close_code, close_restart);
  EXPECT_NE(connection.peer->close_reason.find("retry_after_ms"), std::string::npos);
}

}  // namespace
}  // namespace pf
