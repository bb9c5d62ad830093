// A whole server for tests, on a port of the system's choice, with one small module behind it.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cloud/adapters/http/http_server.hpp"
#include "cloud/adapters/http/test_client.hpp"
#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/ports/database.hpp"
#include "crypto/secure_random.hpp"

namespace pf {

struct NewThing {
  Text<1, 20> name;
  FIELDS(name)
};
struct Thing {
  Uuid id;
  Name name;
  Millis updated_at = 0;
  FIELDS(id, name, updated_at)
};
struct StoredThing {
  std::string name;
  std::int64_t size = 0;
  FIELDS(name, size)
};

class MemoryBlobs final : public Blobs {
 public:
  class Reader final : public BlobReader {
   public:
    explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_.size(); }
    std::string read_at(std::uint64_t offset, std::size_t bytes) const override {
      return bytes_.substr(offset, bytes);
    }

   private:
    std::string bytes_;
  };
  std::unique_ptr<BlobWriter> create() override { return nullptr; }
  std::unique_ptr<BlobReader> open(const std::string& key) override {
    const auto found = blobs.find(key);
    if (found == blobs.end()) return nullptr;
    return std::make_unique<Reader>(found->second);
  }
  void remove(const std::string&) override {}

  std::map<std::string, std::string> blobs;
};

// Lets a handler wait until the test says so, and the test until a handler has come.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  void wait_for(int arrivals) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= arrivals; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool is_open_ = false;
};

// What became of the uploads.
struct UploadRecord {
  std::mutex mutex;
  std::string name, bytes;
  int begun = 0, finished = 0, discarded = 0;
  std::size_t largest_piece = 0;
};

class Things {
 public:
  class ThingUpload final : public Upload {
   public:
    explicit ThingUpload(UploadRecord& record) : record_(record) {
      const std::lock_guard lock(record_.mutex);
      ++record_.begun;
      record_.bytes.clear();
    }
    ~ThingUpload() override {
      const std::lock_guard lock(record_.mutex);
      if (!finished_) ++record_.discarded;
    }
    void named(std::string_view file_name) override {
      const std::lock_guard lock(record_.mutex);
      record_.name = file_name;
    }
    std::optional<Fault> append(std::string_view bytes) override {
      if (bytes.starts_with("DISK FULL")) throw BlobStorageFull("no space left");
      const std::lock_guard lock(record_.mutex);
      record_.bytes += bytes;
      record_.largest_piece = std::max(record_.largest_piece, bytes.size());
      if (bytes.starts_with("not a zip")) return invalid("file", "is not a 3MF");
      return std::nullopt;
    }
    Response finish() override {
      const std::lock_guard lock(record_.mutex);
      finished_ = true;
      ++record_.finished;
      return {.status = 201,
              .body = json::encode(
                  StoredThing{record_.name, static_cast<std::int64_t>(record_.bytes.size())})};
    }

   private:
    UploadRecord& record_;
    bool finished_ = false;
  };

  Answer<Thing> find(const Caller& caller, const PathId& id) {
    if (id.value == "unavailable") throw DatabaseUnavailable("disk I/O error");
    if (id.value == "unknown") throw OutcomeUnknown("connection lost during COMMIT");
    if (id.value == "full") throw BlobStorageFull("no space left");
    if (id.value == "broken") throw std::runtime_error("a secret of the inside");
    if (id.value == "slow") gate.pass();
    if (id.value != "1") return not_found("thing");
    return Thing{"1", Name(caller.user_id), 77};
  }
  Answer<Created<Thing>> create(const Caller& caller, const NewThing& wanted) {
    ++created;
    return Created<Thing>{{"2", Name(wanted.name.value), 78}, "/api/things/2" + caller.request_id};
  }
  Answer<Done> remove(const Caller& caller, const PathId&) {
    if (caller.if_match && *caller.if_match != "77") return Fault{412, "It has changed."};
    return Done{};
  }
  Answer<WithCookies<Thing>> login(const Visitor& visitor, const NewThing& wanted) {
    ++logins;
    last_visitor = visitor;
    return WithCookies<Thing>{
        {"3", Name(wanted.name.value), 1},
        {{"access", "token-of-" + wanted.name.value, 900}, {"refresh", "r1", 1'000'000}}};
  }
  Answer<Thing> visit(const Visitor& visitor) {
    last_visitor = visitor;
    return Thing{"4", Name("visited"), 1};
  }
  Answer<BlobReply> download(const Caller&, const PathId& id) {
    return BlobReply{{"key-" + id.value, 0, "tag" + id.value, "Würfel \"1\".3mf"}, "model/3mf"};
  }
  Answer<std::unique_ptr<Upload>> begin_upload(const Caller& caller) {
    if (caller.user_id == "full") return Fault{403, "Your plan has no room for more files."};
    return std::unique_ptr<Upload>(std::make_unique<ThingUpload>(uploads));
  }

  Gate gate;
  UploadRecord uploads;
  std::atomic<int> created{0}, logins{0};
  Visitor last_visitor;
};

inline constexpr auto thing_routes() {
  return std::to_array<Route<Things>>({
      get<&Things::find>("/api/things/{id}", Role::viewer),
      post<&Things::create>("/api/things", Role::operator_),
      remove<&Things::remove>("/api/things/{id}", Role::admin),
      get<&Things::download>("/api/things/{id}/download", Role::viewer),
      upload_route<StoredThing, Things, &Things::begin_upload>("/api/things/upload",
                                                               Role::operator_, "upload"),
      open_post<&Things::login>("/auth/login"),
      open_get<&Things::visit>("/auth/visit"),
  });
}

class RecordingLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    const std::lock_guard lock(mutex_);
    text_ += event;
    for (const auto& field : fields) text_.append(" ").append(field.value);
    text_ += '\n';
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

// Answers "echo X" with X, and keeps what it heard.
class TestSockets final : public SocketAcceptor {
 public:
  struct Heard {
    std::mutex mutex;
    std::condition_variable changed;
    std::string log;
    std::vector<std::shared_ptr<SocketPeer>> peers;
    std::vector<SocketRequest> requests;

    void add(const std::string& line) {
      const std::lock_guard lock(mutex);
      log += line + "\n";
      changed.notify_all();
    }
    // Waits until the line has come; false after much longer than it can take.
    bool has(const std::string& line) {
      std::unique_lock lock(mutex);
      return changed.wait_for(lock, std::chrono::seconds(20), [&] {
        return ("\n" + log).find("\n" + line + "\n") != std::string::npos;
      });
    }
  };

  std::unique_ptr<SocketHandler> accept(std::shared_ptr<SocketPeer> peer,
                                        const SocketRequest& request) override {
    const std::lock_guard lock(heard.mutex);
    heard.peers.push_back(peer);
    heard.requests.push_back(request);
    if (request.path_value == "unknown") return nullptr;
    peer->send(std::make_shared<const std::string>("welcome"));
    return std::make_unique<Handler>(heard, std::move(peer));
  }

  Heard heard;

 private:
  class Handler final : public SocketHandler {
   public:
    Handler(Heard& heard, std::shared_ptr<SocketPeer> peer)
        : heard_(heard), peer_(std::move(peer)) {}
    void on_text(std::string_view text) override {
      if (text == "throw") throw std::runtime_error("thrown");
      if (text == "throw later") throws_later_ = true;
      if (text == "close") peer_->close(4401, "go away");
      if (text.starts_with("echo ")) {
        peer_->send(std::make_shared<const std::string>(text.substr(5)));
      }
      heard_.add("text " + std::string(text));
    }
    void on_binary(std::string_view bytes) override {
      heard_.add("binary " + std::to_string(bytes.size()));
    }
    void on_writable() override {
      heard_.add("writable");
      if (throws_later_) throw std::runtime_error("thrown when writable");
    }
    void on_drain() override {
      heard_.add("drain");
      if (throws_later_) throw std::runtime_error("thrown when draining");
      peer_->close(4503, "{\"retry_after_ms\":5}");
    }
    void on_closed() override {
      heard_.add("closed");
      if (throws_later_) throw std::runtime_error("thrown when closed");
    }

   private:
    Heard& heard_;
    std::shared_ptr<SocketPeer> peer_;
    bool throws_later_ = false;
  };
};

struct TestServer {
  explicit TestServer(HttpSettings settings = {}, const std::string& web_folder = "/nowhere")
      : web_app(web_folder) {
    router.add(thing_routes(), things);
    database.execute(
        "INSERT INTO tenants (id, name, created_at, updated_at) VALUES ('t', 't', 0, 0)");
    server = std::make_unique<HttpServer>(
        std::move(settings),
        HttpRooms{router,
                  // "viewer-7" is the user 7 with the role viewer.
                  [](const Visitor& visitor, std::string_view token) -> std::optional<Caller> {
                    const auto dash = token.find('-');
                    const auto role = from_word<Role>(token.substr(0, dash));
                    if (!role || dash == std::string_view::npos) return std::nullopt;
                    Caller caller;
                    static_cast<Visitor&>(caller) = visitor;
                    caller.tenant = {"t"};
                    caller.user_id = token.substr(dash + 1);
                    caller.role = *role;
                    return caller;
                  },
                  replies,
                  {{"/health/live", {[](const Request&) { return Response{.body = "{}"}; }}},
                   {"/metrics",
                    {[this](const Request&) {
                       return Response{.content_type = "text/plain", .body = metrics.text()};
                     },
                     PageReader::operator_}}},
                  blobs,
                  web_app,
                  hubs,
                  dashboards,
                  metrics,
                  random,
                  clock,
                  log});
    server->start();
  }
  std::uint16_t port() const { return server->port(); }
  // A request with Host and whatever else is given, each field with its CRLF.
  static std::string request(const std::string& method, const std::string& target,
                             const std::string& fields = "", const std::string& body = "") {
    auto text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields;
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
  }
  ClientReply ask(const std::string& method, const std::string& target,
                  const std::string& fields = "", const std::string& body = "") {
    TestClient client(port());
    return client.ask(request(method, target, fields, body));
  }

  SystemClock clock;
  crypto::SecureRandom random;
  RecordingLog log;
  TestDatabase database;
  Secrets secrets{std::string(32, 'k'), random};
  ReplyMemory replies{database, secrets, clock};
  Things things;
  Router router;
  MemoryBlobs blobs;
  StaticFiles web_app;
  TestSockets hubs, dashboards;
  Metrics metrics;
  std::unique_ptr<HttpServer> server;
};

}  // namespace pf
