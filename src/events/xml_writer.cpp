#include "events/xml_writer.hpp"

#include "base/utf8.hpp"

namespace webcalling::events {
namespace {

/// The two characters of three bytes that are none in XML: U+FFFE and U+FFFF (XML 1.0 section 2.2).
bool is_forbidden(std::string_view at) { return at.starts_with("\xEF\xBF\xBE") || at.starts_with("\xEF\xBF\xBF"); }

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '&': out += "&amp;"; return;
    case '<': out += "&lt;"; return;
    case '>': out += "&gt;"; return;
    case '"': out += "&quot;"; return;
    case '\'': out += "&apos;"; return;
    default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
}

}  // namespace

std::string escape_xml(std::string_view value) {
  const bool readable = is_utf8(value);
  std::string out;
  out.reserve(value.size());
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    if (!readable && static_cast<unsigned char>(c) >= 0x80) {
      out += '?';
    } else if (is_forbidden(value.substr(at))) {
      out += '?';
      at += 2;
    } else {
      append_escaped(out, c);
    }
  }
  return out;
}

std::string_view shortened(std::string_view utf8, std::size_t most) {
  if (utf8.size() <= most) return utf8;
  // Not between the bytes of one character: the next one begins there.
  while (most > 0 && (static_cast<unsigned char>(utf8[most]) & 0xC0U) == 0x80U) --most;
  return utf8.substr(0, most);
}

XmlWriter::XmlWriter() : out_(R"(<?xml version="1.0" encoding="UTF-8"?>)") {}

XmlWriter& XmlWriter::open(std::string_view name) {
  end_start_tag();
  write_line_start();
  out_ += '<';
  out_ += name;
  open_.push_back(name);
  in_start_tag_ = true;
  has_text_ = false;
  return *this;
}

XmlWriter& XmlWriter::attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  out_ += escape_xml(value);
  out_ += '"';
  return *this;
}

XmlWriter& XmlWriter::text(std::string_view value) {
  end_start_tag();
  out_ += escape_xml(value);
  has_text_ = true;
  return *this;
}

XmlWriter& XmlWriter::close() {
  const auto name = open_.back();
  open_.pop_back();
  if (in_start_tag_) {
    out_ += "/>";
  } else {
    if (!has_text_) write_line_start();
    out_ += "</";
    out_ += name;
    out_ += '>';
  }
  in_start_tag_ = false;
  has_text_ = false;
  return *this;
}

std::string XmlWriter::finish() {
  while (!open_.empty()) close();
  out_ += "\r\n";
  return std::move(out_);
}

void XmlWriter::end_start_tag() {
  if (in_start_tag_) out_ += '>';
  in_start_tag_ = false;
}

void XmlWriter::write_line_start() {
  out_ += "\r\n";
  out_.append(2 * open_.size(), ' ');
}

}  // namespace webcalling::events
