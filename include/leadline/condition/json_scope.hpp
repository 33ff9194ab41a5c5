#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/result.hpp"
#include "leadline/condition/condition_scope.hpp"
#include "leadline/condition/value.hpp"

namespace leadline {

namespace detail {
struct json_row_storage;
}

/// A scope that takes any path and gives each a slot of its own: conditions over plain JSON data, without
/// declarations. `json_row` then reads from a JSON text only the paths that some condition mentions.
///
///     json_scope scope;
///     auto rule = condition::compile(R"({"in": [{"var": "country"}, ["US", "GB"]]})", {.scope = &scope});
///     json_row row(scope);
///     condition_scratch scratch;
///     if (row.read(line)) hit = rule->holds({.slots = row.slots()}, scratch);
///
/// Used by one thread at a time.
class json_scope final : public condition_scope {
 public:
  [[nodiscard]] std::optional<scope_path> find(std::string_view path) override;
  [[nodiscard]] std::vector<std::string> names() const override;

  /// Paths in the order of their slots. The empty path is the whole data.
  [[nodiscard]] const std::vector<std::string>& paths() const noexcept { return paths_; }

 private:
  std::vector<std::string> paths_;
  std::unordered_map<std::string, std::uint32_t> slots_;
};

/// The values of a scope's paths in one JSON document after the other. Keeps its memory, so that reading allocates
/// nothing once it has seen the largest text. The scope's paths are those at construction.
///
/// A path that is absent is null. `a.0` is an item of a list, counted from 0. Owned by one thread.
class json_row {
 public:
  explicit json_row(const json_scope& scope);
  json_row(json_row&&) noexcept;
  json_row& operator=(json_row&&) noexcept;
  ~json_row();

  /// Replaces all values. Values that no path leads to are skipped; the text is copied, so it may go away.
  [[nodiscard]] result<void> read(std::string_view json);
  /// The document must outlive the use of slots().
  void read(document::node data);

  [[nodiscard]] std::span<const value> slots() const noexcept;

 private:
  std::unique_ptr<detail::json_row_storage> storage_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/condition/detail/json_scope_inl.hpp"
#endif
