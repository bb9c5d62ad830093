#include "cloud/main/config.hpp"

#include <gtest/gtest.h>

#include "cloud/main/tls_files.hpp"
#include "process/scratch_directory.hpp"

namespace pf {
namespace {

std::optional<int> read(std::vector<const char*> flags, Config& config) {
  flags.insert(flags.begin(), "serve");
  return read_config(static_cast<int>(flags.size()), flags.data(), config);
}
// What the operator is told.
std::string refusal_of(std::vector<const char*> flags) {
  Config config;
  testing::internal::CaptureStderr();
  const auto code = read(std::move(flags), config);
  auto says = testing::internal::GetCapturedStderr();
  EXPECT_EQ(code, 2) << says;
  return says;
}

TEST(Config, beyond_loopback_tls_or_a_proxy_is_needed_and_the_remedies_are_named) {
  const process::ScratchDirectory empty;
  for (const auto* address : {"0.0.0.0", "::", "192.168.1.5"}) {
    const auto says = refusal_of({"--listen", address, "--data-dir", empty.path().c_str()});
    for (const auto* remedy : {"tls init", "--tls-certificate", "--trusted-proxies"}) {
      EXPECT_NE(says.find(remedy), std::string::npos) << says;
    }
  }
  Config config;
  for (const auto* address : {"127.0.0.1", "127.3.2.1", "::1"}) {
    EXPECT_FALSE(read({"--listen", address, "--data-dir", empty.path().c_str()}, config));
  }
  EXPECT_FALSE(read({"--listen", "0.0.0.0", "--trusted-proxies", "10.0.0.2"}, config));
}

TEST(Config, a_certificate_of_our_own_opens_the_door_unless_it_is_switched_off) {
  const process::ScratchDirectory folder;
  ASSERT_TRUE(TlsFiles(folder.path())
                  .make({{"localhost"}, {}}, TlsAuthority::kept, SystemClock().unix_now()));
  Config config;
  EXPECT_FALSE(read({"--listen", "0.0.0.0", "--data-dir", folder.path().c_str()}, config));
  EXPECT_TRUE(speaks_tls(config));
  refusal_of({"--listen", "0.0.0.0", "--data-dir", folder.path().c_str(), "--tls", "off"});
}

TEST(Config, the_database_is_a_postgres_address_or_nothing_and_no_password_is_repeated) {
  for (const auto* address : {"mysql://farm:hunter2@host/farm", "host=db password=hunter2",
                              "/var/lib/farm.db", "postgres:hunter2@host/farm"}) {
    const auto says = refusal_of({"--database", address});
    EXPECT_NE(says.find("postgres://"), std::string::npos) << says;
    EXPECT_EQ(says.find("hunter2"), std::string::npos) << says;
  }
  Config config;
  EXPECT_FALSE(read({}, config));
  EXPECT_EQ(config.database, "");
  EXPECT_FALSE(read({"--database", "postgresql://farm@db/farm"}, config));
  EXPECT_EQ(config.database, "postgresql://farm@db/farm");
}

TEST(Config, a_certificate_without_its_key_is_a_mistake) {
  EXPECT_NE(refusal_of({"--tls-certificate", "a.pem"}).find("--tls-key"), std::string::npos);
  EXPECT_NE(refusal_of({"--tls-key", "a.pem"}).find("--tls-certificate"), std::string::npos);
  refusal_of({"--tls", "maybe"});
}

TEST(Config, a_mail_server_needs_an_address_to_write_from) {
  const auto* server = "smtps://mail.example";
  EXPECT_NE(refusal_of({"--smtp-url", server}).find("--mail-from"), std::string::npos);
  EXPECT_NE(refusal_of({"--smtp-url", server, "--mail-from", "nobody"}).find("--mail-from"),
            std::string::npos);
  EXPECT_NE(refusal_of({"--smtp-url", "mail.example", "--mail-from", "farm@mail.example"})
                .find("smtps://"),
            std::string::npos);
  EXPECT_NE(refusal_of({"--smtp-url", server, "--mail-from", "farm@mail.example", "--mail-to-log"})
                .find("exclude"),
            std::string::npos);
  const process::ScratchDirectory empty;
  Config config;
  EXPECT_FALSE(read({"--smtp-url", server, "--mail-from", "farm@mail.example", "--data-dir",
                     empty.path().c_str()},
                    config));
}

}  // namespace
}  // namespace pf
