#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "arrow_data.hpp"
#include "leadline/leadline.h"

namespace leadline::python {

/// What columns cannot be read as, told with the column and, where one is at fault, the row.
struct arrow_problem : std::runtime_error {
  arrow_problem(const char* what_code, const std::string& message) : std::runtime_error(message), code(what_code) {}
  const char* code;
};

/// One column of Arrow, whatever its layout: null or not, a number, a text. The array that is bound must outlive its
/// use.
class arrow_column {
 public:
  /// Throws arrow_problem where the layout is none that events have.
  arrow_column(const ArrowSchema& schema, std::string name);

  void bind(const ArrowArray& array, std::int64_t parent_offset);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool is_text() const noexcept { return kind_ == kind::text || kind_ == kind::nothing; }
  [[nodiscard]] bool is_instant() const noexcept;
  [[nodiscard]] bool is_null(std::int64_t row) const noexcept;
  /// REQUIRES is_text() and a row that is not null.
  [[nodiscard]] std::string_view text(std::int64_t row) const noexcept;
  /// Milliseconds. REQUIRES is_instant() and a row that is not null. Throws arrow_problem.
  [[nodiscard]] std::int64_t instant_ms(std::int64_t row) const;
  /// As a member of an event's data; texts that must be made stand in `room` until it is cleared.
  [[nodiscard]] leadline_field field(std::int64_t row, std::vector<std::unique_ptr<std::string>>& room) const;

 private:
  enum class kind { nothing, truth, integer, unsigned_integer, real, text, instant, date };
  enum class text_layout { offsets32, offsets64, views };

  [[nodiscard]] std::int64_t integer(std::int64_t row) const noexcept;
  [[nodiscard]] std::int64_t index(std::int64_t row) const noexcept { return offset_ + row; }

  std::string name_;
  kind kind_ = kind::nothing;
  text_layout layout_ = text_layout::offsets32;
  /// Bytes of a number.
  int width_ = 8;
  /// Of instants: how many of them are a second.
  std::int64_t per_second_ = 1000;
  bool has_zone_ = false;
  /// Of a dictionary: its values; the column itself then holds their places.
  std::unique_ptr<arrow_column> values_;
  bool is_index_unsigned_ = false;

  const ArrowArray* array_ = nullptr;
  std::int64_t offset_ = 0;
  const unsigned char* validity_ = nullptr;
};

/// Events of a table: the columns `contact`, `type` and `at`, perhaps `id`, and for the data either `data` (JSON text,
/// or a struct) or a column for each member.
class event_columns {
 public:
  explicit event_columns(const ArrowSchema& schema);
  void bind(const ArrowArray& batch);
  /// Of one row; good until `clear`. The fields' place is set when all are there.
  void add(std::int64_t row);
  [[nodiscard]] const std::vector<leadline_event>& events();
  void clear() noexcept;

 private:
  std::unique_ptr<arrow_column> contact_, type_, at_, id_, data_;
  std::vector<std::unique_ptr<arrow_column>> members_;
  /// Where each member stands among the table's columns, or within the struct `data`.
  std::vector<std::int64_t> member_children_;
  std::int64_t data_child_ = -1, contact_child_ = -1, type_child_ = -1, at_child_ = -1, id_child_ = -1;
  bool is_data_struct_ = false;
  const ArrowArray* data_array_ = nullptr;
  std::int64_t row_offset_ = 0;
  std::int64_t child_count_ = 0;

  std::vector<leadline_event> events_;
  std::vector<leadline_field> fields_;
  std::vector<std::size_t> first_fields_;
  std::vector<std::unique_ptr<std::string>> room_;
};

}  // namespace leadline::python
