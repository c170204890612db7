#include "sdp/writer.hpp"

#include <fmt/compile.h>

#include <iterator>

namespace webcalling::sdp {
namespace {

using namespace fmt::literals;  // _cf

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
    for (const auto& value : values) add("a={}:{}"_cf, name, text(value));
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void write_transport(Lines& lines, const TransportAttributes& transport) {
  if (transport.ice_ufrag) lines.add("a=ice-ufrag:{}"_cf, *transport.ice_ufrag);
  if (transport.ice_password) lines.add("a=ice-pwd:{}"_cf, *transport.ice_password);
  if (!transport.ice_options.empty()) lines.add("a=ice-options:{}"_cf, fmt::join(transport.ice_options, " "));
  lines.add_each("fingerprint", transport.fingerprints);
  if (transport.setup) lines.add("a=setup:{}"_cf, text(*transport.setup));
}

void write_raw(Lines& lines, const std::vector<Attribute>& attributes) {
  for (const auto& attribute : attributes) {
    if (attribute.value) {
      lines.add("a={}:{}"_cf, attribute.name, *attribute.value);
    } else {
      lines.add("a={}"_cf, attribute.name);
    }
  }
}

void write_media_line(Lines& lines, const Media& media) {
  const auto count = media.port_count == 1 ? std::string() : fmt::format("/{}", media.port_count);
  lines.add("m={} {}{} {} {}"_cf, media.type, media.port, count, media.protocol, fmt::join(media.formats, " "));
  if (media.connection) lines.add("c={}"_cf, text(*media.connection));
}

void write_formats(Lines& lines, const Media& media) {
  lines.add_each("rtpmap", media.rtp_maps);
  for (const auto& parameters : media.format_parameters) {
    lines.add("a=fmtp:{} {}"_cf, parameters.payload_type, parameters.text);
  }
  if (media.ptime) lines.add("a=ptime:{}"_cf, media.ptime->count());
  if (media.max_ptime) lines.add("a=maxptime:{}"_cf, media.max_ptime->count());
}

void write_media(Lines& lines, const Media& media) {
  write_media_line(lines, media);
  if (media.rtcp) lines.add("a=rtcp:{}"_cf, text(*media.rtcp));
  if (media.mid) lines.add("a=mid:{}"_cf, *media.mid);
  lines.add_each("extmap", media.extension_maps);
  if (media.direction) lines.add("a={}"_cf, text(*media.direction));
  write_formats(lines, media);
  if (media.rtcp_mux) lines.add("a=rtcp-mux"_cf);
  if (media.rtcp_mux_only) lines.add("a=rtcp-mux-only"_cf);
  lines.add_each("crypto", media.cryptos);
  write_transport(lines, media.transport);
  lines.add_each("candidate", media.candidates);
  if (media.end_of_candidates) lines.add("a=end-of-candidates"_cf);
  for (const auto& msid : media.msids) lines.add("a=msid:{}"_cf, msid);
  lines.add_each("ssrc", media.ssrcs);
  write_raw(lines, media.attributes);
}

}  // namespace

std::string write(const Session& session) {
  Lines lines;
  lines.add("v=0"_cf);
  lines.add("o={} {} {} {}"_cf, session.origin.username, session.origin.session_id, session.origin.session_version,
            text(session.origin.address));
  lines.add("s={}"_cf, session.name);
  if (session.connection) lines.add("c={}"_cf, text(*session.connection));
  lines.add("t=0 0"_cf);
  lines.add_each("group", session.groups);
  if (session.ice_lite) lines.add("a=ice-lite"_cf);
  if (session.direction) lines.add("a={}"_cf, text(*session.direction));
  write_transport(lines, session.transport);
  write_raw(lines, session.attributes);
  for (const auto& media : session.media) write_media(lines, media);
  return lines.take();
}

}  // namespace webcalling::sdp
