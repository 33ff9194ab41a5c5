#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/base/detail/utf8.hpp"
#include "leadline/condition/detail/lower_case.hpp"

/// What the operators on texts do with bytes.
namespace leadline::detail {

/// The byte at which code point `count` begins, counted from `from`; the end when there are fewer.
[[nodiscard]] inline std::size_t utf8_skip(std::string_view text, std::size_t from, std::int64_t count) noexcept {
  std::size_t at = from;
  for (; count > 0 && at < text.size(); --count) {
    const std::size_t size = utf8_sequence_size(text, at);
    at += size == 0 ? 1 : size;
  }
  return at;
}

/// The byte at which the last `count` code points begin; 0 when there are fewer. Bytes that are no UTF-8 make it
/// count from the front, so that both directions agree on what a code point is.
[[nodiscard]] inline std::size_t utf8_skip_back(std::string_view text, std::int64_t count) noexcept {
  std::size_t at = text.size();
  for (; count > 0 && at > 0; --count) {
    std::size_t lead = at - 1;
    while (lead > 0 && at - lead < 4 && (static_cast<unsigned char>(text[lead]) & 0xC0) == 0x80) --lead;
    if (utf8_sequence_size(text, lead) != at - lead) {
      const std::int64_t length = static_cast<std::int64_t>(utf8_length(text));
      const std::int64_t after = static_cast<std::int64_t>(utf8_length(text.substr(at)));
      const std::int64_t skip = length - after - count;
      return skip <= 0 ? 0 : utf8_skip(text, 0, skip);
    }
    at = lead;
  }
  return at;
}

/// The code point of a well-formed sequence of `size` bytes.
[[nodiscard]] inline std::uint32_t utf8_decode(std::string_view text, std::size_t at, std::size_t size) noexcept {
  const auto byte = [&](std::size_t index) -> std::uint32_t { return static_cast<unsigned char>(text[at + index]); };
  switch (size) {
    case 2: return ((byte(0) & 0x1F) << 6) | (byte(1) & 0x3F);
    case 3: return ((byte(0) & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
    case 4: return ((byte(0) & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) | (byte(3) & 0x3F);
    default: return byte(0);
  }
}

[[nodiscard]] inline std::size_t utf8_encode(std::uint32_t code_point, char* out) noexcept {
  const auto put = [out](std::size_t index, std::uint32_t bits) { out[index] = static_cast<char>(bits); };
  if (code_point < 0x80) return put(0, code_point), std::size_t{1};
  if (code_point < 0x800) {
    put(0, 0xC0 | code_point >> 6);
    put(1, 0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    put(0, 0xE0 | code_point >> 12);
    put(1, 0x80 | (code_point >> 6 & 0x3F));
    put(2, 0x80 | (code_point & 0x3F));
    return 3;
  }
  put(0, 0xF0 | code_point >> 18);
  put(1, 0x80 | (code_point >> 12 & 0x3F));
  put(2, 0x80 | (code_point >> 6 & 0x3F));
  put(3, 0x80 | (code_point & 0x3F));
  return 4;
}

/// Bytes that `lower_text` may write: some letters grow from two bytes to three (U+023A).
[[nodiscard]] constexpr std::size_t lower_room(std::size_t size) noexcept { return size + size / 2 + 1; }

/// Whether lower case is the text itself. Most texts are lower case already.
[[nodiscard]] inline bool is_lower_text(std::string_view text) noexcept {
  for (const char letter : text) {
    if ((letter >= 'A' && letter <= 'Z') || static_cast<unsigned char>(letter) >= 0x80) return false;
  }
  return true;
}

inline std::size_t lower_text(std::string_view text, char* out) noexcept {
  char* at = out;
  for (std::size_t from = 0; from < text.size();) {
    if (static_cast<unsigned char>(text[from]) < 0x80) {
      *at++ = ascii_lower(text[from++]);
      continue;
    }
    const std::size_t size = utf8_sequence_size(text, from);
    if (size == 0) {
      *at++ = text[from++];
      continue;
    }
    at += utf8_encode(lower_case(utf8_decode(text, from, size)), at);
    from += size;
  }
  return static_cast<std::size_t>(at - out);
}

/// The domain within an address, a URL or a bare name, in the case as written.
[[nodiscard]] inline std::string_view domain_of(std::string_view text) noexcept {
  const std::size_t scheme = text.find("://");
  const std::size_t mark = text.rfind('@');
  if (scheme != std::string_view::npos) {
    text.remove_prefix(scheme + 3);
    text = text.substr(0, text.find_first_of("/?#"));
    const std::size_t user = text.rfind('@');
    if (user != std::string_view::npos) text.remove_prefix(user + 1);
    // The colons inside the brackets of an IPv6 address are no port's.
    const std::size_t bracket = text.empty() || text[0] != '[' ? std::string_view::npos : text.find(']');
    text = text.substr(0, text.find(':', bracket == std::string_view::npos ? 0 : bracket));
  } else if (mark != std::string_view::npos) {
    text.remove_prefix(mark + 1);
  } else {
    text = text.substr(0, text.find_first_of("/?#"));
  }
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return text;
}

/// MurmurHash3, x86, 32 bits, seed 0: what flagd buckets by.
[[nodiscard]] inline std::uint32_t murmur3(std::string_view text) noexcept {
  constexpr std::uint32_t c1 = 0xCC9E'2D51;
  constexpr std::uint32_t c2 = 0x1B87'3593;
  const auto turn = [](std::uint32_t bits, int by) { return (bits << by) | (bits >> (32 - by)); };
  const auto byte = [&](std::size_t at) -> std::uint32_t { return static_cast<unsigned char>(text[at]); };
  std::uint32_t hash = 0;
  std::size_t at = 0;
  for (; at + 4 <= text.size(); at += 4) {
    const std::uint32_t block = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    hash ^= turn(block * c1, 15) * c2;
    hash = turn(hash, 13) * 5 + 0xE654'6B64;
  }
  std::uint32_t rest = 0;
  for (std::size_t i = text.size(); i > at; --i) rest = rest << 8 | byte(i - 1);
  if (at < text.size()) hash ^= turn(rest * c1, 15) * c2;
  hash ^= static_cast<std::uint32_t>(text.size());
  hash ^= hash >> 16;
  hash *= 0x85EB'CA6B;
  hash ^= hash >> 13;
  hash *= 0xC2B2'AE35;
  hash ^= hash >> 16;
  return hash;
}

}  // namespace leadline::detail
