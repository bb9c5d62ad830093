#include "cloud/main/server_certificate.hpp"

#include <stdexcept>

#include "cloud/main/tls_files.hpp"

namespace pf {
namespace {

template <class T>
T or_throw(Result<T, TlsFault> result) {
  if (!result) throw std::runtime_error(result.error().says);
  return std::move(*result);
}

}  // namespace

std::optional<TlsIdentity> ServerCertificate::load() {
  if (!speaks_tls(config_)) return std::nullopt;
  last_ = read();
  return last_;
}

std::optional<TlsIdentity> ServerCertificate::changed() {
  if (!last_) return std::nullopt;
  auto identity = read();
  if (identity == *last_) return std::nullopt;
  last_ = std::move(identity);
  return last_;
}

TlsIdentity ServerCertificate::read() const {
  if (!config_.tls_certificate.empty()) {
    return or_throw(read_tls_identity(config_.tls_certificate, config_.tls_key));
  }
  const TlsFiles files(config_.data_dir);
  if (or_throw(files.renew_if_due(clock_.unix_now()))) log_.info("TLS certificate renewed", {});
  return or_throw(files.read());
}

std::vector<std::string> host_names_in(const TlsIdentity& identity) {
  const auto facts = crypto::read_certificate(identity.certificate_pem);
  if (!facts) return {};
  return facts->names.hosts;
}

}  // namespace pf
