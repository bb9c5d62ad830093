#include "crypto/rsa.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "crypto/openssl.hpp"
#include "crypto/text.hpp"

namespace pf::crypto {
namespace {

// The key, the signing input and the signature of RFC 7515, appendix A.2. Published: not a secret.
constexpr std::string_view rfc_pem = R"(
-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO
jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL
aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn
juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5
ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf
toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg
VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW
PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G
O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj
kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6
XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB
4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K
pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr
0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE
lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6
kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP
rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw
kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp
5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2
9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/
evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG
yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj
OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2
tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3
ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56
03k2+ZQwVK0JKSHuLFkuQ3U=
-----END PRIVATE KEY-----
)";
constexpr std::string_view rfc_input =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
    "LmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view rfc_signature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

std::string pem_of(EVP_PKEY* key, const EVP_CIPHER* cipher, std::string passphrase) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, cipher, bytes_of(passphrase),
                           static_cast<int>(passphrase.size()), nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

TEST(Rsa, signs_and_verifies_the_example_of_rfc_7515) {
  const auto key = RsaKey::from_pem(rfc_pem);
  ASSERT_TRUE(key);
  EXPECT_EQ(base64url(key->sign_sha256(rfc_input)), rfc_signature);
  EXPECT_TRUE(key->verify_sha256(rfc_input, *from_base64url(rfc_signature)));
  EXPECT_EQ(key->id(), "6fd13c2435a361e7");
}

TEST(Rsa, keeps_its_key_and_its_id_through_pem) {
  const auto key = RsaKey::generate();
  const auto again = RsaKey::from_pem(key.private_pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id(), key.id());
  EXPECT_EQ(key.id().size(), 16u);
  EXPECT_TRUE(again->verify_sha256("text", key.sign_sha256("text")));
}

TEST(Rsa, refuses_a_signature_of_another_text_or_key_or_shape) {
  const auto key = RsaKey::from_pem(rfc_pem);
  const auto other = RsaKey::generate();
  const std::string signature = key->sign_sha256("text");
  EXPECT_FALSE(key->verify_sha256("texu", signature));
  EXPECT_FALSE(other.verify_sha256("text", signature));
  EXPECT_FALSE(key->verify_sha256("text", ""));
  EXPECT_FALSE(key->verify_sha256("text", signature.substr(1)));
  EXPECT_FALSE(key->verify_sha256("text", signature + '\0'));
  EXPECT_FALSE(key->verify_sha256("text", std::string(signature.size(), '\xff')));
  std::string changed = signature;
  changed.back() ^= 1;
  EXPECT_FALSE(key->verify_sha256("text", changed));
}

TEST(Rsa, refuses_pem_that_holds_no_usable_key) {
  const Key elliptic(EVP_EC_gen("P-256"));
  const Key too_short(EVP_RSA_gen(1024));
  const Key good(EVP_RSA_gen(2048));
  const std::string refused[] = {
      "",
      "no key",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      std::string(rfc_pem.substr(0, rfc_pem.size() / 2)),
      pem_of(elliptic.get(), nullptr, ""),
      pem_of(too_short.get(), nullptr, ""),
      pem_of(good.get(), EVP_aes_128_cbc(), "locked"),
      std::string(100'000, 'A'),
  };
  for (const auto& pem : refused) EXPECT_FALSE(RsaKey::from_pem(pem)) << pem.substr(0, 80);
}

}  // namespace
}  // namespace pf::crypto
