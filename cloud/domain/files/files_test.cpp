#include "cloud/domain/files/files.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <thread>

#include "cloud/domain/files/threemf_fixture.hpp"
#include "cloud/domain/test_farm.hpp"
#include "crypto/secure_random.hpp"

namespace pf {
namespace {

struct FilesTest : testing::Test {
  TestFarm farm;
  ThreeMfFixture fixture;
  const std::filesystem::path stored_folder = farm.folder.file("blobs") + "/stored";
  const std::filesystem::path temporary_folder = farm.folder.file("blobs") + "/tmp";

  FilesTest() { farm.blobs.start(); }

  std::string sliced() { return fixture.bytes(farm.folder.file("fixture.3mf")); }

  Response upload(Files& files, const Caller& caller, std::string_view bytes,
                  std::string_view name = "cube.gcode.3mf", std::size_t piece_bytes = 1000) {
    auto begun = files.begin_upload(caller);
    if (!begun) throw std::runtime_error(begun.error().says);
    (*begun)->named(name);
    while (!bytes.empty()) {
      const auto piece = bytes.substr(0, piece_bytes);
      if (auto fault = (*begun)->append(piece)) return problem(*fault, caller.request_id);
      bytes.remove_prefix(piece.size());
    }
    return (*begun)->finish();
  }
  Response upload(const Caller& caller, std::string_view bytes,
                  std::string_view name = "cube.gcode.3mf") {
    return upload(farm.files, caller, bytes, name);
  }
  PrintFileInfo uploaded(const Caller& caller, std::string_view name = "cube.gcode.3mf") {
    const auto response = upload(caller, sliced(), name);
    const auto file = json::decode<PrintFileInfo>(response.body);
    if (response.status != 201 || !file) throw std::runtime_error(response.body);
    return *file;
  }
  std::string content(const BlobReply& reply) {
    const auto reader = farm.blobs.open(reply.blob.key);
    return reader ? reader->read_at(0, reply.blob.size) : "nothing is stored";
  }
  static std::size_t files_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for (const auto& one : std::filesystem::recursive_directory_iterator(folder)) {
      if (one.is_regular_file()) ++count;
    }
    return count;
  }
  void set_job_state(const std::string& state) {
    farm.database.execute("UPDATE print_jobs SET state = $1", {state});
  }
};

TEST_F(FilesTest, an_uploaded_file_is_answered_with_what_is_in_it_and_its_address) {
  const auto bytes = sliced();
  const auto response = upload(farm.owner, bytes, "C:\\prints\\cube.gcode.3mf");
  ASSERT_EQ(response.status, 201) << response.body;
  const auto file = json::decode<PrintFileInfo>(response.body);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->name, "cube.gcode.3mf");
  EXPECT_EQ(file->size, static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(file->sha256.value, crypto::sha256_hex(bytes));
  EXPECT_EQ(*file->printer_model, "N1");
  EXPECT_EQ(file->plates.value.at(0).print_seconds, 61);
  EXPECT_TRUE(file->plates.value.at(0).has_thumbnail);
  EXPECT_EQ(file->created_at, farm.clock.unix_now().milliseconds);
  const std::pair<std::string, std::string> location{"Location", "/api/files/" + file->id.value};
  EXPECT_NE(std::find(response.headers.begin(), response.headers.end(), location),
            response.headers.end());
  EXPECT_TRUE(farm.feed.changes.contains({ChangedKind::file, file->id.value}));
  const auto found = farm.files.find(farm.owner, {file->id.value});
  ASSERT_TRUE(found);
  EXPECT_EQ(json::encode(*found), response.body);
}

TEST_F(FilesTest, a_download_gives_back_every_byte_under_the_files_name) {
  const auto file = uploaded(farm.owner, "Würfel.gcode.3mf");
  const auto reply = farm.files.download(farm.owner, {file.id.value});
  ASSERT_TRUE(reply);
  EXPECT_EQ(content(*reply), sliced());
  EXPECT_EQ(reply->blob.file_name, "Würfel.gcode.3mf");
  EXPECT_EQ(reply->blob.etag, file.sha256.value);
  EXPECT_EQ(reply->content_type, "model/3mf");
}

TEST_F(FilesTest, a_thumbnail_is_a_png_that_may_be_cached_for_ever) {
  const auto file = uploaded(farm.owner);
  const auto reply = farm.files.thumbnail(farm.owner, {file.id.value}, 1);
  ASSERT_TRUE(reply);
  EXPECT_EQ(content(*reply), ThreeMfFixture::png());
  EXPECT_EQ(reply->content_type, "image/png");
  EXPECT_TRUE(reply->immutable);
  EXPECT_EQ(farm.files.thumbnail(farm.owner, {file.id.value}, 2).error().status, 404);
}

TEST_F(FilesTest, a_plate_without_a_picture_has_no_thumbnail) {
  fixture.entries["Metadata/plate_1.png"] = "<svg/>";
  const auto file = uploaded(farm.owner);
  EXPECT_FALSE(file.plates.value.at(0).has_thumbnail);
  EXPECT_EQ(farm.files.thumbnail(farm.owner, {file.id.value}, 1).error().status, 404);
}

TEST_F(FilesTest, the_same_content_twice_is_two_files_and_stored_once) {
  const auto first = uploaded(farm.owner, "one.3mf"), second = uploaded(farm.owner, "two.3mf");
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(files_in(stored_folder), 2u);  // The content and its one picture.
  ASSERT_TRUE(farm.files.remove(farm.owner, {first.id.value}));
  EXPECT_EQ(content(*farm.files.download(farm.owner, {second.id.value})), sliced());
  EXPECT_TRUE(farm.files.thumbnail(farm.owner, {second.id.value}, 1));
  ASSERT_TRUE(farm.files.remove(farm.owner, {second.id.value}));
  EXPECT_EQ(files_in(stored_folder), 0u);
}

TEST_F(FilesTest, two_organisations_with_one_content_do_not_share_it) {
  const auto stranger = farm.make_caller("Other");
  const auto ours = uploaded(farm.owner), theirs = uploaded(stranger);
  ASSERT_TRUE(farm.files.remove(stranger, {theirs.id.value}));
  EXPECT_EQ(content(*farm.files.download(farm.owner, {ours.id.value})), sliced());
}

TEST_F(FilesTest, another_organisations_file_is_as_unknown_as_a_random_id) {
  const auto file = uploaded(farm.owner);
  const auto stranger = farm.make_caller("Other");
  const PathId id{file.id.value}, random{"0190-random"};
  const auto unknown = farm.files.find(stranger, random).error();
  EXPECT_EQ(unknown.status, 404);
  for (const auto& fault :
       {farm.files.find(stranger, id).error(), farm.files.download(stranger, id).error(),
        farm.files.remove(stranger, id).error(), farm.files.thumbnail(stranger, id, 1).error()}) {
    EXPECT_EQ(fault.status, unknown.status);
    EXPECT_EQ(fault.says, unknown.says);
  }
  EXPECT_TRUE(farm.files.list(stranger, {})->items.empty());
  EXPECT_TRUE(farm.files.find(farm.owner, id));
}

TEST_F(FilesTest, a_list_is_given_newest_first_in_pages) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) {
    farm.clock.advance(Seconds(1));
    uploaded(farm.owner, std::to_string(i) + ".3mf");
  }
  FileQuery query;
  query.limit = 2;
  int pages = 0;
  do {
    const auto page = farm.files.list(farm.owner, query);
    ASSERT_TRUE(page);
    for (const auto& one : page->items) names.push_back(one.name.value);
    query.cursor.reset();
    if (page->next_cursor) query.cursor = Text<1, 64>(*page->next_cursor);
    ++pages;
  } while (query.cursor);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(names, (std::vector<std::string>{"4.3mf", "3.3mf", "2.3mf", "1.3mf", "0.3mf"}));
}

TEST_F(FilesTest, a_file_that_a_job_still_needs_cannot_be_removed) {
  const auto hub = farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, hub);
  const auto file = uploaded(farm.owner);
  farm.add_job(farm.owner, file.id.value, printer.id.value);
  for (const auto* state : {"queued", "assigned", "sending", "printing", "paused"}) {
    set_job_state(state);
    EXPECT_EQ(farm.files.remove(farm.owner, {file.id.value}).error().status, 409) << state;
  }
  EXPECT_EQ(content(*farm.files.download(farm.owner, {file.id.value})), sliced());
}

TEST_F(FilesTest, a_file_whose_jobs_are_over_goes_and_the_jobs_stay) {
  const auto hub = farm.add_hub(farm.owner);
  const auto printer = farm.add_printer(farm.owner, hub);
  for (const auto* state : {"complete", "cancelled", "failed"}) {
    const auto file = uploaded(farm.owner);
    const auto job = farm.add_job(farm.owner, file.id.value, printer.id.value);
    set_job_state(state);
    ASSERT_TRUE(farm.files.remove(farm.owner, {file.id.value})) << state;
    EXPECT_EQ(files_in(stored_folder), 0u);
    EXPECT_EQ(farm.files.find(farm.owner, {file.id.value}).error().status, 404);
    EXPECT_EQ(farm.files.remove(farm.owner, {file.id.value}).error().status, 404);
    EXPECT_TRUE(farm.files.list(farm.owner, {})->items.empty());
    EXPECT_FALSE(farm.database.reading([&](Transaction& db) {
      return farm.files.stored(db, farm.owner.tenant, file.id.value).has_value();
    }));
    EXPECT_EQ(farm.jobs.find(farm.owner, {job.id.value})->file_name, file.name);
  }
}

TEST_F(FilesTest, what_cannot_be_printed_is_refused_in_words_and_leaves_nothing) {
  ThreeMfFixture unsliced, changed;
  unsliced.entries.erase("Metadata/plate_1.gcode");
  changed.entries["Metadata/plate_1.gcode"] += "G1 Z100\n";
  const auto spoiled = farm.folder.file("spoiled.3mf");
  const struct {
    std::string name, bytes, says;
  } table[] = {{"cube.gcode", "; HEADER_BLOCK_START\nG28\n", "plain G-code"},
               {"cube.stl", std::string(5000, '\1'), "a model"},
               {"cube.3mf", "hello, world", "not a 3MF file"},
               {"cube.3mf", "", "empty"},
               {"cube.3mf", "PK", "not a 3MF file"},
               {"cube.3mf", sliced().substr(0, 900), "damaged or incomplete"},
               {"cube.3mf", unsliced.bytes(spoiled), "not sliced"},
               {"cube.3mf", changed.bytes(spoiled), "0500-4003"}};
  for (const auto& row : table) {
    const auto response = upload(farm.owner, row.bytes, row.name);
    EXPECT_EQ(response.status, 422) << row.says;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_NE(response.body.find(row.says), std::string::npos) << response.body;
  }
  EXPECT_EQ(files_in(stored_folder), 0u);
  EXPECT_EQ(files_in(temporary_folder), 0u);
  EXPECT_TRUE(farm.files.list(farm.owner, {})->items.empty());
  EXPECT_TRUE(farm.feed.changes.empty());
}

TEST_F(FilesTest, a_wrong_format_is_refused_at_its_first_bytes_however_they_arrive) {
  auto begun = farm.files.begin_upload(farm.owner);
  ASSERT_TRUE(begun);
  auto& receiving = **begun;
  receiving.named("movie.mkv");
  EXPECT_FALSE(receiving.append("\x1a"));
  EXPECT_FALSE(receiving.append("E\xdf"));
  EXPECT_EQ(receiving.append("\xa3")->status, 422);
  EXPECT_EQ(receiving.append(sliced())->status, 422);
  EXPECT_EQ(receiving.finish().status, 422);
}

TEST_F(FilesTest, a_file_may_arrive_byte_by_byte_and_without_a_name) {
  auto begun = farm.files.begin_upload(farm.owner);
  ASSERT_TRUE(begun);
  for (const char byte : sliced()) ASSERT_FALSE((*begun)->append({&byte, 1}));
  const auto response = (*begun)->finish();
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(json::decode<PrintFileInfo>(response.body)->name, "unnamed.gcode.3mf");
}

TEST_F(FilesTest, the_limit_is_a_limit_and_is_told_in_words) {
  const auto bytes = sliced();
  Files exact({farm.database, farm.blobs, farm.feed}, std::string(32, 's'),
              {.file_bytes_max = bytes.size()}, farm.clock, farm.random);
  EXPECT_EQ(upload(exact, farm.owner, bytes).status, 201);
  Files tighter({farm.database, farm.blobs, farm.feed}, std::string(32, 's'),
                {.file_bytes_max = bytes.size() - 1}, farm.clock, farm.random);
  const auto response = upload(tighter, farm.owner, bytes);
  EXPECT_EQ(response.status, 413);
  EXPECT_NE(response.body.find(std::to_string(bytes.size() - 1) + " bytes"), std::string::npos);
  EXPECT_EQ(files_in(temporary_folder), 0u);
}

TEST_F(FilesTest, an_upload_that_is_given_up_leaves_nothing) {
  {
    auto begun = farm.files.begin_upload(farm.owner);
    ASSERT_TRUE(begun);
    (*begun)->named("cube.3mf");
    EXPECT_FALSE((*begun)->append(sliced()));
    EXPECT_EQ(files_in(temporary_folder), 1u);
  }
  EXPECT_EQ(files_in(temporary_folder), 0u);
  EXPECT_TRUE(farm.files.list(farm.owner, {})->items.empty());
}

// A disk on which nothing fits any more.
class FullBlobs final : public Blobs {
 public:
  class Writer final : public BlobWriter {
   public:
    void append(std::string_view) override { throw BlobStorageFull("no space left on device"); }
    std::string path() const override { return {}; }
    void commit(const std::string&) override { throw BlobStorageFull("no space left on device"); }
  };
  std::unique_ptr<BlobWriter> create() override { return std::make_unique<Writer>(); }
  std::unique_ptr<BlobReader> open(const std::string&) override { return nullptr; }
  void remove(const std::string&) override {}
};

TEST_F(FilesTest, a_full_disk_is_told_in_words) {
  FullBlobs full;
  Files files({farm.database, full, farm.feed}, std::string(32, 's'), {}, farm.clock, farm.random);
  const auto response = upload(files, farm.owner, sliced());
  EXPECT_EQ(response.status, 507);
  EXPECT_NE(response.body.find("no room left"), std::string::npos);
}

class SilentFeed final : public LiveFeed {
 public:
  void changed(const TenantId&, ChangedKind, const std::string&) override {}
  void printer_touched(const TenantId&, const std::string&) override {}
  void hub_touched(const TenantId&, const LiveHub&) override {}
  void transfer(const TenantId&, const LiveTransfer&) override {}
};

TEST_F(FilesTest, uploads_and_removals_of_one_content_at_once_never_leave_a_file_without_it) {
  const auto bytes = sliced();
  SilentFeed feed;
  crypto::SecureRandom random;
  Files files({farm.database, farm.blobs, feed}, std::string(32, 's'), {}, farm.clock, random);
  std::array<int, 4> broken{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < broken.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int round = 0; round < 15; ++round) {
          auto begun = files.begin_upload(farm.owner);
          (*begun)->append(bytes);
          const auto file = json::decode<PrintFileInfo>((*begun)->finish().body);
          const auto reply = files.download(farm.owner, {file->id.value});
          if (!reply || content(*reply) != bytes) ++broken[t];
          if (!files.remove(farm.owner, {file->id.value})) ++broken[t];
        }
      });
    }
  }
  for (const int one : broken) EXPECT_EQ(one, 0);
  EXPECT_EQ(files_in(stored_folder), 0u);
}

// ---- signed addresses ----

struct SignedDownloadTest : FilesTest {
  PrintFileInfo file = uploaded(farm.owner);
  Millis expires = 0;
  const std::string address =
      farm.files.signed_path(farm.owner.tenant, file.id.value, farm.clock.unix_now(), expires);

  SignedDownload query() {
    const auto parsed = decode_query<SignedDownload>(address.substr(address.find('?') + 1));
    if (!parsed) throw std::runtime_error(parsed.error().says);
    return *parsed;
  }
  int status(const SignedDownload& asked) {
    const auto reply = farm.files.signed_download({}, {file.id.value}, asked);
    return reply ? 200 : reply.error().status;
  }
};

TEST_F(SignedDownloadTest, an_address_opens_its_file_without_signing_in_until_it_expires) {
  EXPECT_TRUE(address.starts_with("/download/files/" + file.id.value + "?tenant="));
  EXPECT_EQ(expires, farm.clock.unix_now().milliseconds + 15 * 60 * 1000);
  const auto reply = farm.files.signed_download({}, {file.id.value}, query());
  ASSERT_TRUE(reply);
  EXPECT_EQ(content(*reply), sliced());
  farm.clock.advance(download_lifetime - Milliseconds(1));
  EXPECT_EQ(status(query()), 200);
  farm.clock.advance(Milliseconds(1));
  const auto late = farm.files.signed_download({}, {file.id.value}, query());
  EXPECT_EQ(late.error().status, 403);
  EXPECT_NE(late.error().says.find("expired"), std::string::npos);
}

TEST_F(SignedDownloadTest, an_address_that_was_changed_opens_nothing) {
  auto later = query(), other_tenant = query(), truncated = query(), other = query(),
       longer = query();
  later.expires += 1;
  other_tenant.tenant = farm.make_caller("Other").tenant.value;
  truncated.signature.value.pop_back();
  other.signature.value[5] = other.signature.value[5] == 'A' ? 'B' : 'A';
  longer.signature.value += "A";
  for (const auto& changed : {later, other_tenant, truncated, other, longer}) {
    EXPECT_EQ(status(changed), 403);
  }
  const auto second = uploaded(farm.owner, "second.3mf");
  EXPECT_EQ(farm.files.signed_download({}, {second.id.value}, query()).error().status, 403);
}

TEST_F(SignedDownloadTest, letters_moved_between_the_parts_do_not_keep_the_signature) {
  auto moved = query();
  const auto whole = moved.tenant.value;
  moved.tenant = whole.substr(0, whole.size() - 1);
  const PathId longer_id{whole.back() + file.id.value};
  EXPECT_EQ(farm.files.signed_download({}, longer_id, moved).error().status, 403);
}

TEST_F(SignedDownloadTest, an_address_signed_with_another_key_opens_nothing) {
  Files other({farm.database, farm.blobs, farm.feed}, std::string(32, 'x'), {}, farm.clock,
              farm.random);
  EXPECT_EQ(other.signed_download({}, {file.id.value}, query()).error().status, 403);
}

TEST_F(SignedDownloadTest, the_address_of_a_removed_file_finds_nothing) {
  ASSERT_TRUE(farm.files.remove(farm.owner, {file.id.value}));
  EXPECT_EQ(status(query()), 404);
}

}  // namespace
}  // namespace pf
