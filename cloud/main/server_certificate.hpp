// With which certificate the server speaks TLS, if it does, and when that becomes another one.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "cloud/adapters/http/http_settings.hpp"
#include "cloud/main/config.hpp"

namespace pf {

class ServerCertificate {
 public:
  ServerCertificate(const Config& config, const Clock& clock, Log& log)
      : config_(config), clock_(clock), log_(log) {}

  // Nothing: plain HTTP. Throws std::runtime_error with a sentence for the operator.
  std::optional<TlsIdentity> load();
  // Renews our own when it is due, and gives what has changed on disk since the last time. Told
  // once, also when it then turns out to be broken. Throws like load().
  std::optional<TlsIdentity> changed();

 private:
  TlsIdentity read() const;

  const Config& config_;
  const Clock& clock_;
  Log& log_;
  std::optional<TlsIdentity> last_;
};

// A name that the certificate bears is one that the server answers to.
std::vector<std::string> host_names_in(const TlsIdentity& identity);

}  // namespace pf
