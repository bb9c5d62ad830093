// The simulator's own certificate authority and one certificate per printer, kept in its data
// folder: made once, used for as long as the folder lives, so that a hub that pinned a printer's
// key knows it again. RSA-2048, common name = serial number and no other name, ten years, as real
// printers.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sim/fault.hpp"
#include "sim/models/model.hpp"

namespace pf::sim {

struct Credentials {
  std::string certificates_pem;  // The leaf, then its issuer where the model sends that along.
  std::string key_pem;
};

class CertificateAuthority {
 public:
  // Reads or makes folder/ca.pem and folder/ca.key, and those of an authority below it which issues
  // for newer series: series.pem and series.key.
  static Result<CertificateAuthority, Fault> open(const std::string& folder, UnixTime now);

  // Reads or makes folder/certificate.pem and folder/key.pem.
  Result<Credentials, Fault> credentials(const std::string& folder, std::string_view serial_number,
                                         CertificateForm form, UnixTime now) const;

  const std::string& certificate_pem() const { return root_.certificate_pem; }

 private:
  struct Issuer {
    std::string certificate_pem, key_pem;
  };
  CertificateAuthority(Issuer root, Issuer series)
      : root_(std::move(root)), series_(std::move(series)) {}

  Issuer root_, series_;
};

}  // namespace pf::sim
