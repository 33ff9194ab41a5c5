#include "decision_table.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "leadline/leadline.h"

namespace leadline::python {

namespace {

/// What a column holds, and which member of a record it is.
enum class content { text, integer, instant, points, truth };
struct column_kind {
  const char* name;
  content of;
  bool is_nullable;
};
constexpr std::array column_kinds = {
    column_kind{"contact", content::text, false},    column_kind{"seq", content::integer, false},
    column_kind{"at", content::instant, false},      column_kind{"kind", content::text, false},
    column_kind{"about", content::text, true},       column_kind{"from", content::text, true},
    column_kind{"to", content::text, true},          column_kind{"from_points", content::points, true},
    column_kind{"to_points", content::points, true}, column_kind{"text", content::text, true},
    column_kind{"rule", content::text, true},        column_kind{"reason", content::text, true},
    column_kind{"cause", content::text, true},       column_kind{"late", content::truth, false},
    column_kind{"corrects", content::integer, true}, column_kind{"now", content::text, true},
    column_kind{"cycle", content::integer, true},    column_kind{"due", content::instant, true},
    column_kind{"used_ms", content::integer, true},  column_kind{"left_ms", content::integer, true},
    column_kind{"late_ms", content::integer, true},  column_kind{"breached", content::truth, true},
};

[[nodiscard]] const char* format_of(content of) noexcept {
  switch (of) {
    case content::text: return "U";
    case content::integer: return "l";
    case content::instant: return "tsm:UTC";
    case content::points: return "g";
    case content::truth: return "b";
  }
  return "n";
}

/// Bytes that are not made zero first.
using room = std::unique_ptr<unsigned char[]>;
[[nodiscard]] room room_of(std::size_t size) { return room(new unsigned char[size]); }

/// Buffers as Arrow has them. Those of a column without anything are the table's zeros.
struct column {
  content of = content::text;
  std::int64_t null_count = 0;
  const void* validity = nullptr;
  const void* values = nullptr;
  const void* text = nullptr;
};

struct table {
  std::array<column, column_kinds.size()> columns;
  std::int64_t count = 0;
  std::vector<room> rooms;
  const void* zeros = nullptr;
};

[[nodiscard]] std::string_view text_of_span(std::string_view texts, leadline_span span) noexcept {
  return span.offset == UINT32_MAX ? std::string_view() : texts.substr(span.offset, span.size);
}

/// Fills the columns of a table, each in one go over the records: most hold nothing, and cost no more than that is
/// found out.
class table_maker {
 public:
  table_maker(const unsigned char* records, std::uint32_t stride, std::uint64_t count, std::string_view texts)
      : records_(records), stride_(stride), count_(count), texts_(texts), made_(std::make_shared<table>()) {
    made_->count = static_cast<std::int64_t>(count);
    // One for the bits, one for an offset more than there are rows.
    const std::size_t size = (count + 1) * sizeof(std::int64_t);
    room zeros = room_of(size);
    std::memset(zeros.get(), 0, size);
    made_->zeros = keep(std::move(zeros));
  }

  [[nodiscard]] std::shared_ptr<const table> make() {
    const auto of_clock = [](const leadline_decision& each) { return (each.flags & LEADLINE_DECISION_HAS_CLOCK) != 0; };
    const auto always = [](const leadline_decision&) { return true; };
    add_text(&leadline_decision::contact);
    add_integers(always, [](const leadline_decision& each) { return static_cast<std::int64_t>(each.seq); });
    add_integers(always, [](const leadline_decision& each) { return each.at_ms; });
    add_texts([](const leadline_decision&) { return true; },
              [](const leadline_decision& each) { return name_of_kind(each.kind); });
    add_text(&leadline_decision::about);
    add_text(&leadline_decision::from);
    add_text(&leadline_decision::to);
    add_points(LEADLINE_DECISION_FROM_POINTS, &leadline_decision::from_milli);
    add_points(LEADLINE_DECISION_TO_POINTS, &leadline_decision::to_milli);
    add_text(&leadline_decision::text);
    add_text(&leadline_decision::rule);
    add_text(&leadline_decision::reason);
    add_text(&leadline_decision::cause);
    add_truths(always, LEADLINE_DECISION_IS_LATE);
    add_integers([](const leadline_decision& each) { return each.kind == LEADLINE_DECISION_AMENDED; },
                 [](const leadline_decision& each) { return static_cast<std::int64_t>(each.corrects); });
    add_text(&leadline_decision::now);
    add_integers(of_clock, [](const leadline_decision& each) { return std::int64_t{each.cycle}; });
    add_integers(of_clock, [](const leadline_decision& each) { return each.due_ms; });
    add_integers(of_clock, [](const leadline_decision& each) { return each.used_ms; });
    add_integers(of_clock, [](const leadline_decision& each) { return each.left_ms; });
    add_integers(of_clock, [](const leadline_decision& each) { return each.late_ms; });
    add_truths(of_clock, LEADLINE_DECISION_WAS_BREACHED);
    return std::move(made_);
  }

 private:
  [[nodiscard]] const leadline_decision& at(std::uint64_t row) const noexcept {
    return *reinterpret_cast<const leadline_decision*>(records_ + row * stride_);
  }
  [[nodiscard]] unsigned char* keep(room made) { return made_->rooms.emplace_back(std::move(made)).get(); }
  /// So many bytes that live as long as the table.
  [[nodiscard]] unsigned char* new_room(std::size_t size) { return keep(room_of(size)); }
  [[nodiscard]] unsigned char* new_bits() {
    unsigned char* const bits = new_room(count_ / 8 + 1);
    std::memset(bits, 0, count_ / 8 + 1);
    return bits;
  }
  template <class Is>
  void set_bits(unsigned char* bits, const Is& is) const {
    for (std::uint64_t row = 0; row < count_; ++row) {
      if (is(at(row))) bits[row / 8] = static_cast<unsigned char>(bits[row / 8] | (1U << (row % 8)));
    }
  }
  /// The next column, with its nulls; false where it holds nothing, and is done.
  template <class Is>
  [[nodiscard]] bool begin(content of, const Is& is_there) {
    column& next = made_->columns[column_count_++];
    next.of = of;
    std::uint64_t there_count = 0;
    for (std::uint64_t row = 0; row < count_; ++row) there_count += is_there(at(row)) ? 1 : 0;
    next.null_count = static_cast<std::int64_t>(count_ - there_count);
    next.values = next.text = made_->zeros;
    if (there_count == 0) {
      if (count_ != 0) next.validity = made_->zeros;
      return false;
    }
    if (there_count != count_) {
      unsigned char* const bits = new_bits();
      set_bits(bits, is_there);
      next.validity = bits;
    }
    return true;
  }
  [[nodiscard]] column& current() noexcept { return made_->columns[column_count_ - 1]; }

  void add_text(leadline_span leadline_decision::*span) {
    add_texts([span](const leadline_decision& each) { return (each.*span).offset != UINT32_MAX; },
              [this, span](const leadline_decision& each) { return text_of_span(texts_, each.*span); });
  }
  template <class Is, class Text>
  void add_texts(const Is& is_there, const Text& text_of) {
    if (!begin(content::text, is_there)) return;
    auto* const offsets = reinterpret_cast<std::int64_t*>(new_room((count_ + 1) * sizeof(std::int64_t)));
    std::int64_t size = 0;
    for (std::uint64_t row = 0; row < count_; ++row) {
      offsets[row] = size;
      size += static_cast<std::int64_t>(text_of(at(row)).size());
    }
    offsets[count_] = size;
    unsigned char* const text = new_room(static_cast<std::size_t>(size) + 1);
    for (std::uint64_t row = 0; row < count_; ++row) {
      const std::string_view from = text_of(at(row));
      if (!from.empty()) std::memcpy(text + offsets[row], from.data(), from.size());
    }
    current().values = offsets;
    current().text = text;
  }
  template <class Is, class Number>
  void add_integers(const Is& is_there, const Number& number_of) {
    if (!begin(column_kinds[column_count_].of, is_there)) return;
    auto* const values = reinterpret_cast<std::int64_t*>(new_room(count_ * sizeof(std::int64_t)));
    for (std::uint64_t row = 0; row < count_; ++row) values[row] = is_there(at(row)) ? number_of(at(row)) : 0;
    current().values = values;
  }
  void add_points(std::uint32_t flag, std::int64_t leadline_decision::*milli) {
    const auto is_there = [flag](const leadline_decision& each) { return (each.flags & flag) != 0; };
    if (!begin(content::points, is_there)) return;
    auto* const values = reinterpret_cast<double*>(new_room(count_ * sizeof(double)));
    for (std::uint64_t row = 0; row < count_; ++row) {
      values[row] = is_there(at(row)) ? static_cast<double>(at(row).*milli) / 1000 : 0;
    }
    current().values = values;
  }
  template <class Is>
  void add_truths(const Is& is_there, std::uint32_t flag) {
    if (!begin(content::truth, is_there)) return;
    unsigned char* const bits = new_bits();
    set_bits(bits, [&](const leadline_decision& each) { return is_there(each) && (each.flags & flag) != 0; });
    current().values = bits;
  }

  const unsigned char* records_;
  std::uint32_t stride_;
  std::uint64_t count_;
  std::string_view texts_;
  std::shared_ptr<table> made_;
  std::size_t column_count_ = 0;
};

// --- Schemas: names and formats are literals, so that only the nodes are owned

struct schema_parts {
  std::array<ArrowSchema, column_kinds.size()> columns{};
  std::array<ArrowSchema*, column_kinds.size()> places{};
};

void release_child_schema(ArrowSchema* schema) noexcept { schema->release = nullptr; }

void release_schema(ArrowSchema* schema) noexcept {
  auto* const parts = static_cast<schema_parts*>(schema->private_data);
  for (ArrowSchema& each : parts->columns) {
    if (each.release != nullptr) each.release(&each);
  }
  delete parts;
  schema->release = nullptr;
}

// --- Arrays

struct array_parts {
  explicit array_parts(std::shared_ptr<const table> of) noexcept : content(std::move(of)) {}
  std::shared_ptr<const table> content;
  std::array<ArrowArray, column_kinds.size()> columns{};
  std::array<ArrowArray*, column_kinds.size()> places{};
  const void* no_validity = nullptr;
};

/// One column's buffers; a column may be moved away from its table, and then holds it by itself.
struct column_parts {
  std::shared_ptr<const table> content;
  std::array<const void*, 3> buffers{};
};

void release_column(ArrowArray* array) noexcept {
  delete static_cast<column_parts*>(array->private_data);
  array->release = nullptr;
}

void release_array(ArrowArray* array) noexcept {
  auto* const parts = static_cast<array_parts*>(array->private_data);
  for (ArrowArray& each : parts->columns) {
    if (each.release != nullptr) each.release(&each);
  }
  delete parts;
  array->release = nullptr;
}

[[nodiscard]] ArrowArray array_of_column(const std::shared_ptr<const table>& owner, const column& from) {
  auto parts = std::make_unique<column_parts>();
  parts->content = owner;
  parts->buffers = {from.validity, from.values, from.text};
  ArrowArray out{};
  out.length = owner->count;
  out.null_count = from.null_count;
  out.n_buffers = from.of == content::text ? 3 : 2;
  out.buffers = parts->buffers.data();
  out.release = &release_column;
  out.private_data = parts.release();
  return out;
}

[[nodiscard]] ArrowArray array_of(const std::shared_ptr<const table>& content) {
  ArrowArray out{};
  auto* const parts = new array_parts(content);
  out.private_data = parts;
  out.release = &release_array;
  try {
    for (std::size_t i = 0; i < column_kinds.size(); ++i) {
      parts->columns[i] = array_of_column(content, content->columns[i]);
      parts->places[i] = &parts->columns[i];
    }
  } catch (...) {
    out.release(&out);
    throw;
  }
  out.length = content->count;
  out.n_buffers = 1;
  out.buffers = &parts->no_validity;
  out.n_children = static_cast<std::int64_t>(column_kinds.size());
  out.children = parts->places.data();
  return out;
}

// --- The stream: one batch, then the end

struct stream_parts {
  std::shared_ptr<const table> content;
  bool is_given = false;
};

int give_schema(ArrowArrayStream*, ArrowSchema* out) noexcept {
  try {
    *out = schema_of_decisions();
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

int give_next(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  auto& parts = *static_cast<stream_parts*>(stream->private_data);
  *out = ArrowArray{};
  if (parts.is_given) return 0;
  try {
    *out = array_of(parts.content);
  } catch (...) {
    return ENOMEM;
  }
  parts.is_given = true;
  return 0;
}

const char* give_error(ArrowArrayStream*) noexcept { return "there is no memory left"; }

void release_stream(ArrowArrayStream* stream) noexcept {
  delete static_cast<stream_parts*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

std::string_view name_of_kind(std::int32_t kind) noexcept {
  constexpr std::string_view names[] = {"score",    "grade",  "stage",     "status", "clock", "cadence",
                                        "assigned", "held",   "recycled",  "action", "tag",   "rejected",
                                        "amended",  "merged", "forgotten", "error"};
  constexpr auto count = static_cast<std::int32_t>(std::size(names));
  return kind >= 1 && kind <= count ? names[kind - 1] : "unknown";
}

ArrowSchema schema_of_decisions() {
  auto parts = std::make_unique<schema_parts>();
  for (std::size_t i = 0; i < column_kinds.size(); ++i) {
    ArrowSchema& each = parts->columns[i];
    each.format = format_of(column_kinds[i].of);
    each.name = column_kinds[i].name;
    each.flags = column_kinds[i].is_nullable ? arrow_flag_nullable : 0;
    each.release = &release_child_schema;
    parts->places[i] = &each;
  }
  ArrowSchema out{};
  out.format = "+s";
  out.name = "";
  out.n_children = static_cast<std::int64_t>(column_kinds.size());
  out.children = parts->places.data();
  out.release = &release_schema;
  out.private_data = parts.release();
  return out;
}

ArrowArrayStream stream_of_decisions(const unsigned char* records, std::uint32_t stride, std::uint64_t count,
                                     std::string_view texts) {
  auto parts = std::make_unique<stream_parts>();
  parts->content = table_maker(records, stride, count, texts).make();
  ArrowArrayStream out{};
  out.get_schema = &give_schema;
  out.get_next = &give_next;
  out.get_last_error = &give_error;
  out.release = &release_stream;
  out.private_data = parts.release();
  return out;
}

}  // namespace leadline::python
