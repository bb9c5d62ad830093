#include "cloud/main/tls_files.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "process/files.hpp"

namespace pf {
namespace {

constexpr Seconds authority_lifetime{10LL * 365 * 24 * 3600};
constexpr Seconds server_lifetime{397LL * 24 * 3600};  // Browsers accept no longer ones.
constexpr Milliseconds renewed_before = Seconds{30LL * 24 * 3600};
constexpr std::size_t pem_bytes_max = 256 * 1024;
constexpr std::size_t names_max = 100;
constexpr mode_t public_mode = 0644;

void add_missing(std::vector<std::string>& list, const std::vector<std::string>& further) {
  for (const auto& one : further) {
    if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
  }
}

Result<std::string, TlsFault> read_pem(const std::string& path) {
  auto text = process::read_file(path, pem_bytes_max);
  if (!text) return TlsFault{text.error().says};
  return std::move(*text);
}

std::optional<TlsFault> write(const std::string& path, const std::string& text, mode_t mode) {
  const auto written = process::write_file_durably(path, text, mode);
  if (!written) return TlsFault{written.error().says};
  return std::nullopt;
}

bool is_private(const in_addr& address) {
  const auto bits = ntohl(address.s_addr);
  return bits >> 24 == 10 || bits >> 20 == 0xAC1 || bits >> 16 == 0xC0A8 || bits >> 24 == 127;
}

std::vector<std::string> private_addresses() {
  std::vector<std::string> found{"127.0.0.1"};
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return found;
  for (const auto* one = first; one; one = one->ifa_next) {
    if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET) continue;
    const auto& address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &address, text.data(), text.size());
    if (is_private(address)) add_missing(found, {text.data()});
  }
  freeifaddrs(first);
  return found;
}

}  // namespace

bool TlsFiles::exist() const { return access(server_file().c_str(), F_OK) == 0; }

Result<crypto::CertificateFacts, TlsFault> TlsFiles::make(crypto::ServerNames names,
                                                          TlsAuthority authority,
                                                          UnixTime now) const {
  const auto folder = process::make_directories(folder_, 0700);
  if (!folder) return TlsFault{folder.error().says};
  if (exist()) {
    const auto known = read();
    if (!known) return known.error();
    if (const auto facts = crypto::read_certificate(known->certificate_pem)) {
      add_missing(names.hosts, facts->names.hosts);
      add_missing(names.addresses, facts->names.addresses);
    }
  }
  if (names.hosts.size() + names.addresses.size() > names_max) {
    return TlsFault{"A certificate for more than " + std::to_string(names_max) +
                    " names is more than some programs read. Name fewer."};
  }
  const bool has_authority = access(authority_file().c_str(), F_OK) == 0;
  const bool keeps = has_authority && authority == TlsAuthority::kept;
  const auto signer = keeps ? read_authority() : make_authority(names, now);
  if (!signer) return signer.error();
  const auto made = crypto::issue_server_certificate(*signer, names, now, server_lifetime);
  if (!made) {
    return TlsFault{made.error().says +
                    " Run 'printfarm tls init --new-authority' with the same names; every device "
                    "must then trust the new ca.crt."};
  }
  if (auto fault =
          write(server_file(), made->key_pem + made->certificate_pem, process::private_mode)) {
    return *fault;
  }
  return *crypto::read_certificate(made->certificate_pem);
}

Result<bool, TlsFault> TlsFiles::renew_if_due(UnixTime now) const {
  const auto known = read();
  if (!known) return known.error();
  const auto facts = crypto::read_certificate(known->certificate_pem);
  if (!facts) return TlsFault{server_file() + " holds no certificate. Run 'printfarm tls init'."};
  if (facts->not_after - now > renewed_before) return false;
  const auto made = make(facts->names, TlsAuthority::kept, now);
  if (!made) return made.error();
  return true;
}

Result<TlsIdentity, TlsFault> TlsFiles::read() const {
  return read_tls_identity(server_file(), server_file());
}

Result<crypto::CertifiedKey, TlsFault> TlsFiles::read_authority() const {
  auto certificate = read_pem(authority_file());
  if (!certificate) return certificate.error();
  auto key = read_pem(authority_key_file());
  if (!key) return key.error();
  return crypto::CertifiedKey{std::move(*certificate), std::move(*key)};
}

// The key first: an authority whose key was lost on the way would be trusted for ten years.
Result<crypto::CertifiedKey, TlsFault> TlsFiles::make_authority(const crypto::ServerNames& names,
                                                                UnixTime now) const {
  const std::string name =
      "PrintFarm authority of " + (names.hosts.empty() ? "this server" : names.hosts.front());
  auto made =
      crypto::make_authority(std::string_view(name).substr(0, 64), names, now, authority_lifetime);
  if (auto fault = write(authority_key_file(), made.key_pem, process::private_mode)) return *fault;
  if (auto fault = write(authority_file(), made.certificate_pem, public_mode)) return *fault;
  return made;
}

Result<TlsIdentity, TlsFault> read_tls_identity(const std::string& certificate_file,
                                                const std::string& key_file) {
  auto certificate = read_pem(certificate_file);
  if (!certificate) return certificate.error();
  auto key = read_pem(key_file);
  if (!key) return key.error();
  return TlsIdentity{std::move(*certificate), std::move(*key)};
}

crypto::ServerNames names_of_this_machine() {
  crypto::ServerNames names;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0 && crypto::is_host_name(host.data())) {
    names.hosts.emplace_back(host.data());
    const bool has_domain = names.hosts.front().find('.') != std::string::npos;
    if (!has_domain) names.hosts.push_back(names.hosts.front() + ".local");
  }
  add_missing(names.hosts, {"localhost"});
  names.addresses = private_addresses();
  names.addresses.emplace_back("::1");
  return names;
}

}  // namespace pf
