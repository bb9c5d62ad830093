#include "hub/platforms/linux/announcements.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace pf::hub {
namespace {

const std::string notify =
    "NOTIFY * HTTP/1.1\r\n"
    "Host: 239.255.255.250:1990\r\n"
    "Server: UPnP/1.0\r\n"
    "Location: 192.0.2.10\r\n"
    "NT: urn:bambulab-com:device:3dprinter:1\r\n"
    "NTS: ssdp:alive\r\n"
    "USN: 00M00A000012345\r\n"
    "Cache-Control: max-age=1800\r\n"
    "DevModel.bambu.com: BL-P001\r\n"
    "DevName.bambu.com: North wall: \xc3\xbc 1\r\n"
    "DevBind.bambu.com: occupied\r\n"
    "DevVersion.bambu.com: 01.12.00.00\r\n"
    "\r\n";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Announcement, tells_who_the_printer_is_and_where) {
  const auto printer = parse_announcement(notify);
  ASSERT_TRUE(printer);
  EXPECT_EQ(printer->printer_id.value, "00M00A000012345");
  EXPECT_EQ(printer->ip_address.value, "192.0.2.10");
  EXPECT_EQ(printer->model.value, "BL-P001");
  EXPECT_EQ(printer->name.value, "North wall: \xc3\xbc 1");
  EXPECT_EQ(printer->firmware_version->value, "01.12.00.00");
  EXPECT_EQ(printer->bound, true);
}

TEST(Announcement, is_read_whatever_the_case_of_its_headers_and_its_line_ends) {
  std::string text = replaced(notify, "USN:", "usn :");
  text = replaced(text, "DevBind.bambu.com: occupied", "DEVBIND.bambu.com:free");
  text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
  const auto printer = parse_announcement(text);
  ASSERT_TRUE(printer);
  EXPECT_EQ(printer->printer_id.value, "00M00A000012345");
  EXPECT_EQ(printer->bound, false);
}

TEST(Announcement, leaves_out_what_an_older_printer_does_not_say) {
  std::string text = replaced(notify, "DevBind.bambu.com: occupied\r\n", "");
  text = replaced(text, "DevVersion.bambu.com: 01.12.00.00\r\n", "");
  const auto printer = parse_announcement(text);
  ASSERT_TRUE(printer);
  EXPECT_EQ(printer->firmware_version, std::nullopt);
  EXPECT_EQ(printer->bound, std::nullopt);
}

TEST(Announcement, survives_a_name_that_is_not_utf8) {
  const auto printer = parse_announcement(replaced(notify, "\xc3\xbc", "\xff"));
  ASSERT_TRUE(printer);
  EXPECT_EQ(printer->name.value, "North wall: \xef\xbf\xbd 1");
}

TEST(Announcement, is_nothing_else) {
  const std::string refused[] = {
      "",
      "NOTIFY * ",
      "hello",
      replaced(notify, "NOTIFY * HTTP/1.1", "M-SEARCH * HTTP/1.1"),
      replaced(notify, "urn:bambulab-com:device:3dprinter:1", "upnp:rootdevice"),
      replaced(notify, "ssdp:alive", "ssdp:byebye"),
      replaced(notify, "NTS: ssdp:alive\r\n", ""),
      replaced(notify, "USN: 00M00A000012345\r\n", ""),
      replaced(notify, "00M00A000012345", "1"),
      replaced(notify, "00M00A000012345", "00M00A0000/../#"),
      replaced(notify, "00M00A000012345", std::string(200, 'A')),
      replaced(notify, "192.0.2.10", "http://192.0.2.10/"),
      replaced(notify, "192.0.2.10", "printer.example"),
      replaced(notify, "192.0.2.10", "192.0.2.256"),
      replaced(notify, "Location: 192.0.2.10\r\n", ""),
      replaced(notify, "BL-P001", std::string(100, 'x')),
      notify + std::string(announcement_bytes_max, ' '),
  };
  for (const auto& text : refused) EXPECT_FALSE(parse_announcement(text)) << text.substr(0, 300);
}

TEST(Announcement, of_real_printers_is_understood) {
  const std::filesystem::path recorded = "../shared/bambu/data/ssdp";
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded announcements here";
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(recorded)) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_TRUE(parse_announcement(text.str())) << entry.path();
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

std::string framed(const std::string& body) {
  const std::size_t size = body.size() + 6;
  return std::string("\xa5\xa5") + static_cast<char>(size & 255) + static_cast<char>(size >> 8) +
         body + "\xa7\xa7";
}

const std::string reply = framed(
    R"({"login":{"command":"detect","sequence_id":"20004","id":"03000A000012345","model":"N1",)"
    R"("name":"3DP-030-345","version":"01.07.02.00","bind":"free","connect":"lan","dev_cap":1}})");

TEST(Detect, asks_in_the_frame_that_printers_know) {
  const std::string frame = detect_request(20004);
  EXPECT_EQ(frame, framed(R"({"login":{"command":"detect","sequence_id":"20004"}})"));
  EXPECT_EQ(frame.size(), 0x3Au);
}

TEST(Detect, reads_the_answer_and_knows_when_it_is_whole) {
  ASSERT_EQ(reply.size(), 0xB5u);
  for (std::size_t size = 0; size < reply.size(); ++size) {
    EXPECT_EQ(detect_frame_state(reply.substr(0, size)), FrameState::incomplete) << size;
    EXPECT_FALSE(parse_detect_reply(reply.substr(0, size), "192.0.2.10"));
  }
  EXPECT_EQ(detect_frame_state(reply), FrameState::whole);
  const auto printer = parse_detect_reply(reply, "192.0.2.10");
  ASSERT_TRUE(printer);
  EXPECT_EQ(printer->printer_id.value, "03000A000012345");
  EXPECT_EQ(printer->ip_address.value, "192.0.2.10");
  EXPECT_EQ(printer->model.value, "N1");
  EXPECT_EQ(printer->name.value, "3DP-030-345");
  EXPECT_EQ(printer->firmware_version->value, "01.07.02.00");
  EXPECT_EQ(printer->bound, false);
}

TEST(Detect, takes_the_sequence_id_as_a_number_too) {
  EXPECT_TRUE(parse_detect_reply(
      framed(R"({"login":{"sequence_id":20004,"command":"detect","id":"03000A000012345",)"
             R"("model":"N1","name":"x","version":"1","bind":"occupied"}})"),
      "192.0.2.10"));
}

TEST(Detect, refuses_frames_that_are_none) {
  for (const std::string_view text : {"HTTP/1.1 400", "\xa5\x5a", "220 ready\r\n"}) {
    EXPECT_EQ(detect_frame_state(text), FrameState::malformed) << text;
  }
  const std::string refused[] = {
      std::string("\xa5\xa5\x00\x00", 4) + "xx",
      std::string("\xa5\xa5\x05\x00", 4) + "x",
      std::string("\xa5\xa5\xff\xff", 4),
      framed("{}").substr(0, 6) + "zz",
      framed("{}") + "x",
  };
  for (const auto& frame : refused) {
    EXPECT_EQ(detect_frame_state(frame), FrameState::malformed);
    EXPECT_FALSE(parse_detect_reply(frame, "192.0.2.10"));
  }
}

TEST(Detect, refuses_answers_that_name_no_printer) {
  for (const char* body :
       {"", "{}", "null", "{\"login\":{}}", "not json",
        R"({"login":{"sequence_id":1000,"command":"login_report","status":"FAILURE"}})",
        R"({"login":{"command":"other","id":"03000A000012345","model":"N1","name":"x",)"
        R"("version":"1","bind":"free"}})",
        R"({"login":{"command":"detect","id":"","model":"N1","name":"x","version":"1",)"
        R"("bind":"free"}})"}) {
    EXPECT_FALSE(parse_detect_reply(framed(body), "192.0.2.10")) << body;
  }
}

}  // namespace
}  // namespace pf::hub
