#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/condition/text_set.hpp"
#include "leadline/pack/detail/pack_text.hpp"
#include "leadline/pack/list_source.hpp"
#include "leadline/pack/pack.hpp"

namespace leadline::detail {

/// A path that stays beside the pack on every system: relative, with `/`, and no step upwards.
[[nodiscard]] inline bool is_plain_path(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\\') != std::string_view::npos ||
      path.find(':') != std::string_view::npos || path.find('\0') != std::string_view::npos) {
    return false;
  }
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return true;
}

/// The texts of a list's file: one a line, `#` begins a comment, blanks around are dropped, empty lines too.
[[nodiscard]] inline std::vector<std::string_view> list_lines(std::string_view text) {
  std::vector<std::string_view> out;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    line = line.substr(0, line.find('#'));
    const auto is_blank = [](char letter) { return letter == ' ' || letter == '\t' || letter == '\r'; };
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    if (!line.empty()) out.push_back(line);
  }
  return out;
}

/// Builds every list of a pack. One that cannot be read is told and stands empty, so that conditions that use it
/// are not told as well.
[[nodiscard]] inline std::vector<std::shared_ptr<const text_set>> read_lists(const pack& content,
                                                                             const list_source* source,
                                                                             diagnostics& problems) {
  std::vector<std::shared_ptr<const text_set>> out;
  out.reserve(content.lists.size());
  for (const list_spec& list : content.lists) {
    auto empty = std::make_shared<const text_set>();
    if (!list.file) {
      out.push_back(list.items.empty() ? std::move(empty)
                                       : std::make_shared<const text_set>(std::span<const std::string>(list.items)));
      continue;
    }
    out.push_back(std::move(empty));
    if (!is_plain_path(list.file.name)) {
      problems.add(list.file.where.blame(
          {.code = "list.bad_path",
           .message = quoted_name(list.file.name) + " is no path beside the pack",
           .expected = "a relative path with \"/\" and without \"..\", such as lists/free_mail.txt"}));
      continue;
    }
    if (source == nullptr) {
      problems.add(list.file.where.blame({.code = "list.unreadable",
                                          .message = "the list's file " + quoted_name(list.file.name) +
                                                     " cannot be read: files are not available here"}));
      continue;
    }
    result<std::string> text = source->read(list.file.name);
    if (!text) {
      for (const diagnostic& problem : text.error()) problems.add(list.file.where.blame(problem));
      continue;
    }
    if (text->size() > limits::list_file_size_max) {
      problems.add(list.file.where.blame(
          {.code = "pack.limit",
           .message = quoted_name(list.file.name) + " has " + std::to_string(text->size()) +
                      " bytes; the limit list_file_size_max is " + std::to_string(limits::list_file_size_max)}));
      continue;
    }
    const std::vector<std::string_view> lines = list_lines(*text);
    if (lines.size() > limits::list_item_count_max) {
      problems.add(list.file.where.blame(
          {.code = "pack.limit",
           .message = quoted_name(list.file.name) + " has " + std::to_string(lines.size()) +
                      " entries; the limit list_item_count_max is " + std::to_string(limits::list_item_count_max)}));
      continue;
    }
    if (lines.empty()) {
      problems.add(
          list.file.where.blame({.severity = severity::warning,
                                 .code = "list.empty",
                                 .message = quoted_name(list.file.name) + " has no entry, so nothing is in the list"}));
    }
    out.back() = std::make_shared<const text_set>(std::span<const std::string_view>(lines));
  }
  return out;
}

}  // namespace leadline::detail
