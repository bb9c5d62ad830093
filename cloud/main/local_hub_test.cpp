#include "cloud/main/local_hub.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"
#include "cloud/main/tls_files.hpp"
#include "process/scratch_directory.hpp"

namespace pf {
namespace {

struct LocalHubTest : testing::Test {
  TestFarm farm;
  process::ScratchDirectory folder;
  QuietLog log;

  LocalHub hub_for(const std::string& organization) {
    LocalHubSettings settings;
    settings.data_dir = folder.file("local-hub");
    settings.cloud = "http://127.0.0.1:1";
    settings.organization = organization;
    return LocalHub(settings, {farm.tenants, farm.hubs}, log);
  }
};

TEST_F(LocalHubTest, the_only_organisation_is_the_one_meant) {
  auto hub = hub_for("");
  EXPECT_EQ(hub.organization(), farm.owner.tenant);
}

TEST_F(LocalHubTest, among_several_organisations_it_waits_for_a_name) {
  const auto other = farm.make_caller("Other");
  auto hub = hub_for("");
  EXPECT_FALSE(hub.organization());
  auto named = hub_for(other.tenant.value);
  EXPECT_EQ(named.organization(), other.tenant);
  auto wrong = hub_for("0190-nobody");
  EXPECT_FALSE(wrong.organization());
}

TEST_F(LocalHubTest, it_stops_whether_it_waits_or_runs) {
  auto waits = hub_for("0190-nobody");
  waits.start();
  waits.stop();
  auto runs = hub_for("");
  runs.start();
  runs.stop();
  auto never_started = hub_for("");
  never_started.stop();
}

TEST_F(LocalHubTest, it_reaches_the_server_where_the_server_listens) {
  Config config;
  config.data_dir = folder.path();
  const auto cloud_for = [&](const std::string& listen) {
    config.listen = listen;
    return local_hub_settings(config, 8080).cloud;
  };
  EXPECT_EQ(cloud_for("127.0.0.1"), "http://127.0.0.1:8080");
  EXPECT_EQ(cloud_for("0.0.0.0"), "http://127.0.0.1:8080");
  EXPECT_EQ(cloud_for("::"), "http://[::1]:8080");
  EXPECT_EQ(cloud_for("::1"), "http://[::1]:8080");
  EXPECT_EQ(cloud_for("192.168.1.5"), "http://192.168.1.5:8080");
  EXPECT_TRUE(local_hub_settings(config, 8080).ca_file.empty());
}

TEST_F(LocalHubTest, it_trusts_the_servers_own_authority) {
  ASSERT_TRUE(TlsFiles(folder.path())
                  .make({{"localhost"}, {}}, TlsAuthority::kept, SystemClock().unix_now()));
  Config config;
  config.data_dir = folder.path();
  const auto settings = local_hub_settings(config, 8443);
  EXPECT_EQ(settings.cloud, "https://127.0.0.1:8443");
  EXPECT_EQ(settings.ca_file, folder.path() + "/tls/ca.crt");
}

TEST_F(LocalHubTest, with_a_named_certificate_it_calls_the_server_by_that_name) {
  Config config;
  config.data_dir = folder.path();
  config.tls_certificate = "fullchain.pem";
  config.tls_key = "key.pem";
  config.public_origin = "https://farm.example";
  const auto settings = local_hub_settings(config, 8443);
  EXPECT_EQ(settings.cloud, "https://farm.example");
  EXPECT_TRUE(settings.ca_file.empty()) << "the system's certificates vouch for it";
}

}  // namespace
}  // namespace pf
