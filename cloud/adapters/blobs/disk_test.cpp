#include "cloud/adapters/blobs/disk.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace pf {
namespace {

namespace fs = std::filesystem;

class DiskBlobsTest : public testing::Test {
 protected:
  DiskBlobsTest() {
    std::string pattern = (fs::temp_directory_path() / "printfarm-blobs-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder can be made");
    folder = pattern;
  }
  ~DiskBlobsTest() override { fs::remove_all(folder); }

  void store(DiskBlobs& blobs, const std::string& key, std::string_view content) {
    auto writer = blobs.create();
    writer->append(content);
    writer->commit(key);
  }
  std::size_t temporary_files() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& one : fs::directory_iterator(folder / "tmp")) ++count;
    return count;
  }

  fs::path folder;
};

TEST_F(DiskBlobsTest, what_was_committed_is_read_back_also_by_a_later_process) {
  {
    DiskBlobs blobs(folder);
    blobs.start();
    auto writer = blobs.create();
    writer->append("first ");
    writer->append("");
    writer->append("second");
    writer->commit("tenant-1/files/abc");
    EXPECT_EQ(temporary_files(), 0u);
  }
  DiskBlobs blobs(folder);
  blobs.start();
  const auto reader = blobs.open("tenant-1/files/abc");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->size(), 12u);
  EXPECT_EQ(reader->read_at(0, 100), "first second");
  EXPECT_EQ(reader->read_at(6, 3), "sec");
  EXPECT_EQ(reader->read_at(11, 5), "d");
  EXPECT_EQ(reader->read_at(12, 5), "");
  EXPECT_EQ(reader->read_at(UINT64_MAX, 5), "");
}

TEST_F(DiskBlobsTest, what_was_appended_can_be_read_under_its_path_before_the_commit) {
  DiskBlobs blobs(folder);
  blobs.start();
  auto writer = blobs.create();
  writer->append("half");
  std::ifstream file(writer->path());
  std::string content;
  file >> content;
  EXPECT_EQ(content, "half");
}

TEST_F(DiskBlobsTest, a_writer_that_is_not_committed_leaves_nothing) {
  DiskBlobs blobs(folder);
  blobs.start();
  { blobs.create()->append("lost"); }
  EXPECT_EQ(temporary_files(), 0u);
}

TEST_F(DiskBlobsTest, leftovers_of_a_killed_process_are_removed_at_start_and_content_is_kept) {
  DiskBlobs before(folder);
  before.start();
  store(before, "a/b", "kept");
  std::ofstream(folder / "tmp" / "AbCdEf") << "half an upload";
  fs::create_directories(folder / "tmp" / "folder" / "deep");
  DiskBlobs after(folder);
  after.start();
  EXPECT_EQ(temporary_files(), 0u);
  EXPECT_TRUE(after.open("a/b"));
}

TEST_F(DiskBlobsTest, committing_a_key_again_replaces_it_and_open_readers_keep_what_they_opened) {
  DiskBlobs blobs(folder);
  blobs.start();
  store(blobs, "key", "old");
  const auto old_reader = blobs.open("key");
  store(blobs, "key", "newer");
  EXPECT_EQ(old_reader->read_at(0, 10), "old");
  EXPECT_EQ(blobs.open("key")->read_at(0, 10), "newer");
}

TEST_F(DiskBlobsTest, a_removed_key_is_gone_and_removing_it_again_is_fine) {
  DiskBlobs blobs(folder);
  blobs.start();
  store(blobs, "a/b", "content");
  const auto reader = blobs.open("a/b");
  blobs.remove("a/b");
  EXPECT_FALSE(blobs.open("a/b"));
  EXPECT_EQ(reader->read_at(0, 10), "content");
  EXPECT_NO_THROW(blobs.remove("a/b"));
  EXPECT_NO_THROW(blobs.remove("never/was"));
  EXPECT_NO_THROW(blobs.remove("never/was/there"));
}

TEST_F(DiskBlobsTest, unknown_keys_and_folders_open_as_nothing) {
  DiskBlobs blobs(folder);
  blobs.start();
  store(blobs, "a/b", "content");
  EXPECT_FALSE(blobs.open("c"));
  EXPECT_FALSE(blobs.open("a"));
  EXPECT_FALSE(blobs.open("a/b/c"));
}

TEST_F(DiskBlobsTest, keys_that_could_leave_the_folder_are_refused_by_every_door) {
  DiskBlobs blobs(folder);
  blobs.start();
  const std::vector<std::string> bad_keys = {"",
                                             "/",
                                             "/etc/passwd",
                                             "..",
                                             "../x",
                                             "a/../../x",
                                             "a/..",
                                             "a/./b",
                                             ".",
                                             "a//b",
                                             "a/",
                                             "a\\b",
                                             "a b",
                                             "a\nb",
                                             std::string("a\0b", 3),
                                             "ä",
                                             "C:/x",
                                             "a%2e",
                                             std::string(201, 'a'),
                                             "~/x",
                                             std::string(300, 'a') + "/" + std::string(300, 'b')};
  for (const auto& key : bad_keys) {
    EXPECT_FALSE(is_blob_key(key)) << key;
    EXPECT_THROW(blobs.open(key), BlobError) << key;
    EXPECT_THROW(blobs.remove(key), BlobError) << key;
    auto writer = blobs.create();
    EXPECT_THROW(writer->commit(key), BlobError) << key;
  }
  for (const auto* key : {"a", "a/b", "a.b/c_d/e-f", "...", "..a", "A0/files/0123456789abcdef"}) {
    EXPECT_TRUE(is_blob_key(key)) << key;
  }
}

TEST_F(DiskBlobsTest, a_link_planted_in_the_folder_is_not_followed) {
  DiskBlobs blobs(folder);
  blobs.start();
  fs::create_symlink("/etc/hostname", folder / "stored" / "link");
  EXPECT_THROW(blobs.open("link"), BlobError);
}

TEST_F(DiskBlobsTest, content_that_was_cut_off_from_outside_is_an_error_not_a_short_answer) {
  DiskBlobs blobs(folder);
  blobs.start();
  store(blobs, "key", "0123456789");
  const auto reader = blobs.open("key");
  fs::resize_file(folder / "stored" / "key", 4);
  EXPECT_THROW(reader->read_at(0, 10), BlobError);
}

TEST_F(DiskBlobsTest, a_missing_folder_is_an_error) {
  DiskBlobs blobs((folder / "never-made").string());
  EXPECT_THROW(blobs.create(), BlobError);
  std::ofstream(folder / "file") << "not a folder";
  DiskBlobs in_file((folder / "file").string());
  EXPECT_THROW(in_file.start(), BlobError);
}

// The kernel itself refuses to let the file grow, as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(DiskBlobsTest, when_there_is_no_room_it_says_so_and_keeps_nothing) {
  DiskBlobs blobs(folder);
  blobs.start();
  {
    auto writer = blobs.create();
    const FileSizeLimit limit(10'000);
    writer->append(std::string(9'000, 'x'));
    EXPECT_THROW(writer->append(std::string(9'000, 'x')), BlobStorageFull);
  }
  EXPECT_EQ(temporary_files(), 0u);
  store(blobs, "key", std::string(20'000, 'x'));
  EXPECT_EQ(blobs.open("key")->size(), 20'000u);
}

TEST_F(DiskBlobsTest, many_threads_read_one_reader_and_commit_into_one_new_folder) {
  DiskBlobs blobs(folder);
  blobs.start();
  std::string content;
  for (int i = 0; i < 20'000; ++i) content += static_cast<char>('a' + i % 26);
  store(blobs, "shared", content);
  const auto reader = blobs.open("shared");
  std::array<bool, 8> good{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < good.size(); ++t) {
      threads.emplace_back([&, t] {
        bool all = true;
        for (std::size_t at = t; at < content.size(); at += 997) {
          all = all && reader->read_at(at, 100) == content.substr(at, 100);
        }
        store(blobs, "new/folder/" + std::to_string(t), content);
        good[t] = all && blobs.open("new/folder/" + std::to_string(t))->size() == content.size();
      });
    }
  }
  for (const bool one : good) EXPECT_TRUE(one);
}

}  // namespace
}  // namespace pf
