// X.509 certificates for a server that has no public name: an authority of its own, whose
// certificate people install on their devices, and what it issues. P-256 throughout, PEM outside.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace pf::crypto {

struct CertifiedKey {
  std::string certificate_pem, key_pem;
};

// What a server is called. Callers check each with the functions below.
struct ServerNames {
  std::vector<std::string> hosts;      // "farm.lan"
  std::vector<std::string> addresses;  // "192.168.1.5", "fe80::1"
  friend bool operator==(const ServerNames&, const ServerNames&) = default;
};
bool is_host_name(std::string_view text);
bool is_address(std::string_view text);

// Self-signed. It can vouch for private networks, names that exist only at home (localhost, .local,
// .lan, .internal, .home.arpa) and `also`, and for nothing else: whoever steals its key cannot
// pretend to be a bank to those who installed it.
CertifiedKey make_authority(std::string_view name, const ServerNames& also, UnixTime now,
                            Seconds lifetime);

struct CertificateFault {
  std::string says;
};
// A new key and a certificate for it. Refused: the authority is not one, or may not vouch for one
// of the names.
Result<CertifiedKey, CertificateFault> issue_server_certificate(const CertifiedKey& authority,
                                                                const ServerNames& names,
                                                                UnixTime now, Seconds lifetime);

struct CertificateFacts {
  UnixTime not_after;
  ServerNames names;  // From its alternative names.
};
// Of the first certificate in the text; nothing when there is none.
std::optional<CertificateFacts> read_certificate(std::string_view pem);

// "AB:CD:..." of SHA-256 over the certificate, as systems show it to people.
std::string shown_fingerprint(std::string_view certificate_pem);

}  // namespace pf::crypto
