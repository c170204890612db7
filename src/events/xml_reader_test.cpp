#include "events/xml_reader.hpp"

#include <gtest/gtest.h>

namespace webcalling::events {
namespace {

/// "<a>" and "</a>" for elements, "'text'" for text; "!" in place of an error.
std::string pieces(std::string_view document) {
  XmlReader reader(document);
  std::string out;
  while (true) {
    const auto piece = reader.next();
    if (!piece) return out + "!";
    if (!*piece) return out;
    switch ((*piece)->kind) {
      case XmlReader::Kind::Start: out += "<" + std::string((*piece)->name) + ">"; break;
      case XmlReader::Kind::End: out += "</" + std::string((*piece)->name) + ">"; break;
      case XmlReader::Kind::Text: out += "'" + (*piece)->text + "'"; break;
    }
  }
}

TEST(XmlReader, ReadsElementsAndText) {
  EXPECT_EQ(pieces("<a>x</a>"), "<a>'x'</a>");
  EXPECT_EQ(pieces("<?xml version='1.0'?>\r\n<!-- hello --><a b=\"1\" c = '2'><d/>y<!-- - --></a >\n"),
            "<a><d></d>'y'</a>");
  EXPECT_EQ(pieces("<pre:a xmlns:pre=\"urn:x\"><pre:b/></pre:a>"), "<a><b></b></a>");
}

TEST(XmlReader, UnescapesWhatXmlItselfKnows) {
  EXPECT_EQ(pieces("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x20AC;&#x1F600;</a>"), "<a>'<>&\"'A€😀'</a>");
  EXPECT_EQ(pieces("<a>&nbsp;</a>"), "<a>!");
  EXPECT_EQ(pieces("<a>&#0;</a>"), "<a>!");
  EXPECT_EQ(pieces("<a>&#xD800;</a>"), "<a>!");
  EXPECT_EQ(pieces("<a>&#x110000;</a>"), "<a>!");
  EXPECT_EQ(pieces("<a>&#99999999999999;</a>"), "<a>!");
  EXPECT_EQ(pieces("<a>& b</a>"), "<a>!");
}

TEST(XmlReader, RefusesWhatIsNotWellFormed) {
  for (const auto* document : {"",       "text",         "<",         "<a",         "<a>",
                               "</a>",   "<a></b>",      "<a/><b/>",  "<a/>text",   "< a/>",
                               "<a b/>", "<a b=1/>",     "<a b='1/>", "<a b='<'/>", "<a b='1'c='2'/>",
                               "<1/>",   "<a><!-- </a>", "<?xml",     "<a/ >",      "<a b=''"}) {
    EXPECT_TRUE(pieces(document).ends_with("!")) << document << ": " << pieces(document);
  }
}

// The billion laughs, and files of ours.
TEST(XmlReader, KnowsNoEntitiesButThose) {
  EXPECT_EQ(pieces("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), "!");
  EXPECT_EQ(pieces("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"), "!");
  EXPECT_EQ(pieces("<a><![CDATA[x]]></a>"), "<a>!");
}

// ATTACKS S24.
TEST(XmlReader, RefusesElementsThatStandTooDeep) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  const auto read = pieces(deep);
  EXPECT_EQ(read.size(), 3 * XmlReader::kMostDepth + 1);
  EXPECT_TRUE(read.ends_with("!"));
}

}  // namespace
}  // namespace webcalling::events
