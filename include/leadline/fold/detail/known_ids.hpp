#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadline/fold/contact.hpp"

/// The ids of accepted events that a contact remembers.
namespace leadline::detail {

inline constexpr std::size_t open_ids_size_max = 512;

/// The ids of `contact::open_ids`, one after the other, until `use` says true; whether it did.
template <class Use>
bool any_open_id(std::string_view ids, const Use& use) {
  while (!ids.empty()) {
    const auto low = static_cast<unsigned char>(ids[0]);
    const auto high = static_cast<unsigned char>(ids[1]);
    const std::size_t size = low + std::size_t{high} * 256;
    if (use(ids.substr(2, size))) return true;
    ids.remove_prefix(2 + size);
  }
  return false;
}

inline void remember_id(contact& who, std::int64_t lateness_ms, std::string_view id, std::int64_t at_ms) {
  if (lateness_ms == 0) {
    if (at_ms > who.open_ids_at_ms) {
      who.open_ids.clear();
      who.open_ids_at_ms = at_ms;
    }
    if (at_ms == who.open_ids_at_ms && who.open_ids.size() < open_ids_size_max && id.size() < 65'536) {
      const char size[] = {static_cast<char>(id.size() & 0xFF), static_cast<char>(id.size() >> 8)};
      who.open_ids.append(size, 2);
      who.open_ids.append(id);
      return;
    }
  }
  contact::id_map& ids = who.ids.write();
  const auto known = ids.find(id);
  if (known == ids.end()) {
    ids.emplace(id, at_ms);
  } else {
    known->second = at_ms;
  }
}

}  // namespace leadline::detail
