#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/diagnostic.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/report/ratio.hpp"

namespace leadline::cli {

/// The members of an object that somebody wrote, each taken once; what is not as it should be is told, with codes of
/// `area`.
///
///     object_members members(line, problems, "plan", {"item", "volume"});
///     const ratio volume = members.number("volume");
///
/// For one thread; the document outlives it.
class object_members {
 public:
  object_members(document::node object, diagnostics& problems, std::string area, std::vector<std::string_view> names)
      : object_(object), problems_(&problems), area_(std::move(area)), names_(std::move(names)) {
    if (!object_.is_object()) {
      problems_->add(object_.blame({.code = area_ + ".not_an_object", .message = "this is not an object"}));
      return;
    }
    for (const document::node each : object_.children()) {
      if (std::find(names_.begin(), names_.end(), each.key()) != names_.end()) continue;
      problems_->add(each.blame_key({.code = area_ + ".unknown_key",
                                     .message = "there is no key \"" + std::string(each.key()) + "\"",
                                     .suggestion = nearest_name(each.key(), names_),
                                     .allowed = {names_.begin(), names_.end()}}));
    }
  }

  [[nodiscard]] std::string text(std::string_view name) {
    const document::node value = object_[name];
    if (value.is_text() && !value.text().empty()) return std::string(value.text());
    wrong(name, value, "a text");
    return {};
  }

  /// Absent is empty.
  [[nodiscard]] std::string text_if(std::string_view name) { return object_[name] ? text(name) : std::string(); }

  [[nodiscard]] ratio number(std::string_view name) {
    const std::optional<ratio> value = number_if(name);
    if (!value && !object_[name]) wrong(name, {}, "a number");
    return value.value_or(ratio(0));
  }

  /// Absent is nothing.
  [[nodiscard]] std::optional<ratio> number_if(std::string_view name) {
    const document::node value = object_[name];
    if (!value) return std::nullopt;
    // The digits as written: a double would not be the number that stands there.
    const std::optional<ratio> read = value.is_number() ? ratio::parse(value.source()) : std::nullopt;
    if (!read) wrong(name, value, "a number of at most 18 digits, without exponent");
    return read;
  }

  /// A share as a number or, such as "25%", as a text.
  [[nodiscard]] std::optional<ratio> share_if(std::string_view name) {
    const document::node value = object_[name];
    if (!value.is_text()) return number_if(name);
    const std::optional<ratio> read = ratio::parse(value.text());
    if (!read) wrong(name, value, "a number, or a percentage");
    return read;
  }

  [[nodiscard]] bool is_set(std::string_view name) {
    const document::node value = object_[name];
    if (value && !value.is_boolean()) wrong(name, value, "true or false");
    return value.is_boolean() && value.boolean();
  }

  [[nodiscard]] std::optional<std::int64_t> count_if(std::string_view name) {
    const document::node value = object_[name];
    if (!value) return std::nullopt;
    if (value.is_integer()) return value.integer();
    wrong(name, value, "a whole number");
    return std::nullopt;
  }

  void wrong(std::string_view name, document::node value, std::string expected) {
    if (!object_.is_object()) return;
    if (value) {
      problems_->add(value.blame({.code = area_ + ".wrong_type",
                                  .message = "\"" + std::string(name) + "\" is " + std::string(value.source()),
                                  .expected = std::move(expected)}));
    } else {
      problems_->add(object_.blame({.code = area_ + ".missing_key",
                                    .message = "\"" + std::string(name) + "\" is not there",
                                    .expected = std::move(expected)}));
    }
  }

 private:
  document::node object_;
  diagnostics* problems_;
  std::string area_;
  std::vector<std::string_view> names_;
};

}  // namespace leadline::cli
