// What a printer tells those who do not know it yet: NOTIFY and the detect exchange.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/detect.hpp"
#include "sim/document.hpp"
#include "sim/notify.hpp"

namespace pf::sim {
namespace {

const std::string captures = "../shared/bambu/data/ssdp/";

std::string file_text(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Names and values in order; the first line is a name without a value.
std::vector<std::pair<std::string, std::string>> headers(const std::string& datagram) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t at = 0; at < datagram.size();) {
    const auto end = datagram.find("\r\n", at);
    if (end == datagram.npos) ADD_FAILURE() << "a line does not end in CRLF";
    const auto line = datagram.substr(at, end - at);
    const auto colon = line.find(": ");
    out.emplace_back(line.substr(0, colon), colon == line.npos ? "" : line.substr(colon + 2));
    at = end == datagram.npos ? datagram.size() : end + 2;
  }
  return out;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

PrinterIdentity identity() { return {"00M00A000012345", "12345678", "X1 Carbon", "192.0.2.10"}; }

TEST(Notify, HasTheFieldsOfARealOneInTheirOrder) {
  const auto path = captures + "X1C_01.12.00.00_notify.txt";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto real = headers(file_text(path));
  const auto ours = headers(notify_datagram(x1_carbon, identity()));
  ASSERT_EQ(ours.size(), real.size());
  for (std::size_t i = 0; i < real.size(); ++i) {
    EXPECT_EQ(ours[i].first, real[i].first);
    // What depends on the printer's settings, place and firmware.
    const auto& name = real[i].first;
    if (name == "DevSignal.bambu.com" || name == "DevConnect.bambu.com" ||
        name == "DevBind.bambu.com" || name == "DevVersion.bambu.com") {
      EXPECT_FALSE(ours[i].second.empty()) << name;
    } else {
      EXPECT_EQ(ours[i].second, real[i].second) << name;
    }
  }
}

TEST(Notify, NamesThePrinterNotItsModelAndEndsWithAnEmptyLine) {
  auto printer = identity();
  printer.name = "Küche 2";
  const auto text = notify_datagram(a1_mini, printer);
  EXPECT_NE(text.find("DevName.bambu.com: Küche 2\r\n"), text.npos);
  EXPECT_NE(text.find("DevModel.bambu.com: N1\r\n"), text.npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  EXPECT_EQ(text.find("12345678"), text.npos) << "the access code stays at home";
}

TEST(Detect, AnswersAsARealA1Mini) {
  const auto path = captures + "tcp3000_detect.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto capture = Document::parse(file_text(path));
  ASSERT_TRUE(capture);
  DetectReader reader;
  const auto request = reader.add(from_hex(capture->text("request_hex").value_or("")));
  ASSERT_TRUE(request);
  const PrinterIdentity mini{"03000A000012345", "12345678", "3DP-030-345", "127.0.0.1"};
  const auto reply = detect_reply(*request, a1_mini, mini);
  ASSERT_TRUE(reply);
  EXPECT_EQ(detect_frame(*reply), from_hex(capture->text("reply_hex").value_or("")));
}

TEST(Detect, ReadsAFrameInPieces) {
  const auto frame = detect_frame(R"({"login":{"command":"detect","sequence_id":"1"}})");
  DetectReader reader;
  for (std::size_t i = 0; i + 1 < frame.size(); ++i) {
    EXPECT_FALSE(reader.add(frame.substr(i, 1)));
    EXPECT_FALSE(reader.failed());
  }
  const auto request = reader.add(frame.substr(frame.size() - 1));
  EXPECT_TRUE(request);
}

TEST(Detect, GivesUpOnWhatIsNoFrame) {
  const std::string good = detect_frame("{}");
  std::string wrong_tail = good, too_short = good, too_long = good;
  wrong_tail.back() = 'x';
  too_short[2] = 5;
  too_long[3] = '\x7f';
  for (const auto& bytes : {std::string("GET / HTTP/1.1"), std::string("\xa5\xa6"), wrong_tail,
                            too_short, too_long, std::string("{}")}) {
    DetectReader reader;
    EXPECT_FALSE(reader.add(bytes));
    EXPECT_TRUE(reader.failed());
  }
}

TEST(Detect, SaysNothingToOtherRequests) {
  for (const auto* request :
       {"", "{}", "[]", "{\"login\":{}}", "{\"login\":{\"command\":\"bind\"}}",
        "{\"login\":\"detect\"}", "{\"command\":\"detect\"}", "{"}) {
    EXPECT_FALSE(detect_reply(request, a1_mini, identity())) << request;
  }
}

}  // namespace
}  // namespace pf::sim
