#include "events/xml_writer.hpp"

#include <gtest/gtest.h>

namespace webcalling::events {
namespace {

TEST(XmlWriter, WritesOneElementPerLine) {
  XmlWriter xml;
  xml.open("presence").attribute("xmlns", "urn:x").attribute("entity", "sip:1001@h");
  xml.open("status").element("basic", "open").close();
  xml.open("rpid:on-the-phone").close();
  EXPECT_EQ(xml.finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
            "<presence xmlns=\"urn:x\" entity=\"sip:1001@h\">\r\n"
            "  <status>\r\n"
            "    <basic>open</basic>\r\n"
            "  </status>\r\n"
            "  <rpid:on-the-phone/>\r\n"
            "</presence>\r\n");
}

// ATTACKS S27: names come from people, and from phones.
TEST(XmlWriter, LetsNoValueBecomeMarkup) {
  XmlWriter xml;
  xml.open("a").attribute("b", "\"><evil x='").text("</a>&amp;\x01\n\x7f");
  EXPECT_EQ(xml.finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
            "<a b=\"&quot;&gt;&lt;evil x=&apos;\">&lt;/a&gt;&amp;amp;  \x7f</a>\r\n");
}

TEST(XmlWriter, KeepsUtf8AndNothingElse) {
  EXPECT_EQ(escape_xml("Zoë 😀"), "Zoë 😀");
  EXPECT_EQ(escape_xml("Zo\xeb"), "Zo?");
  EXPECT_EQ(escape_xml("\xEF\xBF\xBE|\xEF\xBF\xBF|\xEF\xBF\xBD"), "?|?|\xEF\xBF\xBD");
  EXPECT_EQ(escape_xml(std::string_view("\0", 1)), " ");
}

TEST(XmlWriter, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abc", 2), "ab");
  EXPECT_EQ(shortened("aë", 2), "a");
  EXPECT_EQ(shortened("😀", 3), "");
  EXPECT_EQ(shortened("\x80\x80\x80", 2), "");
}

}  // namespace
}  // namespace webcalling::events
