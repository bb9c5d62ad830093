#include "cloud/main/tls_init.hpp"

#include <cstdio>
#include <string>

#include "cloud/main/config.hpp"
#include "cloud/main/tls_files.hpp"
#include "crypto/certificate.hpp"
#include "process/files.hpp"
#include "process/settings.hpp"

namespace pf {
namespace {

constexpr std::size_t certificate_bytes_max = 64 * 1024;

constexpr const char* how_to_trust =
    R"(So that browsers and hubs believe the server, install this one file on each device:

  %s
  SHA-256 %s

  Windows   certutil -addstore -f Root ca.crt        (as administrator)
  macOS     sudo security add-trusted-cert -d -r trustRoot \
              -k /Library/Keychains/System.keychain ca.crt
  Linux     Debian, Ubuntu:
              sudo cp ca.crt /usr/local/share/ca-certificates/printfarm.crt
              sudo update-ca-certificates
            Fedora, Arch:  sudo trust anchor ca.crt
            Firefox:       Settings, Privacy & Security, View Certificates, Authorities, Import
            Chromium:      chrome://certificate-manager, Custom, Import
  iOS       Send yourself the file and open it; Settings, General, VPN & Device Management: install;
            then Settings, General, About, Certificate Trust Settings: switch it on.
  Android   Settings, Security, Encryption & credentials, Install a certificate, CA certificate.

A hub needs the file too:

  printfarm-hub claim TOKEN --cloud https://%s:8080 --ca-file ca.crt
  printfarm-hub run --ca-file ca.crt                 (or PRINTFARM_HUB_CA_FILE=/path/ca.crt)

Carry the file by a way that you trust, and compare the fingerprint above with what a device
shows. It vouches only for private networks and the names above. Keep ca.key, beside it, to
yourself. From now on 'printfarm serve' with this data folder speaks TLS; to be reached from other
machines, add --listen 0.0.0.0.
)";

std::string listed(const crypto::ServerNames& names) {
  std::string text;
  for (const auto* list : {&names.hosts, &names.addresses}) {
    for (const auto& one : *list) text += (text.empty() ? "" : ", ") + one;
  }
  return text;
}

// Both `--names a --names b` and `--names a,b`.
std::optional<std::string> add_names(const std::vector<std::string>& wanted,
                                     crypto::ServerNames& names) {
  for (const auto& text : wanted) {
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find(',', at), text.size());
      const auto one = text.substr(at, end - at);
      at = end + 1;
      const bool is_address = crypto::is_address(one);
      if (!is_address && !crypto::is_host_name(one)) {
        return "'" + one + "' is neither a host name nor an IP address.";
      }
      auto& list = is_address ? names.addresses : names.hosts;
      std::erase(list, one);
      list.insert(list.begin(), one);  // The first is the one that the instructions show.
    }
  }
  return std::nullopt;
}

int fail(const std::string& says) {
  std::fprintf(stderr, "printfarm tls init: %s\n", says.c_str());
  return 1;
}

}  // namespace

int run_tls_init(int argc, const char* const* argv) {
  std::string data_dir = Config{}.data_dir;
  std::vector<std::string> wanted;
  bool new_authority = false;
  process::Settings settings(
      "printfarm tls init",
      "Makes an authority of your own and a certificate for this server; run again, it renews "
      "the certificate.",
      "PRINTFARM_");
  settings.add("data_dir", data_dir, "Folder of the database, files and keys");
  settings.add("names", wanted, "Further host names and addresses by which people reach it");
  settings.add("new_authority", new_authority,
               "Replace the authority too; every device must then trust the new one");
  if (const auto code = settings.parse(argc, argv)) return *code;
  auto names = names_of_this_machine();
  if (const auto wrong = add_names(wanted, names)) return fail(*wrong);
  const TlsFiles files(data_dir);
  const auto made =
      files.make(std::move(names), new_authority ? TlsAuthority::replaced : TlsAuthority::kept,
                 SystemClock().unix_now());
  if (!made) return fail(made.error().says);
  const auto authority = process::read_file(files.authority_file(), certificate_bytes_max);
  if (!authority) return fail(authority.error().says);
  std::printf("A certificate was made for %s.\nIt is renewed by itself.\n\n",
              listed(made->names).c_str());
  const auto& first = made->names.hosts.front();
  std::printf(how_to_trust, files.authority_file().c_str(),
              crypto::shown_fingerprint(*authority).c_str(), first.c_str());
  return 0;
}

}  // namespace pf
