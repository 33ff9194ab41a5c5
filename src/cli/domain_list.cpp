#include "cli/domain_list.hpp"

#include <algorithm>

namespace leadline::cli {

namespace {

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// ASCII only: domains are compared as bytes, and `lower` of a condition leaves such a list entry alone.
[[nodiscard]] char lower_ascii(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

bool is_domain(std::string_view text) noexcept {
  constexpr std::size_t size_max = 253;  // RFC 1035: 255 octets on the wire, two of them not text
  if (text.empty() || text.size() > size_max) return false;
  std::size_t label_size = 0;
  std::size_t label_count = 0;
  for (const char letter : text) {
    if (letter == '.') {
      if (label_size == 0) return false;
      label_size = 0;
      continue;
    }
    const bool is_beyond_ascii = static_cast<unsigned char>(letter) >= 0x80;
    const char small = lower_ascii(letter);
    const bool is_allowed =
        (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') || small == '-' || small == '_';
    if (!is_beyond_ascii && !is_allowed) return false;
    if (label_size == 0) ++label_count;
    ++label_size;
  }
  return label_size != 0 && label_count >= 2;
}

void domain_list::add(std::string_view domain) {
  if (!is_domain(domain)) {
    ++left_out_count_;
    return;
  }
  std::string& added = domains_.emplace_back(domain);
  std::transform(added.begin(), added.end(), added.begin(), lower_ascii);
}

void domain_list::add_lines(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view entry = trimmed(line.substr(0, line.find('#')));
    if (!entry.empty()) add(entry);
  }
}

void domain_list::add_array(document::node array) {
  for (const document::node entry : array.children()) {
    if (entry.is_text()) {
      add(trimmed(entry.text()));
    } else {
      ++left_out_count_;
    }
  }
}

const std::vector<std::string>& domain_list::sorted() {
  std::sort(domains_.begin(), domains_.end());
  domains_.erase(std::unique(domains_.begin(), domains_.end()), domains_.end());
  return domains_;
}

}  // namespace leadline::cli
