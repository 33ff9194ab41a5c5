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

void put_bit(std::vector<std::uint8_t>& bits, std::size_t index) {
  if (index / 8 >= bits.size()) bits.resize(index / 8 + 1);
  bits[index / 8] = static_cast<std::uint8_t>(bits[index / 8] | (1U << (index % 8)));
}

struct column {
  content of = content::text;
  std::int64_t count = 0;
  std::int64_t null_count = 0;
  std::vector<std::uint8_t> validity;
  std::vector<std::int64_t> offsets{0};
  std::string text;
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  std::vector<std::uint8_t> truths;

  void reserve(std::size_t rows) {
    validity.resize(rows / 8 + 1);
    switch (of) {
      case content::text: offsets.reserve(rows + 1); break;
      case content::points: reals.reserve(rows); break;
      case content::truth: truths.resize(rows / 8 + 1); break;
      default: integers.reserve(rows); break;
    }
  }
  void begin(bool is_there) {
    if (is_there) {
      put_bit(validity, static_cast<std::size_t>(count));
    } else {
      ++null_count;
    }
    ++count;
  }
  void add_text(std::string_view texts, leadline_span span) {
    const bool is_there = span.offset != UINT32_MAX;
    begin(is_there);
    if (is_there) text += texts.substr(span.offset, span.size);
    offsets.push_back(static_cast<std::int64_t>(text.size()));
  }
  void add_word(std::string_view word) {
    begin(true);
    text += word;
    offsets.push_back(static_cast<std::int64_t>(text.size()));
  }
  void add_integer(bool is_there, std::int64_t number) {
    begin(is_there);
    integers.push_back(is_there ? number : 0);
  }
  void add_points(bool is_there, std::int64_t milli) {
    begin(is_there);
    reals.push_back(is_there ? static_cast<double>(milli) / 1000 : 0);
  }
  void add_truth(bool is_there, bool truth) {
    if (is_there && truth) put_bit(truths, static_cast<std::size_t>(count));
    begin(is_there);
  }
};

struct table {
  std::array<column, column_kinds.size()> columns;
  std::int64_t count = 0;
};

[[nodiscard]] std::shared_ptr<const table> table_of(const unsigned char* records, std::uint32_t stride,
                                                    std::uint64_t count, std::string_view texts) {
  auto made = std::make_shared<table>();
  made->count = static_cast<std::int64_t>(count);
  auto& columns = made->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].of = column_kinds[i].of;
    columns[i].reserve(count);
  }
  for (std::uint64_t row = 0; row < count; ++row) {
    leadline_decision each;
    std::memcpy(&each, records + row * stride, sizeof each);
    const bool is_clock = (each.flags & LEADLINE_DECISION_HAS_CLOCK) != 0;
    std::size_t i = 0;
    columns[i++].add_text(texts, each.contact);
    columns[i++].add_integer(true, static_cast<std::int64_t>(each.seq));
    columns[i++].add_integer(true, each.at_ms);
    columns[i++].add_word(name_of_kind(each.kind));
    columns[i++].add_text(texts, each.about);
    columns[i++].add_text(texts, each.from);
    columns[i++].add_text(texts, each.to);
    columns[i++].add_points((each.flags & LEADLINE_DECISION_FROM_POINTS) != 0, each.from_milli);
    columns[i++].add_points((each.flags & LEADLINE_DECISION_TO_POINTS) != 0, each.to_milli);
    columns[i++].add_text(texts, each.text);
    columns[i++].add_text(texts, each.rule);
    columns[i++].add_text(texts, each.reason);
    columns[i++].add_text(texts, each.cause);
    columns[i++].add_truth(true, (each.flags & LEADLINE_DECISION_IS_LATE) != 0);
    columns[i++].add_integer(each.kind == LEADLINE_DECISION_AMENDED, static_cast<std::int64_t>(each.corrects));
    columns[i++].add_text(texts, each.now);
    columns[i++].add_integer(is_clock, each.cycle);
    columns[i++].add_integer(is_clock, each.due_ms);
    columns[i++].add_integer(is_clock, each.used_ms);
    columns[i++].add_integer(is_clock, each.left_ms);
    columns[i++].add_integer(is_clock, each.late_ms);
    columns[i++].add_truth(is_clock, (each.flags & LEADLINE_DECISION_WAS_BREACHED) != 0);
  }
  return made;
}

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

[[nodiscard]] ArrowArray array_of_column(const std::shared_ptr<const table>& content, const column& from) {
  auto parts = std::make_unique<column_parts>();
  parts->content = content;
  parts->buffers[0] = from.null_count == 0 ? nullptr : from.validity.data();
  ArrowArray out{};
  out.length = from.count;
  out.null_count = from.null_count;
  out.n_buffers = 2;
  switch (from.of) {
    case content::text:
      parts->buffers[1] = from.offsets.data();
      parts->buffers[2] = from.text.data();
      out.n_buffers = 3;
      break;
    case content::points: parts->buffers[1] = from.reals.data(); break;
    case content::truth: parts->buffers[1] = from.truths.data(); break;
    default: parts->buffers[1] = from.integers.data(); break;
  }
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
  parts->content = table_of(records, stride, count, texts);
  ArrowArrayStream out{};
  out.get_schema = &give_schema;
  out.get_next = &give_next;
  out.get_last_error = &give_error;
  out.release = &release_stream;
  out.private_data = parts.release();
  return out;
}

}  // namespace leadline::python
