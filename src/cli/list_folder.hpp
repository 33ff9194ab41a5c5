#pragma once

#include <string>
#include <string_view>

#include "leadline/pack/list_source.hpp"

namespace leadline::cli {

/// The list files beside a pack: names are looked up in the pack's own folder and nowhere else. A name cannot lead
/// out of it; a link that its owner put there may.
///
///     list_folder lists = list_folder::beside("rules/smarketing.json");   // reads rules/lists/free_mail.txt
///
/// May be used from many threads.
class list_folder final : public list_source {
 public:
  explicit list_folder(std::string folder) : folder_(std::move(folder)) {}
  /// The folder of a pack's file; of standard input (`-`) the working folder.
  [[nodiscard]] static list_folder beside(const std::string& pack_path);

  [[nodiscard]] result<std::string> read(std::string_view name) const override;

 private:
  std::string folder_;
};

}  // namespace leadline::cli
