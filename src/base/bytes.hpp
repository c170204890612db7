#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace webcalling {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads network-order values from hostile bytes. A read past the end gives zero and makes ok() false for good, so that
/// a parser reads all its fields and asks once.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t remaining() const { return bytes_.size(); }
  [[nodiscard]] Bytes rest() const { return bytes_; }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number<1>()); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number<2>()); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(number<3>()); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number<4>()); }
  std::uint64_t u64() { return number<8>(); }

  Bytes take(std::size_t count) {
    if (count > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const Bytes head = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return head;
  }

 private:
  template <std::size_t Size>
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(Size)) value = value << 8 | byte;
    return value;
  }

  Bytes bytes_;
  bool ok_ = true;
};

/// Appends network-order values to a buffer that it borrows.
class ByteWriter {
 public:
  explicit ByteWriter(ByteVector& out) : out_(out) {}

  ByteWriter& u8(std::uint64_t value) { return number<1>(value); }
  ByteWriter& u16(std::uint64_t value) { return number<2>(value); }
  ByteWriter& u24(std::uint64_t value) { return number<3>(value); }
  ByteWriter& u32(std::uint64_t value) { return number<4>(value); }
  ByteWriter& u64(std::uint64_t value) { return number<8>(value); }
  ByteWriter& bytes(Bytes bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }

 private:
  template <std::size_t Size>
  ByteWriter& number(std::uint64_t value) {
    for (std::size_t i = Size; i-- > 0;) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }

  ByteVector& out_;
};

}  // namespace webcalling
