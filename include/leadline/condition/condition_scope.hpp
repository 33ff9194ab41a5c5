#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/condition/text_set.hpp"

namespace leadline {

/// Where a slot lives: in the row that the contact (or any other subject) keeps, or in that of the event at hand.
enum class slot_space : std::uint8_t { row, event };

/// One place in one of the two rows.
struct slot_reference {
  slot_space space = slot_space::row;
  std::uint32_t index = 0;
  [[nodiscard]] friend constexpr bool operator==(slot_reference, slot_reference) noexcept = default;
  [[nodiscard]] friend constexpr auto operator<=>(slot_reference, slot_reference) noexcept = default;
};

/// What a declaration promises of a path's values. `any` promises nothing.
enum class declared_type : std::uint8_t { any, number, boolean, date, text, texts };

/// A type as authors know it: "a number", "a list of texts".
[[nodiscard]] std::string_view name_of(declared_type type) noexcept;

/// Whether a value can change without an event, and if so, whether only at instants known beforehand.
enum class movement : std::uint8_t {
  still,           // changes with events, or at instants known beforehand (windows, streaks, clocks)
  moves_with_time  // changes with every millisecond: since, days_in_stage, a score with decay or idle rules
};

enum class nullability : std::uint8_t { never_null, can_be_null };

/// What a scope knows of one path.
struct scope_path {
  slot_reference slot;
  declared_type type = declared_type::any;
  nullability null = nullability::can_be_null;
  leadline::movement movement = movement::still;
  /// Where a path takes one of a few texts (a stage, a clock's state, a grade), those: a comparison with another
  /// can never hold. Empty: any text. Must live as long as the scope.
  const std::vector<std::string>* allowed_texts = nullptr;
};

/// Which paths a condition may read, and where their values stand: the bridge between the names of an author and the
/// slots of a row. The pack implements it over its declarations; `json_scope` takes any path.
///
///     class two_fields : public condition_scope {
///       std::optional<scope_path> find(std::string_view path) override {
///         if (path == "contact.size") return scope_path{.slot = {slot_space::row, 0}, .type = declared_type::number};
///         return std::nullopt;
///       }
///       ...
///     };
///
/// Used while compiling only, by one thread at a time.
class condition_scope {
 public:
  condition_scope() = default;
  condition_scope(const condition_scope&) = default;
  condition_scope& operator=(const condition_scope&) = default;
  virtual ~condition_scope() = default;

  /// The place of `path`, or nothing if no declaration could ever fill it. Lists (`list.<id>`) are not asked here.
  [[nodiscard]] virtual std::optional<scope_path> find(std::string_view path) = 0;

  /// Why there is no such path, where the scope knows better than "nothing declares it" (event.* where no event is
  /// at hand): a sentence without a full stop, or empty.
  [[nodiscard]] virtual std::string why_not(std::string_view path) const;

  /// Every path there is, `list.<id>` included, for suggestions.
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;

  /// The list read as `list.<id>`, or null.
  [[nodiscard]] virtual std::shared_ptr<const text_set> find_list(std::string_view id) const;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/condition/detail/condition_scope_inl.hpp"
#endif
