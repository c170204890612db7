#include "sdp/writer.hpp"

#include <fmt/compile.h>

#include <iterator>

namespace webcalling::sdp {
namespace {

/// A plain phone's description has some 300 bytes, a browser's 900.
constexpr std::size_t kUsualBytes = 1024;

/// Appends lines.
class Lines {
 public:
  Lines() { out_.reserve(kUsualBytes); }

  /// `format` is compiled, which costs half of reading it each time.
  template <typename Format, typename... Args>
  void add(const Format& format, const Args&... args) {
    fmt::format_to(std::back_inserter(out_), format, args...);
    out_ += "\r\n";
  }

  template <typename T>
  void add_each(std::string_view name, const std::vector<T>& values) {
    for (const auto& value : values) add(FMT_COMPILE("a={}:{}"), name, text(value));
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void write_transport(Lines& lines, const TransportAttributes& transport) {
  if (transport.ice_ufrag) lines.add(FMT_COMPILE("a=ice-ufrag:{}"), *transport.ice_ufrag);
  if (transport.ice_password) lines.add(FMT_COMPILE("a=ice-pwd:{}"), *transport.ice_password);
  if (!transport.ice_options.empty()) lines.add(FMT_COMPILE("a=ice-options:{}"), fmt::join(transport.ice_options, " "));
  lines.add_each("fingerprint", transport.fingerprints);
  if (transport.setup) lines.add(FMT_COMPILE("a=setup:{}"), text(*transport.setup));
}

void write_raw(Lines& lines, const std::vector<Attribute>& attributes) {
  for (const auto& attribute : attributes) {
    if (attribute.value) {
      lines.add(FMT_COMPILE("a={}:{}"), attribute.name, *attribute.value);
    } else {
      lines.add(FMT_COMPILE("a={}"), attribute.name);
    }
  }
}

void write_media_line(Lines& lines, const Media& media) {
  const auto count = media.port_count == 1 ? std::string() : fmt::format("/{}", media.port_count);
  lines.add(FMT_COMPILE("m={} {}{} {} {}"), media.type, media.port, count, media.protocol,
            fmt::join(media.formats, " "));
  if (media.connection) lines.add(FMT_COMPILE("c={}"), text(*media.connection));
}

void write_formats(Lines& lines, const Media& media) {
  lines.add_each("rtpmap", media.rtp_maps);
  for (const auto& parameters : media.format_parameters) {
    lines.add(FMT_COMPILE("a=fmtp:{} {}"), parameters.payload_type, parameters.text);
  }
  if (media.ptime) lines.add(FMT_COMPILE("a=ptime:{}"), media.ptime->count());
  if (media.max_ptime) lines.add(FMT_COMPILE("a=maxptime:{}"), media.max_ptime->count());
}

void write_media(Lines& lines, const Media& media) {
  write_media_line(lines, media);
  if (media.rtcp) lines.add(FMT_COMPILE("a=rtcp:{}"), text(*media.rtcp));
  if (media.mid) lines.add(FMT_COMPILE("a=mid:{}"), *media.mid);
  lines.add_each("extmap", media.extension_maps);
  if (media.direction) lines.add(FMT_COMPILE("a={}"), text(*media.direction));
  write_formats(lines, media);
  if (media.rtcp_mux) lines.add(FMT_COMPILE("a=rtcp-mux"));
  if (media.rtcp_mux_only) lines.add(FMT_COMPILE("a=rtcp-mux-only"));
  lines.add_each("crypto", media.cryptos);
  write_transport(lines, media.transport);
  lines.add_each("candidate", media.candidates);
  if (media.end_of_candidates) lines.add(FMT_COMPILE("a=end-of-candidates"));
  for (const auto& msid : media.msids) lines.add(FMT_COMPILE("a=msid:{}"), msid);
  lines.add_each("ssrc", media.ssrcs);
  write_raw(lines, media.attributes);
}

}  // namespace

std::string write(const Session& session) {
  Lines lines;
  lines.add(FMT_COMPILE("v=0"));
  lines.add(FMT_COMPILE("o={} {} {} {}"), session.origin.username, session.origin.session_id,
            session.origin.session_version, text(session.origin.address));
  lines.add(FMT_COMPILE("s={}"), session.name);
  if (session.connection) lines.add(FMT_COMPILE("c={}"), text(*session.connection));
  lines.add(FMT_COMPILE("t=0 0"));
  lines.add_each("group", session.groups);
  if (session.ice_lite) lines.add(FMT_COMPILE("a=ice-lite"));
  if (session.direction) lines.add(FMT_COMPILE("a={}"), text(*session.direction));
  write_transport(lines, session.transport);
  write_raw(lines, session.attributes);
  for (const auto& media : session.media) write_media(lines, media);
  return lines.take();
}

}  // namespace webcalling::sdp
