// A whole cloud domain on a real SQLite with a clock that stands still: one organisation, its
// owner, and helpers that do in one line what a test only needs as a beginning.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cloud/adapters/blobs/disk.hpp"
#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/domain/commands/commands.hpp"
#include "cloud/domain/files/files.hpp"
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/jobs/queue.hpp"
#include "cloud/domain/printers/printers.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "crypto/hash.hpp"
#include "protocol/handshake.hpp"

namespace pf {

class RecordingFeed final : public LiveFeed {
 public:
  void changed(const TenantId&, ChangedKind kind, const std::string& id) override {
    changes.insert({kind, id});
  }
  void printer_touched(const TenantId&, const std::string& id) override { touched.insert(id); }
  void hub_touched(const TenantId&, const LiveHub& hub) override { hubs.push_back(hub); }
  void transfer(const TenantId&, const LiveTransfer&) override {}

  std::set<std::pair<ChangedKind, std::string>> changes;
  std::set<std::string> touched;
  std::vector<LiveHub> hubs;
};

class RecordingLink final : public HubLink {
 public:
  void wake(const std::string& hub_id) override { woken.push_back(hub_id); }
  void dismiss(const std::string& hub_id) override { dismissed.push_back(hub_id); }
  std::vector<std::string> woken, dismissed;
};

struct TestFarm {
  ManualClock clock;
  SeededRandom random{7};
  TemporaryFolder folder;
  TestDatabase database;
  DiskBlobs blobs{folder.file("blobs")};
  RecordingFeed feed;
  RecordingLink hub_link;
  Events events;
  LivePrinters live;
  Secrets secrets{std::string(32, 'k'), random};
  Tenants tenants{database, clock, random};
  Commands commands{database, feed, clock, random};
  Hubs hubs{{database, tenants, secrets, commands, hub_link, feed, blobs}, clock, random};
  Plates plates{clock, random};
  Printers printers{
      {database, hubs, secrets, commands, plates, hub_link, feed, live, events}, clock, random};
  Files files{{database, blobs, feed}, std::string(32, 's'), {}, clock, random};
  Jobs jobs{
      {database, hubs, files, printers, plates, commands, live, feed, hub_link}, clock, random};
  Queue queue{{database, files, printers, live, feed}, jobs};
  Caller owner = make_caller("Acme");

  TestFarm() {
    events.on(queue, &Queue::on_plate_cleared);
    events.on(jobs, &Jobs::on_printer_leaves_hub);
  }

  // An organisation of its own and its owner.
  Caller make_caller(const std::string& organization) {
    Caller caller;
    caller.user_id = uuid7(clock.unix_now(), random);
    caller.role = Role::owner;
    database.write(
        [&](Transaction& db) { caller.tenant.value = tenants.create(db, organization).id.value; });
    return caller;
  }

  HubClaim claim_of(const Caller& caller, const std::string& hub_id) {
    HubClaim claim;
    claim.hub_id = hub_id;
    claim.claim_token = hubs.mint_claim(caller, {})->body.claim_token;
    claim.proposed_secret = crypto::sha256_hex("secret of " + hub_id);
    claim.firmware_version = "0.1.0";
    claim.hardware_revision = "linux";
    return claim;
  }
  std::string add_hub(const Caller& caller, const std::string& hub_id = "hub-1") {
    const auto claimed = hubs.claim(claim_of(caller, hub_id), "192.0.2.7");
    if (!claimed) throw std::runtime_error(claimed.error().says);
    return hub_id;
  }
  HubHello hello_of(const std::string& hub_id, std::int64_t boot_count = 1) {
    HubHello hello;
    hello.hub_id = hub_id;
    hello.boot_id = "boot-" + std::to_string(boot_count);
    hello.boot_count = boot_count;
    hello.client_nonce = crypto::sha256_hex("client nonce");
    hello.journal_id = "journal-1";
    sign(hello, "farm.example", server_nonce);
    return hello;
  }
  void sign(HubHello& hello, const std::string& host, const std::string& nonce) {
    hello.signature = crypto::hmac_sha256_hex(crypto::sha256_hex("secret of " + hello.hub_id.value),
                                              signed_hello(host, nonce, hello));
  }

  Printer add_printer(const Caller& caller, const std::string& hub_id,
                      const std::string& serial = "01P00A000000099") {
    NewPrinter wanted;
    wanted.hub_id = hub_id;
    wanted.name = "Printer " + serial;
    wanted.serial_number = serial;
    wanted.ip_address = HostName("127.0.0.9");
    wanted.access_code = "12345678";
    wanted.model = Text<0, 40>("N1");
    const auto printer = printers.add(caller, wanted);
    if (!printer) throw std::runtime_error(printer.error().says);
    return printer->body;
  }

  // A sliced file for the model, as if it had been uploaded.
  std::string add_file(const Caller& caller, const std::string& model = "N1") {
    const auto id = uuid7(clock.unix_now(), random);
    database.execute(
        "INSERT INTO print_files (tenant_id, id, name, size, sha256, printer_model, plates, "
        "created_at, updated_at) VALUES ($1, $2, 'cube.gcode.3mf', 1000000, $3, $4, "
        "'[{\"index\":1,\"has_thumbnail\":false,\"filaments\":[],\"objects\":[]}]', 1, 1)",
        {caller.tenant.value, id, crypto::sha256_hex(id), model});
    return id;
  }

  Job add_job(const Caller& caller, const std::string& file_id, const std::string& printer_id) {
    NewJob wanted;
    wanted.file_id = file_id;
    wanted.printer_id = Uuid(printer_id);
    const auto job = jobs.create(caller, wanted);
    if (!job) throw std::runtime_error(job.error().says);
    return job->body;
  }

  JobEvent event_of(const Job& job, AttemptState state, std::int64_t seq) {
    JobEvent event;
    event.journal_id = "journal-1";
    event.seq = seq;
    event.job_id = job.id;
    event.attempt = job.attempt;
    event.state = state;
    event.at = clock.unix_now().milliseconds;
    return event;
  }

  PrinterStatusMessage report_of(const Printer& printer, PrinterState state, std::int64_t seq,
                                 const std::string& print_id = "") {
    PrinterStatusMessage message;
    message.printer_id = printer.serial_number;
    message.assignment = printer.assignment;
    message.boot = 1;
    message.seq = seq;
    message.connection.state = ConnectionState::connected;
    message.status.state = state;
    if (!print_id.empty()) {
      message.print.emplace();
      message.print->print_id = print_id;
    }
    return message;
  }

  const std::string server_nonce = crypto::sha256_hex("server nonce");
};

}  // namespace pf
