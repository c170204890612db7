// A load of phones and browsers for any SIP server: docs/performance.md says what it is for.
#include <cstdio>

#include "io/loop.hpp"
#include "load/load.hpp"
#include "load/options.hpp"

int main(int count, char** words) {
  using namespace webcalling;
  const auto options = load::read_options(count, words);
  if (!options) {
    std::fputs((options.error().text + "\n").c_str(), stderr);
    return 2;
  }
  io::Loop loop;
  auto prepared = load::Load::prepare(loop, *options);
  const auto done = prepared ? (*prepared)->run() : Result<void>(Failure(prepared.error()));
  if (done) return 0;
  std::fputs(("load: " + done.error().text + "\n").c_str(), stderr);
  return 1;
}
