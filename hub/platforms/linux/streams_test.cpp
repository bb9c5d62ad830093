#include "hub/platforms/linux/streams.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <deque>
#include <future>

#include "crypto/hash.hpp"
#include "hub/platforms/linux/test_server.hpp"
#include "process/scratch_directory.hpp"

namespace pf::hub {
namespace {

constexpr Milliseconds patience{20'000};
constexpr StreamId control{1, 0, 1};
constexpr StreamId data{1, 1, 1};

class Recorder final : public StreamEventSink {
 public:
  void deliver(StreamEvent event) override { events.push_back(std::move(event)); }
  std::deque<StreamEvent> events;
};

class StreamsTest : public testing::Test {
 protected:
  StreamsTest() { std::signal(SIGPIPE, SIG_IGN); }

  void use_roots(const std::string& roots) { use(TlsClient::for_printers(roots)); }
  void use(Result<TlsClient, TlsFault> made) {
    ASSERT_TRUE(made) << made.error().says;
    tls_ = std::make_unique<TlsClient>(std::move(*made));
    streams_ = std::make_unique<Streams>(loop_, *tls_, recorder_);
  }

  Streams& streams() {
    if (!streams_) use_roots("");
    return *streams_;
  }
  void open(StreamId id, std::uint16_t port, Milliseconds deadline = connect_deadline) {
    streams().perform(TcpOpen{id, "127.0.0.1", port, deadline});
  }
  void start_tls(StreamId id, TlsCap cap = TlsCap::tls_1_2,
                 std::optional<StreamId> resume_from = std::nullopt) {
    streams().perform(TlsStart{id, "01S00A000000001", cap, resume_from});
  }

  bool hears_something(Milliseconds within) {
    auto event = next(within);
    if (event) recorder_.events.push_front(std::move(*event));
    return event.has_value();
  }

  // Runs the loop until the next event; nothing comes within the patience: the test has failed.
  std::optional<StreamEvent> next(Milliseconds within = patience) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (recorder_.events.empty() && std::chrono::steady_clock::now() < until) {
      loop_.restart();
      loop_.run_one_until(until);
    }
    if (recorder_.events.empty()) return std::nullopt;
    auto event = std::move(recorder_.events.front());
    recorder_.events.pop_front();
    return event;
  }
  template <class Wanted>
  Wanted expect() {
    const auto event = next();
    const auto* wanted = event ? std::get_if<Wanted>(&*event) : nullptr;
    EXPECT_NE(wanted, nullptr) << "another event, " << (event ? int(event->index()) : -1) << ", "
                               << closed_detail(event);
    return wanted ? *wanted : Wanted{};
  }
  static std::string closed_detail(const std::optional<StreamEvent>& event) {
    const auto* closed = event ? std::get_if<StreamClosed>(&*event) : nullptr;
    return closed ? "closed: " + closed->detail : "";
  }
  // Takes events up to and with the closing one.
  StreamClosed expect_closed() {
    for (auto event = next(); event; event = next()) {
      if (const auto* closed = std::get_if<StreamClosed>(&*event)) return *closed;
    }
    ADD_FAILURE() << "never closed";
    return {};
  }
  std::string expect_bytes(StreamId id, std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      const auto piece = expect<StreamData>();
      EXPECT_EQ(piece.stream, id);
      if (piece.bytes.empty()) break;
      bytes += piece.bytes;
    }
    return bytes;
  }
  std::size_t expect_written(std::size_t size) {
    std::size_t written = 0;
    while (written < size) {
      const auto one = expect<StreamWritten>();
      if (one.bytes == 0) break;
      written += one.bytes;
    }
    return written;
  }
  TlsReady open_tls(StreamId id, std::uint16_t port, TlsCap cap = TlsCap::tls_1_2,
                    std::optional<StreamId> resume_from = std::nullopt) {
    open(id, port);
    expect<StreamOpened>();
    start_tls(id, cap, resume_from);
    return expect<TlsReady>();
  }

  boost::asio::io_context loop_;
  Recorder recorder_;
  std::unique_ptr<TlsClient> tls_;
  std::unique_ptr<Streams> streams_;
};

TEST_F(StreamsTest, a_plain_stream_carries_bytes_both_ways) {
  TestServer server([](ServerConnection& peer) { peer.write("hello " + peer.read_exactly(5)); });
  open(control, server.port());
  EXPECT_EQ(expect<StreamOpened>().stream, control);
  streams().perform(StreamRead{control, 1000});
  streams().perform(StreamWrite{control, "world"});
  EXPECT_EQ(expect<StreamWritten>().bytes, 5u);
  EXPECT_EQ(expect_bytes(control, 11), "hello world");
  EXPECT_EQ(expect_closed().reason, CloseReason::closed_by_peer);
  EXPECT_EQ(streams().open_count(), 0u);
}

TEST_F(StreamsTest, nothing_is_delivered_beyond_the_granted_credit) {
  std::promise<void> enough;
  TestServer server([&](ServerConnection& peer) {
    peer.write(std::string(100'000, 'x'));
    enough.get_future().wait();
  });
  open(control, server.port());
  expect<StreamOpened>();
  streams().perform(StreamRead{control, 1000});
  EXPECT_EQ(expect_bytes(control, 1000).size(), 1000u);
  EXPECT_FALSE(next(Milliseconds{50}));
  streams().perform(StreamRead{control, 99'000});
  EXPECT_EQ(expect_bytes(control, 99'000).size(), 99'000u);
  enough.set_value();
}

TEST_F(StreamsTest, bytes_that_tls_already_decrypted_come_with_later_credit) {
  const TestAuthority authority;
  const auto context = server_context(authority.issue("x"));
  std::promise<void> enough;
  TestServer server([&](ServerConnection& peer) {
    peer.accept_tls(context.get());
    peer.write(std::string(10'000, 'x'));  // One record.
    enough.get_future().wait();
  });
  open_tls(control, server.port());
  for (int i = 0; i < 10; ++i) {
    streams().perform(StreamRead{control, 1000});
    EXPECT_EQ(expect_bytes(control, 1000).size(), 1000u);
  }
  enough.set_value();
}

TEST_F(StreamsTest, what_was_written_is_reported_as_it_leaves) {
  std::promise<void> read_now;
  std::string received;
  {
    TestServer server([&](ServerConnection& peer) {
      read_now.get_future().wait();
      received = peer.read_to_end();
    });
    open(control, server.port());
    expect<StreamOpened>();
    // More than the socket's buffers hold, never more than the limit at a time.
    std::size_t unwritten = 0, sent = 0, pieces = 0;
    bool reading = false;
    while (sent < 8'000'000) {
      while (unwritten + 16'384 <= stream_unwritten_max) {
        streams().perform(
            StreamWrite{control, std::string(16'384, static_cast<char>('a' + pieces++ % 26))});
        unwritten += 16'384;
        sent += 16'384;
      }
      if (!reading && !hears_something(Milliseconds{50})) {
        read_now.set_value();
        reading = true;
        continue;
      }
      while (!recorder_.events.empty() || unwritten + 16'384 > stream_unwritten_max) {
        const auto one = expect<StreamWritten>();
        ASSERT_GT(one.bytes, 0u);
        unwritten -= one.bytes;
      }
    }
    EXPECT_EQ(expect_written(unwritten), unwritten);
    streams().perform(StreamClose{control});
    EXPECT_EQ(expect_closed().reason, CloseReason::closed_by_us);
  }
  ASSERT_GE(received.size(), 8'000'000u);
  for (std::size_t i = 0; i < received.size(); i += 16'384) {
    ASSERT_EQ(received[i], 'a' + static_cast<char>(i / 16'384 % 26));
  }
}

TEST_F(StreamsTest, tls_reports_who_the_peer_is_and_that_nobody_known_vouches_for_it) {
  const TestAuthority authority;
  const Identity printer = authority.issue("01S00A000000001");
  const auto context = server_context(printer);
  std::string server_name;
  int version = 0;
  {
    TestServer server([&](ServerConnection& peer) {
      ASSERT_TRUE(peer.accept_tls(context.get()));
      server_name = SSL_get_servername(peer.tls(), TLSEXT_NAMETYPE_host_name);
      version = SSL_version(peer.tls());
    });
    const auto ready = open_tls(control, server.port());
    EXPECT_EQ(ready.peer.common_name, "01S00A000000001");
    EXPECT_FALSE(ready.peer.chain_trusted);
    EXPECT_FALSE(ready.session_reused);
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(printer.key.get(), &der);
    EXPECT_EQ(ready.peer.fingerprint,
              crypto::sha256_hex({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)}));
    OPENSSL_free(der);
  }
  EXPECT_EQ(server_name, "01S00A000000001");
  EXPECT_EQ(version, TLS1_2_VERSION);
}

TEST_F(StreamsTest, tls_1_3_is_spoken_only_where_it_is_allowed) {
  const TestAuthority authority;
  const auto context = server_context(authority.issue("x"));
  std::atomic<int> version = 0;
  {
    TestServer server([&](ServerConnection& peer) {
      peer.accept_tls(context.get());
      version = SSL_version(peer.tls());
    });
    open_tls(control, server.port(), TlsCap::tls_1_3);
  }
  EXPECT_EQ(version, TLS1_3_VERSION);
}

TEST_F(StreamsTest, a_chain_is_trusted_that_leads_to_a_root_in_a_file_or_a_directory) {
  const process::ScratchDirectory scratch;
  const TestAuthority authority("Maker CA"), stranger("Other CA");
  std::filesystem::create_directory(scratch.file("roots"));
  authority.root().write_certificate(scratch.file("roots/maker.pem"));
  stranger.root().write_certificate(scratch.file("roots/other.pem"));
  for (const std::string& roots : {scratch.file("roots/maker.pem"), scratch.file("roots")}) {
    // A1 mini: X.509 version 1, RSA.
    const auto context = server_context(authority.issue_v1("03000A000000001"));
    TestServer server([&](ServerConnection& peer) { peer.accept_tls(context.get()); });
    use_roots(roots);
    const auto ready = open_tls(control, server.port());
    EXPECT_TRUE(ready.peer.chain_trusted) << roots;
    EXPECT_EQ(ready.peer.common_name, "03000A000000001");
    expect_written(0);
    streams().perform(StreamClose{control, CloseKind::abort});
    expect_closed();
  }
}

TEST_F(StreamsTest, a_chain_is_not_trusted_whose_issuer_only_has_the_right_name) {
  const process::ScratchDirectory scratch;
  const TestAuthority authority("Maker CA"), impostor("Maker CA");
  authority.root().write_certificate(scratch.file("maker.pem"));
  const auto context = server_context(impostor.issue("01S00A000000001"));
  TestServer server([&](ServerConnection& peer) { peer.accept_tls(context.get()); });
  use_roots(scratch.file("maker.pem"));
  EXPECT_FALSE(open_tls(control, server.port()).peer.chain_trusted);
}

TEST_F(StreamsTest, a_second_stream_resumes_the_session_of_an_open_one) {
  const TestAuthority authority;
  for (const bool tickets : {true, false}) {
    const auto context = server_context(authority.issue("x"));
    if (!tickets) SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    std::promise<void> accepted, done;
    TestServer first([&](ServerConnection& peer) {
      peer.accept_tls(context.get());
      accepted.set_value();
      done.get_future().wait();
    });
    TestServer second(
        [&](ServerConnection& peer) {
          peer.accept_tls(context.get());
          peer.write(SSL_session_reused(peer.tls()) ? "reused" : "made anew");
          peer.read();
        },
        2);
    EXPECT_FALSE(open_tls(control, first.port()).session_reused);
    // Without tickets a server knows the session only once its own side of the handshake has ended.
    accepted.get_future().wait();
    EXPECT_TRUE(open_tls(data, second.port(), TlsCap::tls_1_2, control).session_reused);
    streams().perform(StreamRead{data});
    EXPECT_EQ(expect_bytes(data, 6), "reused") << tickets;
    streams().perform(StreamClose{data, CloseKind::abort});
    expect_closed();
    const StreamId fresh{1, 1, 2}, never_opened{9, 9, 9};
    EXPECT_FALSE(open_tls(fresh, second.port(), TlsCap::tls_1_2, never_opened).session_reused);
    streams().perform(StreamClose{fresh, CloseKind::abort});
    expect_closed();
    streams().perform(StreamClose{control, CloseKind::abort});
    expect_closed();
    done.set_value();
  }
}

TEST_F(StreamsTest, tls_may_start_after_plain_bytes) {
  const TestAuthority authority;
  const auto context = server_context(authority.issue("x"));
  TestServer server([&](ServerConnection& peer) {
    peer.write("150");
    peer.read_exactly(2);
    peer.accept_tls(context.get());
    peer.write("secret");
  });
  open(data, server.port());
  expect<StreamOpened>();
  streams().perform(StreamRead{data, 3});
  EXPECT_EQ(expect_bytes(data, 3), "150");
  streams().perform(StreamWrite{data, "go"});
  EXPECT_EQ(expect_written(2), 2u);
  start_tls(data);
  expect<TlsReady>();
  streams().perform(StreamRead{data, 100});
  EXPECT_EQ(expect_bytes(data, 6), "secret");
}

TEST_F(StreamsTest, bytes_written_during_the_handshake_follow_it) {
  const TestAuthority authority;
  const auto context = server_context(authority.issue("x"));
  std::string received;
  {
    TestServer server([&](ServerConnection& peer) {
      peer.accept_tls(context.get());
      received = peer.read_exactly(5);
    });
    open(control, server.port());
    expect<StreamOpened>();
    start_tls(control);
    streams().perform(StreamWrite{control, "early"});
    expect<TlsReady>();
    EXPECT_EQ(expect_written(5), 5u);
  }
  EXPECT_EQ(received, "early");
}

TEST_F(StreamsTest, an_orderly_close_delivers_all_says_goodbye_and_does_not_wait) {
  const TestAuthority authority;
  const auto context = server_context(authority.issue("x"));
  std::promise<void> closed;
  std::string received;
  bool goodbye = false;
  {
    TestServer server([&](ServerConnection& peer) {
      peer.accept_tls(context.get());
      // The peer neither answers nor closes before we are done, and even talks on: a socket that
      // is closed with unread bytes would answer with a reset and lose the end of the file.
      peer.write("unread");
      closed.get_future().wait();
      received = peer.read_to_end();
      goodbye = peer.got_close_notify();
    });
    open_tls(data, server.port());
    streams().perform(StreamWrite{data, std::string(60'000, 'z')});
    streams().perform(StreamClose{data, CloseKind::orderly});
    EXPECT_EQ(expect_closed().reason, CloseReason::closed_by_us);
    closed.set_value();
    loop_.restart();
    loop_.run();  // The lingering socket ends by itself once the peer has closed.
  }
  EXPECT_TRUE(received == std::string(60'000, 'z'));
  EXPECT_TRUE(goodbye);
}

TEST_F(StreamsTest, an_abort_looks_like_a_break_and_never_like_the_end_of_a_file) {
  std::promise<void> aborted;
  int error = 0;
  {
    TestServer server([&](ServerConnection& peer) {
      aborted.get_future().wait();
      peer.read_to_end();
      error = peer.error();
    });
    open(data, server.port());
    expect<StreamOpened>();
    streams().perform(StreamWrite{data, "half a file"});
    expect_written(11);
    streams().perform(StreamClose{data, CloseKind::abort});
    EXPECT_EQ(expect<StreamClosed>().reason, CloseReason::closed_by_us);
    aborted.set_value();
    server.wait();
  }
  EXPECT_EQ(error, ECONNRESET);
}

TEST_F(StreamsTest, a_refused_connection_is_said_at_once) {
  std::uint16_t port = 0;
  {
    const Listener listener;
    port = listener.port();
  }
  open(control, port);
  const auto closed = expect<StreamClosed>();
  EXPECT_EQ(closed.reason, CloseReason::refused);
  EXPECT_EQ(closed.stream, control);
  EXPECT_FALSE(closed.detail.empty());
}

TEST_F(StreamsTest, a_host_without_an_address_is_unreachable) {
  streams().perform(TcpOpen{control, std::string(300, 'a'), 8883, connect_deadline});
  EXPECT_EQ(expect<StreamClosed>().reason, CloseReason::unreachable);
}

// With its backlog full, the kernel drops the SYN of whoever comes next.
class BlackHole {
 public:
  BlackHole() : listener_(0) {
    for (auto& client : clients_) client = listener_.connect_one();
  }
  ~BlackHole() {
    for (const int client : clients_) ::close(client);
  }
  std::uint16_t port() const { return listener_.port(); }
  void accept_all() {
    for (std::size_t i = 0; i < 2; ++i) ::close(listener_.accept());
  }

 private:
  Listener listener_;
  int clients_[3] = {};
};

TEST_F(StreamsTest, a_black_hole_is_given_up_at_the_deadline) {
  const BlackHole hole;
  const auto begun = std::chrono::steady_clock::now();
  open(control, hole.port(), Milliseconds{300});
  const auto closed = expect<StreamClosed>();
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(closed.reason, CloseReason::timed_out) << closed.detail;
  EXPECT_GE(took, Milliseconds{300});
  EXPECT_LT(took, Milliseconds{5'000});
}

TEST_F(StreamsTest, a_slow_connection_is_made_within_the_deadline) {
  BlackHole hole;
  open(control, hole.port());
  EXPECT_FALSE(next(Milliseconds{100}));
  hole.accept_all();
  expect<StreamOpened>();  // When the kernel sends its SYN again.
}

TEST_F(StreamsTest, the_deadline_covers_connecting_and_the_handshake_together) {
  std::promise<void> enough;
  TestServer server([&](ServerConnection&) { enough.get_future().wait(); });
  open(control, server.port(), Milliseconds{300});
  expect<StreamOpened>();
  start_tls(control);
  const auto closed = expect<StreamClosed>();
  EXPECT_EQ(closed.reason, CloseReason::timed_out);
  EXPECT_NE(closed.detail.find("TLS"), std::string::npos) << closed.detail;
  enough.set_value();
}

TEST_F(StreamsTest, the_deadline_does_not_run_while_tls_is_deferred) {
  const TestAuthority authority;
  const auto context = server_context(authority.issue("x"));
  TestServer server([&](ServerConnection& peer) { peer.accept_tls(context.get()); });
  open(data, server.port(), Milliseconds{2'000});
  expect<StreamOpened>();
  EXPECT_FALSE(next(Milliseconds{2'200}));
  start_tls(data);
  expect<TlsReady>();
}

TEST_F(StreamsTest, a_peer_that_speaks_no_tls_is_a_tls_failure) {
  const TestServer::Script scripts[] = {
      [](ServerConnection& peer) { peer.write("220 hello, this is plain text\r\n"); },
      [](ServerConnection& peer) { peer.read(); },
  };
  std::uint32_t generation = 10;
  for (const auto& script : scripts) {
    TestServer server(script);
    const StreamId id{1, 0, generation++};
    open(id, server.port());
    expect<StreamOpened>();
    start_tls(id);
    const auto closed = expect<StreamClosed>();
    EXPECT_EQ(closed.reason, CloseReason::tls_failed);
    EXPECT_FALSE(closed.detail.empty());
  }
}

TEST_F(StreamsTest, a_peer_may_close_with_or_without_close_notify) {
  const TestAuthority authority;
  const auto context = server_context(authority.issue("x"));
  std::uint32_t generation = 20;
  for (const bool politely : {true, false}) {
    TestServer server([&](ServerConnection& peer) {
      peer.accept_tls(context.get());
      peer.write("bye");
      if (politely) peer.send_close_notify();
      ::shutdown(peer.socket(), SHUT_WR);
      peer.read();
    });
    const StreamId id{1, 0, generation++};
    open_tls(id, server.port());
    streams().perform(StreamRead{id});
    EXPECT_EQ(expect_bytes(id, 3), "bye");
    EXPECT_EQ(expect<StreamClosed>().reason, CloseReason::closed_by_peer) << politely;
  }
}

TEST_F(StreamsTest, a_reset_is_told_from_an_end) {
  TestServer server([](ServerConnection& peer) {
    peer.read_exactly(1);
    const linger at_once{1, 0};
    ::setsockopt(peer.socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  });
  open(control, server.port());
  expect<StreamOpened>();
  streams().perform(StreamRead{control});
  streams().perform(StreamWrite{control, "x"});
  EXPECT_EQ(expect_closed().reason, CloseReason::reset);
}

TEST_F(StreamsTest, effects_on_a_closed_stream_are_dropped) {
  open(control, 1);
  expect<StreamClosed>();
  streams().perform(StreamRead{control});
  streams().perform(StreamWrite{control, "x"});
  start_tls(control);
  streams().perform(StreamClose{control});
  EXPECT_FALSE(next(Milliseconds{20}));
}

TEST_F(StreamsTest, too_many_streams_are_refused) {
  const BlackHole hole;
  for (std::uint32_t i = 0; i < streams_max; ++i) open({0, 0, i}, hole.port());
  open({1, 0, 0}, hole.port());
  const auto closed = expect<StreamClosed>();
  EXPECT_EQ(closed.stream, (StreamId{1, 0, 0}));
  EXPECT_EQ(closed.reason, CloseReason::unreachable);
}

// ---- a server that must prove its name, as the cloud must ----

struct Proof {
  const char* certificate_for;
  bool known_authority;
  const char* asked_for;
  bool believed;
};

TEST_F(StreamsTest, the_cloud_must_prove_its_name_to_a_known_root) {
  const process::ScratchDirectory scratch;
  const TestAuthority known("Farm CA"), unknown("Farm CA");
  known.root().write_certificate(scratch.file("ca.pem"));
  const Proof proofs[] = {
      {"DNS:farm.example", true, "farm.example", true},
      {"DNS:farm.example", true, "FARM.example", true},
      {"IP:127.0.0.1", true, "127.0.0.1", true},
      {"DNS:farm.example", true, "other.example", false},
      {"DNS:farm.example", true, "127.0.0.1", false},
      {"IP:127.0.0.2", true, "127.0.0.1", false},
      {"DNS:farm.example", false, "farm.example", false},
      {"", true, "other.example", false},
  };
  for (const auto& proof : proofs) {
    const auto& authority = proof.known_authority ? known : unknown;
    const auto context = server_context(authority.issue("farm.example", proof.certificate_for));
    TestServer server([&](ServerConnection& peer) { peer.accept_tls(context.get()); });
    use(TlsClient::for_cloud(scratch.file("ca.pem")));
    open(control, server.port());
    expect<StreamOpened>();
    streams().perform(TlsStart{control, proof.asked_for, TlsCap::tls_1_3, std::nullopt});
    if (proof.believed) {
      EXPECT_TRUE(expect<TlsReady>().peer.chain_trusted);
      streams().perform(StreamClose{control, CloseKind::abort});
      expect_closed();
    } else {
      EXPECT_EQ(expect<StreamClosed>().reason, CloseReason::tls_failed) << proof.asked_for;
    }
  }
}

TEST(TlsClient, says_which_certificate_file_is_wrong) {
  const process::ScratchDirectory scratch;
  std::ofstream(scratch.file("garbage.pem")) << "not a certificate";
  std::filesystem::create_directory(scratch.file("empty"));
  for (const std::string& path :
       {scratch.file("garbage.pem"), scratch.file("missing.pem"), scratch.path()}) {
    const auto printers = TlsClient::for_printers(path);
    ASSERT_FALSE(printers) << path;
    EXPECT_NE(printers.error().says.find(scratch.path()), std::string::npos);
  }
  EXPECT_FALSE(TlsClient::for_cloud(scratch.file("garbage.pem")));
  EXPECT_FALSE(TlsClient::for_cloud(scratch.file("missing.pem")));
  EXPECT_TRUE(TlsClient::for_printers(scratch.file("empty")));
  EXPECT_TRUE(TlsClient::for_printers(""));
}

}  // namespace
}  // namespace pf::hub
