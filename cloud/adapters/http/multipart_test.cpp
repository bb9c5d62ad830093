#include "cloud/adapters/http/multipart.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace pf {
namespace {

using namespace std::string_literals;

struct Outcome {
  std::optional<Fault> fault;
  std::optional<std::string> file_name;
  std::string file;
  bool complete = false;
};

Outcome read(std::string_view body, std::size_t step = 1'000'000) {
  MultipartReader reader("XX");
  Outcome outcome;
  for (std::size_t at = 0; at < body.size() && !outcome.fault; at += step) {
    outcome.fault = reader.feed(body.substr(at, step), outcome.file);
  }
  outcome.file_name = reader.file_name();
  outcome.complete = reader.is_complete();
  return outcome;
}

std::string part(const std::string& file, const std::string& name = "cube.3mf") {
  return "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
         "\"\r\nContent-Type: model/3mf\r\n\r\n" + file + "\r\n--XX";
}

TEST(Multipart, ReadsOneFileInPiecesOfAnySize) {
  // A file that is full of things that look like the delimiter.
  const auto file = "PK\r\n--X\r\n--XY\r\n\r\n-\r\r\n--Xx\0--XX"s;
  for (std::size_t step = 1; step < 60; ++step) {
    const auto got = read(part(file) + "--\r\nepilogue", step);
    ASSERT_FALSE(got.fault) << step << got.fault->says;
    EXPECT_EQ(got.file, file) << step;
    EXPECT_EQ(got.file_name, "cube.3mf") << step;
    EXPECT_TRUE(got.complete) << step;
  }
}

TEST(Multipart, AnEmptyFileIsAFile) {
  const auto got = read(part("") + "--\r\n");
  EXPECT_FALSE(got.fault);
  EXPECT_EQ(got.file, "");
  EXPECT_TRUE(got.complete);
}

TEST(Multipart, CarriesRandomFilesWhole) {
  SeededRandom random(3);
  for (int round = 0; round < 200; ++round) {
    std::string file = random.bytes(random.below(3000));
    for (auto& c : file) c = "\r\n-X"[static_cast<unsigned char>(c) % 4];
    // What holds the delimiter is not one file by definition.
    if (("\r\n" + file + "\r\n--X").find("\r\n--XX") != std::string::npos) continue;
    EXPECT_EQ(read(part(file) + "--\r\n", 1 + random.below(100)).file, file);
  }
}

TEST(Multipart, TheNameIsOnlyTheLastSegment) {
  const auto name_of = [](const std::string& name) { return read(part("x", name)).file_name; };
  EXPECT_EQ(name_of("../../etc/passwd"), "passwd");
  EXPECT_EQ(name_of("C:\\Users\\me\\cube.3mf"), "cube.3mf");
  EXPECT_EQ(name_of("a \\\"b\\\" c.3mf"), "a \"b\" c.3mf");  // As curl writes it.
  EXPECT_EQ(name_of("a %22b%22 c.3mf"), "a \"b\" c.3mf");    // As browsers write it.
  EXPECT_EQ(name_of("größe;x=1.3mf"), "größe;x=1.3mf");
}

TEST(Multipart, BadUploadsAreRefusedWithTheRightStatus) {
  const auto head = [](const std::string& fields) {
    return "--XX\r\n" + fields + "\r\n\r\nx\r\n--XX--\r\n";
  };
  const std::string named = "Content-Disposition: form-data; name=\"file\"; filename=\"a\"";
  struct Bad {
    const char* what;
    std::string body;
    int status;
  };
  const std::vector<Bad> bad{
      {"no delimiter", "hello", 400},
      {"another delimiter", "--YY\r\n", 400},
      {"a preamble", "hello\r\n" + part("x"), 400},
      {"rubbish after the delimiter", "--XXrubbish\r\n", 400},
      {"rubbish after the file", part("x") + "rubbish", 400},
      {"no disposition", head("Content-Type: text/plain"), 400},
      {"two dispositions", head(named + "\r\n" + named), 400},
      {"another disposition", head("Content-Disposition: attachment; name=\"file\""), 400},
      {"a line without a colon", head("nonsense"), 400},
      {"an unclosed quote", head("Content-Disposition: form-data; name=\"file"), 400},
      {"no name", head("Content-Disposition: form-data"), 400},
      {"a head without end", "--XX\r\n" + std::string(part_head_bytes_max + 10, 'a'), 400},
      {"an unknown part", head("Content-Disposition: form-data; name=\"color\""), 422},
      {"no file name", head("Content-Disposition: form-data; name=\"file\""), 422},
      {"an empty file name", part("x", ""), 422},
      {"a file name that is a folder", part("x", "folder/"), 422},
      {"a long file name", part("x", std::string(201, 'a')), 422},
      {"a file name with a tab", part("x", "a\tb"), 422},
      {"a file name that is not UTF-8", part("x", "a\xff"), 422},
      {"two files", part("x") + part("y").substr(4) + "--\r\n", 422},
      {"no part", "--XX--\r\n", 422},
  };
  for (const auto& one : bad) {
    for (const std::size_t step : {1, 1'000'000}) {
      const auto got = read(one.body, step);
      ASSERT_TRUE(got.fault) << one.what;
      EXPECT_EQ(got.fault->status, one.status) << one.what;
      EXPECT_FALSE(got.complete) << one.what;
    }
  }
}

TEST(Multipart, ACutUploadIsNotComplete) {
  const auto whole = part("content") + "--";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read(whole.substr(0, size)).complete) << size;
  }
  EXPECT_TRUE(read(whole).complete);
}

TEST(Multipart, FindsTheBoundary) {
  EXPECT_EQ(*multipart_boundary("multipart/form-data; boundary=----WebKitX"), "----WebKitX");
  EXPECT_EQ(*multipart_boundary("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\""), "a b");
  EXPECT_EQ(multipart_boundary("application/json").error().status, 415);
  EXPECT_EQ(multipart_boundary("").error().status, 415);
  for (const auto* bad : {"multipart/form-data", "multipart/form-data; boundary=",
                          "multipart/form-data; boundary=\"a\r\nb\"",
                          "multipart/form-data; boundary=\"open", "multipart/form-data; x"}) {
    EXPECT_EQ(multipart_boundary(bad).error().status, 400) << bad;
  }
  EXPECT_EQ(
      multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a')).error().status,
      400);
}

}  // namespace
}  // namespace pf
