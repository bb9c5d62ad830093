#include "sim/ftp_dialogue.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/document.hpp"
#include "sim/sliced_file_fixture.hpp"

namespace pf::sim {
namespace {

using Wish = FtpStep::Wish;

class FtpDialogueTest : public ::testing::Test {
 protected:
  void begin(FtpDialect dialect, CardLimits limits = {}) {
    room_ = std::make_unique<FtpRoom>(FtpRoom{.dialect = dialect,
                                              .access_code = "12345678",
                                              .ip_address = "127.77.0.1",
                                              .card = Card(folder_ / "sdcard", limits)});
    room_->card.prepare();
    dialogue_ = std::make_unique<FtpDialogue>(*room_);
  }
  void sign_in(FtpDialect dialect, CardLimits limits = {}) {
    begin(dialect, limits);
    say("USER bblp");
    say("PASS 12345678");
    say("PBSZ 0");
    say("PROT P");
  }
  // The replies without their line end.
  std::string say(std::string_view line) {
    const auto step = dialogue_->on_line(line);
    wish_ = step.wish;
    return without_end(step.replies);
  }
  std::string code(std::string_view line) { return say(line).substr(0, 3); }
  std::string open_passive(std::string_view line = "PASV") {
    EXPECT_EQ(say(line), "");
    EXPECT_EQ(wish_, Wish::open_passive);
    return without_end(dialogue_->passive_opened(2024).replies);
  }
  std::string upload(std::string_view name, std::string_view text,
                     ChannelEnd end = ChannelEnd::closed) {
    open_passive();
    const auto refusal = say("STOR " + std::string(name));
    if (wish_ != Wish::transfer) return refusal;
    EXPECT_EQ(dialogue_->channel_connected(true).replies.substr(0, 3), "150");
    EXPECT_EQ(dialogue_->channel_ready(true, true).wish, Wish::transfer);
    const auto step = dialogue_->data_received(text);
    if (step.wish != Wish::transfer) return without_end(step.replies);
    return without_end(dialogue_->channel_ended(end).replies);
  }
  std::string fetch(std::string_view line) {
    open_passive();
    const auto refusal = say(line);
    if (wish_ != Wish::transfer) return refusal;
    dialogue_->channel_connected(true);
    dialogue_->channel_ready(true, true);
    std::string all;
    for (std::string piece; !(piece = dialogue_->data_to_send(3)).empty();) all += piece;
    EXPECT_EQ(dialogue_->channel_ended(ChannelEnd::closed).replies.substr(0, 3), "226");
    return all;
  }
  static std::string without_end(std::string text) {
    if (text.ends_with("\r\n")) text.resize(text.size() - 2);
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<FtpRoom> room_;
  std::unique_ptr<FtpDialogue> dialogue_;
  Wish wish_ = Wish::none;
};

TEST_F(FtpDialogueTest, OfTheASeriesIsThatOfARealA1) {
  const std::string path = "../shared/bambu/data/ftp/A1_ftps_control_transcript.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  const auto transcript = Document::parse(text.str());
  ASSERT_TRUE(transcript);
  begin(FtpDialect::digits_only);
  room_->access_code = "###";
  room_->ip_address = "192.0.2.10";
  std::vector<std::string> ours{without_end(dialogue_->greeting())}, theirs;
  for (const auto& entry : transcript->items()) {
    const auto line = entry.text("line").value_or("");
    if (entry.text("dir") == "S") {
      theirs.push_back(line);
      continue;
    }
    auto reply = say(line);
    if (wish_ == Wish::open_passive) reply = without_end(dialogue_->passive_opened(2024).replies);
    if (wish_ != Wish::transfer) {
      ours.push_back(reply);
      continue;
    }
    ours.push_back(without_end(dialogue_->channel_connected(true).replies));
    dialogue_->channel_ready(true, false);
    if (dialogue_->uploading()) dialogue_->data_received(std::string(1'233'546, 'x'));
    ours.push_back(without_end(dialogue_->channel_ended(ChannelEnd::closed).replies));
  }
  ours.pop_back();  // The recording ends with QUIT.
  EXPECT_EQ(ours, theirs);
}

TEST_F(FtpDialogueTest, OfTheASeriesKnowsNoneOfTheLaterCommands) {
  sign_in(FtpDialect::digits_only);
  for (const auto* line : {"EPSV", "REST 5", "APPE x", "MLSD", "STRU F", "OPTS UTF8 ON", "FEAT",
                           "EPRT |1|127.0.0.1|9|", "DANCE", ""}) {
    EXPECT_EQ(code(line), "502") << line;
  }
}

TEST_F(FtpDialogueTest, SpeaksLikeVsftpdInTheStrictDialect) {
  begin(FtpDialect::strict);
  EXPECT_EQ(dialogue_->greeting(), "220 (vsFTPd 3.0.5)\r\n");
  EXPECT_EQ(say("USER bblp"), "331 Please specify the password.");
  EXPECT_EQ(say("PASS 12345678"), "230 Login successful.");
  EXPECT_EQ(say("PWD"), "257 \"/\" is the current directory");
  EXPECT_EQ(code("FEAT"), "211");
  EXPECT_EQ(code("opts utf8 on"), "200");
  EXPECT_EQ(code("DANCE"), "500");
  EXPECT_EQ(open_passive(), "227 Entering Passive Mode (127,77,0,1,7,232).");
  EXPECT_EQ(open_passive("EPSV"), "229 Entering Extended Passive Mode (|||2024|)");
  EXPECT_EQ(say("QUIT"), "221 Goodbye.");
  EXPECT_EQ(wish_, Wish::close);
}

TEST_F(FtpDialogueTest, LetsNobodyInWithAWrongCodeAndHangsUpAtTheThird) {
  for (const auto dialect : {FtpDialect::strict, FtpDialect::digits_only}) {
    begin(dialect);
    for (int i = 1; i <= sign_in_failures_max; ++i) {
      say("USER bblp");
      EXPECT_EQ(code("PASS wrong"), "530");
      EXPECT_EQ(wish_, i == sign_in_failures_max ? Wish::close : Wish::none);
    }
    begin(dialect);
    say("USER root");
    EXPECT_EQ(code("PASS 12345678"), "530");
    EXPECT_EQ(code("PASS"), "530");
    begin(dialect);
    EXPECT_EQ(code("PASS 12345678"), "503");
  }
}

TEST_F(FtpDialogueTest, DoesNothingForThoseWhoDidNotSignIn) {
  for (const auto dialect : {FtpDialect::strict, FtpDialect::digits_only}) {
    begin(dialect);
    for (const auto* line :
         {"STOR a", "LIST", "PASV", "DELE a", "MKD a", "SIZE a", "OPTS UTF8 ON"}) {
      EXPECT_EQ(code(line), dialect == FtpDialect::strict ? "530" : "332") << line;
      EXPECT_EQ(wish_, Wish::none);
    }
  }
}

TEST_F(FtpDialogueTest, KeepsAnUploadAndGivesItBack) {
  for (const auto dialect : {FtpDialect::strict, FtpDialect::digits_only}) {
    sign_in(dialect);
    EXPECT_EQ(upload("/cache/a.3mf", "hello world").substr(0, 3), "226");
    EXPECT_EQ(say("SIZE /cache/a.3mf"), "213 11");
    EXPECT_EQ(code("MDTM /cache/a.3mf"), "213");
    EXPECT_EQ(fetch("RETR /cache/a.3mf"), "hello world");
    EXPECT_EQ(code("CWD cache"), "250");
    EXPECT_NE(fetch("LIST").find("11 "), std::string::npos);
    EXPECT_NE(fetch("NLST").find("a.3mf\r\n"), std::string::npos);
    EXPECT_EQ(code("DELE a.3mf"), "250");
    EXPECT_EQ(code("SIZE a.3mf"), "550");
  }
}

TEST_F(FtpDialogueTest, RefusesNamesThatLeaveTheCard) {
  sign_in(FtpDialect::strict);
  EXPECT_EQ(upload("../a", "x").substr(0, 3), "553");
  EXPECT_EQ(upload("/cache/../../a", "x").substr(0, 3), "553");
  EXPECT_EQ(upload("", "x").substr(0, 3), "553");
  EXPECT_EQ(upload("/", "x").substr(0, 3), "553");
  EXPECT_EQ(upload("/cache", "x").substr(0, 3), "553");
  EXPECT_EQ(upload("/nowhere/a", "x").substr(0, 3), "553");
  for (const auto* line : {"CWD ..", "DELE ../a", "MKD ..", "RMD ..", "RNFR ../a", "SIZE ../a",
                           "MDTM ../a", "RMD /", "CWD /nowhere", "CWD"}) {
    EXPECT_EQ(code(line), "550") << line;
  }
  EXPECT_EQ(fetch("RETR ../../etc/passwd").substr(0, 3), "550");
  EXPECT_EQ(fetch("LIST ..").substr(0, 3), "550");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
}

TEST_F(FtpDialogueTest, WantsAPassivePortBeforeEachTransfer) {
  sign_in(FtpDialect::strict);
  for (const auto* line : {"STOR a", "RETR a", "LIST", "NLST"}) EXPECT_EQ(code(line), "425");
  upload("a", "x");
  EXPECT_EQ(code("STOR a"), "425") << "the port was used";
  say("PASV");
  EXPECT_EQ(dialogue_->passive_opened(std::nullopt).replies.substr(0, 3), "425");
  EXPECT_EQ(code("STOR a"), "425");
}

TEST_F(FtpDialogueTest, InTheStrictDialectWantsEncryptedData) {
  begin(FtpDialect::strict);
  say("USER bblp");
  say("PASS 12345678");
  EXPECT_EQ(say("PROT C"), "522 Data connections must be encrypted.");
  open_passive();
  EXPECT_EQ(say("STOR a"), "522 Data connections must be encrypted.");
  EXPECT_EQ(code("PROT X"), "504");
}

TEST_F(FtpDialogueTest, InTheStrictDialectWantsTheControlChannelsSession) {
  sign_in(FtpDialect::strict);
  open_passive();
  say("STOR a");
  EXPECT_EQ(dialogue_->channel_connected(true).replies, "150 Ok to send data.\r\n");
  const auto step = dialogue_->channel_ready(true, false);
  EXPECT_EQ(step.replies, "522 SSL connection failed: session reuse required\r\n");
  EXPECT_EQ(step.wish, Wish::none);
  EXPECT_EQ(upload("a", "x").substr(0, 3), "226") << "the next transfer may do better";
}

TEST_F(FtpDialogueTest, TakesAFileOnlyWhenItsChannelWasClosedProperly) {
  sign_in(FtpDialect::strict);
  EXPECT_EQ(upload("a", "x", ChannelEnd::cut_off).substr(0, 3), "426");
  EXPECT_EQ(upload("a", "x", ChannelEnd::broken).substr(0, 3), "426");
  sign_in(FtpDialect::digits_only);
  EXPECT_EQ(upload("a", "x", ChannelEnd::broken), "426");
  EXPECT_EQ(upload("a", "x", ChannelEnd::cut_off), "226") << "the A-series does not look";
}

TEST_F(FtpDialogueTest, ServesOneTransferAtATimeOverAllSessions) {
  sign_in(FtpDialect::strict);
  open_passive();
  say("STOR a");
  {
    FtpDialogue other(*room_);
    for (const auto* line : {"USER bblp", "PASS 12345678", "PROT P", "PASV"}) other.on_line(line);
    other.passive_opened(2025);
    EXPECT_EQ(other.on_line("STOR b").replies.substr(0, 3), "425");
    EXPECT_EQ(other.on_line("LIST").replies.substr(0, 3), "425");
  }
  EXPECT_TRUE(room_->transferring);
  dialogue_.reset();
  EXPECT_FALSE(room_->transferring) << "a session that dies in a transfer ends it";
}

TEST_F(FtpDialogueTest, SaysSoWhenNobodyConnectsToThePort) {
  sign_in(FtpDialect::digits_only);
  open_passive();
  say("LIST");
  EXPECT_EQ(dialogue_->channel_connected(false).replies, "425 \r\n");
  EXPECT_FALSE(room_->transferring);
}

TEST_F(FtpDialogueTest, SaysSoWhenTheCardIsFull) {
  sign_in(FtpDialect::strict, {.file_bytes = 10, .card_bytes = 15});
  EXPECT_EQ(upload("a", std::string(11, 'x')).substr(0, 3), "552");
  EXPECT_EQ(upload("b", std::string(10, 'x')).substr(0, 3), "226");
  EXPECT_EQ(upload("c", std::string(6, 'x')).substr(0, 3), "552");
}

TEST_F(FtpDialogueTest, RenamesWhatItWasTold) {
  sign_in(FtpDialect::strict);
  upload("a", "x");
  EXPECT_EQ(code("RNTO b"), "503");
  EXPECT_EQ(code("RNFR nothing"), "550");
  EXPECT_EQ(code("RNFR a"), "350");
  EXPECT_EQ(code("RNTO ../b"), "550");
  EXPECT_EQ(code("RNTO b"), "503") << "once asked, the question is gone";
  EXPECT_EQ(code("RNFR a"), "350");
  EXPECT_EQ(code("RNTO b"), "250");
  EXPECT_EQ(say("SIZE b"), "213 1");
}

TEST_F(FtpDialogueTest, MakesAndLeavesFolders) {
  sign_in(FtpDialect::strict);
  EXPECT_EQ(say("MKD /new"), "257 \"/new\" created");
  EXPECT_EQ(code("CWD new"), "250");
  EXPECT_EQ(say("PWD"), "257 \"/new\" is the current directory");
  EXPECT_EQ(code("CDUP"), "250");
  EXPECT_EQ(say("PWD"), "257 \"/\" is the current directory");
  EXPECT_EQ(code("CDUP"), "250");
  EXPECT_EQ(code("RMD new"), "250");
  EXPECT_EQ(code("RMD new"), "550");
}

TEST_F(FtpDialogueTest, OfTheH2KnowsNoExtendedPassiveAndNamesNoAddress) {
  sign_in(FtpDialect::strict_passive);
  EXPECT_EQ(code("EPSV"), "500");
  EXPECT_EQ(open_passive(), "227 Entering Passive Mode (0,0,0,0,7,232).");
  EXPECT_EQ(code("PROT C"), "522") << "otherwise as strict as the X1's";
}

TEST_F(FtpDialogueTest, AbortsAnUploadInTheMiddle) {
  for (const auto dialect : {FtpDialect::digits_only, FtpDialect::strict}) {
    sign_in(dialect);
    room_->trouble = {UploadTrouble::Kind::abort, 3, 1};
    EXPECT_EQ(upload("/cache/a.3mf", "123456").substr(0, 3), "426");
    EXPECT_EQ(say("SIZE /cache/a.3mf"), "213 3") << "the rest is not there";
    EXPECT_EQ(upload("/cache/a.3mf", "123456").substr(0, 3), "226") << "once";
    EXPECT_EQ(room_->uploads_begun, 2u);
    EXPECT_EQ(room_->uploads_kept, 1u);
  }
}

TEST_F(FtpDialogueTest, FallsSilentInsteadOfTakingAnUpload) {
  sign_in(FtpDialect::strict);
  room_->trouble = {UploadTrouble::Kind::stall_control, 0, 1};
  open_passive();
  EXPECT_EQ(say("STOR /cache/a.3mf"), "");
  EXPECT_EQ(wish_, Wish::stall);
}

TEST_F(FtpDialogueTest, FallsSilentInTheMiddleOfAnUpload) {
  sign_in(FtpDialect::digits_only);
  room_->trouble = {UploadTrouble::Kind::stall_data, 6, 1};
  open_passive();
  say("STOR /cache/a.3mf");
  dialogue_->channel_connected(true);
  dialogue_->channel_ready(true, true);
  EXPECT_EQ(dialogue_->data_received("12345").wish, Wish::transfer);
  const auto step = dialogue_->data_received("6");
  EXPECT_EQ(step.wish, Wish::stall);
  EXPECT_EQ(step.replies, "");
}

TEST_F(FtpDialogueTest, DoesNotTroubleDownloads) {
  sign_in(FtpDialect::strict);
  EXPECT_EQ(upload("/cache/a.3mf", "123456").substr(0, 3), "226");
  room_->trouble = {UploadTrouble::Kind::abort, 0, 1};
  EXPECT_EQ(fetch("RETR /cache/a.3mf"), "123456");
  EXPECT_TRUE(room_->trouble);
}

TEST_F(FtpDialogueTest, TakesAsLongAsTheCardNeeds) {
  sign_in(FtpDialect::digits_only);
  EXPECT_EQ(dialogue_->card_writes_for(1'000'000), Milliseconds{0});
  room_->upload_bytes_per_second = 190'000;
  EXPECT_EQ(dialogue_->card_writes_for(19'000), Milliseconds{100});
  EXPECT_LT(dialogue_->piece_bytes_max(), 64u * 1024);
  room_->upload_bytes_per_second = 1;
  EXPECT_EQ(dialogue_->piece_bytes_max(), 1u) << "never none";
}

}  // namespace
}  // namespace pf::sim
