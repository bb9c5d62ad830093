#include "crypto/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "crypto/openssl.hpp"

namespace pf::crypto {
namespace {

constexpr Seconds clock_slack{3600};  // For devices whose clock is behind.
constexpr int serial_number_bits = 127;
constexpr std::size_t host_bytes_max = 253, label_bytes_max = 63;

constexpr std::string_view home_domains[] = {"localhost", "local", "lan", "internal", "home.arpa"};
// Loopback, RFC 1918, link-local and shared addresses, and their kin in IPv6.
constexpr std::string_view private_networks[] = {"127.0.0.0/255.0.0.0",
                                                 "10.0.0.0/255.0.0.0",
                                                 "172.16.0.0/255.240.0.0",
                                                 "192.168.0.0/255.255.0.0",
                                                 "169.254.0.0/255.255.0.0",
                                                 "100.64.0.0/255.192.0.0",
                                                 "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                                 "fc00::/fe00::",
                                                 "fe80::/ffc0::"};
constexpr std::string_view whole_of_v4 = "/255.255.255.255";
constexpr std::string_view whole_of_v6 = "/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using Store = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;
using AlternativeNames = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;

Bio reading(std::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// An encrypted file would otherwise make OpenSSL ask for its password on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Certificate parse_certificate(std::string_view pem) {
  Certificate parsed(PEM_read_bio_X509(reading(pem).get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();  // What is left there would be taken for an error of the next TLS call.
  return parsed;
}

Key parse_key(std::string_view pem) {
  Key parsed(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  return parsed;
}

template <class Write>
std::string pem_of(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

CertifiedKey pem_of(X509* certificate, EVP_PKEY* key) {
  return {pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); }),
          pem_of([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

Certificate blank(EVP_PKEY* key, std::string_view common_name, UnixTime now, Seconds lifetime) {
  Certificate made(X509_new());
  must(X509_set_version(made.get(), X509_VERSION_3) == 1);
  const Number serial(BN_new());
  must(BN_rand(serial.get(), serial_number_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  must(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(made.get())) != nullptr);
  const std::time_t begin = now.milliseconds / 1000 - clock_slack.count();
  must(ASN1_TIME_set(X509_getm_notBefore(made.get()), begin) != nullptr);
  must(ASN1_TIME_set(X509_getm_notAfter(made.get()), begin + lifetime.count()) != nullptr);
  must(X509_set_pubkey(made.get(), key) == 1);
  auto* subject = X509_get_subject_name(made.get());
  for (const auto& [field, value] :
       {std::pair<const char*, std::string_view>{"O", "PrintFarm"}, {"CN", common_name}}) {
    must(X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, bytes_of(value),
                                    static_cast<int>(value.size()), -1, 0) == 1);
  }
  return made;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void append(std::string& list, std::string_view kind, std::string_view value,
            std::string_view behind = "") {
  if (!list.empty()) list += ",";
  list.append(kind).append(value).append(behind);
}

std::string constraints_for(const ServerNames& also) {
  std::string list;
  for (const auto domain : home_domains) append(list, "permitted;DNS:", domain);
  for (const auto network : private_networks) append(list, "permitted;IP:", network);
  for (const auto& host : also.hosts) append(list, "permitted;DNS:", host);
  for (const auto& address : also.addresses) {
    const bool is_v6 = address.find(':') != std::string::npos;
    append(list, "permitted;IP:", address, is_v6 ? whole_of_v6 : whole_of_v4);
  }
  return list;
}

std::string alternative_names(const ServerNames& names) {
  std::string list;
  for (const auto& host : names.hosts) append(list, "DNS:", host);
  for (const auto& address : names.addresses) append(list, "IP:", address);
  return list;
}

// As a browser would: signature, dates and the names that the authority may vouch for.
std::optional<CertificateFault> refusal_of(X509* certificate, X509* authority, UnixTime now) {
  const Store store(X509_STORE_new());
  must(store && X509_STORE_add_cert(store.get(), authority) == 1);
  const StoreContext context(X509_STORE_CTX_new());
  must(context && X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1);
  X509_STORE_CTX_set_time(context.get(), 0, now.milliseconds / 1000);
  if (X509_verify_cert(context.get()) == 1) return std::nullopt;
  const int why = X509_STORE_CTX_get_error(context.get());
  if (why == X509_V_ERR_PERMITTED_VIOLATION) {
    return CertificateFault{
        "The authority was not made for one of these names, and devices that trust it would "
        "refuse the certificate."};
  }
  return CertificateFault{
      "The authority cannot be used: " + std::string(X509_verify_cert_error_string(why)) + "."};
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  char text[INET6_ADDRSTRLEN] = "";
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof text);
  return text;
}

ServerNames names_in(const X509* certificate) {
  ServerNames names;
  const AlternativeNames all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_IPADD) names.addresses.push_back(address_text(name->d.iPAddress));
    if (name->type != GEN_DNS) continue;
    const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    names.hosts.emplace_back(text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  return names;
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > host_bytes_max || is_address(text)) return false;
  while (!text.empty()) {
    const auto label = text.substr(0, text.find('.'));
    const bool fits = !label.empty() && label.size() <= label_bytes_max && label.front() != '-' &&
                      label.back() != '-';
    if (!fits || !std::all_of(label.begin(), label.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-';
        })) {
      return false;
    }
    text.remove_prefix(label.size());
    if (text == ".") return false;
    if (!text.empty()) text.remove_prefix(1);
  }
  return true;
}

bool is_address(std::string_view text) {
  std::array<unsigned char, 16> bytes;
  const std::string terminated(text);
  return inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1;
}

CertifiedKey make_authority(std::string_view name, const ServerNames& also, UnixTime now,
                            Seconds lifetime) {
  const Key key(EVP_EC_gen("P-256"));
  must(key != nullptr);
  const auto made = blank(key.get(), name, now, lifetime);
  must(X509_set_issuer_name(made.get(), X509_get_subject_name(made.get())) == 1);
  extend(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(made.get(), made.get(), NID_subject_key_identifier, "hash");
  // Not marked critical: small TLS libraries, such as a microcontroller's, do not know this
  // extension and would have to refuse the certificate. Browsers honour it all the same.
  extend(made.get(), made.get(), NID_name_constraints, constraints_for(also));
  must(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
  return pem_of(made.get(), key.get());
}

Result<CertifiedKey, CertificateFault> issue_server_certificate(const CertifiedKey& authority,
                                                                const ServerNames& names,
                                                                UnixTime now, Seconds lifetime) {
  const auto issuer = parse_certificate(authority.certificate_pem);
  const auto issuer_key = parse_key(authority.key_pem);
  if (!issuer || !issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    return CertificateFault{"The authority's certificate and key do not belong together."};
  }
  const Key key(EVP_EC_gen("P-256"));
  must(key != nullptr);
  const auto made = blank(key.get(), "PrintFarm server", now, lifetime);
  must(X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get())) == 1);
  extend(made.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(made.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
  extend(made.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
  extend(made.get(), issuer.get(), NID_subject_key_identifier, "hash");
  extend(made.get(), issuer.get(), NID_authority_key_identifier, "keyid");
  extend(made.get(), issuer.get(), NID_subject_alt_name, alternative_names(names));
  must(X509_sign(made.get(), issuer_key.get(), EVP_sha256()) > 0);
  if (auto refused = refusal_of(made.get(), issuer.get(), now)) return *refused;
  return pem_of(made.get(), key.get());
}

std::optional<CertificateFacts> read_certificate(std::string_view pem) {
  const auto certificate = parse_certificate(pem);
  std::tm end{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    return std::nullopt;
  }
  return CertificateFacts{{static_cast<std::int64_t>(timegm(&end)) * 1000},
                          names_in(certificate.get())};
}

std::string shown_fingerprint(std::string_view certificate_pem) {
  const auto certificate = parse_certificate(certificate_pem);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) {
    return {};
  }
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string shown;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) shown += ':';
    shown.append({digits[digest[i] >> 4], digits[digest[i] & 15]});
  }
  return shown;
}

}  // namespace pf::crypto
