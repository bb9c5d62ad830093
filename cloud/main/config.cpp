#include "cloud/main/config.hpp"

#include <cstdio>

#include "process/settings.hpp"

namespace pf {
namespace {

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

}  // namespace

std::optional<int> read_config(int argc, const char* const* argv, Config& config) {
  process::Settings settings("printfarm serve",
                             "The cloud: API, web app, and the sockets of hubs and browsers.",
                             "PRINTFARM_");
  settings.add("listen", config.listen, "Address to listen on");
  settings.add("port", config.port, "TCP port; 0 lets the system choose", 0, 65535);
  settings.add("data_dir", config.data_dir, "Folder of the database, files and keys");
  settings.add("web", config.web, "Folder of the built web app");
  settings.add("public_origin", config.public_origin,
               "How people reach this server, such as https://farm.example");
  settings.add("trusted_hosts", config.trusted_hosts, "Further host names this server answers to");
  settings.add("trusted_proxies", config.trusted_proxies,
               "Addresses of proxies whose X-Forwarded-For is believed; they must do TLS");
  settings.add("io_threads", config.io_threads, "Threads for sockets, about one per core", 1, 64);
  settings.add("worker_threads", config.worker_threads, "Threads for requests and blocking work", 1,
               256);
  settings.add("file_megabytes_max", config.file_megabytes_max, "Largest print file", 1, 4096);
  settings.add_choice("log_format", config.log_format, "How log lines look", {"text", "json"});
  settings.add_choice("log_level", config.log_level, "Least important line to log",
                      {"debug", "info", "warning", "error"});
  if (const auto code = settings.parse(argc, argv)) return code;
  if (!is_loopback(config.listen) && config.trusted_proxies.empty()) {
    std::fprintf(stderr,
                 "printfarm serve: beyond this machine the server must be reached over TLS, so "
                 "listening on %s needs a TLS proxy in front: name its address with "
                 "--trusted-proxies, or listen on 127.0.0.1.\n",
                 config.listen.c_str());
    return 2;
  }
  return std::nullopt;
}

}  // namespace pf
