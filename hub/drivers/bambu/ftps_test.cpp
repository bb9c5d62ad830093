#include "hub/drivers/bambu/ftps.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/random.hpp"
#include "hub/drivers/bambu/ftps_peer_test.hpp"
#include "protocol/json.hpp"

namespace pf::hub::bambu {
namespace {

using testing::Dialect;
using testing::FtpsPeer;

constexpr const char* file_name = "pf-0123456789ab.gcode.3mf";

struct Upload {
  FtpsPeer peer;
  std::string bytes;
  FtpsUpload ftps;
  Instant now;
  std::optional<UploadEnded> ended;
  std::vector<std::uint64_t> progress;
  std::size_t given = 0;
  std::size_t largest_wish = 0;
  std::size_t wished = 0;
  bool slow_hub = false;  // The file comes by give() only.

  explicit Upload(Dialect dialect = Dialect::vsftpd, std::size_t size = 300'000,
                  Folder folder = Folder::cache, std::string name = file_name)
      : peer(dialect),
        bytes(SeededRandom(size).bytes(size)),
        ftps(target(folder), UploadRequest{std::move(name), size}) {}

  static FtpsTarget target(Folder folder) {
    FtpsTarget target;
    target.slot = 3;
    target.generation = 9;
    target.host = "192.0.2.10";
    target.serial = "SERIAL";
    target.access_code = "12345678";
    target.fingerprint = "key";
    target.folder = folder;
    return target;
  }

  // Runs until neither side has anything more to say.
  Upload& run() {
    DriverOutput out;
    ftps.start(now, out);
    take(out);
    return settle();
  }
  Upload& settle() {
    while (!peer.events.empty()) {
      const auto event = peer.events.front();
      peer.events.pop_front();
      DriverOutput out;
      ftps.handle(event, now, out);
      take(out);
    }
    return *this;
  }
  Upload& wait(Seconds seconds) {
    const auto until = now + seconds;
    while (now < until) {
      now = now + Milliseconds(250);
      DriverOutput out;
      ftps.tick(now, out);
      take(out);
      settle();
    }
    return *this;
  }
  void give(std::size_t count) {
    DriverOutput out;
    const auto piece = std::string_view(bytes).substr(given, count);
    given += piece.size();
    ftps.give(piece, given == bytes.size(), now, out);
    take(out);
  }
  void take(const DriverOutput& out) {
    for (const auto& effect : out.effects) peer.perform(effect);
    for (const auto& signal : out.signals) {
      if (const auto* wants = std::get_if<UploadWants>(&signal)) {
        largest_wish = std::max(largest_wish, wants->bytes);
        wished += wants->bytes;
        if (!slow_hub) give(wants->bytes);
      } else if (const auto* sent = std::get_if<UploadProgress>(&signal)) {
        progress.push_back(sent->bytes_sent);
      } else if (const auto* end = std::get_if<UploadEnded>(&signal)) {
        EXPECT_FALSE(ended) << "it ends once";
        ended = *end;
      }
    }
  }
  bool said(std::string_view command) const {
    return std::find(peer.commands.begin(), peer.commands.end(), command) != peer.commands.end();
  }
  std::optional<UploadFailure> failure() const {
    EXPECT_TRUE(ended) << "still at it";
    return ended ? ended->failure : std::nullopt;
  }
};

TEST(Ftps, sends_a_file_to_both_kinds_of_server) {
  for (const auto dialect : {Dialect::vsftpd, Dialect::digits}) {
    Upload upload(dialect);
    upload.run();
    ASSERT_TRUE(upload.ended);
    EXPECT_FALSE(upload.ended->failure) << upload.ended->detail;
    EXPECT_EQ(upload.peer.files["/cache/" + std::string(file_name)], upload.bytes);
    EXPECT_EQ(upload.peer.commands,
              (std::vector<std::string>{"USER bblp", "PASS", "PBSZ 0", "PROT P", "TYPE I",
                                        "CWD /cache", "SIZE pf-0123456789ab.gcode.3mf", "PASV",
                                        "STOR pf-0123456789ab.gcode.3mf",
                                        "SIZE pf-0123456789ab.gcode.3mf", "QUIT"}));
    EXPECT_EQ(upload.peer.passwords, std::vector<std::string>{"12345678"});
    EXPECT_TRUE(upload.peer.data_closed_orderly) << "the printer needs the end of the TLS stream";
    EXPECT_TRUE(upload.peer.control_closed);
    EXPECT_EQ(upload.ftps.stored_in(), Folder::cache);
    EXPECT_EQ(upload.progress.back(), upload.bytes.size());
    EXPECT_TRUE(std::is_sorted(upload.progress.begin(), upload.progress.end()));
  }
}

TEST(Ftps, data_goes_to_the_host_of_the_control_connection_and_resumes_its_session) {
  Upload upload;
  upload.run();
  EXPECT_EQ(upload.peer.data_host, "192.0.2.10");
  EXPECT_EQ(upload.peer.data_port, 7 * 256 + 232);
  ASSERT_TRUE(upload.peer.data_tls);
  EXPECT_EQ(upload.peer.data_tls->resume_from, (StreamId{3, ftps_control_channel, 9}));
  EXPECT_EQ(upload.peer.data_tls->cap, TlsCap::tls_1_2);
  EXPECT_EQ(upload.peer.control_tls->server_name, "SERIAL");
  EXPECT_FALSE(upload.peer.control_tls->resume_from);
}

TEST(Ftps, never_asks_for_more_than_the_stream_may_hold) {
  Upload upload(Dialect::vsftpd, 5'000'000);
  upload.run();
  EXPECT_FALSE(upload.failure());
  EXPECT_LE(upload.largest_wish, stream_unwritten_max);

  Upload blocked(Dialect::vsftpd, 5'000'000);
  blocked.peer.takes_data = false;
  blocked.run();
  EXPECT_EQ(blocked.given, stream_unwritten_max);
}

TEST(Ftps, what_was_asked_for_and_has_not_come_counts_as_on_its_way) {
  Upload upload(Dialect::vsftpd, 5'000'000);
  upload.slow_hub = true;
  upload.run();
  EXPECT_EQ(upload.wished, stream_unwritten_max);
  for (int i = 0; i < 10; ++i) {
    upload.give(20'000);
    upload.settle();
    EXPECT_LE(upload.wished - upload.given, stream_unwritten_max);
  }
  EXPECT_GT(upload.wished, stream_unwritten_max);
}

TEST(Ftps, data_tls_begins_only_after_150) {
  Upload upload;
  upload.peer.replies["STOR"] = "";
  upload.run();
  EXPECT_FALSE(upload.peer.data_tls);
  EXPECT_TRUE(upload.said("STOR pf-0123456789ab.gcode.3mf"));
  upload.wait(ftps_reply_wait + Seconds(1));
  EXPECT_EQ(upload.failure(), UploadFailure::stalled);
}

TEST(Ftps, a_file_of_one_byte_is_a_file) {
  Upload upload(Dialect::digits, 1);
  upload.run();
  EXPECT_FALSE(upload.failure());
}

TEST(Ftps, without_a_cache_folder_the_root_is_taken) {
  Upload upload;
  upload.peer.has_cache = false;
  upload.run();
  EXPECT_FALSE(upload.failure());
  EXPECT_EQ(upload.ftps.stored_in(), Folder::root);
  EXPECT_TRUE(upload.peer.files.contains("/" + std::string(file_name)));

  Upload stick(Dialect::vsftpd, 1000, Folder::root);
  stick.run();
  EXPECT_FALSE(stick.said("CWD /cache"));
  EXPECT_TRUE(stick.peer.files.contains("/" + std::string(file_name)));
}

TEST(Ftps, a_file_that_is_there_is_not_sent_again) {
  Upload upload;
  upload.peer.files["/cache/" + std::string(file_name)] = upload.bytes;
  upload.run();
  EXPECT_FALSE(upload.failure());
  EXPECT_EQ(upload.given, 0u);
  EXPECT_FALSE(upload.said("PASV"));
  EXPECT_EQ(upload.ftps.stored_in(), Folder::cache);

  Upload other_size;
  other_size.peer.files["/cache/" + std::string(file_name)] = "cut off";
  other_size.run();
  EXPECT_FALSE(other_size.failure());
  EXPECT_EQ(other_size.peer.files["/cache/" + std::string(file_name)], other_size.bytes);
}

TEST(Ftps, without_size_the_listing_is_asked) {
  Upload upload(Dialect::digits);
  upload.peer.knows_size = false;
  upload.peer.files["/cache/other.gcode.3mf"] = "x";
  upload.run();
  EXPECT_FALSE(upload.failure()) << upload.ended->detail;
  EXPECT_TRUE(upload.said("LIST"));

  Upload shortened(Dialect::digits);
  shortened.peer.knows_size = false;
  shortened.peer.loses_bytes = 1;
  shortened.run();
  EXPECT_EQ(shortened.failure(), UploadFailure::size_mismatch);
  EXPECT_TRUE(shortened.peer.files.empty()) << "what is wrong is deleted";
}

TEST(Ftps, a_file_cut_by_the_printer_is_noticed_and_deleted) {
  Upload upload;
  upload.peer.loses_bytes = 64 * 1024;
  upload.run();
  EXPECT_EQ(upload.failure(), UploadFailure::size_mismatch);
  EXPECT_NE(upload.ended->detail.find("234464 of 300000"), std::string::npos)
      << upload.ended->detail;
  EXPECT_TRUE(upload.peer.files.empty());
  EXPECT_FALSE(upload.ftps.stored_in());
}

struct ErrorRow {
  std::string command;
  std::string reply;
  UploadFailure failure;
};

TEST(Ftps, every_refusal_has_its_meaning) {
  const ErrorRow rows[] = {
      {"USER", "530 Permission denied.", UploadFailure::refused_code},
      {"PASS", "530", UploadFailure::refused_code},
      {"PASS", "530 Login incorrect.", UploadFailure::refused_code},
      {"PASS", "421 Too many users", UploadFailure::unreachable},
      {"PROT", "536", UploadFailure::protocol},
      {"TYPE", "500", UploadFailure::protocol},
      {"PASV", "502", UploadFailure::protocol},
      {"PASV", "227 nonsense", UploadFailure::protocol},
      {"PASV", "227 (1,2,3,4,5)", UploadFailure::protocol},
      {"PASV", "227 (1,2,3,4,0,0)", UploadFailure::protocol},
      {"STOR", "522 SSL connection failed: session reuse required", UploadFailure::protocol},
      {"STOR", "425 Failed to establish connection.", UploadFailure::unreachable},
      {"STOR", "426", UploadFailure::unreachable},
      {"STOR", "550", UploadFailure::no_storage},
      {"STOR", "552 Disk full", UploadFailure::storage},
      {"STOR", "452", UploadFailure::storage},
      {"STOR", "451", UploadFailure::storage},
      {"STOR", "553 Could not create file.", UploadFailure::storage},
  };
  for (const auto& row : rows) {
    Upload upload;
    upload.peer.replies[row.command] = row.reply;
    upload.run();
    EXPECT_EQ(upload.failure(), row.failure) << row.command << " " << row.reply;
    EXPECT_NE(upload.ended->detail.find(row.reply.substr(0, 3)), std::string::npos)
        << upload.ended->detail;
    EXPECT_TRUE(upload.peer.control_closed);
    EXPECT_FALSE(upload.said("DELE pf-0123456789ab.gcode.3mf")) << "nothing was stored";
  }
}

TEST(Ftps, a_refused_session_reuse_is_told_by_the_reply_that_follows) {
  Upload upload;
  upload.peer.data_tls_fails = CloseReason::tls_failed;
  upload.run();
  EXPECT_FALSE(upload.ended) << "the reason is still on its way";
  upload.peer.replies["DELE"] = "550";
  upload.peer.events.push_back(StreamData{{3, ftps_control_channel, 9},
                                          "522 SSL connection failed: session reuse required\r\n"});
  upload.settle();
  EXPECT_EQ(upload.failure(), UploadFailure::protocol);
  EXPECT_NE(upload.ended->detail.find("522"), std::string::npos);
}

TEST(Ftps, a_data_connection_that_dies_without_a_word_is_given_up) {
  Upload upload;
  upload.peer.data_tls_fails = CloseReason::reset;
  upload.run().wait(ftps_verdict_wait + ftps_remove_wait + Seconds(1));
  EXPECT_EQ(upload.failure(), UploadFailure::unreachable);
}

TEST(Ftps, a_closed_data_port_is_unreachable) {
  Upload upload;
  upload.peer.data_port_open = false;
  upload.run();
  EXPECT_EQ(upload.failure(), UploadFailure::unreachable);
}

TEST(Ftps, a_transfer_broken_off_in_its_middle_is_deleted) {
  Upload upload;
  upload.peer.takes_data = false;
  upload.run();
  upload.peer.events.push_back(StreamClosed{*upload.peer.data, CloseReason::reset, ""});
  upload.peer.events.push_back(
      StreamData{{3, ftps_control_channel, 9}, "426 Failure reading network stream.\r\n"});
  upload.settle();
  EXPECT_EQ(upload.failure(), UploadFailure::unreachable);
  EXPECT_TRUE(upload.said("DELE pf-0123456789ab.gcode.3mf"));
}

TEST(Ftps, a_printer_that_takes_no_byte_for_30_seconds_has_stalled) {
  Upload upload;
  upload.peer.takes_data = false;
  upload.run().wait(Seconds(29));
  EXPECT_FALSE(upload.ended);
  upload.wait(Seconds(2));
  EXPECT_EQ(upload.failure(), UploadFailure::stalled);
  EXPECT_TRUE(upload.said("DELE pf-0123456789ab.gcode.3mf"));
}

TEST(Ftps, a_slow_printer_that_goes_on_is_waited_for) {
  Upload upload;
  upload.peer.takes_data = false;
  upload.run();
  for (int round = 0; round < 20; ++round) {
    upload.wait(Seconds(25));
    upload.peer.events.push_back(StreamWritten{*upload.peer.data, 1000});
    upload.settle();
  }
  EXPECT_FALSE(upload.ended);
  EXPECT_EQ(upload.progress.back(), 20'000u);
}

TEST(Ftps, a_late_226_is_waited_for_a_missing_one_is_not) {
  Upload late;
  late.peer.confirm = "";
  late.run().wait(Seconds(45));
  EXPECT_FALSE(late.ended);
  late.peer.events.push_back(StreamData{{3, ftps_control_channel, 9}, "226\r\n"});
  late.settle();
  EXPECT_FALSE(late.failure());

  Upload missing;
  missing.peer.confirm = "";
  missing.run().wait(ftps_confirm_wait + Seconds(5));
  EXPECT_EQ(missing.failure(), UploadFailure::stalled);
  EXPECT_TRUE(missing.peer.files.empty());
}

TEST(Ftps, a_full_card_is_told_after_the_data) {
  Upload upload;
  upload.peer.confirm = "552 Requested file action aborted";
  upload.run();
  EXPECT_EQ(upload.failure(), UploadFailure::storage);
  EXPECT_TRUE(upload.peer.files.empty());
}

TEST(Ftps, the_password_is_for_the_printer_alone) {
  for (const auto& certificate :
       {PeerCertificate{"OTHER", "key", true}, PeerCertificate{"SERIAL", "other key", false},
        PeerCertificate{"", "key", false}}) {
    Upload upload;
    upload.peer.certificate = certificate;
    upload.run();
    EXPECT_EQ(upload.failure(), UploadFailure::protocol);
    EXPECT_TRUE(upload.peer.commands.empty());
  }
  Upload pinned;
  pinned.peer.certificate = {"SERIAL", "key", false};
  pinned.run();
  EXPECT_FALSE(pinned.failure());
}

TEST(Ftps, a_server_that_does_not_speak_ftp_is_left) {
  const auto with_greeting = [](std::string bytes) {
    Upload upload;
    DriverOutput out;
    upload.ftps.start(upload.now, out);
    upload.take(out);
    const StreamId control{3, ftps_control_channel, 9};
    upload.peer.events.clear();
    upload.peer.events.push_back(TlsReady{control, upload.peer.certificate, false});
    upload.peer.events.push_back(StreamData{control, std::move(bytes)});
    upload.settle();
    return upload.failure();
  };
  EXPECT_EQ(with_greeting("HTTP/1.1 400 Bad Request\r\n"), UploadFailure::protocol);
  EXPECT_EQ(with_greeting(std::string(5000, 'x')), UploadFailure::protocol);
  EXPECT_EQ(with_greeting("220x\r\n"), UploadFailure::protocol);
  EXPECT_EQ(with_greeting("\r\n"), UploadFailure::protocol);
  std::string endless = "220-first\r\n";
  for (int i = 0; i < 100; ++i) endless += "220-more\r\n";
  EXPECT_EQ(with_greeting(endless), UploadFailure::protocol);
}

TEST(Ftps, silence_at_any_command_ends_in_time) {
  for (const auto* command : {"USER", "PASS", "PBSZ", "PROT", "TYPE", "CWD", "SIZE", "PASV"}) {
    Upload upload;
    upload.peer.replies[command] = "";
    upload.run().wait(ftps_reply_wait - Seconds(1));
    EXPECT_FALSE(upload.ended) << command;
    upload.wait(Seconds(2));
    EXPECT_EQ(upload.failure(), UploadFailure::stalled) << command;
  }
}

TEST(Ftps, a_network_that_swallows_everything_is_unreachable) {
  Upload upload;
  DriverOutput out;
  upload.ftps.start(upload.now, out);  // And nobody performs it.
  upload.wait(Seconds(16));
  EXPECT_EQ(upload.failure(), UploadFailure::unreachable);
}

TEST(Ftps, a_lost_control_connection_ends_the_upload) {
  Upload upload;
  upload.peer.takes_data = false;
  upload.run();
  upload.peer.events.push_back(
      StreamClosed{{3, ftps_control_channel, 9}, CloseReason::closed_by_peer, ""});
  upload.settle();
  EXPECT_EQ(upload.failure(), UploadFailure::unreachable);
}

TEST(Ftps, a_file_of_another_length_than_announced_is_not_left_behind) {
  Upload upload(Dialect::vsftpd, 300'000);
  upload.bytes.resize(200'000);
  upload.run();
  EXPECT_EQ(upload.failure(), UploadFailure::size_mismatch);
  EXPECT_TRUE(upload.peer.files.empty());
  EXPECT_TRUE(upload.said("DELE pf-0123456789ab.gcode.3mf"));
}

TEST(Ftps, names_that_could_be_commands_are_refused) {
  for (const auto* name : {"", "a b.3mf", "x\r\nDELE y", "../x", "a/b", "\xc3\xa4.3mf"}) {
    Upload upload(Dialect::vsftpd, 10, Folder::cache, name);
    upload.run();
    EXPECT_EQ(upload.failure(), UploadFailure::protocol) << name;
  }
  Upload empty(Dialect::vsftpd, 0);
  empty.run();
  EXPECT_EQ(empty.failure(), UploadFailure::protocol);
}

TEST(Ftps, a_cancelled_upload_says_nothing_and_leaves_nothing) {
  Upload upload;
  upload.peer.takes_data = false;
  upload.run();
  DriverOutput out;
  upload.ftps.cancel(out);
  upload.take(out);
  EXPECT_FALSE(upload.ended);
  EXPECT_TRUE(upload.ftps.ended());
  EXPECT_TRUE(upload.said("DELE pf-0123456789ab.gcode.3mf"));
  EXPECT_TRUE(upload.peer.control_closed);
}

TEST(Ftps, whatever_the_server_says_it_ends_once_and_in_time) {
  const std::string words[] = {"USER", "PASS", "PBSZ", "PROT", "TYPE", "CWD",
                               "SIZE", "PASV", "STOR", "LIST", "DELE"};
  const std::string lines[] = {
      "",    "150", "200", "213 300000",       "220", "226", "227 (1,2,3,4,5,6)",
      "250", "331", "421", "425 no",           "426", "502", "530 no",
      "550", "552", "999", "220-open for ever"};
  SeededRandom random(11);
  int succeeded = 0;
  for (int round = 0; round < 500; ++round) {
    Upload upload(random.below(2) ? Dialect::vsftpd : Dialect::digits);
    const auto odd = random.below(3);
    for (std::uint64_t i = 0; i < odd; ++i) {
      upload.peer.replies[words[random.below(std::size(words))]] =
          lines[random.below(std::size(lines))];
    }
    upload.peer.knows_size = random.below(4) > 0;
    upload.peer.takes_data = random.below(4) > 0;
    upload.peer.confirm = lines[random.below(std::size(lines))];
    if (random.below(8) == 0) upload.peer.data_tls_fails = CloseReason::tls_failed;
    if (random.below(8) == 0) upload.peer.data_port_open = false;
    upload.run().wait(Minutes(3));
    ASSERT_TRUE(upload.ended) << round;
    if (!upload.ended->failure) {
      ++succeeded;
      const bool there = upload.peer.files.contains("/cache/" + std::string(file_name)) ||
                         upload.peer.files.contains("/" + std::string(file_name)) ||
                         upload.peer.replies["SIZE"] == "213 300000";
      EXPECT_TRUE(there) << round;
    }
  }
  EXPECT_GT(succeeded, 10);
}

struct TranscriptLine {
  std::string dir, line;
  FIELDS(dir, line)
};

TEST(Ftps, what_an_a1_said_leads_through_an_upload) {
  const std::filesystem::path path = "../shared/bambu/data/ftp/A1_ftps_control_transcript.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no transcript beside the project";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  const auto lines = json::decode<std::vector<TranscriptLine>>(text.str());
  ASSERT_TRUE(lines);

  // The printer's own words take the place of the peer's for the commands that a hub uses.
  Upload upload(Dialect::digits);
  std::string command;
  for (const auto& [dir, line] : *lines) {
    if (dir == "C") {
      command = line.substr(0, line.find(' '));
    } else if (command == "USER" || command == "PASS" || command == "TYPE" || command == "PBSZ" ||
               command == "PROT" || command == "CWD" || command == "PASV") {
      upload.peer.replies[command] = line;
    }
  }
  upload.peer.replies.erase("CWD");  // Said 250, as the peer does, which also changes its folder.
  EXPECT_EQ(upload.peer.replies.size(), 6u);
  upload.run();
  EXPECT_FALSE(upload.failure()) << upload.ended->detail;
  EXPECT_EQ(upload.peer.data_port, 2024);
}

}  // namespace
}  // namespace pf::hub::bambu
