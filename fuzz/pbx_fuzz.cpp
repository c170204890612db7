// The whole signalling side in operation. The input is a script: messages of phones with a password, in and out of
// dialogs, in any order and with anything in them; answers or none; time, media events, connections that end, accounts
// that go. Nothing crashes, what leaves can be read, and in the end nothing is left: no call, transaction, media leg,
// indexed leg, binding or timer.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "account/accounts_for_tests.hpp"
#include "base/bytes.hpp"
#include "call/leg/media_for_tests.hpp"
#include "pbx/pbx.hpp"
#include "sip/auth/digest_client.hpp"
#include "sip/message/call_headers.hpp"
#include "sip/message/parser.hpp"

using namespace webcalling;

namespace {

constexpr std::size_t kMemory = 12;  ///< dialogs and unanswered requests that a phone remembers

void must(bool fact) {
  if (!fact) std::abort();
}

/// Any text up to a NUL.
std::string free_text(ByteReader& in) {
  const std::string_view rest = as_text(in.rest());
  const auto end = std::min(rest.find('\0'), rest.size());
  std::string text(rest.substr(0, end));
  in.take(std::min(end + 1, rest.size()));
  return text;
}

template <std::size_t Size>
std::string_view pick(const std::array<std::string_view, Size>& table, std::uint8_t choice) {
  return table[choice % Size];
}

constexpr std::array<std::string_view, 15> kMethods{"INVITE",   "BYE",     "ACK",       "CANCEL",  "UPDATE",
                                                    "REFER",    "PRACK",   "INFO",      "OPTIONS", "SUBSCRIBE",
                                                    "REGISTER", "MESSAGE", "PUBLISH",   "NOTIFY",  "NONSENSE"};
constexpr std::array<std::string_view, 8> kTargets{"1001", "1002", "1003", "9196", "9664", "4711", "", "1002;gr=x"};
constexpr std::array<int, 24> kStatuses{100, 180, 183, 200, 200, 202, 301, 302, 401, 404, 407, 408,
                                        420, 422, 430, 481, 486, 487, 488, 491, 500, 503, 600, 603};

constexpr std::string_view kHead = "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\n";
/// After kHead; an empty one is no body.
constexpr std::array<std::string_view, 11> kBodies{
    "",
    "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n",
    "m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n",
    "m=audio 4000 RTP/AVP 0\r\na=inactive\r\n",
    "m=audio 0 RTP/AVP 0\r\n",
    "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
    "m=audio 4000 UDP/TLS/RTP/SAVPF 111 0\r\na=rtpmap:111 opus/48000/2\r\na=ice-ufrag:abcd\r\n"
    "a=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\na=rtcp-mux\r\na=mid:0\r\na=fingerprint:sha-256 "
    "11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11\r\n",
    "m=audio 4000 UDP/TLS/RTP/SAVPF 111 0\r\na=rtpmap:111 opus/48000/2\r\na=ice-ufrag:efgh\r\n"
    "a=ice-pwd:9876543210987654321098\r\na=setup:active\r\na=rtcp-mux\r\na=mid:0\r\na=fingerprint:sha-256 "
    "11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11:11\r\n",
    "m=video 5000 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 9 0\r\n",
    "m=audio 4000 RTP/AVP 99\r\na=rtpmap:99 speex/8000\r\n",
    "m=",
};

/// Lines that change what a message means. {0} is one of the dialogs of all phones, {1} another number.
constexpr std::array<std::string_view, 20> kLines{
    "",
    "Supported: 100rel, timer, replaces\r\nAllow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, REFER\r\n",
    "Require: 100rel\r\nRSeq: {1}\r\n",
    "Session-Expires: 90;refresher=uas\r\nSupported: timer\r\n",
    "Session-Expires: 90;refresher=uac\r\nSupported: timer\r\n",
    "Session-Expires: {1}\r\nMin-SE: {1}\r\n",
    "Min-SE: 1800\r\n",
    "Replaces: {0}\r\nRequire: replaces\r\n",
    "Refer-To: <sip:1001@h>\r\n",
    "Refer-To: <sip:9664@h>\r\nRefer-Sub: false\r\n",
    "Refer-To: <sip:1003@h?Replaces={0}>\r\n",
    "Expires: 0\r\n",
    "Expires: {1}\r\n",
    "Require: nonsense\r\n",
    "RAck: {1} 2 INVITE\r\n",
    "Event: dialog\r\nAccept: */*\r\nExpires: {1}\r\n",
    "Event: message-summary\r\n",
    "Privacy: id\r\nP-Asserted-Identity: <sip:911@h>\r\n",
    "Route: <sip:10.0.0.1;lr>\r\n",
    "Max-Forwards: 0\r\n",
};

struct DialogOfPhone {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  std::string target;
  int cseq = 1;
};

struct Phone {
  Phone(std::string number, std::uint16_t port, sip::TransportKind kind, Random& random)
      : user(std::move(number)), digest(user, "secret", random) {
    flow = {.kind = kind, .local = {IpAddress::v4(0x0a000001), 5060}, .remote = {IpAddress::v4(0x0a000009), port}};
  }

  std::string user;
  sip::DigestClient digest;
  sip::Flow flow;
  std::vector<DialogOfPhone> dialogs;
  std::deque<sip::Request> unanswered;
  std::string last_said;
  std::string last_heard;
};

class Office final : private sip::MessageSender {
 public:
  explicit Office(std::uint8_t habits) : habits_(habits) {
    for (Phone& phone : phones_) {
      accounts_.add(phone.user, "secret");
      connect(phone);
      if ((habits_ & 1) != 0) say(phone, request(phone, "REGISTER", phone.user, {}));
    }
  }

  void step(ByteReader& in) {
    const std::uint8_t what = in.u8();
    Phone& phone = phones_.at(what / 8U % 4 % phones_.size());
    const auto flavour = static_cast<std::uint8_t>(what / 32);
    switch (what % 8) {
      case 0: deliver(phone, free_text(in)); break;
      case 1: begin(phone, in); break;
      case 2: answer(phone, flavour, in); break;
      case 3: speak_in_dialog(phone, flavour, in); break;
      case 4: timers_.advance(timers_.now() + in.u8() * (flavour % 2 == 0 ? Duration(50ms) : Duration(5s))); break;
      case 5: happen(in); break;
      case 6: suffer(phone, flavour, in); break;
      case 7: deliver(phone, flavour % 2 == 0 ? phone.last_said : phones_[flavour % 3].last_heard); break;
    }
    settle();
  }

  /// Everybody goes home.
  void close() {
    for (Phone& phone : phones_) pbx_.on_connection_closed(phone.flow);
    habits_ = 0;
    // Whoever does not answer any more is noticed, by the media at the latest.
    for (int i = 0; i < 3; ++i) {
      pass(10min);
      std::vector<media::LegId> open;
      for (std::uint64_t id = 1; id <= kLegs; ++id) open.emplace_back(id);
      for (const auto leg : open) {
        if (media_.find(leg) != nullptr) pbx_.on_media_event(leg, media::MediaLost{"gone"});
      }
    }
    pass(24h);
    must(pbx_.active_calls() == 0);
    must(pbx_.active_transactions() == 0 && pbx_.unanswered_requests() == 0);
    must(pbx_.indexed_legs() == 0 && media_.open_legs() == 0);
    must(pbx_.bindings() == 0);
    must(timers_.size() == 0);
  }

 private:
  static constexpr std::uint64_t kLegs = 400;

  void pass(Duration duration) {
    timers_.advance(timers_.now() + duration);
    settle();
  }

  void connect(Phone& phone) {
    if (phone.flow.kind != sip::TransportKind::Udp) phone.flow.connection = sip::ConnectionId(++last_connection_);
  }

  // Messages of phones ------------------------------------------------------------------------------------------------

  struct Body {
    std::string type;
    std::string text;
  };

  static Body body(ByteReader& in) {
    const std::uint8_t choice = in.u8();
    if (choice == 255) return {"application/sdp", free_text(in)};
    if (choice == 254) {
      return {"multipart/mixed;boundary=b",
              "--b\r\nContent-Type: application/sdp\r\n\r\n" + free_text(in) + "\r\n--b--"};
    }
    if (choice == 253) return {"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"};
    const auto media = pick(kBodies, choice);
    if (media.empty()) return {};
    return {"application/sdp", std::string(kHead) + std::string(media)};
  }

  std::string lines(ByteReader& in) {
    const std::uint8_t choice = in.u8();
    if (choice == 255) return free_text(in) + "\r\n";
    const std::uint8_t detail = choice >= kLines.size() ? in.u8() : 1;
    return fmt::format(fmt::runtime(kLines[choice % kLines.size()]), any_dialog(detail), detail);
  }

  /// As Replaces names it.
  std::string any_dialog(std::uint8_t choice) {
    Phone& phone = phones_[choice % phones_.size()];
    if (phone.dialogs.empty()) return "none;to-tag=a;from-tag=b";
    const auto& dialog = phone.dialogs[choice / 4U % phone.dialogs.size()];
    return fmt::format("{};to-tag={};from-tag={}", dialog.call_id, dialog.remote_tag, dialog.local_tag);
  }

  std::string contact(const Phone& phone) const {
    const auto transport = phone.flow.kind == sip::TransportKind::Udp ? "" : ";transport=tcp";
    return fmt::format("<sip:{}@10.0.0.9:{}{}>", phone.user, phone.flow.remote.port, transport);
  }

  struct Words {
    std::string lines;
    Body body;
  };

  static std::string finish(std::string head, const Words& words) {
    head += words.lines;
    if (!words.body.text.empty()) head += fmt::format("Content-Type: {}\r\n", words.body.type);
    return head + fmt::format("Content-Length: {}\r\n\r\n{}", words.body.text.size(), words.body.text);
  }

  std::string request(Phone& phone, std::string_view method, std::string_view target, const Words& words) {
    const bool registers = method == "REGISTER";
    return finish(fmt::format("{0} sip:{1}10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:{2};branch=z9hG4bK{3};rport\r\n"
                              "From: <sip:{4}@10.0.0.1>;tag=f{3}\r\nTo: <sip:{5}@10.0.0.1>\r\nCall-ID: c{3}\r\n"
                              "CSeq: 1 {0}\r\nContact: {6}\r\nMax-Forwards: 70\r\n",
                              method, registers ? "" : std::string(target) + "@", phone.flow.remote.port, ++serial_,
                              phone.user, registers ? phone.user : target, contact(phone)),
                  words);
  }

  void begin(Phone& phone, ByteReader& in) {
    const auto method = pick(kMethods, in.u8());
    const auto target = pick(kTargets, in.u8());
    Words words{.lines = lines(in), .body = body(in)};
    say(phone, request(phone, method, target, words));
  }

  void speak_in_dialog(Phone& phone, std::uint8_t flavour, ByteReader& in) {
    const std::uint8_t which = in.u8();
    const auto method = pick(kMethods, in.u8());
    Words words{.lines = lines(in), .body = body(in)};
    if (phone.dialogs.empty()) return;
    auto& dialog = phone.dialogs[which % phone.dialogs.size()];
    const bool of_invite = method == "ACK" || method == "CANCEL";
    // Out of order, or the same number again, now and then.
    const int cseq = flavour % 4 == 3 ? dialog.cseq : of_invite ? dialog.cseq : ++dialog.cseq;
    const auto tag = flavour % 4 == 2 ? std::string_view("wrong") : std::string_view(dialog.remote_tag);
    say(phone, finish(fmt::format("{0} {1} SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:{2};branch=z9hG4bK{3};rport\r\n"
                                  "From: <sip:{4}@10.0.0.1>;tag={5}\r\nTo: <sip:x@10.0.0.1>;tag={6}\r\nCall-ID: {7}\r\n"
                                  "CSeq: {8} {0}\r\nContact: {9}\r\nMax-Forwards: 70\r\n",
                                  method, dialog.target, phone.flow.remote.port, ++serial_, phone.user,
                                  dialog.local_tag, tag, dialog.call_id, cseq, contact(phone)),
                      words));
  }

  void answer(Phone& phone, std::uint8_t flavour, ByteReader& in) {
    const std::uint8_t which = in.u8();
    const int status = kStatuses[in.u8() % kStatuses.size()];
    Words words{.lines = lines(in), .body = body(in)};
    if (phone.unanswered.empty()) return;
    const auto at = phone.unanswered.begin() + which % static_cast<std::ptrdiff_t>(phone.unanswered.size());
    respond(phone, *at, status, words, flavour % 4 == 3 ? "other" : "");
    if (status >= 200 && flavour % 2 == 0) phone.unanswered.erase(at);
  }

  /// `fork`: as if another phone behind it answered.
  void respond(Phone& phone, const sip::Request& request, int status, const Words& words, std::string_view fork = {}) {
    const std::string local_tag = request.to_tag().empty() ? fmt::format("t{}{}", request.from_tag(), fork) : "";
    std::string head = fmt::format("SIP/2.0 {} Whatever\r\n", status);
    for (const auto& header : request.headers()) {
      using sip::HeaderName;
      const bool copied = header.name == HeaderName::Via || header.name == HeaderName::From ||
                          header.name == HeaderName::CallId || header.name == HeaderName::CSeq;
      if (copied) head += fmt::format("{}: {}\r\n", header.name_text, header.value);
      if (header.name != HeaderName::To) continue;
      head += fmt::format("To: {}{}\r\n", header.value, local_tag.empty() ? "" : ";tag=" + local_tag);
    }
    const int redirected = status / 100;
    head += fmt::format("Contact: {}\r\n", redirected == 3 ? "<sip:1003@h>" : contact(phone));
    if (request.method() == sip::Method::Invite && status > 100 && !local_tag.empty()) {
      const auto remote = request.get<sip::Contact>();
      remember(phone, {std::string(request.call_id()), local_tag, request.from_tag(),
                       remote ? remote->uri.text() : "sip:x"});
    }
    deliver(phone, finish(head, words));
  }

  static void remember(Phone& phone, DialogOfPhone dialog) {
    for (const auto& known : phone.dialogs) {
      const bool same_tags = known.remote_tag == dialog.remote_tag && known.local_tag == dialog.local_tag;
      if (same_tags && known.call_id == dialog.call_id) return;
    }
    if (phone.dialogs.size() == kMemory) phone.dialogs.erase(phone.dialogs.begin());
    phone.dialogs.push_back(std::move(dialog));
  }

  // What comes back ---------------------------------------------------------------------------------------------------

  void send(const sip::Flow& flow, std::string_view message) override { sent_.emplace_back(flow, message); }

  void say(Phone& phone, std::string message) {
    phone.last_said = message;
    deliver(phone, message);
    settle();
  }

  void deliver(Phone& phone, const std::string& message) { pbx_.receive(message, phone.flow); }

  void settle() {
    for (int i = 0; i < 200 && !sent_.empty(); ++i) {
      const sip::Flow flow = std::move(sent_.front().first);
      const std::string text = std::move(sent_.front().second);
      sent_.pop_front();
      auto message = sip::parse(text);
      must(message.has_value());
      const auto phone = std::ranges::find_if(phones_, [&](const Phone& each) { return each.flow == flow; });
      if (phone == phones_.end()) continue;
      phone->last_heard = text;
      if (const auto* response = std::get_if<sip::Response>(&*message)) {
        hear(*phone, *response);
      } else {
        hear(*phone, std::get<sip::Request>(*message));
      }
    }
    sent_.clear();
  }

  void hear(Phone& phone, const sip::Response& response) {
    auto said = sip::parse(phone.last_said);
    auto* request = said ? std::get_if<sip::Request>(&*said) : nullptr;
    if (request == nullptr || request->call_id() != response.call_id()) return;
    const auto cseq = response.get<sip::CSeq>();
    if (!cseq) return;
    const bool invites = cseq->method == sip::Method::Invite;
    if (invites && response.status() >= 300) acknowledge(phone, response, cseq->number, request->uri().text());
    if ((response.status() == 401 || response.status() == 407) && !request->has(sip::HeaderName::ProxyAuthorization) &&
        !request->has(sip::HeaderName::Authorization) && phone.digest.answer(response, *request)) {
      request->set(sip::HeaderName::CSeq, fmt::format("{} {}", cseq->number + 1, request->method_text()));
      const auto via = fmt::format("SIP/2.0/UDP 10.0.0.9:1;branch=z9hG4bK{};rport", ++serial_);
      request->replace_first(sip::HeaderName::Via, via);
      phone.last_said = request->write();
      return deliver(phone, phone.last_said);
    }
    if (!invites || response.status() >= 300 || response.to_tag().empty()) return;
    const auto remote = response.get<sip::Contact>();
    remember(phone, {std::string(response.call_id()), response.from_tag(), response.to_tag(),
                     remote ? remote->uri.text() : "sip:x", static_cast<int>(cseq->number)});
    if (response.is_success() && (habits_ & 2) != 0) {
      acknowledge(phone, response, cseq->number, remote ? remote->uri.text() : "sip:x");
    }
  }

  void acknowledge(Phone& phone, const sip::Response& response, std::uint32_t cseq, const std::string& target) {
    const auto via = response.is_success() ? fmt::format("SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK{}", ++serial_)
                                           : std::string(response.header(sip::HeaderName::Via).value_or(""));
    deliver(phone, fmt::format("ACK {} SIP/2.0\r\nVia: {}\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {} ACK\r\n"
                               "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
                               target, via, response.header(sip::HeaderName::From).value_or(""),
                               response.header(sip::HeaderName::To).value_or(""), response.call_id(), cseq));
  }

  void hear(Phone& phone, const sip::Request& request) {
    if (request.method() == sip::Method::Ack) return;
    if (request.method() != sip::Method::Invite && (habits_ & 4) != 0) return respond(phone, request, 200, {});
    if (phone.unanswered.size() == kMemory) phone.unanswered.pop_front();
    phone.unanswered.push_back(request);
  }

  // What else happens -------------------------------------------------------------------------------------------------

  void happen(ByteReader& in) {
    const media::LegId leg(1 + in.u8() % kLegs);
    const std::uint8_t event = in.u8();
    switch (event % 3) {
      case 0: return pbx_.on_media_event(leg, media::MediaConnected{});
      case 1: return pbx_.on_media_event(leg, media::DigitReceived{"0123456789*#ABCD"[event / 3 % 16]});
      default: return pbx_.on_media_event(leg, media::MediaLost{"the fuzzer wanted it"});
    }
  }

  void suffer(Phone& phone, std::uint8_t flavour, ByteReader& in) {
    switch (flavour) {
      case 0:
      case 1:
        if (phone.flow.kind == sip::TransportKind::Udp) return;
        pbx_.on_connection_closed(phone.flow);
        return connect(phone);
      case 2:
      case 3: return pbx_.on_transport_failure(phone.flow);
      case 4: return pbx_.registrar().remove_user(phone.user);
      case 5: return pbx_.receive_malformed(free_text(in), Error{Error::Kind::Malformed, "the fuzzer"}, phone.flow);
      case 6: return pbx_.hang_up_all();
      default: return media_.run_out_of_ports();
    }
  }

  std::uint8_t habits_;
  TimerQueue timers_{TimePoint{1000s}};
  SeededRandom random_{1};
  call::RecordedMedia media_{random_};
  account::AccountsForTests accounts_;
  Log log_{Log::Level::Error, [](Log::Level, std::string_view) {}};
  int serial_ = 0;
  std::uint64_t last_connection_ = 0;
  std::deque<std::pair<sip::Flow, std::string>> sent_;
  std::array<Phone, 3> phones_{Phone{"1001", 5071, sip::TransportKind::Udp, random_},
                               Phone{"1002", 5072, sip::TransportKind::Ws, random_},
                               Phone{"1003", 5073, sip::TransportKind::Tcp, random_}};
  Pbx pbx_{{.timers = timers_,
            .random = random_,
            .sender = *this,
            .media = media_,
            .accounts = accounts_,
            .log = log_,
            .wall_clock = [] { return WallTime{}; }},
           {}};
};

}  // namespace

/// The first byte says what phones do by themselves; then comes a series of steps.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader in(Bytes(data, size));
  Office office(in.u8());
  for (int steps = 0; in.remaining() > 0 && steps < 300; ++steps) office.step(in);
  office.close();
  return 0;
}
