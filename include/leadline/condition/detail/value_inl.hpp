#pragma once

#include <cmath>

#include "leadline/base/json_text.hpp"
#include "leadline/condition/detail/number_text.hpp"
#include "leadline/condition/value.hpp"
#include "leadline/time/instant.hpp"

namespace leadline {
LEADLINE_INLINE bool is_true(value content) noexcept {
  switch (content.kind()) {
    case value_kind::null: return false;
    case value_kind::boolean: return content.boolean();
    case value_kind::integer: return content.integer() != 0;
    case value_kind::real: return content.real() != 0 && !std::isnan(content.real());
    case value_kind::text: return !content.text().empty();
    case value_kind::list: return !content.items().empty();
    case value_kind::date:
    case value_kind::object: return true;
  }
  return false;
}

LEADLINE_INLINE void append_json(std::string& out, value content) {
  switch (content.kind()) {
    case value_kind::null: out += "null"; return;
    case value_kind::boolean: out += content.boolean() ? "true" : "false"; return;
    case value_kind::integer:
    case value_kind::real: {
      if (content.kind() == value_kind::real && !std::isfinite(content.real())) {
        out += "null";
        return;
      }
      char digits[32];
      out.append(digits, detail::write_number(content, digits));
      return;
    }
    case value_kind::date:
      out += '"';
      instant::from_ms(content.date_ms()).append_to(out);
      out += '"';
      return;
    case value_kind::text: json_text::append_quoted(out, content.text()); return;
    case value_kind::list: {
      char before = '[';
      for (const value& item : content.items()) {
        out += before;
        append_json(out, item);
        before = ',';
      }
      if (before == '[') out += '[';
      out += ']';
      return;
    }
    case value_kind::object: {
      char before = '{';
      for (const value::member& each : content.members()) {
        out += before;
        json_text::append_quoted(out, each.key);
        out += ':';
        append_json(out, each.content);
        before = ',';
      }
      if (before == '{') out += '{';
      out += '}';
      return;
    }
  }
}

LEADLINE_INLINE std::string to_json(value content) {
  std::string out;
  append_json(out, content);
  return out;
}

}  // namespace leadline
