#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace webcalling {

/// Owns objects and hands out handles that notice when the object is gone: find() of an erased object gives nothing,
/// even if its slot was filled again.
template <typename T>
class SlotMap {
 public:
  struct Handle {
    std::uint32_t slot = UINT32_MAX;
    std::uint32_t generation = 0;
    friend auto operator<=>(const Handle&, const Handle&) = default;
  };

  template <typename... Args>
  Handle emplace(Args&&... args) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].value.emplace(std::forward<Args>(args)...);
    return {slot, slots_[slot].generation};
  }

  [[nodiscard]] T* find(Handle handle) {
    if (handle.slot >= slots_.size()) return nullptr;
    Slot& slot = slots_[handle.slot];
    return slot.generation == handle.generation && slot.value ? &*slot.value : nullptr;
  }

  bool erase(Handle handle) {
    if (find(handle) == nullptr) return false;
    Slot& slot = slots_[handle.slot];
    ++slot.generation;
    slot.value.reset();
    free_.push_back(handle.slot);
    return true;
  }

  [[nodiscard]] std::size_t size() const { return slots_.size() - free_.size(); }

 private:
  struct Slot {
    std::uint32_t generation = 0;
    std::optional<T> value;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace webcalling
