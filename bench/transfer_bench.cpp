#include "bench/transfer_bench.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/padded_file.hpp"
#include "bench/stopwatch.hpp"
#include "crypto/secure_random.hpp"
#include "process/files.hpp"

namespace pf::bench {
namespace {

constexpr std::int64_t mebibyte = 1024 * 1024;
constexpr std::size_t small_file_bytes_max = mebibyte;
constexpr double second_us = 1e6;
constexpr std::int64_t transfer_us_max = 600 * 1'000'000LL;
constexpr std::chrono::milliseconds look_again{50};
constexpr auto rest = std::chrono::seconds{2};

// As many decimals as the kernel counts.
double rounded(double value, double steps) { return std::round(value * steps) / steps; }

void say(const char* what) { std::fprintf(stderr, "%s\n", what); }

// What of the API's bodies and of the simulator's list is needed here.
struct SignedIn {
  std::string access_token;
  FIELDS(access_token)
};
struct ClaimToken {
  std::string claim_token;
  FIELDS(claim_token)
};
struct HubState {
  std::string id;
  bool online = false;
  FIELDS(id, online)
};
struct HubPage {
  std::vector<HubState> items;
  FIELDS(items)
};
struct Ports {
  int mqtt = 0, ftps = 0, detect = 0;
  FIELDS(mqtt, ftps, detect)
};
struct SimulatedPrinter {
  std::string serial_number, ip_address, access_code, model, name;
  Ports ports;
  FIELDS(serial_number, ip_address, access_code, model, name, ports)
};
struct SimulatedPrinters {
  std::vector<SimulatedPrinter> printers;
  FIELDS(printers)
};
struct NewPrinter {
  std::string hub_id, serial_number, ip_address, access_code, model, name;
  Ports ports;
  FIELDS(hub_id, serial_number, ip_address, access_code, model, name, ports)
};
struct Made {
  std::string id;
  FIELDS(id)
};
struct Connection {
  std::string state;
  FIELDS(state)
};
struct PrinterSays {
  std::optional<Connection> connection;
  FIELDS(connection)
};
struct NewJob {
  std::string file_id, printer_id;
  FIELDS(file_id, printer_id)
};
struct JobSays {
  std::string state;
  std::optional<std::string> stage, reason;
  FIELDS(state, stage, reason)
};

}  // namespace

std::string TransferFigures::text() const {
  char lines[512];
  std::snprintf(lines, sizeof lines,
                "%.1f MiB in %.2f s, %.1f MiB/s\n"
                "hub       grew by %.2f MiB, %.2f CPU s, %.2f CPU ms a MiB\n"
                "cloud     %.2f CPU s\n"
                "printer   %.2f CPU s (simulated)\n",
                static_cast<double>(bytes) / mebibyte, seconds,
                static_cast<double>(bytes) / mebibyte / seconds,
                static_cast<double>(hub_memory_growth_bytes) / mebibyte, hub_cpu_seconds,
                hub_cpu_seconds * 1000 * mebibyte / static_cast<double>(bytes), cloud_cpu_seconds,
                printer_cpu_seconds);
  return lines;
}

TransferBench::TransferBench(TransferSettings settings, std::string folder)
    : settings_(std::move(settings)),
      folder_(std::move(folder)),
      server_(settings_.programs + "/printfarm", folder_),
      printer_(settings_.programs + "/printfarm-sim",
               {"--printers", "1", "--models", "N1", "--data-dir", folder_ + "/printers",
                "--base-address", "127.83.0.1"},
               folder_ + "/printers.log"),
      hub_(settings_.programs + "/printfarm-hub", {"run", "--data-dir", folder_ + "/hub"},
           folder_ + "/hub.log") {}

TransferFigures TransferBench::run() {
  say("setting up");
  server_.start();
  HttpClient api(server_.port());
  sign_up(api);
  add_printer(api);
  TransferFigures figures;
  const auto job_id = create_job(api, upload(api, figures.bytes));
  std::this_thread::sleep_for(rest);  // What the setting up has begun comes to its end.

  say("measuring");
  hub_.forget_peak();
  const auto before = usage();
  const auto begin_us = monotonic_us();
  api.post("/api/jobs/" + job_id + "/start", R"({"plate_cleared":true})", access_token_);
  wait_until_delivered(api, job_id);
  const auto after = usage();
  figures.seconds = rounded(static_cast<double>(monotonic_us() - begin_us) / second_us, 1000);
  figures.hub_memory_growth_bytes = after.hub.peak_bytes - before.hub.resident_bytes;
  figures.hub_cpu_seconds = rounded(after.hub.cpu_seconds - before.hub.cpu_seconds, 100);
  figures.cloud_cpu_seconds = rounded(after.cloud.cpu_seconds - before.cloud.cpu_seconds, 100);
  figures.printer_cpu_seconds =
      rounded(after.printer.cpu_seconds - before.printer.cpu_seconds, 100);
  hub_.stop();
  printer_.stop();
  server_.stop();
  return figures;
}

void TransferBench::sign_up(HttpClient& api) {
  const auto owner = api.post("/auth/register",
                              R"({"email":"owner@bench.example","password":"a long password",)"
                              R"("name":"Owner","organization_name":"Transfer"})",
                              "");
  access_token_ = reply_of<SignedIn>(owner).access_token;
  const auto token =
      reply_of<ClaimToken>(api.post("/api/hubs/claim", "{}", access_token_)).claim_token;
  ChildProcess claim(
      settings_.programs + "/printfarm-hub",
      {"claim", token, "--cloud", "http://127.0.0.1:" + std::to_string(server_.port()),
       "--data-dir", folder_ + "/hub"},
      folder_ + "/claim.log");
  claim.start();
  claim.finish();
  hub_.start();
}

void TransferBench::add_printer(HttpClient& api) {
  printer_.start();
  SimulatedPrinters simulated;
  printer_.wait_until("the simulated printer listens", [&] {
    const auto text = process::read_file(folder_ + "/printers/printers.json", small_file_bytes_max);
    if (!text) return false;
    simulated = reply_of<SimulatedPrinters>(*text);
    return !simulated.printers.empty();
  });
  std::string hub_id;
  hub_.wait_until("the hub is online", [&] {
    const auto page = reply_of<HubPage>(api.get("/api/hubs", access_token_));
    if (page.items.empty() || !page.items.front().online) return false;
    hub_id = page.items.front().id;
    return true;
  });
  const auto& one = simulated.printers.front();
  const NewPrinter printer{hub_id,    one.serial_number, one.ip_address, one.access_code,
                           one.model, one.name,          one.ports};
  printer_id_ = reply_of<Made>(api.post("/api/printers", json::encode(printer), access_token_)).id;
  hub_.wait_until("the printer is connected", [&] {
    const auto says =
        reply_of<PrinterSays>(api.get("/api/printers/" + printer_id_ + "/status", access_token_));
    return says.connection && says.connection->state == "connected";
  });
}

std::string TransferBench::upload(HttpClient& api, std::int64_t& bytes) {
  const auto path = folder_ + "/transfer.gcode.3mf";
  crypto::SecureRandom random;
  write_padded_file(settings_.file, path, settings_.megabytes * mebibyte, random);
  bytes = static_cast<std::int64_t>(std::filesystem::file_size(path));
  const auto content = process::read_file(path, static_cast<std::size_t>(bytes));
  if (!content) throw std::runtime_error(content.error().says);
  return reply_of<Made>(
             api.upload("/api/files/upload", "transfer.gcode.3mf", *content, access_token_))
      .id;
}

std::string TransferBench::create_job(HttpClient& api, const std::string& file_id) {
  return reply_of<Made>(
             api.post("/api/jobs", json::encode(NewJob{file_id, printer_id_}), access_token_))
      .id;
}

void TransferBench::wait_until_delivered(HttpClient& api, const std::string& job_id) {
  const auto deadline_us = monotonic_us() + transfer_us_max;
  while (monotonic_us() < deadline_us) {
    const auto job = reply_of<JobSays>(api.get("/api/jobs/" + job_id, access_token_));
    const bool sending = job.state == "sending";
    if ((sending && job.stage == "starting") || job.state == "printing") return;
    if (!sending) {
      throw std::runtime_error("The job came to " + job.state + ": " +
                               job.reason.value_or("no reason given") + " " + hub_.last_words());
    }
    std::this_thread::sleep_for(look_again);
  }
  throw std::runtime_error("The file did not reach the printer in time. " + hub_.last_words());
}

}  // namespace pf::bench
