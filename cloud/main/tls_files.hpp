// The server's own TLS: an authority and a server certificate, made by `printfarm tls init`, kept
// in DATA/tls and renewed before they end.
//
//   ca.crt      what people install on their devices and give to their hubs
//   ca.key      signs certificates; whoever has it can pretend to be this server
//   server.pem  the server's key and certificate in one file, so that they are replaced as one
#pragma once
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "cloud/adapters/http/http_settings.hpp"
#include "crypto/certificate.hpp"

namespace pf {

struct TlsFault {
  std::string says;  // A sentence for the operator.
};

enum class TlsAuthority { kept, replaced };

class TlsFiles {
 public:
  explicit TlsFiles(const std::string& data_dir) : folder_(data_dir + "/tls") {}

  bool exist() const;
  std::string authority_file() const { return folder_ + "/ca.crt"; }

  // Makes what is missing and a new server certificate for these names and those it had.
  Result<crypto::CertificateFacts, TlsFault> make(crypto::ServerNames names, TlsAuthority authority,
                                                  UnixTime now) const;
  // Whether a new certificate was made, because the last one ends within a month.
  Result<bool, TlsFault> renew_if_due(UnixTime now) const;
  Result<TlsIdentity, TlsFault> read() const;

 private:
  Result<crypto::CertifiedKey, TlsFault> read_authority() const;
  Result<crypto::CertifiedKey, TlsFault> make_authority(const crypto::ServerNames& names,
                                                        UnixTime now) const;
  std::string server_file() const { return folder_ + "/server.pem"; }
  std::string authority_key_file() const { return folder_ + "/ca.key"; }

  std::string folder_;
};

// A certificate and key of the operator's own.
Result<TlsIdentity, TlsFault> read_tls_identity(const std::string& certificate_file,
                                                const std::string& key_file);

// localhost, this machine's host name (also as .local) and its private IPv4 addresses.
crypto::ServerNames names_of_this_machine();

}  // namespace pf
