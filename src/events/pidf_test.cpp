#include "events/pidf.hpp"

#include <gtest/gtest.h>

namespace webcalling::events {
namespace {

std::string document(std::string_view inner) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
         "entity=\"sip:a@b\">" +
         std::string(inner) + "</presence>";
}

PublishedPresence read(std::string_view inner) { return read_pidf(document(inner)).value(); }

// As baresip publishes it.
TEST(Pidf, TellsOpenFromClosed) {
  EXPECT_EQ(read("<dm:person id=\"p4159\"><rpid:activities/></dm:person><tuple id=\"t4109\"><status>\r\n"
                 "<basic>open</basic></status><contact>sip:a@b</contact></tuple>"),
            (PublishedPresence{.open = true}));
  EXPECT_EQ(read("<tuple id=\"1\"><status><basic> closed </basic></status></tuple>"),
            (PublishedPresence{.open = false}));
}

TEST(Pidf, IsOpenIfOneTupleIs) {
  EXPECT_TRUE(*read("<tuple><status><basic>closed</basic></status></tuple><tuple><status><basic>open</basic></status>"
                    "</tuple>")
                   .open);
}

TEST(Pidf, MayLeaveItOpen) { EXPECT_EQ(read("<note>Back at two</note>"), (PublishedPresence{.note = "Back at two"})); }

TEST(Pidf, TakesTheFirstNoteAndNotMoreOfItThanAPhoneShows) {
  EXPECT_EQ(read("<tuple><note>one</note></tuple><note>two</note>").note, "one");
  EXPECT_EQ(read("<note>" + std::string(1000, 'x') + "</note>").note.size(), 160u);
}

TEST(Pidf, TakesNothingFromAnywhereElse) {
  EXPECT_EQ(
      read("<x><tuple><status><basic>open</basic></status></tuple></x><basic>open</basic><a><b><note>n</note></b></a>"),
      PublishedPresence{});
}

TEST(Pidf, IsRefusedIfItIsNone) {
  EXPECT_FALSE(read_pidf(""));
  EXPECT_FALSE(read_pidf("<dialog-info/>"));
  EXPECT_FALSE(read_pidf(document("<tuple><status><basic>perhaps</basic></status></tuple>")));
  EXPECT_FALSE(read_pidf(document("<note>\xff</note>")));
  EXPECT_FALSE(read_pidf(document("<note>")));
}

}  // namespace
}  // namespace webcalling::events
