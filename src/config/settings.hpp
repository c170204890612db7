#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/log.hpp"
#include "base/network.hpp"

namespace webcalling::config {

/// The settings of the machine: addresses, ports, storage. Every one has a default that works; webcalling.toml changes
/// them (config/webcalling.toml explains each). What an office changes every day, like accounts, lives in the store.
struct Settings {
  /// ::, which is every address of both families; of IPv4 alone on a machine without IPv6.
  static inline const IpAddress kEveryAddress = IpAddress::v6({});

  struct Server {
    /// Accounts and certificates; made if it is not there.
    std::string data_directory = "data";
    /// The address that phones outside see, if a router translates it.
    std::optional<IpAddress> public_address;
    Log::Level log_level = Log::Level::Info;
  };
  struct Sip {
    IpAddress listen_address = kEveryAddress;
    std::uint16_t udp_port = 5060;
    std::uint16_t tcp_port = 5060;
    std::uint16_t tls_port = 5061;
    std::uint16_t ws_port = 5066;
    std::uint16_t wss_port = 7443;
    /// How long a connection over TCP or TLS may take for its first message, and for each that it has begun, in
    /// seconds.
    std::uint16_t message_timeout = 30;
    /// Part of every stored password: changing it makes all passwords invalid.
    std::string realm = "webcalling";
  };
  struct Web {
    IpAddress listen_address = kEveryAddress;
    std::uint16_t port = 8080;
    std::uint16_t https_port = 8443;
    /// How long a client may take to send a request, and to read the answer, in seconds.
    std::uint16_t request_timeout = 30;
    /// The folder of the built web phone.
    std::string root = "web/dist";
  };
  struct Media {
    /// Of the audio of SIP phones; browsers encrypt always.
    enum class Encryption { Off, Optional, Required };

    /// Media loops, each with a thread and a WebRTC port of its own; 0: one per core.
    std::uint16_t loops = 0;
    /// The WebRTC port of the first loop; the others follow.
    std::uint16_t webrtc_port = 40000;
    /// Plain RTP: a pair of ports per phone in a call.
    std::uint16_t rtp_port_min = 16384;
    std::uint16_t rtp_port_max = 32768;
    Encryption encryption = Encryption::Optional;
  };

  struct Tls {
    /// A PEM file, the certificate first, then those of the authorities; empty: one of our own making.
    std::string certificate;
    /// A PEM file; empty: in the file of the certificate.
    std::string private_key;
    /// Host names that one of our own making is for, beside those that the machine knows of itself.
    std::vector<std::string> names;
    /// How long a client may take for its handshake, in seconds.
    std::uint16_t handshake_timeout = 10;
    /// Whether a server that we connect to by its name has to prove who it is.
    bool verify_servers = true;
    /// A PEM file of the authorities that may vouch for it; empty: those that this machine trusts.
    std::string authorities;
  };

  struct Calls {
    /// How long the phones of an extension ring, in seconds, before the caller is told that nobody answers.
    std::uint16_t ring_timeout = 60;
    /// How long a browser that has lost its connection may take to come back to its call, in seconds; 0: it may not.
    std::uint16_t reconnect_seconds = 30;
    /// After how long without a sign of life a call counts as over, in seconds (RFC 4028).
    std::uint16_t session_expires = 1800;
    /// Less is refused with 422.
    std::uint16_t session_minimum = 90;
    /// Domains and numeric hosts that our people may call beside each other; "*" is every domain.
    std::vector<std::string> foreign_domains;
  };

  struct Dns {
    /// Whom to ask; empty: the servers of this machine.
    std::vector<Endpoint> servers;
  };

  struct Registrar {
    /// In seconds: less is refused with 423.
    std::uint16_t min_expires = 30;
    /// For a phone that does not say how long it wants to be remembered.
    std::uint16_t default_expires = 600;
    /// More is cut down to this.
    std::uint16_t max_expires = 3600;
    /// Ways to the phones of one extension; one more displaces the one that was refreshed longest ago.
    std::uint16_t max_bindings = 10;
  };

  struct Events {
    /// Of subscriptions and publications, in seconds: less is refused with 423.
    std::uint16_t min_expires = 60;
    /// For a phone that does not say how long.
    std::uint16_t default_expires = 3600;
    /// More is cut down to this.
    std::uint16_t max_expires = 3600;
    /// What the phones of one extension may watch; one more ends the one that was refreshed longest ago.
    std::uint16_t max_subscriptions = 300;
  };

  /// Who is turned away. A source is an IPv4 address or an IPv6 /64; what it is allowed is tenfold for an hour after
  /// somebody there has authenticated.
  struct Guard {
    /// Never limited and never banned.
    std::vector<Network> trusted_networks{
        Network(IpAddress::v4(0x7f000000), 8),
        Network(IpAddress::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 128)};
    /// Reverse proxies in front of the web ports, whose X-Forwarded-For is believed.
    std::vector<Network> trusted_proxies;
    /// SIP messages and HTTP requests of one source in the long run, and at once.
    std::uint32_t requests_per_second = 40;
    std::uint32_t burst = 200;
    std::uint32_t connections_per_address = 100;
    /// Calls that one source has begun and that are not over.
    std::uint32_t calls_per_source = 100;
    /// Server transactions, those whose answers have still to be repeated included.
    std::uint32_t transactions_per_source = 1000;
    /// Wrong passwords and extensions that lead to a ban; they are forgiven evenly in the course of the window.
    std::uint32_t failures_before_ban = 10;
    /// In seconds, as are the two that follow.
    std::uint32_t failure_window = 10 * 60;
    /// Each ban is four times as long as the one before, up to the longest.
    std::uint32_t first_ban = 5 * 60;
    std::uint32_t longest_ban = 7 * 24 * 60 * 60;
    /// Beginnings of the User-Agent of programs that are banned at once.
    std::vector<std::string> scanner_user_agents{"friendly-scanner",
                                                 "friendly-request",
                                                 "sipvicious",
                                                 "sipcli",
                                                 "VaxSIPUserAgent",
                                                 "sip-scan",
                                                 "pplsip",
                                                 "sundayddr",
                                                 "smap",
                                                 "iWar",
                                                 "SIVuS"};
  };

  /// What one SIP message may cost; more is refused with 513. They can be lowered, not raised.
  struct Limits {
    std::uint32_t message_bytes = 64 * 1024;
    std::uint32_t headers = 128;
    std::uint32_t header_line_bytes = 8 * 1024;
    /// Multipart bodies that stand in one another.
    std::uint32_t nested_bodies = 4;
  };

  struct Messages {
    /// Of the content of one, in bytes.
    std::uint16_t max_size = 32'768;
    /// Kept for one extension that is away, and for all together.
    std::uint16_t max_kept = 100;
    std::uint16_t max_kept_in_all = 10'000;
    std::uint16_t keep_days = 7;
  };

  /// What the web phone has beside SIP.
  struct Api {
    /// A page stays signed in for so many days after it was used last, and gets for so many hours what it needs for
    /// SIP.
    std::uint16_t session_days = 30;
    std::uint16_t credential_hours = 12;
    /// Pages that are signed in, for one extension and for all together.
    std::uint16_t max_sessions = 20;
    std::uint32_t max_sessions_in_all = 10'000;
    /// Calls that are remembered for each extension.
    std::uint32_t max_history = 1000;
    /// Whether those who were in a call may see its SIP messages; how long after its end, and what all of them may
    /// take.
    bool stories = true;
    std::uint16_t story_minutes = 10;
    std::uint16_t story_megabytes = 32;
  };

  Server server;
  Sip sip;
  Web web;
  Media media;
  Tls tls;
  Calls calls;
  Dns dns;
  Registrar registrar;
  Events events;
  Messages messages;
  Api api;
  Guard guard;
  Limits limits;
};

}  // namespace webcalling::config
