#include "crypto/certificate.hpp"

#include <gtest/gtest.h>

namespace pf::crypto {
namespace {

constexpr UnixTime now{1'700'000'000'000};
constexpr Seconds year{365 * 24 * 3600};

CertifiedKey authority(const ServerNames& also = {}) {
  return make_authority("Authority", also, now, year);
}

TEST(Certificate, bears_its_names_and_ends_when_it_should) {
  const ServerNames names{{"farm.lan", "localhost"}, {"192.168.1.5", "::1"}};
  const auto issued = issue_server_certificate(authority(), names, now, year);
  ASSERT_TRUE(issued) << issued.error().says;
  const auto facts = read_certificate(issued->certificate_pem);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->names, names);
  const Milliseconds slack = Seconds{3600};
  EXPECT_EQ(facts->not_after - now, Milliseconds(year) - slack);
}

TEST(Certificate, an_authority_vouches_for_its_own_kind_of_names_only) {
  const auto home = authority();
  const std::vector<ServerNames> own = {
      {{"localhost"}, {}},  {{"farm.local"}, {}}, {{"a.b.lan"}, {}},         {{"x.home.arpa"}, {}},
      {{}, {"10.255.0.1"}}, {{}, {"172.31.0.1"}}, {{}, {"192.168.255.255"}}, {{}, {"100.127.0.1"}},
      {{}, {"fd00::1"}},    {{}, {"fe80::1"}},
  };
  for (const auto& names : own) {
    EXPECT_TRUE(issue_server_certificate(home, names, now, year));
  }
  const std::vector<ServerNames> foreign = {
      {{"bank.example"}, {}},
      {{"localhost.example"}, {}},
      {{"notlocal"}, {}},
      {{}, {"8.8.8.8"}},
      {{}, {"172.32.0.1"}},
      {{}, {"2001:db8::1"}},
      {{"localhost", "bank.example"}, {}},
  };
  for (const auto& names : foreign) {
    const auto refused = issue_server_certificate(home, names, now, year);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().says.find("was not made for"), std::string::npos);
  }
  const auto wider = authority({{"farm.example"}, {"8.8.8.8", "2001:db8::1"}});
  EXPECT_TRUE(issue_server_certificate(
      wider, {{"farm.example", "www.farm.example"}, {"8.8.8.8", "2001:db8::1"}}, now, year));
  EXPECT_FALSE(issue_server_certificate(wider, {{}, {"8.8.4.4"}}, now, year));
}

TEST(Certificate, an_authority_that_is_none_or_has_ended_signs_nothing) {
  const ServerNames names{{"localhost"}, {}};
  const auto one = authority(), other = authority();
  const auto leaf = issue_server_certificate(one, names, now, year);
  ASSERT_TRUE(leaf);
  const std::vector<CertifiedKey> wrong = {
      {one.certificate_pem, other.key_pem},
      {one.certificate_pem, ""},
      {"", one.key_pem},
      {"garbage", "garbage"},
      *leaf,
  };
  for (const auto& signer : wrong) {
    EXPECT_FALSE(issue_server_certificate(signer, names, now, year));
  }
  EXPECT_FALSE(issue_server_certificate(one, names, now + Milliseconds(2 * year), year));
}

TEST(Certificate, names_are_checked_before_they_reach_a_certificate) {
  for (const auto* good : {"farm", "farm.lan", "a-b.c1", "1.example", "FARM"}) {
    EXPECT_TRUE(is_host_name(good)) << good;
  }
  const std::string long_label(64, 'a');
  for (const auto& bad :
       {std::string(""), std::string("."), std::string("a..b"), std::string("a."),
        std::string("-a"), std::string("a-"), std::string("a_b"), std::string("*.lan"),
        std::string("a,DNS:b"), std::string("a b"), std::string("1.2.3.4"), long_label}) {
    EXPECT_FALSE(is_host_name(bad)) << bad;
  }
  EXPECT_TRUE(is_address("1.2.3.4"));
  EXPECT_TRUE(is_address("fe80::1"));
  for (const auto* bad : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "fe80::1%eth0", "::1/128"}) {
    EXPECT_FALSE(is_address(bad)) << bad;
  }
}

TEST(Certificate, reading_what_is_none_gives_nothing) {
  EXPECT_FALSE(read_certificate(""));
  EXPECT_FALSE(read_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  EXPECT_EQ(shown_fingerprint("nothing"), "");
  EXPECT_EQ(shown_fingerprint(authority().certificate_pem).size(), 32u * 3 - 1);
}

}  // namespace
}  // namespace pf::crypto
