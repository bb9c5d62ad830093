#include "sim/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cassert>
#include <memory>

#include "crypto/rsa.hpp"
#include "process/files.hpp"

namespace pf::sim {
namespace {

constexpr std::size_t pem_bytes_max = 16 * 1024;
constexpr long lifetime_seconds = 10L * 365 * 24 * 3600;
constexpr long clock_slack_seconds = 24 * 3600;  // For hubs whose clock is behind.
constexpr int serial_number_bits = 63;
constexpr mode_t folder_mode = 0700, public_mode = 0644;
constexpr const char* authority_name = "PrintFarm simulator CA";
constexpr const char* series_authority_name = "PrintFarm simulator series CA";

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;

Bio reading(std::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Key parse_key(std::string_view pem) {
  return Key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, nullptr, nullptr));
}

// The first certificate of the text.
Certificate parse_certificate(std::string_view pem) {
  return Certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, nullptr, nullptr));
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

void name_it(X509_NAME* name, std::string_view common_name, bool with_organization) {
  const auto add = [&](const char* field, std::string_view value) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
  };
  if (with_organization) add("O", "PrintFarm simulator");
  add("CN", common_name);
}

Certificate blank_certificate(EVP_PKEY* key, std::string_view common_name, UnixTime now) {
  Certificate certificate(X509_new());
  const Number serial(BN_new());
  BN_rand(serial.get(), serial_number_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get()));
  const std::time_t seconds = now.milliseconds / 1000;
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), seconds - clock_slack_seconds);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), seconds + lifetime_seconds);
  X509_set_pubkey(certificate.get(), key);
  const bool authority = common_name == authority_name || common_name == series_authority_name;
  name_it(X509_get_subject_name(certificate.get()), common_name, authority);
  return certificate;
}

void add_extension(X509* certificate, int kind, const char* value) {
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  X509_add_ext(certificate, extension.get(), -1);
}

// issuer: none, of the root.
std::string make_authority(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* issuer_key,
                           UnixTime now) {
  const Certificate certificate = blank_certificate(key, name, now);
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_set_issuer_name(certificate.get(),
                       X509_get_subject_name(issuer ? issuer : certificate.get()));
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate.get(), issuer_key, EVP_sha256());
  return pem_of(certificate.get());
}

std::string make_leaf(EVP_PKEY* key, std::string_view serial_number, CertificateForm form,
                      X509* authority, EVP_PKEY* authority_key, UnixTime now) {
  const Certificate certificate = blank_certificate(key, serial_number, now);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority));
  if (form == CertificateForm::version_1_with_issuer) {
    X509_set_version(certificate.get(), X509_VERSION_1);
  } else {
    X509_set_version(certificate.get(), X509_VERSION_3);
    add_extension(certificate.get(), NID_basic_constraints, "CA:FALSE");
  }
  X509_sign(certificate.get(), authority_key, EVP_sha256());
  return pem_of(certificate.get());
}

// The file's text if it is there and holds a key, else a new key that is written there.
Result<std::string, Fault> read_or_make_key(const std::string& path) {
  auto text = process::read_file(path, pem_bytes_max);
  if (text && parse_key(*text)) return std::move(*text);
  if (!text && !text.error().missing) return Fault{text.error().says};
  auto pem = crypto::RsaKey::generate().private_pem();
  const auto written = process::write_file_durably(path, pem, process::private_mode);
  if (!written) return Fault{written.error().says};
  return pem;
}

bool is_certificate_for(std::string_view pem, EVP_PKEY* key, EVP_PKEY* issuer_key) {
  const Certificate certificate = parse_certificate(pem);
  return certificate && X509_check_private_key(certificate.get(), key) == 1 &&
         X509_verify(certificate.get(), issuer_key) == 1 &&
         X509_cmp_current_time(X509_get0_notAfter(certificate.get())) > 0;
}

// The file's certificate if it is the right one, else what `make` makes, which is written there.
template <class Make>
Result<std::string, Fault> read_or_make_certificate(const std::string& path, EVP_PKEY* key,
                                                    EVP_PKEY* issuer_key, Make make) {
  auto text = process::read_file(path, pem_bytes_max);
  if (text && is_certificate_for(*text, key, issuer_key)) return std::move(*text);
  if (!text && !text.error().missing) return Fault{text.error().says};
  std::string pem = make();
  const auto written = process::write_file_durably(path, pem, public_mode);
  if (!written) return Fault{written.error().says};
  return pem;
}

}  // namespace

Result<CertificateAuthority, Fault> CertificateAuthority::open(const std::string& folder,
                                                               UnixTime now) {
  const auto made = process::make_directories(folder, folder_mode);
  if (!made) return Fault{made.error().says};
  auto root_key_pem = read_or_make_key(folder + "/ca.key");
  if (!root_key_pem) return root_key_pem.error();
  const Key root_key = parse_key(*root_key_pem);
  auto root_pem = read_or_make_certificate(folder + "/ca.pem", root_key.get(), root_key.get(), [&] {
    return make_authority(root_key.get(), authority_name, nullptr, root_key.get(), now);
  });
  if (!root_pem) return root_pem.error();

  auto series_key_pem = read_or_make_key(folder + "/series.key");
  if (!series_key_pem) return series_key_pem.error();
  const Key series_key = parse_key(*series_key_pem);
  const Certificate root = parse_certificate(*root_pem);
  auto series_pem =
      read_or_make_certificate(folder + "/series.pem", series_key.get(), root_key.get(), [&] {
        return make_authority(series_key.get(), series_authority_name, root.get(), root_key.get(),
                              now);
      });
  if (!series_pem) return series_pem.error();
  return CertificateAuthority({std::move(*root_pem), std::move(*root_key_pem)},
                              {std::move(*series_pem), std::move(*series_key_pem)});
}

Result<Credentials, Fault> CertificateAuthority::credentials(const std::string& folder,
                                                             std::string_view serial_number,
                                                             CertificateForm form,
                                                             UnixTime now) const {
  const auto made = process::make_directories(folder, folder_mode);
  if (!made) return Fault{made.error().says};
  auto key_pem = read_or_make_key(folder + "/key.pem");
  if (!key_pem) return key_pem.error();
  const auto& issuer = form == CertificateForm::version_3_of_series ? series_ : root_;
  const Key key = parse_key(*key_pem), authority_key = parse_key(issuer.key_pem);
  const Certificate authority = parse_certificate(issuer.certificate_pem);
  auto leaf =
      read_or_make_certificate(folder + "/certificate.pem", key.get(), authority_key.get(), [&] {
        return make_leaf(key.get(), serial_number, form, authority.get(), authority_key.get(), now);
      });
  if (!leaf) return leaf.error();
  Credentials credentials{std::move(*leaf), std::move(*key_pem)};
  if (form == CertificateForm::version_1_with_issuer) {
    credentials.certificates_pem += root_.certificate_pem;
  }
  return credentials;
}

}  // namespace pf::sim
