#include "c/decisions.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
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

/// How a clock stands, where the decision tells it.
template <class Decision>
void put_clock(leadline_decision& out, const Decision& told) noexcept {
  if constexpr (requires { told.reading->due_ms; }) {
    if (!told.reading) return;
    out.flags |= LEADLINE_DECISION_HAS_CLOCK;
    if (told.reading->is_breached) out.flags |= LEADLINE_DECISION_WAS_BREACHED;
    out.cycle = told.reading->cycle;
    out.due_ms = told.reading->due_ms;
    out.used_ms = told.reading->used_ms;
    out.left_ms = told.reading->left_ms;
    out.late_ms = told.reading->late_ms;
  }
}

/// Texts stand below 4 GiB, so that a span is eight bytes; who comes near pulls and clears more often.
[[nodiscard]] leadline_span put(std::string& texts, std::string_view text) {
  if (texts.size() + text.size() >= absent) throw std::length_error("decisions of 4 GiB");
  const leadline_span out = {static_cast<std::uint32_t>(texts.size()), static_cast<std::uint32_t>(text.size())};
  texts += text;
  return out;
}

template <class Text>
[[nodiscard]] leadline_span put_if(std::string& texts, const Text& text) {
  return text ? put(texts, *text) : nothing;
}

template <class Side>
void put_side(leadline_decisions& to, const Side& side, leadline_span& text, std::int64_t& milli, std::uint32_t& flags,
              std::uint32_t flag) {
  text = nothing;
  std::visit(
      [&](const auto& content) {
        using content_type = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<content_type, std::int64_t>) {
          milli = content;
          flags |= flag;
        } else if constexpr (!std::is_same_v<content_type, std::monostate>) {
          text = put(to.texts, content);
        }
      },
      side);
}

void add_record(leadline_decisions& to, const decision& told) {
  leadline_decision out{};
  out.at_ms = told.at.ms();
  out.seq = told.seq;
  out.corrects = told.corrects;
  out.kind = code_of(told.kind);
  put_clock(out, told);
  if (told.is_late) out.flags |= LEADLINE_DECISION_IS_LATE;
  // A contact's decisions come one after the other: its id stands there once.
  const std::string_view contact = told.contact;
  const leadline_span before = to.records.empty() ? nothing : to.records.back().contact;
  if (before.offset != absent && std::string_view(to.texts).substr(before.offset, before.size) == contact) {
    out.contact = before;
  } else {
    out.contact = put(to.texts, contact);
  }
  out.about = std::string_view(told.about).empty() ? nothing : put(to.texts, told.about);
  put_side(to, told.from, out.from, out.from_milli, out.flags, LEADLINE_DECISION_FROM_POINTS);
  put_side(to, told.to, out.to, out.to_milli, out.flags, LEADLINE_DECISION_TO_POINTS);
  out.text = std::string_view(told.text).empty() ? nothing : put(to.texts, told.text);
  out.rule = put_if(to.texts, told.rule);
  out.reason = put_if(to.texts, told.reason);
  out.cause = put_if(to.texts, told.cause);
  out.now = nothing;
  if (told.now) {
    const std::size_t offset = to.texts.size();
    append_json(to.texts, *told.now);
    if (to.texts.size() >= absent) throw std::length_error("decisions of 4 GiB");
    out.now = {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(to.texts.size() - offset)};
  }
  to.records.push_back(out);
}

// --- And back: a record as the decision that it tells

[[nodiscard]] decision_kind kind_of(std::int32_t code) noexcept {
  for (int i = 0; i <= static_cast<int>(decision_kind::error); ++i) {
    if (code_of(static_cast<decision_kind>(i)) == code) return static_cast<decision_kind>(i);
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

void add(leadline_decisions& to, std::span<const decision> told) {
  decisions_mark mark(&to);
  for (const decision& each : told) {
    if ((to.forms & LEADLINE_AS_RECORDS) != 0) add_record(to, each);
    if ((to.forms & LEADLINE_AS_JSON) != 0) {
      append_json(to.json, each);
      to.json += '\n';
    }
    ++to.count;
  }
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
  return text_of(decisions == nullptr ? std::string_view() : std::string_view(decisions->texts));
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
    for (std::uint64_t i = first; i < first + count; ++i) append_line(lines, decisions->texts, decisions->records[i]);
    out->content.swap(lines);
    return LEADLINE_OK;
  });
}

}  // extern "C"
