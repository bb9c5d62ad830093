#include "hub/platforms/linux/storage.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "process/scratch_directory.hpp"

namespace pf::hub {
namespace {

TEST(Storage, starts_empty_and_keeps_what_it_is_given) {
  const process::ScratchDirectory scratch;
  const std::string directory = scratch.file("var/hub");
  {
    auto storage = Storage::open(directory);
    ASSERT_TRUE(storage) << storage.error().says;
    EXPECT_EQ(*storage->read_state(), std::nullopt);
    EXPECT_EQ(*storage->read_journal(), std::nullopt);
    EXPECT_TRUE(storage->save_state("state"));
    EXPECT_TRUE(storage->append_journal("a"));
    EXPECT_TRUE(storage->append_journal("b"));
  }
  auto again = Storage::open(directory);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again->read_state(), "state");
  EXPECT_EQ(*again->read_journal(), "ab");
}

TEST(Storage, goes_on_in_the_new_journal_after_a_replacement) {
  const process::ScratchDirectory scratch;
  auto storage = Storage::open(scratch.path());
  ASSERT_TRUE(storage);
  EXPECT_TRUE(storage->append_journal("old records"));
  EXPECT_TRUE(storage->replace_journal("compact,"));
  EXPECT_TRUE(storage->append_journal("next"));
  EXPECT_EQ(*storage->read_journal(), "compact,next");
}

TEST(Storage, shows_its_secrets_to_its_owner_only) {
  const process::ScratchDirectory scratch;
  auto storage = Storage::open(scratch.file("hub"));
  ASSERT_TRUE(storage && storage->save_state("secret") && storage->append_journal("x"));
  struct stat status {};
  for (const char* name : {"hub/state.json", "hub/journal"}) {
    ASSERT_EQ(::stat(scratch.file(name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
  ASSERT_EQ(::stat(scratch.file("hub").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST(Storage, belongs_to_one_hub_at_a_time) {
  const process::ScratchDirectory scratch;
  auto first = Storage::open(scratch.path());
  ASSERT_TRUE(first);
  const Storage moved = std::move(*first);
  const auto second = Storage::open(scratch.path());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().says.find("Another printfarm-hub"), std::string::npos);
}

TEST(Storage, says_why_a_directory_is_no_place_for_it) {
  const process::ScratchDirectory scratch;
  auto parent = Storage::open(scratch.path());
  ASSERT_TRUE(parent && parent->save_state("a file"));
  const auto inside_a_file = Storage::open(scratch.file("state.json/hub"));
  ASSERT_FALSE(inside_a_file);
  EXPECT_FALSE(inside_a_file.error().says.empty());
  EXPECT_FALSE(Storage::open(""));
}

TEST(Storage, refuses_files_that_cannot_be_its_own) {
  const process::ScratchDirectory scratch;
  auto storage = Storage::open(scratch.path());
  ASSERT_TRUE(storage);
  ASSERT_TRUE(storage->save_state(std::string(state_file_bytes_max + 1, 'x')));
  EXPECT_FALSE(storage->read_state());
  std::filesystem::create_directory(scratch.file("journal"));
  EXPECT_FALSE(storage->read_journal());
  EXPECT_FALSE(storage->append_journal("x"));
}

TEST(Storage, says_that_the_disk_is_full_and_keeps_the_old_state) {
  const process::ScratchDirectory scratch;
  auto storage = Storage::open(scratch.path());
  ASSERT_TRUE(storage && storage->save_state("old") && storage->append_journal("whole"));
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit limit = before;
  limit.rlim_cur = 100;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const auto saved = storage->save_state(std::string(1000, 's'));
  const auto appended = storage->append_journal(std::string(1000, 'j'));
  const auto replaced = storage->replace_journal(std::string(1000, 'r'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(saved);
  ASSERT_FALSE(appended);
  ASSERT_FALSE(replaced);
  EXPECT_TRUE(saved.error().full && appended.error().full && replaced.error().full);
  EXPECT_EQ(*storage->read_state(), "old");
  EXPECT_EQ(*storage->read_journal(), "whole");
  EXPECT_TRUE(storage->append_journal("!"));
  EXPECT_EQ(*storage->read_journal(), "whole!");
}

// Appends and compacts as a hub does, says what it was told is kept, and is killed in the middle.
[[noreturn]] void keep_writing(const std::string& directory, int acknowledged) {
  auto storage = Storage::open(directory);
  std::string all;
  for (unsigned number = 0; storage; ++number) {
    const std::string record = std::to_string(number) + "\n";
    all += record;
    const auto kept =
        number % 7 == 6 ? storage->replace_journal(all) : storage->append_journal(record);
    if (!kept || ::write(acknowledged, &number, sizeof number) != sizeof number) break;
  }
  ::_exit(1);
}

TEST(Storage, loses_nothing_acknowledged_when_the_hub_is_killed) {
  for (int round = 0; round < 20; ++round) {
    const process::ScratchDirectory scratch;
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t hub = ::fork();
    if (hub == 0) keep_writing(scratch.path(), acknowledged[1]);
    ::close(acknowledged[1]);
    unsigned last = 0;
    for (int i = 0; i <= round * 2; ++i) {
      ASSERT_EQ(::read(acknowledged[0], &last, sizeof last), ssize_t{sizeof last});
    }
    ::kill(hub, SIGKILL);
    ::waitpid(hub, nullptr, 0);
    while (::read(acknowledged[0], &last, sizeof last) == ssize_t{sizeof last}) {
    }
    ::close(acknowledged[0]);
    std::string expected;
    for (unsigned number = 0; number <= last; ++number) expected += std::to_string(number) + "\n";
    auto storage = Storage::open(scratch.path());  // The lock died with its holder.
    ASSERT_TRUE(storage) << storage.error().says;
    const auto journal = storage->read_journal();
    ASSERT_TRUE(journal && *journal);
    EXPECT_EQ((*journal)->substr(0, expected.size()), expected);
  }
}

}  // namespace
}  // namespace pf::hub
