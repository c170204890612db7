#include "config/loader.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <concepts>
#include <functional>
#include <map>
#include <string>

#include "base/ascii.hpp"

namespace webcalling::config {
namespace {

using Apply = std::function<Result<void>(const toml::node& value)>;

Failure at(const toml::node& node, std::string_view what) {
  return refused("line {}: {}", node.source().begin.line, what);
}

Apply text(std::string& target) {
  return [&target](const toml::node& node) -> Result<void> {
    const auto value = node.value<std::string>();
    if (!node.is_string() || value->empty()) return at(node, "this must be a text in quotes");
    target = *value;
    return {};
  };
}

/// The empty text is the default, as config/webcalling.toml shows it.
Apply optional_text(std::string& target) {
  return [&target](const toml::node& node) -> Result<void> {
    if (!node.is_string()) return at(node, "this must be a text in quotes");
    target = node.as_string()->get();
    return {};
  };
}

Apply yes_or_no(bool& target) {
  return [&target](const toml::node& node) -> Result<void> {
    if (!node.is_boolean()) return at(node, "this must be true or false");
    target = node.as_boolean()->get();
    return {};
  };
}

/// RFC 1123 section 2.1; what else stands in a certificate's names is none.
bool is_host_name(std::string_view name) {
  constexpr std::size_t kMost = 253;
  return !name.empty() && name.size() <= kMost && name.front() != '-' && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.'; });
}

Apply host_names(std::vector<std::string>& target) {
  return [&target](const toml::node& node) -> Result<void> {
    constexpr const char* kWanted = "this must be a list of host names in quotes, like [\"pbx.example.com\"]";
    if (!node.is_array()) return at(node, kWanted);
    target.clear();
    for (const toml::node& element : *node.as_array()) {
      const auto name = element.value_or(std::string_view{});
      if (!is_host_name(name)) return at(node, kWanted);
      target.emplace_back(name);
    }
    return {};
  };
}

Apply networks(std::vector<Network>& target) {
  return [&target](const toml::node& node) -> Result<void> {
    if (!node.is_array()) return at(node, R"(this must be a list of networks in quotes, like ["192.0.2.0/24", "::1"])");
    target.clear();
    for (const toml::node& element : *node.as_array()) {
      const auto network = Network::parse(element.value_or(std::string_view{}));
      if (!network) return at(node, network.error().text);
      target.push_back(*network);
    }
    return {};
  };
}

Apply texts(std::vector<std::string>& target) {
  return [&target](const toml::node& node) -> Result<void> {
    constexpr const char* kWanted = "this must be a list of texts in quotes";
    if (!node.is_array()) return at(node, kWanted);
    target.clear();
    for (const toml::node& element : *node.as_array()) {
      // An empty one would be the beginning of every text.
      const auto text = element.value_or(std::string_view{});
      if (text.empty()) return at(node, kWanted);
      target.emplace_back(text);
    }
    return {};
  };
}

/// Host names, addresses, and "*" for all.
Apply domains(std::vector<std::string>& target) {
  return [&target](const toml::node& node) -> Result<void> {
    constexpr const char* kWanted =
        R"(this must be a list of domains in quotes, like ["example.com"], or ["*"] for all)";
    if (!node.is_array()) return at(node, kWanted);
    target.clear();
    for (const toml::node& element : *node.as_array()) {
      const auto name = element.value_or(std::string_view{});
      if (name != "*" && !is_host_name(name) && !IpAddress::parse(name)) return at(node, kWanted);
      target.push_back(ascii::lower(name));
    }
    return {};
  };
}

/// "192.0.2.1", "192.0.2.1:5353", "2001:db8::1" or "[2001:db8::1]:5353".
std::optional<Endpoint> parse_server(std::string_view text, std::uint16_t default_port) {
  if (const auto address = IpAddress::parse(text)) return Endpoint{*address, default_port};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ascii::parse_number<std::uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  if (!address || !port || *port == 0 || address->is_v6() != is_bracketed) return std::nullopt;
  return Endpoint{*address, *port};
}

Apply dns_servers(std::vector<Endpoint>& target) {
  return [&target](const toml::node& node) -> Result<void> {
    constexpr std::uint16_t kDnsPort = 53;
    constexpr const char* kWanted = R"(this must be a list of addresses in quotes, like ["192.0.2.53", "[::1]:5353"])";
    if (!node.is_array()) return at(node, kWanted);
    target.clear();
    for (const toml::node& element : *node.as_array()) {
      const auto server = parse_server(element.value_or(std::string_view{}), kDnsPort);
      if (!server) return at(node, kWanted);
      target.push_back(*server);
    }
    return {};
  };
}

template <std::unsigned_integral Number>
Apply number(Number& target, std::int64_t least, std::int64_t most) {
  return [&target, least, most](const toml::node& node) -> Result<void> {
    const auto value = node.value<std::int64_t>();
    if (!node.is_integer() || *value < least || *value > most) {
      return at(node, fmt::format("this must be a number from {} to {}", least, most));
    }
    target = static_cast<Number>(*value);
    return {};
  };
}

Apply port(std::uint16_t& target) { return number(target, 1, 65535); }

Apply address(IpAddress& target) {
  return [&target](const toml::node& node) -> Result<void> {
    const auto parsed = IpAddress::parse(node.value_or(std::string_view{}));
    if (!parsed) return at(node, "this must be an IP address in quotes, like \"192.0.2.1\" or \"::\"");
    target = *parsed;
    return {};
  };
}

Apply optional_address(std::optional<IpAddress>& target) {
  return [&target](const toml::node& node) -> Result<void> {
    if (node.is_string() && node.as_string()->get().empty()) {
      target.reset();
      return {};
    }
    IpAddress parsed;
    if (auto applied = address(parsed)(node); !applied) return applied;
    target = parsed;
    return {};
  };
}

Apply log_level(Log::Level& target) {
  return [&target](const toml::node& node) -> Result<void> {
    static const std::map<std::string_view, Log::Level> kLevels{{"debug", Log::Level::Debug},
                                                                {"info", Log::Level::Info},
                                                                {"warning", Log::Level::Warning},
                                                                {"error", Log::Level::Error}};
    const auto known = kLevels.find(node.value_or(std::string_view{}));
    if (known == kLevels.end()) return at(node, R"(this must be "debug", "info", "warning" or "error")");
    target = known->second;
    return {};
  };
}

Apply encryption(Settings::Media::Encryption& target) {
  return [&target](const toml::node& node) -> Result<void> {
    using Encryption = Settings::Media::Encryption;
    static const std::map<std::string_view, Encryption> kKinds{
        {"off", Encryption::Off}, {"optional", Encryption::Optional}, {"required", Encryption::Required}};
    const auto known = kKinds.find(node.value_or(std::string_view{}));
    if (known == kKinds.end()) return at(node, R"(this must be "off", "optional" or "required")");
    target = known->second;
    return {};
  };
}

using Section = std::map<std::string_view, Apply>;

constexpr std::int64_t kWeek = 7 * 24 * 60 * 60;
constexpr std::int64_t kYear = 52 * kWeek;

Section guard_section(Settings::Guard& guard) {
  return {{"trusted_networks", networks(guard.trusted_networks)},
          {"trusted_proxies", networks(guard.trusted_proxies)},
          {"requests_per_second", number(guard.requests_per_second, 1, 1'000'000)},
          {"burst", number(guard.burst, 1, 1'000'000)},
          {"connections_per_address", number(guard.connections_per_address, 1, 1'000'000)},
          {"calls_per_source", number(guard.calls_per_source, 1, 1'000'000)},
          {"transactions_per_source", number(guard.transactions_per_source, 1, 1'000'000)},
          {"failures_before_ban", number(guard.failures_before_ban, 1, 1'000'000)},
          {"failure_window", number(guard.failure_window, 1, kWeek)},
          {"first_ban", number(guard.first_ban, 1, kYear)},
          {"longest_ban", number(guard.longest_ban, 1, kYear)},
          {"scanner_user_agents", texts(guard.scanner_user_agents)}};
}

Section api_section(Settings::Api& api) {
  return {{"session_days", number(api.session_days, 1, 365)},
          {"credential_hours", number(api.credential_hours, 1, 168)},
          {"max_sessions", number(api.max_sessions, 1, 1000)},
          {"max_sessions_in_all", number(api.max_sessions_in_all, 1, 1'000'000)},
          {"max_history", number(api.max_history, 1, 1'000'000)},
          {"stories", yes_or_no(api.stories)},
          {"story_minutes", number(api.story_minutes, 1, 1440)},
          {"story_megabytes", number(api.story_megabytes, 1, 4096)}};
}

Section limits_section(Settings::Limits& limits) {
  return {{"message_bytes", number(limits.message_bytes, 2048, 64 * 1024)},
          {"headers", number(limits.headers, 20, 128)},
          {"header_line_bytes", number(limits.header_line_bytes, 512, 8 * 1024)},
          {"nested_bodies", number(limits.nested_bodies, 0, 4)}};
}

std::map<std::string_view, Section> sections_of(Settings& settings) {
  return {
      {"server",
       {{"data_directory", text(settings.server.data_directory)},
        {"public_address", optional_address(settings.server.public_address)},
        {"log_level", log_level(settings.server.log_level)}}},
      {"sip",
       {{"listen_address", address(settings.sip.listen_address)},
        {"udp_port", port(settings.sip.udp_port)},
        {"tcp_port", port(settings.sip.tcp_port)},
        {"tls_port", port(settings.sip.tls_port)},
        {"ws_port", port(settings.sip.ws_port)},
        {"wss_port", port(settings.sip.wss_port)},
        {"message_timeout", number(settings.sip.message_timeout, 1, 600)},
        {"realm", text(settings.sip.realm)}}},
      {"web",
       {{"listen_address", address(settings.web.listen_address)},
        {"port", port(settings.web.port)},
        {"https_port", port(settings.web.https_port)},
        {"request_timeout", number(settings.web.request_timeout, 1, 600)},
        {"root", text(settings.web.root)}}},
      {"media",
       {{"loops", number(settings.media.loops, 0, 256)},
        {"webrtc_port", port(settings.media.webrtc_port)},
        {"rtp_port_min", number(settings.media.rtp_port_min, 1024, 65535)},
        {"rtp_port_max", number(settings.media.rtp_port_max, 1024, 65535)},
        {"encryption", encryption(settings.media.encryption)}}},
      {"tls",
       {{"certificate", optional_text(settings.tls.certificate)},
        {"private_key", optional_text(settings.tls.private_key)},
        {"names", host_names(settings.tls.names)},
        {"handshake_timeout", number(settings.tls.handshake_timeout, 1, 600)},
        {"verify_servers", yes_or_no(settings.tls.verify_servers)},
        {"authorities", optional_text(settings.tls.authorities)}}},
      {"calls",
       {{"ring_timeout", number(settings.calls.ring_timeout, 1, 600)},
        {"reconnect_seconds", number(settings.calls.reconnect_seconds, 0, 600)},
        {"session_expires", number(settings.calls.session_expires, 4, 65535)},
        {"session_minimum", number(settings.calls.session_minimum, 4, 65535)},
        {"foreign_domains", domains(settings.calls.foreign_domains)}}},
      {"dns", {{"servers", dns_servers(settings.dns.servers)}}},
      {"registrar",
       {{"min_expires", number(settings.registrar.min_expires, 1, 65535)},
        {"default_expires", number(settings.registrar.default_expires, 1, 65535)},
        {"max_expires", number(settings.registrar.max_expires, 1, 65535)},
        {"max_bindings", number(settings.registrar.max_bindings, 1, 100)}}},
      {"events",
       {{"min_expires", number(settings.events.min_expires, 1, 65535)},
        {"default_expires", number(settings.events.default_expires, 1, 65535)},
        {"max_expires", number(settings.events.max_expires, 1, 65535)},
        {"max_subscriptions", number(settings.events.max_subscriptions, 1, 10000)}}},
      {"messages",
       {{"max_size", number(settings.messages.max_size, 1, 60000)},
        {"max_kept", number(settings.messages.max_kept, 1, 10000)},
        {"max_kept_in_all", number(settings.messages.max_kept_in_all, 1, 65535)},
        {"keep_days", number(settings.messages.keep_days, 1, 365)}}},
      {"api", api_section(settings.api)},
      {"guard", guard_section(settings.guard)},
      {"limits", limits_section(settings.limits)},
  };
}

Result<void> apply_section(std::string_view name, const toml::table& table, const Section& known) {
  for (const auto& [key, value] : table) {
    const auto setting = known.find(key.str());
    if (setting == known.end()) return at(value, fmt::format("there is no setting '{}' in [{}]", key.str(), name));
    if (auto applied = setting->second(value); !applied) {
      return in_context(fmt::format("{}.{}", name, key.str()), applied.error());
    }
  }
  return {};
}

template <typename Times>
Result<void> check_expiry(std::string_view section, const Times& times) {
  if (times.min_expires <= times.default_expires && times.default_expires <= times.max_expires) return {};
  return refused("{0}.default_expires: it must lie between {0}.min_expires and {0}.max_expires", section);
}

Result<void> check_session(const Settings::Calls& calls) {
  if (calls.session_minimum <= calls.session_expires) return {};
  return refused("calls.session_minimum: it must not be above calls.session_expires");
}

}  // namespace

Result<Settings> parse(std::string_view text) {
  toml::table parsed;
  try {
    parsed = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return malformed("line {}: {}", error.source().begin.line, error.description());
  }
  Settings settings;
  const auto sections = sections_of(settings);
  for (const auto& [name, node] : parsed) {
    const auto section = sections.find(name.str());
    if (section == sections.end() || !node.is_table()) {
      return at(node, fmt::format("there is no section [{}]", name.str()));
    }
    if (auto applied = apply_section(name.str(), *node.as_table(), section->second); !applied) {
      return Failure(std::move(applied.error()));
    }
  }
  if (settings.media.rtp_port_max < settings.media.rtp_port_min + 1) {
    return refused("media.rtp_port_max: it must be above media.rtp_port_min, a phone needs two ports");
  }
  if (auto possible = check_expiry("registrar", settings.registrar); !possible) {
    return Failure(std::move(possible.error()));
  }
  if (auto possible = check_expiry("events", settings.events); !possible) return Failure(std::move(possible.error()));
  if (settings.guard.longest_ban < settings.guard.first_ban) {
    return refused("guard.longest_ban: it must not be shorter than guard.first_ban");
  }
  if (auto possible = check_session(settings.calls); !possible) return Failure(std::move(possible.error()));
  if (!settings.tls.private_key.empty() && settings.tls.certificate.empty()) {
    return refused("tls.private_key: name the certificate that it belongs to as tls.certificate");
  }
  return settings;
}

}  // namespace webcalling::config
