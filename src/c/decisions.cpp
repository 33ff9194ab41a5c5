#include "c/decisions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include "c/guard.hpp"

using namespace leadline::c;

namespace {

using leadline::decision;
using leadline::decision_kind;

constexpr std::uint32_t absent = std::numeric_limits<std::uint32_t>::max();
constexpr leadline_span nothing = {absent, 0};

/// The numbers of leadline.h, which never change, whatever the order of the library's own.
template <class Kind>
[[nodiscard]] constexpr std::int32_t code_of(Kind kind) noexcept {
  if (kind == Kind::score) return LEADLINE_DECISION_SCORE;
  if (kind == Kind::grade) return LEADLINE_DECISION_GRADE;
  if (kind == Kind::stage) return LEADLINE_DECISION_STAGE;
  if (kind == Kind::status) return LEADLINE_DECISION_STATUS;
  if (kind == Kind::assigned) return LEADLINE_DECISION_ASSIGNED;
  if (kind == Kind::action) return LEADLINE_DECISION_ACTION;
  if (kind == Kind::tag) return LEADLINE_DECISION_TAG;
  if (kind == Kind::rejected) return LEADLINE_DECISION_REJECTED;
  if (kind == Kind::amended) return LEADLINE_DECISION_AMENDED;
  if (kind == Kind::merged) return LEADLINE_DECISION_MERGED;
  if (kind == Kind::forgotten) return LEADLINE_DECISION_FORGOTTEN;
  if (kind == Kind::error) return LEADLINE_DECISION_ERROR;
  if constexpr (requires { Kind::clock; }) {
    if (kind == Kind::clock) return LEADLINE_DECISION_CLOCK;
  }
  if constexpr (requires { Kind::cadence; }) {
    if (kind == Kind::cadence) return LEADLINE_DECISION_CADENCE;
  }
  if constexpr (requires { Kind::recycled; }) {
    if (kind == Kind::recycled) return LEADLINE_DECISION_RECYCLED;
  }
  if constexpr (requires { Kind::held; }) {
    if (kind == Kind::held) return LEADLINE_DECISION_HELD;
  }
  return 0;
}

void put_clock(leadline_decision& out, const leadline::clock_reading& reading) noexcept {
  out.flags |= LEADLINE_DECISION_HAS_CLOCK;
  if (reading.is_breached) out.flags |= LEADLINE_DECISION_WAS_BREACHED;
  out.cycle = reading.cycle;
  out.due_ms = reading.due_ms;
  out.used_ms = reading.used_ms;
  out.left_ms = reading.left_ms;
  out.late_ms = reading.late_ms;
}

constexpr std::size_t kind_count = static_cast<std::size_t>(decision_kind::error) + 1;
constexpr std::array<std::int32_t, kind_count> kind_codes = [] {
  std::array<std::int32_t, kind_count> out{};
  for (std::size_t i = 0; i < kind_count; ++i) out[i] = code_of(static_cast<decision_kind>(i));
  return out;
}();

/// Texts stand below 4 GiB, so that a span is eight bytes; who comes near pulls and clears more often.
[[nodiscard]] inline leadline_span put_text(text_room& texts, std::string_view text) {
  if (text.size() >= absent - texts.size()) throw std::length_error("decisions of 4 GiB");
  texts.reserve_more(text.size());
  return {static_cast<std::uint32_t>(texts.put(text)), static_cast<std::uint32_t>(text.size())};
}

/// A text that stands there already. All decisions of one call live at the same time, so that what lies at the same
/// place is the same: names of the model, and the contact, are put once as long as they follow each other.
class repeated_text {
 public:
  [[nodiscard]] leadline_span put(text_room& texts, std::string_view text) {
    if (text.data() != data_ || text.size() != span_.size) {
      span_ = put_text(texts, text);
      data_ = text.data();
    }
    return span_;
  }
  [[nodiscard]] leadline_span put_if(text_room& texts, const std::optional<std::string_view>& text) {
    return text ? put(texts, *text) : nothing;
  }
  [[nodiscard]] leadline_span put_side(text_room& texts, const leadline::decision_value& side, std::int64_t& milli,
                                       std::uint32_t& flags, std::uint32_t flag) {
    if (const auto* const points = std::get_if<std::int64_t>(&side)) {
      milli = *points;
      flags |= flag;
      return nothing;
    }
    const auto* const text = std::get_if<std::string_view>(&side);
    return text == nullptr ? nothing : put(texts, *text);
  }
  /// That it stands there from a call before.
  void know(const char* data, leadline_span span) noexcept {
    data_ = data;
    span_ = span;
  }

 private:
  const char* data_ = nullptr;
  leadline_span span_ = nothing;
};

/// Writes the records of one call.
class record_writer {
 public:
  explicit record_writer(leadline_decisions& to) noexcept : to_(to) {}

  void add(std::span<const decision> told) {
    const std::size_t first = to_.records.size();
    // A contact's decisions come one after the other, in many calls too: its id stands there once.
    if (first != 0) {
      const leadline_span before = to_.records.back().contact;
      const std::string_view contact = told.front().contact;
      if (to_.texts.view().substr(before.offset, before.size) == contact) contact_.know(contact.data(), before);
    }
    if (to_.records.capacity() < first + told.size()) {
      to_.records.reserve(std::max(first + told.size(), 2 * first));
    }
    to_.records.resize(first + told.size());
    for (std::size_t i = 0; i < told.size(); ++i) fill(to_.records[first + i], told[i]);
  }

 private:
  /// REQUIRES a record that is zero.
  void fill(leadline_decision& out, const decision& told) {
    text_room& texts = to_.texts;
    std::uint32_t flags = told.is_late ? LEADLINE_DECISION_IS_LATE : 0;
    out.at_ms = told.at.ms();
    out.seq = told.seq;
    out.corrects = told.corrects;
    out.kind = kind_codes[static_cast<std::size_t>(told.kind)];
    out.contact = contact_.put(texts, told.contact);
    out.about = told.about.empty() ? nothing : about_.put(texts, told.about);
    out.from = side_.put_side(texts, told.from, out.from_milli, flags, LEADLINE_DECISION_FROM_POINTS);
    out.to = side_.put_side(texts, told.to, out.to_milli, flags, LEADLINE_DECISION_TO_POINTS);
    out.text = told.text.empty() ? nothing : text_.put(texts, told.text);
    out.rule = rule_.put_if(texts, told.rule);
    out.reason = reason_.put_if(texts, told.reason);
    out.cause = cause_.put_if(texts, told.cause);
    out.now = nothing;
    out.flags = flags;
    if (told.reading) put_clock(out, *told.reading);
    if (told.now != nullptr) {
      std::string now;
      append_json(now, *told.now);
      out.now = put_text(texts, now);
    }
  }

  leadline_decisions& to_;
  repeated_text contact_, about_, side_, text_, rule_, reason_, cause_;
};

// --- And back: a record as the decision that it tells

[[nodiscard]] decision_kind kind_of(std::int32_t code) noexcept {
  for (std::size_t i = 0; i < kind_count; ++i) {
    if (kind_codes[i] == code) return static_cast<decision_kind>(i);
  }
  return decision_kind::error;
}

[[nodiscard]] std::optional<std::string_view> piece(std::string_view texts, leadline_span span) noexcept {
  if (span.offset == absent) return std::nullopt;
  return texts.substr(span.offset, span.size);
}

[[nodiscard]] leadline::decision_value side_of(std::string_view texts, leadline_span text, bool is_points,
                                               std::int64_t milli) noexcept {
  if (is_points) return milli;
  if (const auto found = piece(texts, text)) return *found;
  return std::monostate();
}

/// A view into the texts, without what an amended decision is now.
[[nodiscard]] decision decision_of(std::string_view texts, const leadline_decision& from) noexcept {
  decision out;
  out.seq = from.seq;
  out.at = leadline::instant::from_ms(from.at_ms);
  out.kind = kind_of(from.kind);
  out.is_late = (from.flags & LEADLINE_DECISION_IS_LATE) != 0;
  out.contact = piece(texts, from.contact).value_or(std::string_view());
  out.about = piece(texts, from.about).value_or(std::string_view());
  out.text = piece(texts, from.text).value_or(std::string_view());
  out.from = side_of(texts, from.from, (from.flags & LEADLINE_DECISION_FROM_POINTS) != 0, from.from_milli);
  out.to = side_of(texts, from.to, (from.flags & LEADLINE_DECISION_TO_POINTS) != 0, from.to_milli);
  out.rule = piece(texts, from.rule);
  out.reason = piece(texts, from.reason);
  out.cause = piece(texts, from.cause);
  out.corrects = from.corrects;
  if ((from.flags & LEADLINE_DECISION_HAS_CLOCK) != 0) {
    out.reading = leadline::clock_reading{.cycle = from.cycle,
                                          .due_ms = from.due_ms,
                                          .used_ms = from.used_ms,
                                          .left_ms = from.left_ms,
                                          .late_ms = from.late_ms,
                                          .is_breached = (from.flags & LEADLINE_DECISION_WAS_BREACHED) != 0};
  }
  return out;
}

void append_line(std::string& out, std::string_view texts, const leadline_decision& from) {
  const std::size_t start = out.size();
  append_json(out, decision_of(texts, from));
  if (const auto now = piece(texts, from.now)) {
    // Within a text every quote has a backslash before it, so that nothing else can look like this.
    constexpr std::string_view nothing_now = ", \"now\": null";
    const std::size_t at = out.find(nothing_now, start);
    if (at == std::string::npos) throw std::logic_error("an amended decision without a place for what it is now");
    out.replace(at + nothing_now.size() - 4, 4, *now);
  }
  out += '\n';
}

}  // namespace

namespace leadline::c {

void make_room(leadline_decisions& in) {
  constexpr std::size_t text_size = 131'072;
  constexpr std::size_t record_count = 1'024;
  if (in.texts.size() + 64 * text_size >= absent) throw std::length_error("decisions of 4 GiB");
  // What is small moves for little.
  const auto make = [](auto& list, std::size_t count) {
    if (list.capacity() > count && list.capacity() - list.size() < count) list.reserve(list.capacity() * 2);
  };
  make(in.json, text_size);
  if (in.texts.size() > text_size) in.texts.reserve_more(text_size);
  make(in.records, record_count);
}

void add(leadline_decisions& to, std::span<const decision> told) {
  if (told.empty()) return;
  decisions_mark mark(&to);
  if ((to.forms & LEADLINE_AS_RECORDS) != 0) record_writer(to).add(told);
  if ((to.forms & LEADLINE_AS_JSON) != 0) {
    for (const decision& each : told) {
      append_json(to.json, each);
      to.json += '\n';
    }
  }
  to.count += told.size();
  mark.keep();
}

}  // namespace leadline::c

extern "C" {

leadline_status leadline_decisions_create(int32_t forms, leadline_decisions** out) {
  if (out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  *out = nullptr;
  if (forms < LEADLINE_AS_RECORDS || forms > (LEADLINE_AS_RECORDS | LEADLINE_AS_JSON)) return LEADLINE_INVALID_ARGUMENT;
  return guarded(nullptr, [&] {
    *out = new leadline_decisions();
    (*out)->forms = forms;
    return LEADLINE_OK;
  });
}

void leadline_decisions_free(leadline_decisions* decisions) { delete decisions; }

void leadline_decisions_clear(leadline_decisions* decisions) {
  if (decisions == nullptr) return;
  decisions->count = 0;
  decisions->records.clear();
  decisions->texts.clear();
  decisions->json.clear();
}

uint64_t leadline_decisions_count(const leadline_decisions* decisions) {
  return decisions == nullptr ? 0 : decisions->count;
}

const leadline_decision* leadline_decisions_records(const leadline_decisions* decisions, uint32_t* out_stride) {
  if (out_stride != nullptr) *out_stride = sizeof(leadline_decision);
  return decisions == nullptr || decisions->records.empty() ? nullptr : decisions->records.data();
}

leadline_text leadline_decisions_texts(const leadline_decisions* decisions) {
  return text_of(decisions == nullptr ? std::string_view() : decisions->texts.view());
}

leadline_text leadline_decisions_json(const leadline_decisions* decisions) {
  return text_of(decisions == nullptr ? std::string_view() : std::string_view(decisions->json));
}

leadline_status leadline_decisions_write_json(const leadline_decisions* decisions, uint64_t first, uint64_t count,
                                              leadline_buffer* out) {
  if (out != nullptr) out->content.clear();
  if (decisions == nullptr || out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  if (first > decisions->count || count > decisions->count - first) return LEADLINE_OUT_OF_RANGE;
  if ((decisions->forms & LEADLINE_AS_RECORDS) == 0) return LEADLINE_UNSUPPORTED;
  return guarded(nullptr, [&] {
    std::string lines;
    for (std::uint64_t i = first; i < first + count; ++i)
      append_line(lines, decisions->texts.view(), decisions->records[i]);
    out->content.swap(lines);
    return LEADLINE_OK;
  });
}

}  // extern "C"
