#include "sdp/parser.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "sdp/attribute_parser.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {
namespace {

Result<Address> parse_connection(std::string_view value) {
  auto address = parse_address(value);
  if (!address) return malformed("c={}: expected 'IN IP4' or 'IN IP6' and an address", quotable(value));
  return *std::move(address);
}

// The five fields behind the user name are taken from the end: some phones put blanks into their user name.
Result<Origin> parse_origin(std::string_view value) {
  auto username = ascii::trim(value);
  std::string_view fields[5];
  for (std::size_t i = 5; i-- > 0;) {
    const auto blank = username.find_last_of(" \t");
    fields[i] = username.substr(blank == std::string_view::npos ? 0 : blank + 1);
    username = blank == std::string_view::npos ? std::string_view{} : ascii::trim(username.substr(0, blank));
  }
  const auto session_id = ascii::parse_number<std::uint64_t>(fields[0]);
  const auto session_version = ascii::parse_number<std::uint64_t>(fields[1]);
  const auto address = parse_address(fmt::format("{} {} {}", fields[2], fields[3], fields[4]));
  if (!session_id || !session_version || !address) {
    return malformed("o={}: expected user name, session id, session version, 'IN IP4' or 'IN IP6' and an address",
                     quotable(value));
  }
  return Origin{username.empty() ? "-" : std::string(username), *session_id, *session_version, *address};
}

Result<void> take_port(Media& media, std::string_view word) {
  const bool has_count = word.find('/') != std::string_view::npos;
  const auto port_text = ascii::take_until(word, '/');
  const auto port = ascii::parse_number<std::uint16_t>(port_text);
  if (!port)
    return malformed("m={}: port '{}' is not a number from 0 to 65535", quotable(media.type), quotable(port_text));
  const auto count = has_count ? ascii::parse_number<std::uint16_t>(word) : 1;
  if (!count || *count == 0) {
    return malformed("m={}: '{}' is not a number of ports", quotable(media.type), quotable(word));
  }
  media.port = *port;
  media.port_count = *count;
  return {};
}

Result<void> take_formats(Media& media, std::string_view rest) {
  const bool is_rtp = media.is_rtp();
  while (!ascii::trim(rest).empty()) {
    const auto word = take_word(rest);
    if (media.formats.size() == kMaxFormats) {
      return refused("m={}: has more than {} formats", quotable(media.type), kMaxFormats);
    }
    if (!is_rtp) {
      media.formats.emplace_back(word);
      continue;
    }
    const auto number = ascii::parse_number<std::uint8_t>(word);
    if (!number || *number > kMaxPayloadType) {
      return malformed("m={}: payload type '{}' is not a number from 0 to {}", quotable(media.type), quotable(word),
                       kMaxPayloadType);
    }
    media.formats.push_back(std::to_string(*number));
  }
  if (media.formats.empty()) return malformed("m={}: names no format", quotable(media.type));
  return {};
}

Result<Media> parse_media(std::string_view value) {
  Media media;
  media.type = take_word(value);
  if (media.type.empty()) return malformed("m=: is empty");
  if (auto port = take_port(media, take_word(value)); !port) return tl::unexpected(port.error());
  media.protocol = take_word(value);
  if (media.protocol.empty()) return malformed("m={}: has no protocol", quotable(media.type));
  if (auto formats = take_formats(media, value); !formats) return tl::unexpected(formats.error());
  return media;
}

/// Takes the lines one by one.
class SessionReader {
 public:
  Result<void> take_line(std::string_view line);
  Result<Session> finish();

 private:
  Result<void> take_first_line(std::string_view line);
  Result<void> take_session_line(char type, std::string_view value);
  Result<void> take_origin(std::string_view value);
  Result<void> take_connection(std::string_view value);
  Result<void> take_media(std::string_view value);
  Result<void> take_attribute_line(std::string_view value);

  Session session_;
  std::size_t attribute_count_ = 0;
  bool has_version_ = false;
  bool has_origin_ = false;
};

Result<void> SessionReader::take_line(std::string_view line) {
  if (!has_version_) return take_first_line(line);
  if (line.size() < 2 || line[1] != '=') return malformed("'{}' is not a letter, '=' and a value", quotable(line));
  const auto value = line.substr(2);
  switch (line[0]) {
    case 'm': return take_media(value);
    case 'a': return take_attribute_line(value);
    case 'c': return take_connection(value);
    case 'v':
    case 'o':
    case 's': return take_session_line(line[0], value);
    // They say nothing about a call's media: information, URI, e-mail, phone, bandwidth, times, clear-text key.
    case 'i':
    case 'u':
    case 'e':
    case 'p':
    case 'b':
    case 't':
    case 'r':
    case 'z':
    case 'k': return {};
    // RFC 8866 §5: a description with a type letter that we do not understand is not to be used at all.
    default: return malformed("line type '{}' is unknown", quotable(line.substr(0, 1)));
  }
}

Result<void> SessionReader::take_first_line(std::string_view line) {
  if (line != "v=0") return malformed("'{}' stands where v=0 must", quotable(line));
  has_version_ = true;
  return {};
}

Result<void> SessionReader::take_session_line(char type, std::string_view value) {
  if (!session_.media.empty()) return malformed("{}= stands behind an m= line", type);
  if (type == 'v') return malformed("v= stands twice");
  if (type == 'o') return take_origin(value);
  const auto name = ascii::trim(value);
  session_.name = name.empty() ? "-" : std::string(name);
  return {};
}

Result<void> SessionReader::take_origin(std::string_view value) {
  if (has_origin_) return malformed("o= stands twice");
  auto origin = parse_origin(value);
  if (!origin) return tl::unexpected(origin.error());
  session_.origin = std::move(*origin);
  has_origin_ = true;
  return {};
}

Result<void> SessionReader::take_connection(std::string_view value) {
  auto address = parse_connection(value);
  if (!address) return tl::unexpected(address.error());
  // A media may have several, for multicast: the first counts.
  auto& slot = session_.media.empty() ? session_.connection : session_.media.back().connection;
  if (!slot) slot = std::move(*address);
  return {};
}

Result<void> SessionReader::take_media(std::string_view value) {
  if (session_.media.size() == kMaxMedia) return refused("there are more than {} m= lines", kMaxMedia);
  auto media = parse_media(value);
  if (!media) return tl::unexpected(media.error());
  session_.media.push_back(std::move(*media));
  return {};
}

Result<void> SessionReader::take_attribute_line(std::string_view value) {
  if (attribute_count_ == kMaxAttributes) return refused("there are more than {} attributes", kMaxAttributes);
  ++attribute_count_;
  return session_.media.empty() ? take_attribute(session_, value) : take_attribute(session_.media.back(), value);
}

Result<Session> SessionReader::finish() {
  if (!has_version_) return malformed("SDP: is empty");
  if (!has_origin_) return malformed("SDP: has no o= line");
  return std::move(session_);
}

// Line ends are CRLF or LF (RFC 8866 §5); blanks before them mean nothing.
std::string_view without_trailing_blanks(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
  return line;
}

}  // namespace

Result<Session> parse(std::string_view text) {
  if (text.size() > kMaxSessionBytes) return refused("SDP: {} bytes are more than {}", text.size(), kMaxSessionBytes);
  SessionReader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = without_trailing_blanks(ascii::take_until(text, '\n'));
    if (line.empty()) continue;
    // RFC 8866 §9: byte-string is any octet but NUL, CR and LF.
    const bool readable = line.find('\0') == std::string_view::npos && line.find('\r') == std::string_view::npos;
    auto taken = readable ? reader.take_line(line) : malformed("contains a NUL or a lone CR");
    if (!taken) return in_context(fmt::format("SDP line {}", number), taken.error());
  }
  return reader.finish();
}

}  // namespace webcalling::sdp
