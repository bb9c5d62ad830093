#include "cloud/main/config.hpp"

#include <cstdio>

#include "cloud/domain/auth/email.hpp"
#include "cloud/main/tls_files.hpp"
#include "process/settings.hpp"

namespace pf {
namespace {

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

std::optional<std::string> wrong_mail(const Config& config) {
  const auto& url = config.smtp_url;
  if (url.empty()) return std::nullopt;
  if (config.mail_to_log) return "--mail-to-log and --smtp-url exclude each other: give one.";
  if (!url.starts_with("smtp://") && !url.starts_with("smtps://")) {
    return "--smtp-url must look like smtps://mail.example or smtp://mail.example:587.";
  }
  if (!normalised_email(config.mail_from)) {
    return "--smtp-url needs --mail-from, the address that letters come from, such as "
           "farm@mail.example.";
  }
  return std::nullopt;
}

void add_rates(process::Settings& settings, Config& config) {
  constexpr std::int64_t most = 1'000'000;
  auto& rates = config.rates;
  settings.add("sign_in_per_minute", rates.sign_in,
               "Tries to sign in from one network; 0: no limit", 0, most);
  settings.add("ordinary_per_minute", rates.ordinary,
               "Ordinary requests of one person or API key; 0: no limit", 0, most);
  settings.add("bulk_per_minute", rates.bulk,
               "Requests of one person or API key that change many things; 0: no limit", 0, most);
  settings.add("upload_per_minute", rates.upload, "Uploads of one person or API key; 0: no limit",
               0, most);
  settings.add("socket_per_minute", rates.socket,
               "Live connections that one person or API key opens; 0: no limit", 0, most);
  settings.add("hubs_per_second", config.hubs_per_second,
               "Hubs let in while many come at once; 0: all", 0, most);
}

// What no setting shows by itself.
std::optional<std::string> wrong_together(const Config& config) {
  if (!config.database.empty() && !config.database.starts_with("postgres://") &&
      !config.database.starts_with("postgresql://")) {
    return "--database takes postgres://user:password@host:5432/name. Leave it out to keep "
           "everything in a file in --data-dir.";
  }
  if (config.tls_certificate.empty() != config.tls_key.empty()) {
    return "--tls-certificate and --tls-key belong together: give both or neither.";
  }
  if (auto wrong = wrong_mail(config)) return wrong;
  if (config.local_hub && !config.tls_certificate.empty() && config.public_origin.empty()) {
    return "with --tls-certificate the local hub must know the name that the certificate is for: "
           "give --public-origin.";
  }
  if (is_loopback(config.listen) || speaks_tls(config) || !config.trusted_proxies.empty()) {
    return std::nullopt;
  }
  return "beyond this machine people and hubs must reach the server over TLS, so it does not "
         "listen on " +
         config.listen +
         " like this. Either run 'printfarm tls init' once, which makes a certificate of your "
         "own; or give one with --tls-certificate and --tls-key; or put a TLS proxy in front and "
         "name its address with --trusted-proxies.";
}

}  // namespace

std::optional<int> read_config(int argc, const char* const* argv, Config& config) {
  process::Settings settings("printfarm serve",
                             "The cloud: API, web app, and the sockets of hubs and browsers.",
                             "PRINTFARM_");
  settings.add("listen", config.listen, "Address to listen on");
  settings.add("port", config.port, "TCP port; 0 lets the system choose", 0, 65535);
  settings.add("data_dir", config.data_dir, "Folder of the database, files and keys");
  settings.add("database", config.database,
               "PostgreSQL 15 or newer instead of a file in data_dir: postgres://user@host/name. "
               "Give a password by environment or file; everybody here can read a flag");
  settings.add("web", config.web, "Folder of the built web app");
  settings.add("public_origin", config.public_origin,
               "How people reach this server, such as https://farm.example");
  settings.add("trusted_hosts", config.trusted_hosts, "Further host names this server answers to");
  settings.add("trusted_proxies", config.trusted_proxies,
               "Addresses of proxies whose X-Forwarded-For is believed; they must do TLS");
  settings.add_choice("tls", config.tls,
                      "auto: speak TLS where there is a certificate, from tls init or named here",
                      {"auto", "off"});
  settings.add(
      "tls_certificate", config.tls_certificate,
      "Certificate for TLS (PEM, with those that vouch for it); read again when it changes");
  settings.add("tls_key", config.tls_key, "Its private key (PEM)");
  settings.add("smtp_url", config.smtp_url,
               "Mail server, such as smtps://mail.example; without one no mail is sent");
  settings.add("smtp_user", config.smtp_user, "Its user, where it wants one");
  settings.add("smtp_password", config.smtp_password,
               "Its password; others on this machine see flags, but not PRINTFARM_SMTP_PASSWORD");
  settings.add("mail_from", config.mail_from, "Address that letters come from");
  settings.add("mail_to_log", config.mail_to_log,
               "For development: letters go to the log, with links that open accounts");
  settings.add("restored", config.restored,
               "For the first start after a backup was restored: what happened since is not in it");
  settings.add("local_hub", config.local_hub,
               "Be a hub as well, for printers in this machine's network");
  settings.add("local_hub_organization", config.local_hub_organization,
               "Id of the organisation it belongs to, where there are several");
  settings.add("io_threads", config.io_threads, "Threads for sockets, about one per core", 1, 64);
  settings.add("worker_threads", config.worker_threads, "Threads for requests and blocking work", 1,
               256);
  settings.add("file_megabytes_max", config.file_megabytes_max, "Largest print file", 1, 4096);
  settings.add("metrics_token", config.metrics_token,
               "Bearer that may read /metrics from other machines; without it only this one may");
  add_rates(settings, config);
  settings.add_choice("log_format", config.log_format, "How log lines look", {"text", "json"});
  settings.add_choice("log_level", config.log_level, "Least important line to log",
                      {"debug", "info", "warning", "error"});
  if (const auto code = settings.parse(argc, argv)) return code;
  if (const auto wrong = wrong_together(config)) {
    std::fprintf(stderr, "printfarm serve: %s\n", wrong->c_str());
    return 2;
  }
  return std::nullopt;
}

bool speaks_tls(const Config& config) {
  if (config.tls == "off") return false;
  return !config.tls_certificate.empty() || TlsFiles(config.data_dir).exist();
}

}  // namespace pf
