#include "load/options.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "base/ascii.hpp"
#include "io/clock.hpp"
#include "pki/certificate.hpp"

namespace webcalling::load {
namespace {

struct SideText {
  std::string server = "127.0.0.1:5060";
  std::vector<std::string> accounts;
};

const std::map<std::string, sip::TransportKind> kTransports{
    {"udp", sip::TransportKind::Udp}, {"ws", sip::TransportKind::Ws}, {"wss", sip::TransportKind::Wss}};
const std::map<std::string, MediaKind> kMedia{{"rtp", MediaKind::Plain}, {"webrtc", MediaKind::WebRtc}};
const std::map<std::string, media::CodecId> kCodecs{{"pcmu", media::CodecId::Pcmu},
                                                    {"pcma", media::CodecId::Pcma},
                                                    {"g722", media::CodecId::G722},
                                                    {"opus", media::CodecId::Opus}};

void add_side(CLI::App& app, const std::string& name, Side& side, SideText& text) {
  const std::string option = "--" + name;
  app.add_option(option + "-server", text.server, "ADDRESS:PORT of the server's SIP")->capture_default_str();
  app.add_option(option + "-transport", side.server.transport, "udp, ws, wss")
      ->transform(CLI::CheckedTransformer(kTransports));
  app.add_option(option + "-path", side.server.path, "of the WebSocket")->capture_default_str();
  app.add_option(option, text.accounts, "USER:PASSWORD; may be repeated, taken by turns");
  app.add_option(option + "-phones", side.phones, "how many phones register")->capture_default_str();
  app.add_option(option + "-media", side.media, "rtp, webrtc")->transform(CLI::CheckedTransformer(kMedia));
  app.add_option(option + "-codec", side.codec, "pcmu, pcma, g722, opus")->transform(CLI::CheckedTransformer(kCodecs));
}

Result<Endpoint> read_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto address = IpAddress::parse(text.substr(0, colon));
  if (colon == std::string_view::npos || !address) return malformed("\"{}\" is not ADDRESS:PORT", text);
  const auto port = ascii::parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) return malformed("\"{}\" is not ADDRESS:PORT", text);
  return Endpoint{*address, *port};
}

Result<void> finish(Side& side, const SideText& text) {
  auto at = read_endpoint(text.server);
  if (!at) return Failure(std::move(at.error()));
  side.server.at = *at;
  for (const std::string& account : text.accounts) {
    const auto colon = account.find(':');
    if (colon == std::string::npos) return malformed("\"{}\" is not USER:PASSWORD", account);
    side.accounts.push_back({account.substr(0, colon), account.substr(colon + 1)});
  }
  if (side.server.transport != sip::TransportKind::Wss) return {};
  // A certificate of ours, which nobody asks for; whose the server's is does not matter to a load.
  const auto certificate = pki::Certificate::generate({.common_name = "load"}, std::chrono::days{1}, io::wall_clock());
  if (!certificate) return Failure(certificate.error());
  auto context = tls::Context::create(*certificate, {.verify = false});
  if (!context) return Failure(std::move(context.error()));
  side.server.tls = std::make_shared<const tls::Context>(std::move(*context));
  return {};
}

}  // namespace

Result<Options> read_options(int count, const char* const* words) {
  Options options;
  SideText callers;
  SideText called;
  std::string local = "127.0.0.1";
  double measure = 10;
  std::vector<double> length;
  CLI::App app("A load of phones and browsers for any SIP server: they register, call, and check what they hear.");
  add_side(app, "caller", options.callers, callers);
  add_side(app, "called", options.called, called);
  app.add_option("--number", options.number, "what is called; the first of --called if it is left out");
  app.add_option("--local", local, "our address")->capture_default_str();
  app.add_option("--calls", options.calls, "at a time; 0: phones only register")->capture_default_str();
  app.add_option("--rate", options.rate, "calls begun a second")->capture_default_str();
  app.add_option("--seconds", measure, "of measuring, when everything is up")->capture_default_str();
  app.add_option("--length", length, "seconds that a call lasts, from and to")->expected(2);
  app.add_option("--loss", options.loss, "share of media packets that get lost, 0..1");
  app.add_option("--vanishing", options.vanishing, "share of calls of which one end is gone without a word, 0..1");
  app.add_flag("--silent", options.silent, "nobody speaks");
  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp&) {
    return refused("{}", app.help());
  } catch (const CLI::ParseError& error) {
    return malformed("{}", error.what());
  }
  if (auto done = finish(options.callers, callers); !done) return in_context("--caller", done.error());
  if (auto done = finish(options.called, called); !done) return in_context("--called", done.error());
  if (options.callers.accounts.empty()) return missing("nobody calls: there is no --caller USER:PASSWORD");
  if (options.called.accounts.empty()) options.called.phones = 0;
  if (options.number.empty() && !options.called.accounts.empty()) options.number = options.called.accounts.front().user;
  if (options.number.empty() && options.calls > 0)
    return missing("nobody is called: there is neither --number nor --called");
  const auto address = IpAddress::parse(local);
  if (!address) return in_context("--local", address.error());
  options.local = *address;
  const auto seconds = [](double value) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
  };
  options.measure = seconds(measure);
  if (length.size() == 2) options.length = {seconds(length[0]), seconds(length[1])};
  return options;
}

}  // namespace webcalling::load
