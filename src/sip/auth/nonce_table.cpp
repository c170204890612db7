#include "sip/auth/nonce_table.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "base/hex.hpp"
#include "base/network.hpp"
#include "sip/auth/digest.hpp"

namespace webcalling::sip {

namespace {

constexpr std::size_t kNumberDigits = 16;
constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kNonceDigits = 2 * kNumberDigits + 2 * kMacBytes;

std::array<std::uint8_t, 8> to_big_endian(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  return bytes;
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

NonceTable::NonceTable(Random& random, Duration lifetime, std::size_t limit)
    : random_(random), lifetime_(lifetime), limit_(limit) {
  std::array<std::uint8_t, 32> key{};
  random_.fill(key);
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  mac_.reset(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  std::string digest = "SHA2-256";
  const std::array<OSSL_PARAM, 2> parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                             OSSL_PARAM_construct_end()};
  // Only where the library was built without the algorithm.
  if (!mac_ || EVP_MAC_init(mac_.get(), key.data(), key.size(), parameters.data()) != 1) std::abort();
  OPENSSL_cleanse(key.data(), key.size());
}

void NonceTable::MacDeleter::operator()(evp_mac_ctx_st* mac) const { EVP_MAC_CTX_free(mac); }

std::string NonceTable::issue(TimePoint now, const IpAddress& holder) {
  return write({static_cast<std::uint64_t>(now.time_since_epoch().count()), random_.u64()}, holder);
}

bool NonceTable::use(std::string_view nonce, std::uint32_t count, TimePoint now, const IpAddress& holder) {
  const auto stamp = read(nonce, holder);
  if (!stamp || !is_fresh(*stamp, now)) return false;
  std::uint32_t& seen = counts_[*stamp];
  const bool grows = count > seen;
  if (grows) seen = count;
  forget_old(now);
  return grows;
}

std::string NonceTable::write(const Stamp& stamp, const IpAddress& holder) const {
  std::string out;
  out.reserve(kNonceDigits);
  append_hex(out, to_big_endian(stamp.time));
  append_hex(out, to_big_endian(stamp.number));
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  std::size_t size = 0;
  const IpAddress site = site_of(holder).address();
  // Begun without a key it keeps the one that it has (EVP_MAC(3)).
  const bool done = EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1 &&
                    EVP_MAC_update(mac_.get(), as_bytes(out).data(), out.size()) == 1 &&
                    EVP_MAC_update(mac_.get(), site.bytes().data(), site.bytes().size()) == 1 &&
                    EVP_MAC_final(mac_.get(), mac.data(), &size, mac.size()) == 1;
  if (!done) std::abort();
  append_hex(out, Bytes(mac).first(kMacBytes));
  return out;
}

std::optional<NonceTable::Stamp> NonceTable::read(std::string_view nonce, const IpAddress& holder) const {
  if (nonce.size() != kNonceDigits) return std::nullopt;
  const auto time = parse_hex(nonce.substr(0, kNumberDigits));
  const auto number = parse_hex(nonce.substr(kNumberDigits, kNumberDigits));
  if (!time || !number) return std::nullopt;
  const Stamp stamp{*time, *number};
  return equal_in_constant_time(write(stamp, holder), nonce) ? std::optional(stamp) : std::nullopt;
}

bool NonceTable::is_fresh(const Stamp& stamp, TimePoint now) const {
  const TimePoint issued{Duration(static_cast<Duration::rep>(stamp.time))};
  return stamp > forgotten_ && now - issued <= lifetime_;
}

void NonceTable::forget_old(TimePoint now) {
  while (!counts_.empty()) {
    const Stamp oldest = counts_.begin()->first;
    const bool expired = !is_fresh(oldest, now);
    if (!expired && counts_.size() <= limit_) return;
    if (!expired) forgotten_ = oldest;
    counts_.erase(counts_.begin());
  }
}

}  // namespace webcalling::sip
