// printfarm: the cloud. The composition root, and the only place where all names meet: each room is
// built once, in order, from the rooms it uses, and destroyed in reverse.
#include <signal.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "cloud/adapters/blobs/disk.hpp"
#include "cloud/adapters/http/http_server.hpp"
#include "cloud/adapters/http/worker_pool.hpp"
#include "cloud/adapters/sql/open_database.hpp"
#include "cloud/kit/openapi.hpp"
#include "cloud/kit/reply_memory.hpp"
#include "cloud/link/dashboard_sockets.hpp"
#include "cloud/link/dashboards.hpp"
#include "cloud/link/hub_sessions.hpp"
#include "cloud/main/account_rooms.hpp"
#include "cloud/main/api.hpp"
#include "cloud/main/audit_command.hpp"
#include "cloud/main/config.hpp"
#include "cloud/main/keys.hpp"
#include "cloud/main/local_hub.hpp"
#include "cloud/main/schedule.hpp"
#include "cloud/main/server_certificate.hpp"
#include "cloud/main/tls_init.hpp"
#include "crypto/secure_random.hpp"
#include "process/console_log.hpp"
#include "process/file_limit.hpp"
#include "process/settings.hpp"

namespace pf {
namespace {

constexpr Seconds drain_patience{5}, finish_patience{5};
constexpr int link_threads = 4;
constexpr std::size_t link_queue_max = 20'000;

// Blocking work with threads of its own: the link's, so that a flood of requests delays no hub, and
// the mail's, so that a slow mail server delays nobody.
class WorkerThreads final : public Workers {
 public:
  WorkerThreads(int threads, std::size_t queue_max) : pool_(queue_max) { pool_.start(threads); }
  bool post(std::function<void()> work) override {
    return pool_.submit(WorkerPool::Admission::new_work, std::move(work));
  }
  void stop() { pool_.stop(); }
  bool finish(Milliseconds at_most) {
    const bool finished = pool_.finish(at_most);
    stop();
    return finished;
  }

 private:
  WorkerPool pool_;
};

HttpSettings http_settings(const Config& config, std::optional<TlsIdentity> identity) {
  HttpSettings settings;
  settings.listen_address = config.listen;
  settings.port = static_cast<std::uint16_t>(config.port);
  settings.io_threads = static_cast<int>(config.io_threads);
  settings.worker_threads = static_cast<int>(config.worker_threads);
  settings.public_origin = config.public_origin;
  settings.trusted_hosts = config.trusted_hosts;
  if (identity) {
    for (auto& name : host_names_in(*identity)) settings.trusted_hosts.push_back(std::move(name));
  }
  settings.tls = std::move(identity);
  settings.trusted_proxies = config.trusted_proxies;
  settings.metrics_token = config.metrics_token;
  settings.rates = config.rates;
  settings.hub_admissions_per_second = config.hubs_per_second;
  settings.hub_admissions_burst = 2 * settings.hub_admissions_per_second;
  settings.upload_bytes_max =
      static_cast<std::uint64_t>(config.file_megabytes_max) * 1024 * 1024 + 64 * 1024;
  return settings;
}

Response page(std::string body, std::string content_type = "application/json") {
  return {.content_type = std::move(content_type), .body = std::move(body)};
}

// Ready is what can serve: a snapshot of the database can be opened.
Response readiness(Database& database) {
  try {
    database.read([](Transaction&) {});
    return page(R"({"status":"ready"})");
  } catch (const DatabaseError&) {
    return {.status = 503, .body = R"({"status":"the database does not answer"})"};
  }
}

template <class Work>
std::function<void()> guarded(Log& log, std::string what, Work work) {
  return [&log, what = std::move(what), work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& broken) {
      log.error(what, {{"error", broken.what()}});
    }
  };
}

int wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

void serve(const Config& config, Log& log, const sigset_t& signals) {
  const SystemClock clock;
  crypto::SecureRandom random;
  auto keys = load_or_make_keys(config.data_dir + "/keys", random);

  // Everything that must not be lost.
  const auto opened_database =
      open_database({config.database, config.data_dir + "/printfarm.db"}, clock.unix_now(), random);
  Database& database = *opened_database;
  DiskBlobs blobs{config.data_dir + "/blobs"};  // Print files and their pictures.
  blobs.start();
  LivePrinters live;                     // What printers say now; never stored.
  Dashboards dashboards{live, clock};    // Open browsers; a LiveFeed to the domain.
  WakeHubs hub_link;                     // Wakes the outbox once sessions exist.
  Events events;                         // What has happened, told upward.
  Secrets secrets{keys.master, random};  // Sealed columns.

  Audit audit{database};
  Tenants tenants{database, clock, random};
  TokenIssuer tokens{std::move(keys.tokens)};
  const auto mailer = make_mailer(config, log, clock, random);
  AccountRooms accounts{{database, secrets, tenants, events, tokens, log},
                        mailer.get(),
                        web_origin_of(config),
                        clock,
                        random};
  Commands commands{database, dashboards, clock, random};
  Hubs hubs{{database, tenants, secrets, commands, hub_link, dashboards, blobs}, clock, random};
  Plates plates{clock, random};
  Printers printers{{database, hubs, secrets, commands, plates, hub_link, dashboards, live, events},
                    clock,
                    random};
  const Files::Limits limits{static_cast<std::uint64_t>(config.file_megabytes_max) * 1024 * 1024};
  Files files{{database, blobs, dashboards}, keys.download, limits, clock, random};
  Jobs jobs{{database, hubs, files, printers, plates, commands, live, dashboards, hub_link},
            clock,
            random};

  if (config.restored) jobs.hold_after_restore();  // Before any hub or person can ask for a start.
  Queue queue{{database, files, printers, live, dashboards}, jobs};

  events.on(queue, &Queue::on_plate_cleared);     // The next job that fits starts on it.
  events.on(jobs, &Jobs::on_printer_leaves_hub);  // Its attempt becomes a question for people.

  ReplyMemory replies{database, secrets, clock};  // For whoever lost a reply and asks again.
  Router router{database};
  router.add(audit_routes(), audit);
  accounts.add_routes(router);
  router.add(tenant_routes(), tenants);
  router.add(hub_routes(), hubs);
  router.add(printer_routes(), printers);
  router.add(file_routes(), files);
  router.add(job_routes(), jobs);
  router.add(queue_routes(), queue);
  router.add(command_routes(), commands);

  WorkerThreads workers{link_threads, link_queue_max};
  WorkerThreads mail_worker{1, 1};
  HubSessions hub_sessions{{hubs, printers, jobs, commands, live, dashboards, clock, random, log},
                           workers};
  hub_link.connect(hub_sessions);
  const auto caller_of = [&](const Visitor& visitor, std::string_view token) {
    return accounts.auth.caller_of(visitor, token);
  };
  DashboardSockets dashboard_sockets{dashboards, hubs, workers, caller_of, log};
  events.on(dashboard_sockets, &DashboardSockets::on_access_changed);

  Metrics metrics;
  metrics.add_gauge("printfarm_hubs_online", "Hubs with an open session",
                    [&] { return static_cast<double>(hub_sessions.open_count()); });
  metrics.add_gauge("printfarm_dashboards_open", "Open browsers",
                    [&] { return static_cast<double>(dashboards.viewer_count()); });
  const std::string openapi = openapi_json(describe_api(), process::program_version);
  const StaticFiles web_app{config.web};
  ServerCertificate certificate{config, clock, log};
  HttpServer server{
      http_settings(config, certificate.load()),
      {router,
       caller_of,
       replies,
       {{"/openapi.json", {[&](const Request&) { return page(openapi); }}},
        {"/health/live", {[](const Request&) { return page(R"({"status":"live"})"); }}},
        {"/health/ready", {[&](const Request&) { return readiness(database); }}},
        {"/metrics",
         {[&](const Request&) { return page(metrics.text(), "text/plain; version=0.0.4"); },
          PageReader::operator_}}},
       blobs,
       web_app,
       hub_sessions,
       dashboard_sockets,
       metrics,
       random,
       clock,
       log}};

  const auto later = [&](std::string what, auto work) {
    return [&workers, guarded_work = guarded(log, std::move(what), work)] {
      workers.post(guarded_work);
    };
  };
  Schedule schedule{clock};
  schedule.every(dashboard_tick, [&] { dashboards.tick(); });
  schedule.every(dashboard_tick, [&] { dashboard_sockets.tick(); });
  schedule.every(Seconds{1}, [&] { hub_sessions.tick(clock.now()); });
  schedule.every(Seconds{5}, later("leases could not be ended", [&] { hubs.expire_leases(); }));
  schedule.every(Seconds{5}, later("moves could not be ended", [&] { printers.end_moves(); }));
  schedule.every(Seconds{5},
                 later("late commands could not be ended", [&] { jobs.expire_commands(); }));
  schedule.every(Seconds{10},
                 later("attempts could not be watched", [&] { jobs.watch_attempts(); }));

  schedule.every(Minutes{10}, later("what has expired could not be removed",
                                    [&] { accounts.remove_expired(); }));
  // A letter that takes longer than this is not overtaken: the one thread has room for one more.
  schedule.every(Seconds{2}, [&, send = guarded(log, "letters could not be sent", [&] {
                                   accounts.send_letters();
                                 })] { mail_worker.post(send); });
  schedule.every(Minutes{10},
                 later("old replies could not be removed", [&] { replies.forget_old(); }));
  schedule.every(Minutes{1}, later("the TLS certificate cannot be used", [&] {
                   if (const auto changed = certificate.changed()) server.use(*changed);
                 }));

  server.start();
  schedule.start();
  log.info("listening", {{"address", config.listen},
                         {"port", server.port()},
                         {"speaks", speaks_tls(config) ? "https" : "http"}});
  std::optional<LocalHub> local_hub;
  if (config.local_hub) {
    local_hub.emplace(local_hub_settings(config, server.port()), LocalHub::Rooms{tenants, hubs},
                      log);
    local_hub->start();
  }
  wait_for_signal(signals);

  log.info("draining", {});
  if (local_hub) local_hub->stop();  // While there is a server to say goodbye to.
  server.drain(drain_patience);
  schedule.stop();
  mail_worker.stop();
  server.stop();
  // What hubs and browsers left to be written down as they went.
  if (!workers.finish(finish_patience)) log.warning("some work was not finished", {});
  log.info("stopped", {});
}

int run(int argc, const char* const* argv) {
  Config config;
  if (const auto code = read_config(argc, argv, config)) return *code;
  process::ConsoleLog log(process::log_format_named(config.log_format),
                          process::log_level_named(config.log_level));
  // Blocked before any thread exists, so that only sigwait hears them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  process::raise_file_limit();
  try {
    serve(config, log, signals);
    return 0;
  } catch (const std::exception& broken) {
    log.error("printfarm cannot run", {{"reason", broken.what()}});
    return 1;
  }
}

}  // namespace
}  // namespace pf

int main(int argc, char** argv) {
  if (argc >= 2 && std::strcmp(argv[1], "serve") == 0) return pf::run(argc - 1, argv + 1);
  if (argc >= 3 && std::strcmp(argv[1], "tls") == 0 && std::strcmp(argv[2], "init") == 0) {
    return pf::run_tls_init(argc - 2, argv + 2);
  }
  if (argc >= 3 && std::strcmp(argv[1], "audit") == 0 && std::strcmp(argv[2], "verify") == 0) {
    return pf::run_audit_verify(argc - 2, argv + 2);
  }
  const bool version = argc == 2 && std::strcmp(argv[1], "--version") == 0;
  const bool help = argc == 2 && std::strcmp(argv[1], "--help") == 0;
  if (version) {
    std::printf("printfarm %.*s\n", static_cast<int>(pf::process::program_version.size()),
                pf::process::program_version.data());
    return 0;
  }
  std::fprintf(help ? stdout : stderr,
               "usage: printfarm serve [options]   the cloud; printfarm serve --help lists them\n"
               "       printfarm tls init [options]   a certificate of your own for it\n"
               "       printfarm audit verify         checks that the audit log is whole\n"
               "       printfarm --version\n");
  return help ? 0 : 2;
}
