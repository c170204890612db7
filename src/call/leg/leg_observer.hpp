#pragma once

namespace webcalling::call {

class Leg;

/// How far a leg has come, as somebody sees it who watches its phone (RFC 4235 section 3.7.1).
enum class Standing {
  Trying,  ///< the INVITE is there
  Early,   ///< it rings
  Confirmed,
};

/// Who wants to know what every phone is doing. Called while the leg changes: it may be read, and nothing more.
class LegObserver {
 public:
  virtual ~LegObserver() = default;
  /// The leg is new, stands otherwise, or has somebody else at its other end.
  virtual void on_standing(const Leg& leg) = 0;
  /// It is over, or about to be; perhaps told more than once.
  virtual void on_over(const Leg& leg) = 0;
};

}  // namespace webcalling::call
