// One pass from the cloud onto the printer: bounded, checked, retried within limits.
#include "hub/core/delivery.hpp"

#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

std::string reason_of(const HubBench& bench) {
  const auto event = bench.last_event_of("job-1");
  return event && event->reason ? event->reason->value : "";
}

// The bench does not serve by itself: the test is the file server.
class Delivering : public testing::Test {
 protected:
  void SetUp() override {
    bench.downloads = false;
    bench.boot_and_connect();
    bench.say(bench.start_command());
    bench.run(Seconds{1});
    ASSERT_EQ(bench.effects<Download>().size(), 1u);
  }
  Download last_download() const { return bench.effects<Download>().back(); }
  std::size_t credit(std::uint32_t download) const {
    std::size_t sum = 0;
    for (const auto& read : bench.effects<DownloadRead>()) {
      if (read.download == download) sum += read.credit;
    }
    return sum;
  }
  void serve(std::size_t offset, std::size_t count) {
    bench.give(DownloadData{last_download().download, bench.file.substr(offset, count)});
  }
  HubBench bench;
};

TEST_F(Delivering, asks_for_bytes_only_as_the_printer_wants_them) {
  const auto id = last_download().download;
  EXPECT_EQ(credit(id), 16u * 1024);
  serve(0, 1'000);
  EXPECT_EQ(credit(id), 16u * 1024 + 1'000);
}

TEST_F(Delivering, has_at_most_64_kib_on_the_way) {
  bench.printer().says.push_back(UploadWants{10'000'000});
  bench.run(Seconds{1});
  const auto id = last_download().download;
  EXPECT_EQ(credit(id), delivery_in_flight_max);
  serve(0, 30'000);
  EXPECT_EQ(credit(id), delivery_in_flight_max + 30'000);
}

TEST_F(Delivering, never_asks_for_more_than_the_file) {
  bench.printer().says.push_back(UploadWants{10'000'000});
  bench.run(Seconds{1});
  serve(0, 60'000);
  EXPECT_EQ(credit(last_download().download), bench.file.size());
}

TEST_F(Delivering, goes_on_where_an_interrupted_download_stopped) {
  serve(0, 10'000);
  bench.give(DownloadEnded{last_download().download, DownloadFailure::unreachable, "cut"});
  bench.run(Seconds{5});
  ASSERT_EQ(bench.effects<Download>().size(), 2u);
  EXPECT_EQ(last_download().offset, 10'000u);
  EXPECT_EQ(bench.heard<FileUrlRequest>().size(), 2u);
  EXPECT_EQ(bench.printer().uploads_begun, 1);
  for (std::size_t at = 10'000; at < bench.file.size(); at += 10'000) serve(at, 10'000);
  bench.run(Seconds{2});
  EXPECT_EQ(bench.printer().files.begin()->second, bench.file);
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST_F(Delivering, drops_bytes_of_a_download_that_was_given_up) {
  const auto old = last_download().download;
  bench.give(DownloadEnded{old, DownloadFailure::stalled, ""});
  bench.run(Seconds{5});
  bench.give(DownloadData{old, "stray"});
  bench.give(DownloadEnded{old, DownloadFailure::gone, ""});
  for (std::size_t at = 0; at < bench.file.size(); at += 10'000) serve(at, 10'000);
  bench.run(Seconds{2});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST_F(Delivering, gives_up_after_five_downloads) {
  for (int i = 0; i < downloads_max; ++i) {
    bench.give(DownloadEnded{last_download().download, DownloadFailure::refused, "403"});
    bench.run(Seconds{20});
  }
  EXPECT_EQ(bench.effects<Download>().size(), static_cast<std::size_t>(downloads_max));
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(reason_of(bench), "download_failed");
  EXPECT_EQ(bench.printer().uploads_cancelled, 1);
}

TEST_F(Delivering, does_not_start_a_file_whose_hash_is_wrong) {
  std::string wrong = bench.file;
  wrong.back() = 'y';
  for (std::size_t at = 0; at < wrong.size(); at += 10'000) {
    bench.give(DownloadData{last_download().download, wrong.substr(at, 10'000)});
  }
  bench.run(Seconds{10});
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(reason_of(bench), "wrong_hash");
  EXPECT_TRUE(bench.printer().files.empty());  // The last bytes were never handed over.
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST_F(Delivering, a_download_that_ends_short_is_taken_up_again) {
  serve(0, 10'000);
  bench.give(DownloadEnded{last_download().download, {}, ""});
  bench.run(Seconds{5});
  EXPECT_EQ(last_download().offset, 10'000u);
}

TEST_F(Delivering, more_bytes_than_were_asked_for_end_it) {
  serve(0, 50'000);
  bench.run(Seconds{1});
  EXPECT_EQ(reason_of(bench), "download_failed");
}

TEST_F(Delivering, begins_again_from_zero_when_the_upload_fails) {
  serve(0, 10'000);
  bench.printer().says.push_back(UploadEnded{UploadFailure::stalled, "no 226"});
  bench.run(Seconds{10});
  EXPECT_EQ(bench.printer().uploads_begun, 2);
  EXPECT_EQ(bench.effects<DownloadStop>().size(), 1u);
  EXPECT_EQ(last_download().offset, 0u);
}

TEST_F(Delivering, gives_up_after_three_uploads) {
  for (int i = 0; i < uploads_max; ++i) {
    bench.printer().says.push_back(UploadEnded{UploadFailure::protocol, "426"});
    bench.run(Seconds{20});
  }
  EXPECT_EQ(bench.printer().uploads_begun, uploads_max);
  EXPECT_EQ(reason_of(bench), "upload_failed");
}

TEST_F(Delivering, does_not_try_a_refused_access_code_again) {
  bench.printer().says.push_back(UploadEnded{UploadFailure::refused_code, "530"});
  bench.run(Seconds{60});
  EXPECT_EQ(bench.printer().uploads_begun, 1);
  EXPECT_EQ(reason_of(bench), "upload_refused_code");
}

TEST_F(Delivering, a_server_that_is_silent_for_a_minute_is_asked_for_the_rest_again) {
  serve(0, 10'000);
  bench.run(Seconds{59});
  EXPECT_TRUE(bench.effects<DownloadStop>().empty());
  bench.run(Seconds{6});
  EXPECT_EQ(bench.effects<DownloadStop>().size(), 1u);
  ASSERT_EQ(bench.effects<Download>().size(), 2u);
  EXPECT_EQ(last_download().offset, 10'000u);
  EXPECT_EQ(bench.printer().uploads_begun, 1);
}

TEST_F(Delivering, a_server_that_stays_silent_is_given_up) {
  bench.run(Seconds{360});
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(reason_of(bench), "download_failed");
}

TEST_F(Delivering, an_upload_that_ends_before_the_file_did_is_a_failure) {
  serve(0, 10'000);
  bench.printer().says.push_back(UploadEnded{});
  bench.run(Seconds{10});
  EXPECT_EQ(bench.last_event_of("job-1")->state, received);
  EXPECT_EQ(bench.printer().uploads_begun, 2);
}

TEST_F(Delivering, a_file_that_is_on_the_printer_already_is_started_without_being_sent) {
  bench.printer().says.push_back(UploadEnded{.already_there = true});
  bench.run(Seconds{2});
  EXPECT_EQ(bench.printer().uploads_begun, 1);
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST_F(Delivering, tells_its_progress_at_most_once_a_second) {
  for (std::size_t at = 0; at < 50'000; at += 1'000) {
    serve(at, 1'000);
    bench.run(Milliseconds{100}, Milliseconds{100});
  }
  const auto told = bench.heard<FileProgress>();
  EXPECT_GE(told.size(), 4u);
  EXPECT_LE(told.size(), 7u);
  EXPECT_EQ(told.back().bytes_total, 100'000);
  EXPECT_EQ(told.back().stage, TransferStage::uploading);
  EXPECT_GT(told.back().bytes_sent, 30'000);
}

TEST(DeliveringSlowly, failures_with_progress_between_them_are_not_counted_together) {
  HubBench bench;
  bench.file = std::string(8'000'000, 'x');
  bench.downloads = false;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{1});
  std::size_t at = 0;
  for (int i = 0; i < 4 * downloads_max; ++i) {
    const auto id = bench.effects<Download>().back().download;
    for (const auto end = at + download_progress_min; at < end; at += 16'384) {
      bench.give(DownloadData{id, bench.file.substr(at, 16'384)});
    }
    bench.give(DownloadEnded{id, DownloadFailure::unreachable, "cut"});
    bench.run(Seconds{5});
    ASSERT_EQ(bench.effects<Download>().back().offset, at);
  }
  EXPECT_EQ(bench.last_event_of("job-1")->state, received);
  EXPECT_EQ(bench.printer().uploads_begun, 1);
}

TEST(DeliveringSlowly, a_card_that_takes_its_time_is_no_stall) {
  HubBench bench;
  bench.downloads = false;
  bench.printer().wants_at_once = 500;
  bench.boot_and_connect();
  auto command = bench.start_command();
  command.not_after = bench.server_now() + 100'000'000;
  bench.say(command);
  bench.run(Seconds{1});
  for (std::size_t at = 0; at < bench.file.size(); at += 500) {
    bench.run(Seconds{50}, Seconds{1});
    bench.give(DownloadData{bench.effects<Download>().back().download, bench.file.substr(at, 500)});
  }
  bench.run(Seconds{5});
  EXPECT_EQ(bench.printer().uploads_begun, 1);
  EXPECT_EQ(bench.effects<Download>().size(), 1u);
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(DeliveringSlowly, a_printer_that_takes_nothing_is_tried_three_times) {
  HubBench bench;
  bench.printer().wants_at_once = 0;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{238});
  EXPECT_EQ(bench.printer().uploads_begun, 1);
  bench.run(Seconds{600}, Seconds{1});
  EXPECT_EQ(bench.printer().uploads_begun, uploads_max);
  EXPECT_EQ(bench.printer().uploads_cancelled, uploads_max);
  EXPECT_EQ(reason_of(bench), "upload_failed");
}

TEST(DeliveringSlowly, to_a_printer_that_goes_away_waits_for_it) {
  HubBench bench;
  bench.downloads = false;
  bench.printer().has_printed("yesterday's");
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{1});
  bench.printer().reachable = false;
  bench.run(Seconds{500});
  EXPECT_EQ(bench.printer().uploads_begun, 1);
  EXPECT_EQ(bench.last_event_of("job-1")->state, received);
  bench.downloads = true;
  bench.printer().reachable = true;
  bench.run(Seconds{60});
  EXPECT_EQ(bench.printer().uploads_begun, 2);
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST_F(Delivering, an_upload_is_not_left_open_while_the_cloud_is_away) {
  serve(0, 10'000);
  bench.give(CloudDown{});
  bench.give(DownloadEnded{last_download().download, DownloadFailure::unreachable, "cut"});
  bench.run(Seconds{600});
  EXPECT_EQ(bench.printer().uploads_cancelled, 1);
  EXPECT_EQ(bench.printer().uploads_begun, 1);
  bench.downloads = true;
  bench.connect();
  bench.run(Seconds{40});
  EXPECT_EQ(bench.effects<Download>().back().offset, 0u);
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

class Asking : public testing::Test {
 protected:
  void SetUp() override {
    bench.answers_urls = false;
    bench.boot_and_connect();
    bench.say(bench.start_command());
    bench.run(Seconds{1});
    ASSERT_EQ(bench.heard<FileUrlRequest>().size(), 1u);
  }
  FileUrl url(std::string path) const {
    return {"job-1",
            1,
            std::move(path),
            bench.server_now() + 900'000,
            fake_sha256(bench.file),
            static_cast<std::int64_t>(bench.file.size())};
  }
  HubBench bench;
};

TEST_F(Asking, is_repeated_every_30_seconds_and_not_while_the_cloud_is_away) {
  bench.run(Seconds{65});
  EXPECT_EQ(bench.heard<FileUrlRequest>().size(), 3u);
  bench.give(CloudDown{});
  bench.run(Seconds{300});
  EXPECT_EQ(bench.heard<FileUrlRequest>().size(), 3u);
  bench.answers_urls = true;
  bench.connect();
  bench.run(Seconds{40});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST_F(Asking, ends_after_five_minutes_without_an_answer_of_a_cloud_that_is_there) {
  bench.run(Seconds{295});
  EXPECT_EQ(bench.last_event_of("job-1")->state, received);
  bench.run(Seconds{40});
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(reason_of(bench), "no_file_address");
  EXPECT_EQ(bench.printer().uploads_begun, 0);
}

TEST_F(Asking, refuses_an_address_elsewhere) {
  bench.say(url("https://evil.example/file"));
  bench.run(Seconds{1});
  EXPECT_EQ(reason_of(bench), "foreign_origin");
  EXPECT_TRUE(bench.effects<Download>().empty());
}

TEST_F(Asking, refuses_another_file) {
  auto other = url("/files/2");
  other.sha256 = std::string(64, 'c');
  bench.say(other);
  bench.run(Seconds{1});
  EXPECT_EQ(reason_of(bench), "file_changed");
}

TEST_F(Asking, an_address_nobody_asked_for_is_answered_with_an_error) {
  auto stray = url("/files/2");
  stray.attempt = 9;
  bench.say(stray);
  ASSERT_EQ(bench.heard<WireError>().size(), 1u);
  EXPECT_EQ(bench.heard<WireError>()[0].code, "unknown_attempt");
}

TEST(PathOnOrigin, is_a_path_and_nothing_else) {
  for (const char* good : {"/", "/files/1?signature=a%20b", "/a/b.gcode.3mf"}) {
    EXPECT_TRUE(is_path_on_origin(good)) << good;
  }
  for (const char* bad : {"", "files/1", "//evil.example/x", "http://evil.example/", "/a b",
                          "/a\r\nHost: x", "/\\evil.example", "/a#b", "/\xc3\xa4"}) {
    EXPECT_FALSE(is_path_on_origin(bad)) << bad;
  }
}

}  // namespace
}  // namespace pf::hub
