// Certificates made while a test runs: an authority and what it issues.
#pragma once
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <memory>
#include <string>

#include "crypto/openssl.hpp"

namespace pf::hub {

using Certificate = std::unique_ptr<X509, crypto::FreeWith<X509_free>>;

struct Identity {
  crypto::Key key;
  Certificate certificate;

  void write_certificate(const std::string& path) const {
    std::ofstream(path) << pem([this](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
  }
  void write_key(const std::string& path) const {
    std::ofstream(path) << pem([this](BIO* bio) {
      PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

 private:
  template <class Write>
  static std::string pem(Write write) {
    const crypto::Bio bio(BIO_new(BIO_s_mem()));
    write(bio.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
  }
};

enum class X509Version { v1, v3 };

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test CA") {
    root_.key.reset(EVP_EC_gen("P-256"));
    root_.certificate = certify(name, root_.key.get(), X509Version::v3, "", true);
  }

  const Identity& root() const { return root_; }

  // alternative_name as in "DNS:hub.example" or "IP:127.0.0.1"; empty: none, as printers have it.
  Identity issue(const std::string& common_name, const std::string& alternative_name = "") const {
    Identity issued;
    issued.key.reset(EVP_EC_gen("P-256"));
    issued.certificate =
        certify(common_name, issued.key.get(), X509Version::v3, alternative_name, false);
    return issued;
  }
  // As an A1 mini has it: version 1, RSA-2048.
  Identity issue_v1(const std::string& common_name) const {
    Identity issued;
    issued.key.reset(EVP_RSA_gen(2048));
    issued.certificate = certify(common_name, issued.key.get(), X509Version::v1, "", false);
    return issued;
  }

 private:
  Certificate certify(const std::string& common_name, EVP_PKEY* key, X509Version version,
                      const std::string& alternative_name, bool is_authority) const {
    Certificate made(X509_new());
    X509_set_version(made.get(), version == X509Version::v1 ? X509_VERSION_1 : X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1 + serial_++);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               crypto::bytes_of(std::string_view(common_name)),
                               static_cast<int>(common_name.size()), -1, 0);
    const X509* issuer = is_authority ? made.get() : root_.certificate.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
    if (is_authority) extend(made.get(), NID_basic_constraints, "critical,CA:TRUE");
    if (!alternative_name.empty()) extend(made.get(), NID_subject_alt_name, alternative_name);
    EXPECT_GT(X509_sign(made.get(), root_.key.get(), EVP_sha256()), 0);
    return made;
  }

  static void extend(X509* certificate, int kind, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, crypto::FreeWith<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    X509_add_ext(certificate, extension.get(), -1);
  }

  mutable int serial_ = 0;
  Identity root_;
};

}  // namespace pf::hub
