#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"

namespace leadline {

namespace detail {
struct text_set_look;
}

/// A fixed set of texts with a look-up that costs the same for six and for a hundred thousand: what `in` a constant
/// list and `list.<id>` compile to.
///
///     text_set free_mail({"gmail.com", "gmx.de"});
///     free_mail.contains("gmail.com");  // true
///
/// Texts are compared byte for byte. Equal texts are kept once, in the order of their first mention. Immutable; may
/// be read from many threads.
class text_set {
 public:
  text_set() = default;
  explicit text_set(std::span<const std::string_view> texts);
  explicit text_set(std::span<const std::string> texts);

  [[nodiscard]] bool contains(std::string_view text) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// The texts in order of first mention; `index` REQUIRES to be less than size().
  [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept;

 private:
  friend struct detail::text_set_look;

  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  struct entry {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t next = none;  // in a perfect table, another text with the same head
  };
  /// A cell of either table. An empty one has a key that no text has.
  struct cell {
    std::uint64_t key = ~std::uint64_t{0};  // the head of a value, or hash and size
    std::uint32_t entry = none;
    std::uint32_t offset = 0;
  };
  void add(std::string_view text);
  void build_hashed(std::size_t count);
  void build_perfect();
  [[nodiscard]] bool contains_hashed(std::string_view text) const noexcept;
  /// Whether it is one of the texts with the same head as that of an entry, which was looked at.
  [[nodiscard]] bool contains_after(std::uint32_t looked_at, std::string_view text) const noexcept;

  std::string bytes_;
  std::vector<entry> entries_;
  std::vector<cell> cells_;
  std::uint64_t lengths_ = 0;  // bit min(size, 63): most texts that are not in the set have another length
  std::uint32_t mask_ = 0;
  /// Of a small set: heads times this have a cell each, so that one look answers. 0 where there is no such number.
  std::uint64_t factor_ = 0;
  std::uint32_t shift_ = 0;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/condition/detail/text_set_inl.hpp"
#endif
