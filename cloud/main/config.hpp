// What the operator may set, declared once for flags, environment (PRINTFARM_...) and TOML.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloud/adapters/http/http_settings.hpp"

namespace pf {

struct Config {
  std::string listen = "127.0.0.1";
  std::int64_t port = 8080;
  std::string data_dir = "./printfarm-data";
  std::string database;  // postgres://...; empty: SQLite in data_dir. May hold a password.
  std::string web = "/usr/share/printfarm/web";
  std::string public_origin;
  std::vector<std::string> trusted_hosts;
  std::vector<std::string> trusted_proxies;
  std::string tls = "auto";
  std::string tls_certificate, tls_key;
  bool restored = false;
  std::int64_t io_threads = 2;
  std::int64_t worker_threads = 4;
  std::int64_t file_megabytes_max = 512;
  std::string smtp_url;  // Empty: this server sends no mail.
  std::string smtp_user;
  std::string smtp_password;
  std::string mail_from;
  bool mail_to_log = false;
  std::string metrics_token;
  RatesPerMinute rates;
  std::int64_t hubs_per_second = 500;
  bool local_hub = false;
  std::string local_hub_organization;
  std::string log_format = "text";
  std::string log_level = "info";
};

// Whether the server will speak TLS itself.
bool speaks_tls(const Config& config);

// Reads `printfarm serve`'s settings; an exit code when the program is to end now.
std::optional<int> read_config(int argc, const char* const* argv, Config& config);

}  // namespace pf
