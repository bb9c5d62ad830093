#include "hub/platforms/linux/programs.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include "hub/platforms/linux/machine.hpp"
#include "hub/platforms/linux/test_web_socket_server.hpp"
#include "process/scratch_directory.hpp"
#include "protocol/json.hpp"

namespace pf::hub {
namespace {

class ClaimTest : public testing::Test {
 protected:
  ClaimTest() {
    std::signal(SIGPIPE, SIG_IGN);
    config_.data_dir = scratch_.file("data");
  }

  // The cloud's part of a claim: challenges, hears the claim, and does the rest as told.
  Result<Nothing, ConfigFault> claim(
      const std::function<void(WebSocketPeer&, const HubClaim&)>& rest) {
    TestServer server([&](ServerConnection& connection) {
      WebSocketPeer peer(connection);
      HubChallenge challenge;
      challenge.nonce = std::string(64, '0');
      challenge.host = WebSocketPeer::header(peer.accept(), "Host");
      peer.send(Opcode::text, json::encode(challenge));
      const auto claim = json::decode<HubClaim>(peer.read_text());
      EXPECT_TRUE(claim);
      if (claim) rest(peer, *claim);
    });
    config_.cloud = "http://127.0.0.1:" + std::to_string(server.port());
    return claim_hub(config_, "TOKEN", out_, log_);
  }
  std::optional<StoredState> stored() {
    auto storage = Storage::open(config_.data_dir);
    if (!storage) return std::nullopt;
    const auto bytes = storage->read_state();
    if (!bytes || !*bytes) return std::nullopt;
    auto state = decode_state(**bytes);
    if (!state) return std::nullopt;
    return std::move(*state);
  }

  process::ScratchDirectory scratch_;
  HubConfig config_;
  QuietLog log_;
  std::ostringstream out_;
};

TEST_F(ClaimTest, a_claimed_hub_keeps_its_secret_and_its_cloud) {
  HubClaim said;
  const auto claimed = claim([&](WebSocketPeer& peer, const HubClaim& claim) {
    said = claim;
    peer.send(Opcode::text, json::encode(HubClaimed{claim.hub_id, "Shelf 3", "Acme"}));
    peer.read();
  });
  ASSERT_TRUE(claimed) << claimed.error().says;
  EXPECT_EQ(out_.str(), "Claimed: this hub is 'Shelf 3' of Acme.\n");
  EXPECT_EQ(said.claim_token.value, "TOKEN");
  const auto state = stored();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->secret->value, said.proposed_secret.value);
  EXPECT_FALSE(state->claim_token);
  const std::string cloud = config_.cloud;
  config_.cloud.clear();
  EXPECT_EQ(to_text(*find_cloud(config_)), cloud);
}

TEST_F(ClaimTest, a_refused_token_is_told_in_the_clouds_words_and_not_tried_again) {
  const auto claimed = claim([](WebSocketPeer& peer, const HubClaim&) {
    peer.send(Opcode::text, json::encode(WireError{Text<0, 64>("hub_claim"), "claim_refused",
                                                   "This claim token is expired."}));
    peer.send_close(close_unauthorised, "claim refused");
    peer.read();
  });
  ASSERT_FALSE(claimed);
  EXPECT_NE(claimed.error().says.find("This claim token is expired."), std::string::npos)
      << claimed.error().says;
  const auto state = stored();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->claim_token);
  EXPECT_FALSE(state->proposed_secret);
  EXPECT_TRUE(out_.str().empty());
}

TEST_F(ClaimTest, a_cloud_that_is_not_there_is_a_sentence_about_its_address) {
  std::uint16_t nobodys_port = 0;
  {
    TestServer server([](ServerConnection&) {});
    nobodys_port = server.port();
  }
  config_.cloud = "http://127.0.0.1:" + std::to_string(nobodys_port);
  const auto claimed = claim_hub(config_, "TOKEN", out_, log_);
  ASSERT_FALSE(claimed);
  EXPECT_NE(claimed.error().says.find("Check the address"), std::string::npos);
}

TEST_F(ClaimTest, what_cannot_be_a_claim_is_refused_before_anything_is_kept) {
  EXPECT_NE(claim_hub(config_, "TOKEN", out_, log_).error().says.find("No cloud is known"),
            std::string::npos);
  for (const std::string address : {"farm.example", "ftp://farm.example", "http://"}) {
    config_.cloud = address;
    EXPECT_FALSE(claim_hub(config_, "TOKEN", out_, log_)) << address;
  }
  config_.cloud = "http://127.0.0.1:1";
  EXPECT_FALSE(claim_hub(config_, "", out_, log_));
  EXPECT_FALSE(claim_hub(config_, std::string(500, 'A'), out_, log_));
  EXPECT_FALSE(stored());
}

}  // namespace
}  // namespace pf::hub
