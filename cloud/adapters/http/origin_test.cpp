#include "cloud/adapters/http/origin.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

TEST(Origins, AnswersToAddressesLocalhostAndTheNamesItWasGiven) {
  const Origins origins("https://farm.example:8443", {"printers.lan"}, Transport::plain);
  for (const auto* host : {"localhost", "localhost:8080", "127.0.0.1", "192.168.1.5:8080", "[::1]",
                           "[fe80::1]:8080", "farm.example", "FARM.example:1", "printers.lan:80"}) {
    EXPECT_TRUE(origins.trusts_host(host)) << host;
  }
  for (const auto* host : {"", "evil.example", "farm.example.evil.example", "xfarm.example",
                           "localhost.evil.example", "1.2.3", "[evil]", "256.1.1.1", "printers"}) {
    EXPECT_FALSE(origins.trusts_host(host)) << host;
  }
}

TEST(Origins, APageIsOursWhenItCameFromWhereTheRequestGoes) {
  const Origins origins("", {}, Transport::plain);
  EXPECT_TRUE(origins.is_ours("http://localhost:8080", "localhost:8080"));
  EXPECT_TRUE(origins.is_ours("https://192.168.1.5", "192.168.1.5"));
  for (const auto* origin : {"", "null", "http://localhost", "http://localhost:81",
                             "ftp://localhost:8080", "http://evil.example", "localhost:8080",
                             "http://localhost:8080.evil.example", "http://localhost:8080/"}) {
    EXPECT_FALSE(origins.is_ours(origin, "localhost:8080")) << origin;
  }
  EXPECT_FALSE(origins.is_ours("http://evil.example", "evil.example")) << "rebound by its DNS";
}

TEST(Origins, WhereHttpsIsSpokenAPlainPageIsNotOurs) {
  const Origins by_proxy("https://farm.example", {}, Transport::plain);
  EXPECT_TRUE(by_proxy.served_by_https());
  EXPECT_TRUE(by_proxy.is_ours("https://farm.example", "10.0.0.1:8080"));
  EXPECT_FALSE(by_proxy.is_ours("http://farm.example", "farm.example"));
  const Origins by_itself("", {"farm.lan"}, Transport::tls);
  EXPECT_TRUE(by_itself.served_by_https());
  EXPECT_TRUE(by_itself.is_ours("https://farm.lan:8080", "farm.lan:8080"));
  EXPECT_FALSE(by_itself.is_ours("http://farm.lan:8080", "farm.lan:8080"));
  EXPECT_FALSE(Origins("http://farm.lan", {}, Transport::plain).served_by_https());
}

}  // namespace
}  // namespace pf
