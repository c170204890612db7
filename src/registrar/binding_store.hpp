#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "registrar/binding.hpp"

namespace webcalling::registrar {

/// A binding as it is written down: its times are those of the wall, since the monotonic clock begins anew with every
/// start of the machine.
struct StoredBinding {
  std::string user;
  Binding binding;
  WallTime expires;
  WallTime refreshed;
  /// Tells whether the password is still the one that the binding was made with; the registrar leaves it empty.
  std::string password_mark;
};

/// Takes note of every change, at once and without calling back: writing it down is somebody else's matter.
class BindingJournal {
 public:
  virtual ~BindingJournal() = default;
  /// New, refreshed or moved.
  virtual void put(const StoredBinding& binding) = 0;
  virtual void remove(BindingId id) = 0;
};

/// Where bindings survive a restart. Its calls may wait for a disk: never made on the signalling loop once it runs.
/// Implemented by store/.
class BindingStore {
 public:
  struct Changes {
    /// Whatever is not among `put` is to be forgotten.
    bool replace_all = false;
    std::vector<StoredBinding> put;
    std::vector<BindingId> removed;
  };

  virtual ~BindingStore() = default;
  [[nodiscard]] virtual Result<std::vector<StoredBinding>> read() = 0;
  /// All of it or nothing.
  [[nodiscard]] virtual Result<void> write(const Changes& changes) = 0;
};

}  // namespace webcalling::registrar
