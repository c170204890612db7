#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/log.hpp"

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
    /// Part of every stored password: changing it makes all passwords invalid.
    std::string realm = "webcalling";
  };
  struct Web {
    IpAddress listen_address = kEveryAddress;
    std::uint16_t port = 8080;
    std::uint16_t https_port = 8443;
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

  Server server;
  Sip sip;
  Web web;
  Media media;
  Tls tls;
  Calls calls;
  Dns dns;
  Registrar registrar;
};

}  // namespace webcalling::config
