#include "sim/certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "sim/sliced_file_fixture.hpp"

namespace pf::sim {
namespace {

constexpr const char* serial = "03000A000012345";

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::vector<Certificate> certificates(const std::string& pem) {
  std::vector<Certificate> out;
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    out.emplace_back(one, X509_free);
  }
  return out;
}

std::string common_name(X509_NAME* name) {
  char text[64] = {};
  X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text);
  return text;
}

class CertificatesTest : public ::testing::Test {
 protected:
  CertificateAuthority authority() {
    auto opened = CertificateAuthority::open(folder_.path(), SystemClock().unix_now());
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
  Credentials issue(CertificateForm form, const std::string& folder = "printer") {
    auto issued = authority().credentials(folder_ / folder, serial, form, SystemClock().unix_now());
    EXPECT_TRUE(issued);
    return std::move(*issued);
  }

  testing::TemporaryFolder folder_;
};

TEST_F(CertificatesTest, AreOfTheFormOfTheirModel) {
  const auto with_issuer =
      certificates(issue(CertificateForm::version_1_with_issuer, "a").certificates_pem);
  ASSERT_EQ(with_issuer.size(), 2u);
  EXPECT_EQ(X509_get_version(with_issuer[0].get()), X509_VERSION_1);
  EXPECT_EQ(X509_get_ext_count(with_issuer[0].get()), 0);
  EXPECT_EQ(X509_check_ca(with_issuer[1].get()), 1);
  const auto alone = certificates(issue(CertificateForm::version_3_alone, "b").certificates_pem);
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_EQ(X509_get_version(alone[0].get()), X509_VERSION_3);
  EXPECT_EQ(X509_check_ca(alone[0].get()), 0);
}

TEST_F(CertificatesTest, OfANewerSeriesComeFromAnAuthorityThatIsNotSentAlong) {
  const auto root = certificates(authority().certificate_pem());
  const auto leaf = certificates(issue(CertificateForm::version_3_of_series).certificates_pem);
  ASSERT_EQ(leaf.size(), 1u);
  EXPECT_EQ(common_name(X509_get_subject_name(leaf[0].get())), serial);
  EXPECT_EQ(common_name(X509_get_issuer_name(leaf[0].get())), "PrintFarm simulator series CA");
  EXPECT_NE(X509_verify(leaf[0].get(), X509_get0_pubkey(root[0].get())), 1);
  std::ifstream file(folder_ / "series.pem");
  const auto series = certificates({std::istreambuf_iterator<char>(file), {}});
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(X509_check_ca(series[0].get()), 1);
  EXPECT_EQ(X509_verify(leaf[0].get(), X509_get0_pubkey(series[0].get())), 1);
  EXPECT_EQ(X509_verify(series[0].get(), X509_get0_pubkey(root[0].get())), 1);
}

TEST_F(CertificatesTest, NameTheSerialNumberAndAreSignedByTheAuthorityForTenYears) {
  const auto root = certificates(authority().certificate_pem());
  for (const auto form :
       {CertificateForm::version_1_with_issuer, CertificateForm::version_3_alone}) {
    const auto leaf = certificates(issue(form).certificates_pem);
    EXPECT_EQ(common_name(X509_get_subject_name(leaf[0].get())), serial);
    EXPECT_EQ(X509_get_ext_by_NID(leaf[0].get(), NID_subject_alt_name, -1), -1);
    EXPECT_EQ(X509_verify(leaf[0].get(), X509_get0_pubkey(root[0].get())), 1);
    EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(leaf[0].get())), 2048);
    int days = 0, seconds = 0;
    ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(leaf[0].get()));
    EXPECT_NEAR(days, 3650, 3);
  }
}

TEST_F(CertificatesTest, AreMadeOnce) {
  const auto form = CertificateForm::version_1_with_issuer;
  const auto first = issue(form), second = issue(form);
  EXPECT_EQ(first.certificates_pem, second.certificates_pem);
  EXPECT_EQ(first.key_pem, second.key_pem);
}

TEST_F(CertificatesTest, AreIssuedAgainForTheSameKeyWhenTheyAreGoneOrDamaged) {
  const auto form = CertificateForm::version_3_alone;
  const auto first = issue(form);
  std::filesystem::remove(folder_ / "printer/certificate.pem");
  const auto second = issue(form);
  EXPECT_NE(first.certificates_pem, second.certificates_pem);
  EXPECT_EQ(first.key_pem, second.key_pem);
  std::ofstream(folder_ / "printer/certificate.pem") << "garbage";
  EXPECT_EQ(certificates(issue(form).certificates_pem).size(), 1u);
}

TEST_F(CertificatesTest, AreIssuedAgainByANewAuthority) {
  const auto form = CertificateForm::version_3_alone;
  const auto first = issue(form);
  std::filesystem::remove(folder_ / "ca.key");
  const auto root = certificates(authority().certificate_pem());
  const auto leaf = certificates(issue(form).certificates_pem);
  EXPECT_EQ(X509_verify(leaf[0].get(), X509_get0_pubkey(root[0].get())), 1);
}

TEST_F(CertificatesTest, KeysAreForTheirOwnerOnly) {
  issue(CertificateForm::version_3_alone);
  for (const auto* name : {"ca.key", "series.key", "printer/key.pem"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(CertificatesTest, SayWhereTheyCannotBeKept) {
  std::ofstream(folder_ / "file") << "x";
  const auto opened = CertificateAuthority::open(folder_ / "file", SystemClock().unix_now());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().says.find("file"), std::string::npos);
}

}  // namespace
}  // namespace pf::sim
