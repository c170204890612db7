#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/description.hpp"
#include "load/phone.hpp"
#include "load/sip_line.hpp"

namespace webcalling::load {

/// The phones of one side.
struct Side {
  SipServer server;
  std::vector<Account> accounts;
  /// Accounts are taken by turns.
  std::size_t phones = 1;
  MediaKind media = MediaKind::Plain;
  media::CodecId codec = media::CodecId::Pcmu;
};

struct Options {
  Side callers;
  /// None: `number` is answered by the server itself, which says what it hears.
  Side called;
  std::string number;
  IpAddress local;
  /// At a time; none: the phones only register.
  std::size_t calls = 0;
  /// Begun a second.
  double rate = 50;
  /// Of measuring, when everything is up.
  Duration measure = 10s;
  /// How long a call lasts, at random between the two; nothing: all last until the end.
  std::optional<std::pair<Duration, Duration>> length;
  /// Of media packets, in each direction, 0..1.
  double loss = 0;
  /// Of the ends of calls, 0..1: they are gone without a word when their call would have ended.
  double vanishing = 0;
  bool silent = false;
};

/// Fails with what the command line lacks, or with its help.
[[nodiscard]] Result<Options> read_options(int count, const char* const* words);

}  // namespace webcalling::load
