#pragma once

#include <cstddef>
#include <memory>

#include "leadline/base/config.hpp"
#include "leadline/condition/value.hpp"

namespace leadline {

namespace detail {
struct record_access;
}

/// A value with the bytes it points to: what a state keeps of an event after the event is gone.
///
///     stored_value country = stored_value::of(value::of("US"));
///     country.content().text();   // "US", as long as some copy lives
///
/// The bytes never change once made and are shared by copies, so that copying a state copies no texts and the views
/// in a row stay good. Numbers, booleans and dates need no bytes. Distinct objects may be used from distinct threads.
class stored_value {
 public:
  stored_value() = default;
  [[nodiscard]] static stored_value of(value content);

  [[nodiscard]] value content() const noexcept { return content_; }
  [[nodiscard]] bool is_null() const noexcept { return content_.is_null(); }

 private:
  friend struct detail::record_access;
  value content_;
  std::shared_ptr<const std::byte[]> bytes_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/stored_value_inl.hpp"
#endif
