#include "cloud/main/tls_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "process/files.hpp"
#include "process/scratch_directory.hpp"

namespace pf {
namespace {

constexpr UnixTime now{1'700'000'000'000};
constexpr Milliseconds day = Seconds{24 * 3600};

struct TlsFilesTest : testing::Test {
  std::string text_of(const std::string& name) const {
    return *process::read_file(folder.file("tls/" + name), 100'000);
  }
  mode_t mode_of(const std::string& name) const {
    struct stat found {};
    EXPECT_EQ(stat(folder.file("tls/" + name).c_str(), &found), 0);
    return found.st_mode & 0777;
  }

  process::ScratchDirectory folder;
  TlsFiles files{folder.path()};
};

TEST_F(TlsFilesTest, nothing_is_there_until_it_is_made) {
  EXPECT_FALSE(files.exist());
  EXPECT_FALSE(files.read());
  EXPECT_FALSE(files.renew_if_due(now));
  ASSERT_TRUE(files.make({{"farm.lan"}, {}}, TlsAuthority::kept, now));
  EXPECT_TRUE(files.exist());
  EXPECT_EQ(mode_of("ca.key"), 0600u);
  EXPECT_EQ(mode_of("server.pem"), 0600u);
  EXPECT_EQ(mode_of("ca.crt"), 0644u);
  EXPECT_EQ(text_of("ca.crt").find("PRIVATE"), std::string::npos);
}

TEST_F(TlsFilesTest, made_again_it_keeps_its_authority_and_its_names) {
  ASSERT_TRUE(files.make({{"farm.lan"}, {}}, TlsAuthority::kept, now));
  const auto authority = text_of("ca.crt"), server = text_of("server.pem");
  const auto again = files.make({{"b.lan"}, {"10.0.0.1"}}, TlsAuthority::kept, now);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->names, (crypto::ServerNames{{"b.lan", "farm.lan"}, {"10.0.0.1"}}));
  EXPECT_EQ(text_of("ca.crt"), authority);
  EXPECT_NE(text_of("server.pem"), server);
}

TEST_F(TlsFilesTest, a_name_beyond_the_authority_needs_a_new_one) {
  ASSERT_TRUE(files.make({{"farm.lan"}, {}}, TlsAuthority::kept, now));
  const auto server = text_of("server.pem");
  const auto refused = files.make({{"farm.example"}, {}}, TlsAuthority::kept, now);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().says.find("--new-authority"), std::string::npos);
  EXPECT_EQ(text_of("server.pem"), server);
  EXPECT_TRUE(files.make({{"farm.example"}, {}}, TlsAuthority::replaced, now));
}

TEST_F(TlsFilesTest, it_is_renewed_in_its_last_month_and_not_before) {
  ASSERT_TRUE(files.make({{"farm.lan"}, {}}, TlsAuthority::kept, now));
  const auto server = text_of("server.pem");
  const auto early = files.renew_if_due(now + 366 * day);
  ASSERT_TRUE(early);
  EXPECT_FALSE(*early);
  EXPECT_EQ(text_of("server.pem"), server);
  const auto due = files.renew_if_due(now + 367 * day);
  ASSERT_TRUE(due) << due.error().says;
  EXPECT_TRUE(*due);
  const auto facts = crypto::read_certificate(files.read()->certificate_pem);
  EXPECT_EQ(facts->names.hosts, std::vector<std::string>{"farm.lan"});
  EXPECT_GT(facts->not_after - now, 700 * day);
}

TEST_F(TlsFilesTest, what_was_damaged_is_said_and_not_overwritten) {
  ASSERT_TRUE(files.make({{"farm.lan"}, {}}, TlsAuthority::kept, now));
  ASSERT_TRUE(process::write_file_durably(folder.file("tls/ca.key"), "garbage", 0600));
  EXPECT_FALSE(files.make({{"farm.lan"}, {}}, TlsAuthority::kept, now));
  EXPECT_EQ(text_of("ca.key"), "garbage");
  ASSERT_TRUE(process::write_file_durably(folder.file("tls/server.pem"), "garbage", 0600));
  EXPECT_FALSE(files.renew_if_due(now));
}

TEST_F(TlsFilesTest, too_many_names_are_refused) {
  crypto::ServerNames names;
  for (int i = 0; i < 101; ++i) names.hosts.push_back("h" + std::to_string(i) + ".lan");
  EXPECT_FALSE(files.make(names, TlsAuthority::kept, now));
}

TEST(TlsIdentity, files_that_are_missing_are_named) {
  const auto missing = read_tls_identity("/nowhere/a.pem", "/nowhere/b.pem");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().says.find("/nowhere/a.pem"), std::string::npos);
}

TEST(NamesOfThisMachine, can_all_stand_in_a_certificate) {
  const auto names = names_of_this_machine();
  EXPECT_NE(std::find(names.hosts.begin(), names.hosts.end(), "localhost"), names.hosts.end());
  for (const auto& host : names.hosts) EXPECT_TRUE(crypto::is_host_name(host)) << host;
  for (const auto& address : names.addresses) EXPECT_TRUE(crypto::is_address(address)) << address;
}

}  // namespace
}  // namespace pf
