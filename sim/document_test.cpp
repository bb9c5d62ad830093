#include "sim/document.hpp"

#include <gtest/gtest.h>

namespace pf::sim {
namespace {

Document parsed(std::string_view text) {
  auto document = Document::parse(text);
  EXPECT_TRUE(document) << text;
  return document.value_or(Document::object());
}

TEST(Document, WritesBackWhatItRead) {
  for (const std::string text :
       {"{}", "[]", "null", "-1.5e3", "\"a\\\"b\"", "{\"a\":[1,{\"b\":true}],\"c\":\"\"}"}) {
    EXPECT_EQ(parsed(text).encode(), text);
  }
}

TEST(Document, RefusesWhatIsNotJson) {
  for (const auto* text : {"", "{", "[1,]", "{\"a\":}", "nul", "{\"a\":1}x", "{\"a\":1,\"a\":2}",
                           "'a'", "{a:1}", "01"}) {
    EXPECT_FALSE(Document::parse(text)) << text;
  }
}

TEST(Document, FindsValuesByPathThroughObjectsAndLists) {
  const auto document = parsed("{\"a\":{\"b\":[{\"c\":\"x\"},{\"c\":7}]}}");
  EXPECT_EQ(document.text("a.b.0.c"), "x");
  EXPECT_EQ(document.number("a.b.1.c"), 7);
  for (const auto* path : {"a.b.2.c", "a.b.x", "a.c", "a.b.0.c.d", "b", "a..b", "a.b.-1"}) {
    EXPECT_EQ(document.find(path), nullptr) << path;
  }
  EXPECT_EQ(document.text("a.b.1.c"), std::nullopt) << "a number is no text";
  EXPECT_EQ(document.number("a.b.0.c"), std::nullopt) << "a text is no number";
}

TEST(Document, UpdatesOnlyWhatIsThere) {
  auto document = parsed("{\"a\":{\"b\":1}}");
  EXPECT_TRUE(document.update("a.b", 2));
  EXPECT_FALSE(document.update("a.c", 3));
  EXPECT_FALSE(document.update("d", 3));
  EXPECT_EQ(document.encode(), "{\"a\":{\"b\":2}}");
}

TEST(Document, SetsAndRemovesMembers) {
  auto document = parsed("{\"a\":1}");
  document.set("b", std::string("x"));
  document.set("a", 2);
  document.remove("c");
  EXPECT_EQ(document.encode(), "{\"a\":2,\"b\":\"x\"}");
  document.remove("a");
  EXPECT_EQ(document.encode(), "{\"b\":\"x\"}");
}

TEST(Document, ChangesAreTheMembersThatDifferWithListsWhole) {
  const auto before = parsed("{\"a\":1,\"b\":{\"c\":1,\"d\":2},\"e\":[1,2],\"f\":{\"g\":1}}");
  auto after = before;
  EXPECT_FALSE(Document::changes(before, after));
  after.update("b.d", 3);
  after.update("e.1", 9);
  after.set("h", true);
  const auto changed = Document::changes(before, after);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->encode(), "{\"b\":{\"d\":3},\"e\":[1,9],\"h\":true}");
}

}  // namespace
}  // namespace pf::sim
