#include <benchmark/benchmark.h>

#include "messages.hpp"
#include "sdp/parser.hpp"
#include "sdp/writer.hpp"
#include "sip/auth/digest.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::bench {
namespace {

sip::Request request_of(std::string_view text) { return std::get<sip::Request>(*sip::parse(text)); }

void parse(benchmark::State& state, std::string_view text) {
  for (auto _ : state) benchmark::DoNotOptimize(sip::parse(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void parse_and_validate(benchmark::State& state, std::string_view text) {
  for (auto _ : state) {
    const auto message = sip::parse(text);
    benchmark::DoNotOptimize(sip::validate(std::get<sip::Request>(*message)));
  }
}

void write(benchmark::State& state, std::string_view text) {
  const sip::Request request = request_of(text);
  for (auto _ : state) benchmark::DoNotOptimize(request.write());
}

BENCHMARK_CAPTURE(parse, REGISTER, kRegister);
BENCHMARK_CAPTURE(parse, INVITE, kInvite);
BENCHMARK_CAPTURE(parse_and_validate, REGISTER, kRegister);
BENCHMARK_CAPTURE(parse_and_validate, INVITE, kInvite);
BENCHMARK_CAPTURE(write, REGISTER, kRegister);
BENCHMARK_CAPTURE(write, INVITE, kInvite);

void digest(benchmark::State& state, sip::DigestAlgorithm algorithm) {
  const sip::Ha1 ha1 = sip::make_ha1("2001", "webcalling", "secret");
  const std::string& hash = algorithm == sip::DigestAlgorithm::Md5 ? ha1.md5 : ha1.sha256;
  const sip::DigestInput input{.nonce = "5f4dcc3b5aa765d61d8327deb882cf99",
                               .nonce_count = "00000001",
                               .cnonce = "6b8b4567",
                               .method = "REGISTER",
                               .uri = "sip:pbx.example.com"};
  for (auto _ : state) benchmark::DoNotOptimize(sip::digest_response(algorithm, hash, input));
}
BENCHMARK_CAPTURE(digest, MD5, sip::DigestAlgorithm::Md5);
BENCHMARK_CAPTURE(digest, SHA_256, sip::DigestAlgorithm::Sha256);

void sdp_parse(benchmark::State& state) {
  const std::string_view body = body_of(kInvite);
  for (auto _ : state) benchmark::DoNotOptimize(sdp::parse(body));
}
BENCHMARK(sdp_parse);

void sdp_write(benchmark::State& state) {
  const auto session = sdp::parse(body_of(kInvite));
  for (auto _ : state) benchmark::DoNotOptimize(sdp::write(*session));
}
BENCHMARK(sdp_write);

}  // namespace
}  // namespace webcalling::bench
