// `printfarm-measure transfer`: what a big file costs on its way from the cloud through a hub into
// a printer.
//
// The real server, a real hub and a simulated printer, each in a process of its own on loopback:
// the hub downloads over HTTP and uploads over FTPS with TLS at the same time. Measured is from the
// moment the job is started until the file lies on the printer.
#pragma once
#include <cstdint>
#include <string>

#include "bench/child_process.hpp"
#include "bench/http_client.hpp"
#include "bench/server_process.hpp"
#include "protocol/describe.hpp"

namespace pf::bench {

struct TransferSettings {
  std::string programs;  // Folder of printfarm, printfarm-hub and printfarm-sim.
  std::string file;      // A sliced file for the A1 mini, to be padded.
  std::int64_t megabytes = 200;
  std::string commit = "unknown";
};

struct TransferFigures {
  std::int64_t bytes = 0;
  double seconds = 0;
  std::int64_t hub_memory_growth_bytes = 0;  // Most resident during it, over resident before it.
  double hub_cpu_seconds = 0;
  double cloud_cpu_seconds = 0;
  double printer_cpu_seconds = 0;
  FIELDS(bytes, seconds, hub_memory_growth_bytes, hub_cpu_seconds, cloud_cpu_seconds,
         printer_cpu_seconds)

  std::string text() const;
};

class TransferBench {
 public:
  // `folder` is for everything the programs write.
  TransferBench(TransferSettings settings, std::string folder);

  // Throws when the farm cannot be brought to work as it should.
  TransferFigures run();

 private:
  struct Usage {
    ProcessUsage hub, cloud, printer;
  };
  void sign_up(HttpClient& api);
  void add_printer(HttpClient& api);
  std::string upload(HttpClient& api, std::int64_t& bytes);
  std::string create_job(HttpClient& api, const std::string& file_id);
  void wait_until_delivered(HttpClient& api, const std::string& job_id);
  Usage usage() const { return {hub_.usage(), server_.usage(), printer_.usage()}; }

  const TransferSettings settings_;
  const std::string folder_;
  ServerProcess server_;
  ChildProcess printer_;
  ChildProcess hub_;
  std::string access_token_;
  std::string printer_id_;
};

}  // namespace pf::bench
