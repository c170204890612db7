#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "io/clock.hpp"
#include "io/udp_socket.hpp"
#include "media/session/voice_for_tests.hpp"
#include "server/free_ports_for_tests.hpp"
#include "server/media_server.hpp"

namespace webcalling::server {
namespace {

constexpr Duration kPatience = 20s;
constexpr int kLegs = 6;

/// A phone of its own call, with a socket and a tone of its own; it hums from the beginning.
class HummingPhone {
 public:
  HummingPhone(io::Loop& loop, MediaServer& server, std::uint64_t call, const media::Voice::Words& words)
      : voice(words, media::Ssrc(static_cast<std::uint32_t>(1000 + call))),
        server_(server),
        leg_(server.open_plain(call::CallId(call), kLoopback).value()),
        socket_(loop, io::BoundUdp::bind({kLoopback, 0}).value(),
                [this](MutableBytes bytes, const Endpoint& from, const IpAddress& /*local*/) {
                  if (from == local().rtp) voice.receive(bytes);
                }),
        timer_(loop.timers(), [this] { hum(); }) {
    server.configure(leg(), media::settings_for(words, media::RemotePlain{socket_.local(), socket_.local(), true, {}}));
    timer_.start(0ms);
  }

  [[nodiscard]] media::LegId leg() const { return leg_.id; }
  void listen(const HummingPhone& other) { server_.listen(leg(), media::OtherLeg{other.leg()}); }
  [[nodiscard]] bool hears(const HummingPhone& other) const {
    return voice.headers.size() > 20 && voice.share_of(other.voice.words().frequency) > 0.9;
  }

  media::Voice voice;

 private:
  [[nodiscard]] const media::LocalPlain& local() const { return std::get<media::LocalPlain>(leg_.transport); }
  void hum() {
    socket_.send({}, local().rtp, voice.hum());
    timer_.start(media::Voice::kPacket);
  }

  MediaServer& server_;
  media::LocalLeg leg_;
  io::UdpSocket socket_;
  Timer timer_;
};

class MediaLinksTest : public testing::Test {
 protected:
  MediaLinksTest() {
    settings_.sip.listen_address = kLoopback;
    const std::uint16_t first = free_ports(2 * kLegs + 2);
    settings_.media = {.loops = 2,
                       .webrtc_port = free_ports(2),
                       .rtp_port_min = first,
                       .rtp_port_max = static_cast<std::uint16_t>(first + 2 * kLegs + 1)};
    server_ =
        MediaServer::start(loop_, random_, settings_, *media::dtls::Certificate::generate(io::wall_clock())).value();
    server_->set_on_event([](media::LegId, const media::LegEvent&) {});
  }

  /// Calls are dealt out to the loops in turn.
  HummingPhone& phone_of_call(std::uint64_t call) {
    media::Voice::Words words = call % 3 == 0 ? media::kPcmaWords : media::kPcmuWords;
    words.frequency = 500 + 150 * static_cast<double>(call);
    phones_.push_back(std::make_unique<HummingPhone>(loop_, *server_, call, words));
    return *phones_.back();
  }
  [[nodiscard]] bool wait_until(const std::function<bool()>& done) { return loop_.run_until(done, kPatience); }
  void run(Duration time) {
    (void)loop_.run_until([] { return false; }, time);
  }

  io::Loop loop_;
  SeededRandom random_{1};
  config::Settings settings_;
  std::unique_ptr<MediaServer> server_;
  std::vector<std::unique_ptr<HummingPhone>> phones_;
};

TEST_F(MediaLinksTest, LegsOfTwoLoopsHearEachOther) {
  HummingPhone& one = phone_of_call(1);
  HummingPhone& two = phone_of_call(2);
  one.listen(two);
  two.listen(one);
  EXPECT_TRUE(wait_until([&] { return one.hears(two) && two.hears(one); }));
}

TEST_F(MediaLinksTest, LegChangesFromOneLegAbroadToAnotherAndHome) {
  HummingPhone& listener = phone_of_call(1);
  HummingPhone& abroad = phone_of_call(2);
  HummingPhone& further = phone_of_call(4);
  HummingPhone& home = phone_of_call(3);
  for (HummingPhone* talker : {&abroad, &further, &home, &abroad}) {
    listener.voice.forget();
    listener.listen(*talker);
    EXPECT_TRUE(wait_until([&] { return listener.hears(*talker); }));
  }
}

TEST_F(MediaLinksTest, TalkerAbroadThatClosesIsHeardNoMore) {
  HummingPhone& listener = phone_of_call(1);
  HummingPhone& talker = phone_of_call(2);
  HummingPhone& other = phone_of_call(4);
  listener.listen(talker);
  ASSERT_TRUE(wait_until([&] { return listener.hears(talker); }));
  server_->close(talker.leg());
  listener.listen(other);
  EXPECT_TRUE(wait_until([&] { return listener.hears(other); }));
  server_->close(listener.leg());
  listener.listen(other);
  HummingPhone& last = phone_of_call(5);
  last.listen(other);
  ASSERT_TRUE(wait_until([&] { return last.hears(other); }));
  listener.voice.forget();
  last.voice.forget();
  EXPECT_TRUE(wait_until([&] { return last.hears(other); }));
  EXPECT_TRUE(listener.voice.headers.empty()) << "it is closed";
}

TEST_F(MediaLinksTest, EverybodyChangesAllTheTimeAndInTheEndHearsWhomItShould) {
  for (std::uint64_t call = 1; call <= kLegs; ++call) phone_of_call(call);
  const auto any = [&]() -> HummingPhone& { return *phones_[random_.below(phones_.size())]; };
  for (int change = 0; change < 200; ++change) {
    any().listen(any());
    if (change % 10 == 0) server_->listen(any().leg(), media::MusicOnHold{});
    run(1ms);
  }
  // Each the next one: half of them abroad, one of them closed.
  server_->close(phones_[0]->leg());
  for (std::size_t i = 1; i < phones_.size(); ++i) phones_[i]->listen(*phones_[i % (phones_.size() - 1) + 1]);
  for (std::size_t i = 1; i < phones_.size(); ++i) phones_[i]->voice.forget();
  EXPECT_TRUE(wait_until([&] {
    bool all = true;
    for (std::size_t i = 1; i < phones_.size(); ++i) {
      all = all && phones_[i]->hears(*phones_[i % (phones_.size() - 1) + 1]);
    }
    return all;
  }));
}

}  // namespace
}  // namespace webcalling::server
