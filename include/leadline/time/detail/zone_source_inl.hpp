#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "leadline/base/limits.hpp"
#include "leadline/time/detail/time_text.hpp"
#include "leadline/time/zone_source.hpp"

namespace leadline {

namespace detail {

/// Names are paths below the database's folder; nothing that could leave it is a name.
[[nodiscard]] inline bool is_zone_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > limits::zone_name_size_max || name.front() == '/' || name.back() == '/') {
    return false;
  }
  const auto is_name_letter = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '_' || letter == '-' || letter == '+' || letter == '/';
  };
  // `posix/` and `right/` repeat the database, the latter counting leap seconds, which instants do not.
  return std::all_of(name.begin(), name.end(), is_name_letter) && !name.starts_with("posix/") &&
         !name.starts_with("right/");
}

[[nodiscard]] inline tl::unexpected<diagnostics> unknown_zone(std::string_view name) {
  diagnostic problem;
  problem.code = "time_zone.unknown";
  problem.message = "there is no time zone " + quoted_time_text(name);
  problem.expected = "a name of the IANA time zone database, such as Europe/Berlin";
  return failure(std::move(problem));
}

/// The first bytes of the file, at most `size_max`; empty when it cannot be read.
[[nodiscard]] inline std::string read_zone_file(const std::filesystem::path& path, std::size_t size_max) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return {};
  std::ifstream file(path, std::ios::binary);
  std::string bytes(size_max, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

inline constexpr std::string_view zone_file_magic = "TZif";

}  // namespace detail

LEADLINE_INLINE system_zones::system_zones() {
  std::error_code none;
  for (const char* folder : {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
                             "/var/db/timezone/zoneinfo"}) {
    folder_ = folder;
    if (std::filesystem::is_directory(folder_, none)) return;
  }
}

LEADLINE_INLINE system_zones::system_zones(std::string folder) : folder_(std::move(folder)) {}

LEADLINE_INLINE result<std::string> system_zones::read(std::string_view name) const {
  std::error_code none;
  if (!std::filesystem::is_directory(folder_, none)) {
    diagnostic problem;
    problem.code = "time_zone.no_database";
    problem.message = "the time zone database is not installed (looked in " + folder_ + ")";
    problem.expected = "the operating system's package tzdata";
    return failure(std::move(problem));
  }
  if (!detail::is_zone_name(name)) return detail::unknown_zone(name);
  std::string bytes =
      detail::read_zone_file(std::filesystem::path(folder_) / std::string(name), limits::zone_file_size_max + 1);
  if (!bytes.starts_with(detail::zone_file_magic)) return detail::unknown_zone(name);
  return bytes;
}

LEADLINE_INLINE std::vector<std::string> system_zones::names() const {
  namespace fs = std::filesystem;
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator at(folder_, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().lexically_relative(folder_).generic_string();
    if (!detail::is_zone_name(name)) {
      if (name == "posix" || name == "right") at.disable_recursion_pending();
      continue;
    }
    if (detail::read_zone_file(at->path(), detail::zone_file_magic.size()) == detail::zone_file_magic) {
      found.push_back(name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace leadline
