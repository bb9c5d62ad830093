#include "cloud/domain/auth/tokens.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <limits>
#include <memory>

#include "crypto/hash.hpp"
#include "crypto/text.hpp"
#include "protocol/json.hpp"

namespace pf {
namespace {

using crypto::base64url;

constexpr UnixTime now{1'700'000'000'000};

// Generating a key takes long enough to do it once.
const std::string& our_pem() {
  static const std::string pem = crypto::RsaKey::generate().private_pem();
  return pem;
}
crypto::RsaKey our_key() { return std::move(*crypto::RsaKey::from_pem(our_pem())); }

// What an attacker may know of us.
std::string our_public_pem() {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(our_pem().data(), static_cast<int>(our_pem().size())), &BIO_free_all);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
  PEM_write_bio_PUBKEY(out.get(), key.get());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

class Tokens : public testing::Test {
 protected:
  Tokens()
      : token_(issuer_.issue("user-1", "tenant-1", "session-1", now)),
        header_(token_.substr(0, token_.find('.'))),
        payload_(token_.substr(header_.size() + 1, token_.rfind('.') - header_.size() - 1)),
        signature_(token_.substr(token_.rfind('.') + 1)) {}

  bool accepted(std::string_view token, UnixTime at = now) const {
    return issuer_.verify(token, at).has_value();
  }
  // Signed with our own key, over whatever segments.
  std::string signed_by_us(const std::string& header, const std::string& payload) const {
    const auto signed_part = header + "." + payload;
    return signed_part + "." + base64url(key_.sign_sha256(signed_part));
  }
  std::string with_claims(std::string_view json) const {
    return signed_by_us(header_, base64url(json));
  }

  const crypto::RsaKey key_ = our_key();
  const TokenIssuer issuer_{our_key()};
  const std::string token_, header_, payload_, signature_;
};

TEST_F(Tokens, SayWhoTheyWereIssuedTo) {
  const auto claims = issuer_.verify(token_, now);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->sub, "user-1");
  EXPECT_EQ(claims->tenant, "tenant-1");
  EXPECT_EQ(claims->session, "session-1");
  EXPECT_EQ(claims->exp - claims->iat, 15 * 60);
  EXPECT_EQ(*crypto::from_base64url(header_),
            R"({"alg":"RS256","typ":"JWT","kid":")" + key_.id() + R"("})");
}

TEST_F(Tokens, AreGoodForFifteenMinutesOnly) {
  EXPECT_TRUE(accepted(token_, now + (Minutes(15) - Milliseconds(1))));
  EXPECT_FALSE(accepted(token_, now + Minutes(15)));
  EXPECT_FALSE(accepted(token_, now + Minutes(60 * 24 * 365)));
}

TEST_F(Tokens, OfTheSameKeyAfterARestartAreGoodAndOfAnotherKeyAreNot) {
  EXPECT_TRUE(TokenIssuer(our_key()).verify(token_, now));
  const TokenIssuer other(crypto::RsaKey::generate());
  EXPECT_FALSE(other.verify(token_, now));
  EXPECT_FALSE(accepted(other.issue("user-1", "tenant-1", "session-1", now)));
}

TEST_F(Tokens, WithAnyOtherHeaderAreRefusedEvenWhenWeSignedThem) {
  const auto kid = key_.id();
  const std::string headers[] = {
      R"({"alg":"none","typ":"JWT","kid":")" + kid + R"("})",
      R"({"alg":"None","typ":"JWT","kid":")" + kid + R"("})",
      R"({"alg":"HS256","typ":"JWT","kid":")" + kid + R"("})",
      R"({"alg":"RS384","typ":"JWT","kid":")" + kid + R"("})",
      R"({"alg":"PS256","typ":"JWT","kid":")" + kid + R"("})",
      R"({"alg":"rs256","typ":"JWT","kid":")" + kid + R"("})",
      R"({"alg":"RS256","typ":"JWT"})",
      R"({"alg":"RS256","typ":"JWT","kid":""})",
      R"({"alg":"RS256","typ":"JWT","kid":"../../../../dev/null"})",
      R"({"alg":"RS256","typ":"JWT","kid":"' OR 1=1 --"})",
      R"({"alg":"RS256","typ":"JWT","kid":")" + kid + R"(","jku":"https://evil.example/keys"})",
      R"({"alg":"RS256","typ":"JWT","kid":")" + kid + R"(","jwk":{"kty":"RSA","n":"AQ","e":"AQ"}})",
      R"({"alg":"RS256","typ":"JWT","kid":")" + kid + R"(","x5u":"https://evil.example/"})",
      R"({"alg":"RS256","typ":"JWT","kid":")" + kid + R"(","crit":["exp"]})",
      R"({"alg":"RS256","alg":"none","typ":"JWT","kid":")" + kid + R"("})",
      R"({"typ":"JWT","alg":"RS256","kid":")" + kid + R"("})",   // The order is another.
      R"({"alg":"RS256","typ":"JWT","kid":")" + kid + R"("} )",  // One space more.
      "",
  };
  for (const auto& header : headers) {
    EXPECT_FALSE(accepted(signed_by_us(base64url(header), payload_))) << header;
  }
  EXPECT_FALSE(accepted(signed_by_us(header_ + "=", payload_)));
  EXPECT_TRUE(accepted(signed_by_us(header_, payload_)));
}

TEST_F(Tokens, WithoutASignatureAreRefused) {
  const auto none = base64url(R"({"alg":"none"})");
  for (const auto& token : {none + "." + payload_ + ".", none + "." + payload_,
                            header_ + "." + payload_ + ".", header_ + "." + payload_}) {
    EXPECT_FALSE(accepted(token)) << token;
  }
}

TEST_F(Tokens, SignedWithOurPublicKeyAsIfItWereASharedSecretAreRefused) {
  const auto secret = our_public_pem();
  ASSERT_TRUE(secret.starts_with("-----BEGIN PUBLIC KEY-----"));
  const auto hs256 = base64url(R"({"alg":"HS256","typ":"JWT","kid":")" + key_.id() + R"("})");
  for (const auto& header : {hs256, header_}) {
    const auto signed_part = header + "." + payload_;
    EXPECT_FALSE(accepted(signed_part + "." + base64url(crypto::hmac_sha256(secret, signed_part))));
  }
}

TEST_F(Tokens, WithOtherClaimsThanWeGiveAreRefusedEvenWhenWeSignedThem) {
  const auto claims = [](std::string_view iss, std::string_view aud, std::string_view iat,
                         std::string_view exp) {
    return std::string(R"({"iss":)")
               .append(iss)
               .append(R"(,"aud":)")
               .append(aud)
               .append(R"(,"sub":"u","tenant":"t","session":"s","iat":)")
               .append(iat)
               .append(R"(,"exp":)")
               .append(exp) +
           "}";
  };
  const std::string iss = R"("printfarm")", aud = R"("printfarm-api")";
  const std::string iat = "1700000000", exp = "1700000900";
  ASSERT_TRUE(accepted(with_claims(claims(iss, aud, iat, exp))));

  const std::string whole = claims(iss, aud, iat, exp);
  const std::string table[] = {
      claims(R"("somebody")", aud, iat, exp),
      claims(R"("PrintFarm")", aud, iat, exp),
      claims(R"(["printfarm"])", aud, iat, exp),
      claims("null", aud, iat, exp),
      claims(iss, R"("other-api")", iat, exp),
      claims(iss, R"(["printfarm-api"])", iat, exp),
      claims(iss, R"("")", iat, exp),
      claims(iss, aud, iat, R"("1700000900")"),
      claims(iss, aud, iat, "1700000900.5"),
      claims(iss, aud, iat, "1700000900.0"),
      claims(iss, aud, iat, "1.7000009e9"),
      claims(iss, aud, iat, "null"),
      claims(iss, aud, iat, "true"),
      claims(iss, aud, iat, "[1700000900]"),
      claims(iss, aud, iat, "-1"),
      claims(iss, aud, iat, "0"),
      claims(iss, aud, iat, "1700000000"),           // Over right now.
      claims(iss, aud, iat, "1700000901"),           // Longer than any of ours.
      claims(iss, aud, iat, "9223372036854775807"),  // For ever.
      claims(iss, aud, iat, "9223372036854775808"),
      claims(iss, aud, iat, "99999999999999999999999999"),
      claims(iss, aud, "-9223372036854775808", "9223372036854775807"),
      claims(iss, aud, R"("1700000000")", exp),
      R"({"iss":"printfarm","aud":"printfarm-api","sub":"u","tenant":"t","session":"s",)"
      R"("iat":1700000000})",  // No exp.
      R"({"iss":"printfarm","sub":"u","tenant":"t","session":"s","iat":1700000000,)"
      R"("exp":1700000900})",  // No aud.
      whole.substr(0, whole.size() - 1) + R"(,"exp":1700000800})",
      whole.substr(0, whole.size() - 1) + R"(,"sub":"admin"})",
      whole.substr(0, whole.size() - 1) + R"(,"\u0073ub":"admin"})",
      whole.substr(0, whole.size() - 1) + R"(,"role":"owner"})",
      whole + "{}",
      whole + std::string(1, '\0'),
      "[" + whole + "]",
      "\"text\"",
      "{}",
      "",
      "\xff",
  };
  for (const auto& json : table) EXPECT_FALSE(accepted(with_claims(json))) << json;
}

TEST_F(Tokens, WithSegmentsTooManyTooFewOrDirtyAreRefused) {
  const std::string tokens[] = {
      "",
      ".",
      "..",
      "...",
      header_,
      header_ + ".",
      "." + payload_ + "." + signature_,
      payload_ + "." + signature_,
      token_ + ".",
      token_ + ".x",
      token_ + "." + signature_,
      "." + token_,
      token_ + "=",
      token_ + "==",
      token_ + "\n",
      token_ + " ",
      " " + token_,
      token_ + std::string(1, '\0'),
      "Bearer " + token_,
      header_ + "." + payload_ + "=." + signature_,
      header_ + "." + payload_ + ".." + signature_,
      header_ + ".." + signature_,
      header_ + "." + payload_ + "." + signature_.substr(0, signature_.size() - 1),
      header_ + "." + payload_ + "." + signature_.substr(1),
      header_ + "." + payload_ + "." + signature_ + "A",
      header_ + "." + payload_ + "." + payload_,
      std::string(token_bytes_max + 1, 'a'),
      token_ + std::string(token_bytes_max, 'A'),
  };
  for (const auto& token : tokens) EXPECT_FALSE(accepted(token)) << token;
}

TEST_F(Tokens, WithPaddedOrOtherBase64AreRefusedEvenWhenWeSignedThem) {
  EXPECT_FALSE(accepted(signed_by_us(header_, payload_ + "=")));
  EXPECT_FALSE(accepted(signed_by_us(header_, payload_ + "==")));
  EXPECT_FALSE(accepted(signed_by_us(header_, payload_ + "\n")));
  EXPECT_FALSE(accepted(signed_by_us(header_, "+/+/")));
  EXPECT_FALSE(accepted(signed_by_us(header_, payload_ + "." + payload_)));
}

TEST_F(Tokens, WithOneCharacterChangedAreRefused) {
  for (std::size_t i = 0; i < token_.size(); ++i) {
    auto changed = token_;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(accepted(changed)) << i;
  }
}

// The last character of a signature carries bits that decode to nothing.
TEST_F(Tokens, HaveExactlyOneSpelling) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int good = 0;
  for (const char last : alphabet) {
    auto spelled = token_;
    spelled.back() = last;
    good += accepted(spelled);
  }
  EXPECT_EQ(good, 1);
}

}  // namespace
}  // namespace pf
