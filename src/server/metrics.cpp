#include "server/metrics.hpp"

#include <fmt/format.h>

#include <iterator>

namespace webcalling::server {
namespace {

/// Lines of one metric begin with what it is.
class Writer {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(out_), "# HELP webcalling_{0} {2}\n# TYPE webcalling_{0} {1}\n", name, type,
                   help);
  }
  /// `labels` in braces, or nothing.
  void value(std::uint64_t value, std::string_view labels = {}) {
    fmt::format_to(std::back_inserter(out_), "webcalling_{}{} {}\n", name_, labels, value);
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t now) {
    begin(name, "gauge", help);
    value(now);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t sum) {
    begin(name, "counter", help);
    value(sum);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string_view name_;
  std::string out_;
};

}  // namespace

std::string write_metrics(const guard::Guard& guard, const Load& load) {
  Writer writer;
  writer.gauge("calls", "Calls that are not over.", load.calls);
  writer.gauge("bindings", "Ways to phones that are registered.", load.bindings);
  writer.gauge("transactions", "SIP transactions, ours and those of others.", load.transactions);
  writer.gauge("connections", "Open TCP connections, WebSockets included.", guard.open_connections());
  writer.gauge("bans", "Sources that are banned at present.", guard.active_bans());
  writer.counter("bans_total", "Bans since the start.", guard.bans_made());
  writer.counter("requests_admitted_total", "SIP messages, HTTP requests and connections that were let in.",
                 guard.admitted());
  writer.begin("denied_total", "counter", "What was turned away, by the reason.");
  for (std::size_t i = 0; i < guard::kDenials; ++i) {
    const auto denial = static_cast<guard::Denial>(i);
    writer.value(guard.denied(denial), fmt::format("{{reason=\"{}\"}}", text(denial)));
  }
  writer.counter("overload_refusals_total", "SIP requests answered with 503 because more came than could be served.",
                 load.turned_away);
  writer.begin("media_dropped_total", "counter", "Datagrams of media that nobody heard, by the reason.");
  writer.value(load.media.strangers, "{reason=\"no_leg\"}");
  writer.value(load.media.refused, "{reason=\"refused\"}");
  writer.value(load.media.unlent, "{reason=\"other_loop_behind\"}");
  return writer.take();
}

}  // namespace webcalling::server
