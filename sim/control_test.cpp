#include "sim/control.hpp"

#include <gtest/gtest.h>

namespace pf::sim {
namespace {

TEST(Control, ReadsRequestsLineByLine) {
  ControlReader reader;
  reader.add(
      "{\"id\":1,\"printer\":\"030A\",\"do\":{\"type\":\"press_stop\"}}\n\n{\"id\":2}\r\n{\"id\"");
  const auto first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->id, 1);
  EXPECT_EQ((*first)->printer->value, "030A");
  EXPECT_EQ((*first)->do_->name(), "press_stop");
  const auto second = reader.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->id, 2);
  EXPECT_FALSE((*second)->do_);
  EXPECT_FALSE(reader.next()) << "not whole yet";
  reader.add(":3}\n");
  EXPECT_EQ((*reader.next())->id, 3);
}

TEST(Control, SaysWhatIsWrongAndGoesOn) {
  ControlReader reader;
  const std::pair<const char*, const char*> cases[] = {
      {"stop", ""},
      {"[]", "must be an object"},
      {R"({"id":"one"})", "id: must be a number"},
      {R"({"do":{"type":"press"}})", "do.type: must be one of"},
      {R"({"act":{"type":"press_stop"}})", "act: is not a known field"},
      {R"({"id":1} {"id":2})", ""},
  };
  for (const auto& [line, says] : cases) {
    reader.add(std::string(line) + "\n");
    const auto request = reader.next();
    ASSERT_TRUE(request) << line;
    ASSERT_FALSE(*request) << line;
    EXPECT_EQ(request->error().says.find(says), 0u) << request->error().says;
  }
  reader.add("{}\n");
  EXPECT_TRUE(*reader.next());
}

TEST(Control, GivesUpOnALineWithoutAnEnd) {
  ControlReader reader;
  reader.add(std::string(control_line_bytes_max, ' '));
  EXPECT_FALSE(reader.failed());
  reader.add(" ");
  EXPECT_TRUE(reader.failed());
}

}  // namespace
}  // namespace pf::sim
