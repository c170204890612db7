#include "media/dtls/record.hpp"

#include <algorithm>

namespace webcalling::media::dtls {
namespace {

constexpr std::size_t kRecordHeaderLength = 13;
constexpr std::uint8_t kVersionMajor = 0xFE;

enum class ContentType : std::uint8_t { ChangeCipherSpec = 20, Alert = 21, Handshake = 22, ApplicationData = 23 };

struct Record {
  ContentType type;
  std::uint16_t epoch;
  Bytes whole;
  Bytes content;
};

/// Takes one record off the front of `datagram`; nothing if what stands there is none.
std::optional<Record> take_record(Bytes& datagram) {
  ByteReader reader(datagram);
  const std::uint8_t type = reader.u8();
  const std::uint8_t major = reader.u8();
  reader.u8();
  const std::uint16_t epoch = reader.u16();
  reader.take(6);
  const Bytes content = reader.take(reader.u16());
  if (!reader.ok() || type < 20 || type > 23 || major != kVersionMajor) return std::nullopt;
  const Bytes whole = datagram.first(kRecordHeaderLength + content.size());
  datagram = reader.rest();
  return Record{static_cast<ContentType>(type), epoch, whole, content};
}

}  // namespace

Sifted sift(Bytes datagram) {
  Sifted sifted;
  while (!datagram.empty()) {
    const auto record = take_record(datagram);
    if (!record) break;
    const bool is_unprotected = record->epoch == 0;
    if (is_unprotected && record->type == ContentType::Alert) {
      if (record->content.size() == 2) sifted.alert = record->content[1];
      continue;
    }
    if (is_unprotected && record->type == ContentType::ApplicationData) continue;
    sifted.records.insert(sifted.records.end(), record->whole.begin(), record->whole.end());
  }
  return sifted;
}

// RFC 6347 §4.2.2: type, length, message_seq, fragment_offset, fragment_length; §4.3.2: client_version, random
std::optional<ClientHello> find_client_hello(Bytes datagram) {
  const auto record = take_record(datagram);
  if (!record || record->type != ContentType::Handshake || record->epoch != 0) return std::nullopt;
  constexpr std::uint8_t kClientHello = 1;
  ByteReader reader(record->content);
  const std::uint8_t type = reader.u8();
  reader.u24();
  reader.u16();
  const std::uint32_t offset = reader.u24();
  reader.u24();
  if (!reader.ok() || type != kClientHello) return std::nullopt;
  ClientHello hello;
  if (offset != 0) return hello;
  reader.u16();
  const Bytes random = reader.take(std::tuple_size_v<ClientRandom>);
  if (!reader.ok()) return hello;
  hello.random.emplace();
  std::ranges::copy(random, hello.random->begin());
  return hello;
}

}  // namespace webcalling::media::dtls
