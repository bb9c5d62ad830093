#include "process/files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "process/scratch_directory.hpp"

namespace pf::process {
namespace {

constexpr std::size_t plenty = 1024 * 1024;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

// For its lifetime no file can grow over that size: a full disk without a disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(WriteFileDurably, replaces_the_file_and_sets_its_mode) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("key.pem");
  ASSERT_TRUE(write_file_durably(path, "first", 0644));
  ASSERT_TRUE(write_file_durably(path, std::string_view("sec\0ond", 7), private_mode));
  EXPECT_EQ(*read_file(path, plenty), std::string("sec\0ond", 7));
  EXPECT_EQ(mode_of(path), private_mode);
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(WriteFileDurably, gives_the_mode_it_was_asked_for_whatever_the_umask_and_a_crash_left) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("key.pem");
  std::ofstream(path + ".new") << "left by a crash, readable by all, and longer than the new one";
  const mode_t before = ::umask(0);
  EXPECT_TRUE(write_file_durably(path, "new", private_mode));
  ::umask(before);
  EXPECT_EQ(mode_of(path), private_mode);
  EXPECT_EQ(*read_file(path, plenty), "new");
}

TEST(WriteFileDurably, leaves_the_old_file_when_there_is_no_room) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("state.json");
  ASSERT_TRUE(write_file_durably(path, "old", private_mode));
  const FileSizeLimit limit(1000);
  const auto written = write_file_durably(path, std::string(5000, 'x'), private_mode);
  ASSERT_FALSE(written);
  EXPECT_TRUE(written.error().full);
  EXPECT_NE(written.error().says.find(path), std::string::npos) << written.error().says;
  EXPECT_EQ(*read_file(path, plenty), "old");
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(WriteFileDurably, says_which_file_cannot_be_written_and_why) {
  const ScratchDirectory scratch;
  const auto nowhere = write_file_durably(scratch.file("no/such/file"), "x", private_mode);
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().missing);
  std::filesystem::create_directory(scratch.file("taken"));
  const auto directory = write_file_durably(scratch.file("taken"), "x", private_mode);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().says,
            "Cannot write " + scratch.file("taken") + ": it is a directory.");
}

TEST(WriteFileDurably, shows_a_reader_the_old_bytes_or_the_new_ones_when_killed_at_any_moment) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("state.json");
  for (int round = 0; round < 10; ++round) {
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t writer = ::fork();
    if (writer == 0) {
      for (char c = 'a';; c = c == 'z' ? 'a' : static_cast<char>(c + 1)) {
        if (!write_file_durably(path, std::string(100'000, c), private_mode)) ::_exit(1);
        if (::write(acknowledged[1], &c, 1) != 1) ::_exit(1);
      }
    }
    ::close(acknowledged[1]);
    char last = 0;
    for (int i = 0; i <= round; ++i) ASSERT_EQ(::read(acknowledged[0], &last, 1), 1);
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    ::close(acknowledged[0]);
    const auto bytes = read_file(path, plenty);
    ASSERT_TRUE(bytes);
    ASSERT_EQ(bytes->size(), 100'000u);
    EXPECT_EQ(*bytes, std::string(100'000, bytes->front()));
  }
}

TEST(ReadFile, tells_a_missing_file_from_an_unreadable_one) {
  const ScratchDirectory scratch;
  const auto missing = read_file(scratch.file("absent"), plenty);
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().missing);
  const auto directory = read_file(scratch.path(), plenty);
  ASSERT_FALSE(directory);
  EXPECT_FALSE(directory.error().missing);
}

TEST(ReadFile, reads_up_to_its_limit_and_no_further) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("big");
  ASSERT_TRUE(write_file_durably(path, std::string(200'000, 'x'), 0644));
  EXPECT_EQ(read_file(path, 200'000)->size(), 200'000u);
  EXPECT_FALSE(read_file(path, 199'999));
  EXPECT_FALSE(read_file("/dev/zero", plenty));
}

TEST(MakeDirectories, makes_what_is_missing_and_keeps_what_is_there) {
  const ScratchDirectory scratch;
  EXPECT_TRUE(make_directories(scratch.file("a/b/c"), 0700));
  EXPECT_EQ(mode_of(scratch.file("a/b/c")), 0700u);
  EXPECT_TRUE(make_directories(scratch.file("a/b/c/"), 0700));
  std::ofstream(scratch.file("a/file")) << "x";
  EXPECT_FALSE(make_directories(scratch.file("a/file"), 0700));
  EXPECT_FALSE(make_directories(scratch.file("a/file/below"), 0700));
  EXPECT_FALSE(make_directories("", 0700));
}

TEST(DurableAppender, goes_on_where_the_file_ended) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("journal");
  {
    auto journal = DurableAppender::open(path, private_mode);
    ASSERT_TRUE(journal);
    EXPECT_TRUE(journal->append("one,"));
    EXPECT_TRUE(journal->append("two,"));
  }
  auto journal = DurableAppender::open(path, private_mode);
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->size(), 8u);
  DurableAppender moved = std::move(*journal);
  EXPECT_TRUE(moved.append("three"));
  EXPECT_EQ(*read_file(path, plenty), "one,two,three");
  EXPECT_EQ(mode_of(path), private_mode);
}

TEST(DurableAppender, leaves_no_half_record_when_the_disk_is_full_and_works_again_after) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("journal");
  auto journal = DurableAppender::open(path, private_mode);
  ASSERT_TRUE(journal);
  ASSERT_TRUE(journal->append(std::string(900, 'a')));
  {
    const FileSizeLimit limit(1000);
    const auto appended = journal->append(std::string(500, 'b'));
    ASSERT_FALSE(appended);
    EXPECT_TRUE(appended.error().full);
  }
  EXPECT_EQ(read_file(path, plenty)->size(), 900u);
  EXPECT_TRUE(journal->append("c"));
  EXPECT_EQ(*read_file(path, plenty), std::string(900, 'a') + "c");
}

TEST(DurableAppender, trusts_a_device_no_more_that_could_not_undo) {
  auto device = DurableAppender::open("/dev/full", private_mode);
  ASSERT_TRUE(device);
  const auto first = device->append("x");
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().says, "Cannot append to /dev/full: the disk is full: free some space.");
  const auto second = device->append("x");
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().says.find("earlier write failed"), std::string::npos);
}

TEST(DurableAppender, cannot_be_opened_where_there_is_no_directory) {
  const ScratchDirectory scratch;
  EXPECT_FALSE(DurableAppender::open(scratch.file("no/journal"), private_mode));
  EXPECT_FALSE(DurableAppender::open(scratch.path(), private_mode));
}

// What a killed process had been told is on disk must be there, whole and in order.
TEST(DurableAppender, loses_nothing_acknowledged_when_its_process_is_killed) {
  const ScratchDirectory scratch;
  for (int round = 0; round < 20; ++round) {
    const std::string path = scratch.file("journal" + std::to_string(round));
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t writer = ::fork();
    if (writer == 0) {
      auto journal = DurableAppender::open(path, private_mode);
      for (std::uint32_t number = 0; journal; ++number) {
        if (!journal->append({reinterpret_cast<const char*>(&number), sizeof number})) break;
        if (::write(acknowledged[1], &number, sizeof number) != sizeof number) break;
      }
      ::_exit(1);
    }
    ::close(acknowledged[1]);
    std::uint32_t last = 0;
    for (int i = 0; i <= round; ++i) {
      ASSERT_EQ(::read(acknowledged[0], &last, sizeof last), ssize_t{sizeof last});
    }
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    while (::read(acknowledged[0], &last, sizeof last) == sizeof last) {
    }
    ::close(acknowledged[0]);
    const auto bytes = read_file(path, plenty);
    ASSERT_TRUE(bytes);
    ASSERT_GE(bytes->size(), (std::size_t{last} + 1) * sizeof last);
    for (std::uint32_t number = 0; number <= last; ++number) {
      std::uint32_t stored = 0;
      std::memcpy(&stored, bytes->data() + number * sizeof stored, sizeof stored);
      ASSERT_EQ(stored, number);
    }
  }
}

}  // namespace
}  // namespace pf::process
