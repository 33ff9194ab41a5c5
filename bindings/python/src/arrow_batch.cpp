#include "arrow_batch.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

namespace leadline::python {

namespace {

[[nodiscard]] bool bit_at(const void* bits, std::int64_t index) noexcept {
  return ((static_cast<const unsigned char*>(bits)[index / 8] >> (index % 8)) & 1) != 0;
}

template <class Number>
[[nodiscard]] Number number_at(const void* from, std::int64_t index) noexcept {
  Number out;
  std::memcpy(&out, static_cast<const unsigned char*>(from) + index * static_cast<std::int64_t>(sizeof(Number)),
              sizeof out);
  return out;
}

[[nodiscard]] std::int64_t floor_divided(std::int64_t number, std::int64_t by) noexcept {
  const std::int64_t out = number / by;
  return number % by < 0 ? out - 1 : out;
}

[[nodiscard]] std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

[[nodiscard]] std::uint32_t short_size(std::string_view text, const std::string& column) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw arrow_problem("event.too_large", "a text of column " + quoted(column) + " has more than 4 GiB");
  }
  return static_cast<std::uint32_t>(text.size());
}

/// "2026-03-02" of days since 1970-01-01.
[[nodiscard]] std::string date_text(std::int64_t days) {
  // Years that begin in March, in eras of 400: the leap day is then the last of its year.
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_divided(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_of_year = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_of_year + 2) / 5 + 1;
  const std::int64_t month = month_of_year < 10 ? month_of_year + 3 : month_of_year - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  char out[48];
  const int size = std::snprintf(out, sizeof out, "%04lld-%02d-%02d", static_cast<long long>(year),
                                 static_cast<int>(month), static_cast<int>(day));
  return {out, static_cast<std::size_t>(size)};
}

}  // namespace

// --- One column

arrow_column::arrow_column(const ArrowSchema& schema, std::string name) : name_(std::move(name)) {
  const std::string_view format = schema.format == nullptr ? "" : schema.format;
  const auto refuse = [&](const std::string& hint) {
    throw arrow_problem("arrow.unsupported_type", "column " + quoted(name_) + " has the Arrow type " + quoted(format) +
                                                      ", which no event has" + (hint.empty() ? "" : ": " + hint));
  };
  struct number_format {
    std::string_view letter;
    kind of;
    int width;
  };
  constexpr number_format numbers[] = {{"c", kind::integer, 1}, {"C", kind::unsigned_integer, 1},
                                       {"s", kind::integer, 2}, {"S", kind::unsigned_integer, 2},
                                       {"i", kind::integer, 4}, {"I", kind::unsigned_integer, 4},
                                       {"l", kind::integer, 8}, {"L", kind::unsigned_integer, 8},
                                       {"f", kind::real, 4},    {"g", kind::real, 8}};
  bool is_number = false;
  for (const number_format& each : numbers) {
    if (format != each.letter) continue;
    kind_ = each.of;
    width_ = each.width;
    is_number = true;
  }
  if (schema.dictionary != nullptr) {
    if (!is_number || kind_ == kind::real) refuse("a dictionary's places must be integers");
    is_index_unsigned_ = kind_ == kind::unsigned_integer;
    values_ = std::make_unique<arrow_column>(*schema.dictionary, name_);
    if (values_->values_) refuse("a dictionary within a dictionary");
    kind_ = values_->kind_;
    per_second_ = values_->per_second_;
    has_zone_ = values_->has_zone_;
    return;
  }
  if (is_number) return;
  if (format == "n") {
    kind_ = kind::nothing;
  } else if (format == "b") {
    kind_ = kind::truth;
  } else if (format == "u" || format == "U" || format == "vu") {
    kind_ = kind::text;
    layout_ = format == "u" ? text_layout::offsets32 : format == "U" ? text_layout::offsets64 : text_layout::views;
  } else if (format == "tdD") {
    kind_ = kind::date;
    width_ = 4;
  } else if (format.size() >= 4 && format.starts_with("ts") && format[3] == ':') {
    kind_ = kind::instant;
    switch (format[2]) {
      case 's': per_second_ = 1; break;
      case 'm': per_second_ = 1'000; break;
      case 'u': per_second_ = 1'000'000; break;
      case 'n': per_second_ = 1'000'000'000; break;
      default: refuse("");
    }
    has_zone_ = format.size() > 4;
  } else if (format.starts_with("d:")) {
    refuse("cast decimals to float64");
  } else if (format == "z" || format == "Z" || format == "vz") {
    refuse("cast binary to string");
  } else {
    refuse("");
  }
}

void arrow_column::bind(const ArrowArray& array, std::int64_t parent_offset) {
  const auto refuse = [&] {
    throw arrow_problem("arrow.damaged", "column " + quoted(name_) + " has not the buffers of its type");
  };
  array_ = &array;
  offset_ = array.offset + parent_offset;
  validity_ = nullptr;
  if (kind_ == kind::nothing && !values_) return;
  const std::int64_t needed = values_ || kind_ != kind::text ? 2 : 3;
  if (array.n_buffers < needed || array.buffers == nullptr) refuse();
  validity_ = static_cast<const unsigned char*>(array.buffers[0]);
  if (array.buffers[1] == nullptr && array.length != 0) refuse();
  if (values_) {
    if (array.dictionary == nullptr) refuse();
    values_->bind(*array.dictionary, 0);
  }
}

bool arrow_column::is_null(std::int64_t row) const noexcept {
  if (validity_ != nullptr && !bit_at(validity_, index(row))) return true;
  if (values_) {
    const std::int64_t place = integer(row);
    return place < 0 || place >= values_->array_->length || values_->is_null(place);
  }
  return kind_ == kind::nothing;
}

std::int64_t arrow_column::integer(std::int64_t row) const noexcept {
  const void* const from = array_->buffers[1];
  const bool is_unsigned = values_ ? is_index_unsigned_ : kind_ == kind::unsigned_integer;
  switch (width_) {
    case 1: return is_unsigned ? number_at<std::uint8_t>(from, index(row)) : number_at<std::int8_t>(from, index(row));
    case 2: return is_unsigned ? number_at<std::uint16_t>(from, index(row)) : number_at<std::int16_t>(from, index(row));
    case 4:
      return is_unsigned ? static_cast<std::int64_t>(number_at<std::uint32_t>(from, index(row)))
                         : number_at<std::int32_t>(from, index(row));
    default: return number_at<std::int64_t>(from, index(row));
  }
}

std::string_view arrow_column::text(std::int64_t row) const noexcept {
  if (values_) return values_->text(integer(row));
  const std::int64_t at = index(row);
  if (layout_ == text_layout::views) {
    // 16 bytes: the size, then up to 12 bytes of the text itself, or 4 of them, a buffer's number and a place in it.
    const auto* const view = static_cast<const unsigned char*>(array_->buffers[1]) + at * 16;
    std::int32_t size = 0, buffer = 0, place = 0;
    std::memcpy(&size, view, 4);
    if (size <= 12) return {reinterpret_cast<const char*>(view) + 4, static_cast<std::size_t>(size)};
    std::memcpy(&buffer, view + 8, 4);
    std::memcpy(&place, view + 12, 4);
    return {static_cast<const char*>(array_->buffers[2 + buffer]) + place, static_cast<std::size_t>(size)};
  }
  const bool is_long = layout_ == text_layout::offsets64;
  const void* const offsets = array_->buffers[1];
  const std::int64_t first = is_long ? number_at<std::int64_t>(offsets, at) : number_at<std::int32_t>(offsets, at);
  const std::int64_t last =
      is_long ? number_at<std::int64_t>(offsets, at + 1) : number_at<std::int32_t>(offsets, at + 1);
  if (last <= first) return {"", 0};
  return {static_cast<const char*>(array_->buffers[2]) + first, static_cast<std::size_t>(last - first)};
}

bool arrow_column::is_instant() const noexcept {
  return kind_ == kind::instant || kind_ == kind::integer || kind_ == kind::text || kind_ == kind::nothing ||
         (kind_ == kind::unsigned_integer && width_ < 8);
}

std::int64_t arrow_column::instant_ms(std::int64_t row) const {
  if (kind_ == kind::text) {
    const std::string_view from = text(row);
    std::int64_t at_ms = 0;
    leadline_error error = LEADLINE_ERROR_INIT;
    if (leadline_instant_parse(from.data(), from.size(), &at_ms, &error) != LEADLINE_OK) {
      throw arrow_problem("event.bad_at", "column " + quoted(name_) + ": " + error.message);
    }
    return at_ms;
  }
  if (values_) return values_->instant_ms(integer(row));
  const std::int64_t given =
      kind_ == kind::instant ? number_at<std::int64_t>(array_->buffers[1], index(row)) : integer(row);
  if (kind_ != kind::instant) return given;
  if (!has_zone_) {
    throw arrow_problem("arrow.no_zone",
                        "column " + quoted(name_) + " is a timestamp without a time zone: say which one it is in");
  }
  if (per_second_ >= 1'000) return floor_divided(given, per_second_ / 1'000);
  // Beyond any instant that there is.
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 1'000;
  if (given > far || given < -far) return std::numeric_limits<std::int64_t>::max();
  return given * 1'000;
}

leadline_field arrow_column::field(std::int64_t row, std::vector<std::unique_ptr<std::string>>& room) const {
  if (values_) {
    leadline_field out = values_->field(integer(row), room);
    out.name = name_.data();
    out.name_size = short_size(name_, name_);
    return out;
  }
  leadline_field out{};
  out.name = name_.data();
  out.name_size = short_size(name_, name_);
  const void* const numbers = kind_ == kind::nothing ? nullptr : array_->buffers[1];
  const auto put_text = [&](std::string_view text) {
    out.kind = LEADLINE_VALUE_TEXT;
    out.text = text.data();
    out.text_size = short_size(text, name_);
  };
  switch (kind_) {
    case kind::nothing: break;
    case kind::truth:
      out.kind = LEADLINE_VALUE_BOOLEAN;
      out.integer = bit_at(numbers, index(row)) ? 1 : 0;
      break;
    case kind::integer:
      out.kind = LEADLINE_VALUE_INTEGER;
      out.integer = integer(row);
      break;
    case kind::unsigned_integer:
      out.kind = LEADLINE_VALUE_INTEGER;
      out.integer = integer(row);
      if (width_ == 8 && out.integer < 0) {
        out.kind = LEADLINE_VALUE_REAL;
        out.real = static_cast<double>(number_at<std::uint64_t>(numbers, index(row)));
        out.integer = 0;
      }
      break;
    case kind::real:
      out.kind = LEADLINE_VALUE_REAL;
      out.real = width_ == 4 ? static_cast<double>(number_at<float>(numbers, index(row)))
                             : number_at<double>(numbers, index(row));
      // What frames write where nothing is.
      if (std::isnan(out.real)) {
        out.kind = LEADLINE_VALUE_NULL;
        out.real = 0;
      }
      break;
    case kind::text: put_text(text(row)); break;
    case kind::instant: {
      char text[25];
      if (leadline_instant_format(instant_ms(row), text) != LEADLINE_OK) {
        throw arrow_problem("event.bad_field", "column " + quoted(name_) + " has an instant outside of 1970 to 2200");
      }
      room.push_back(std::make_unique<std::string>(text));
      put_text(*room.back());
      break;
    }
    case kind::date:
      room.push_back(std::make_unique<std::string>(date_text(number_at<std::int32_t>(numbers, index(row)))));
      put_text(*room.back());
      break;
  }
  return out;
}

// --- A table

event_columns::event_columns(const ArrowSchema& schema) {
  if (schema.format == nullptr || std::string_view(schema.format) != "+s") {
    throw arrow_problem("arrow.no_table", "events come as a table: a struct of columns, not the Arrow type " +
                                              quoted(schema.format == nullptr ? "" : schema.format));
  }
  child_count_ = schema.n_children;
  const auto name_of = [](const ArrowSchema& of) { return std::string(of.name == nullptr ? "" : of.name); };
  const auto take = [](std::unique_ptr<arrow_column>& column, std::int64_t& place, const ArrowSchema& from,
                       std::string name, std::int64_t at) {
    if (column) throw arrow_problem("arrow.two_columns", "two columns are called " + quoted(name));
    column = std::make_unique<arrow_column>(from, std::move(name));
    place = at;
  };
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    const std::string name = name_of(child);
    if (name == "contact") {
      take(contact_, contact_child_, child, name, i);
    } else if (name == "type") {
      take(type_, type_child_, child, name, i);
    } else if (name == "at") {
      take(at_, at_child_, child, name, i);
    } else if (name == "id") {
      take(id_, id_child_, child, name, i);
    } else if (name == "data") {
      if (data_child_ >= 0) throw arrow_problem("arrow.two_columns", "two columns are called \"data\"");
      data_child_ = i;
      is_data_struct_ = child.format != nullptr && std::string_view(child.format) == "+s";
      if (!is_data_struct_) {
        data_ = std::make_unique<arrow_column>(child, name);
        continue;
      }
      for (std::int64_t j = 0; j < child.n_children; ++j) {
        members_.push_back(std::make_unique<arrow_column>(*child.children[j], name_of(*child.children[j])));
        member_children_.push_back(j);
      }
    }
  }
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const std::string name = name_of(*schema.children[i]);
    if (name == "contact" || name == "type" || name == "at" || name == "id" || name == "data") continue;
    if (data_child_ >= 0) {
      throw arrow_problem("arrow.unknown_column", "column " + quoted(name) +
                                                      " is none of contact, type, at, id and data; without a column "
                                                      "\"data\" it would be a member of the data");
    }
    members_.push_back(std::make_unique<arrow_column>(*schema.children[i], name));
    member_children_.push_back(i);
  }
  const auto need = [](const std::unique_ptr<arrow_column>& column, const char* name) {
    if (!column) throw arrow_problem("arrow.missing_column", "the table has no column " + quoted(name));
  };
  need(contact_, "contact");
  need(type_, "type");
  need(at_, "at");
  for (const arrow_column* each : {contact_.get(), type_.get(), id_.get(), data_.get()}) {
    if (each != nullptr && !each->is_text()) {
      throw arrow_problem("arrow.unsupported_type", "column " + quoted(each->name()) + " must hold texts");
    }
  }
  if (!at_->is_instant()) {
    throw arrow_problem("arrow.unsupported_type",
                        "column \"at\" must hold timestamps with a zone, milliseconds, or texts of RFC 3339");
  }
}

void event_columns::bind(const ArrowArray& batch) {
  if (batch.n_children != child_count_ || (child_count_ != 0 && batch.children == nullptr)) {
    throw arrow_problem("arrow.damaged", "a batch has not the columns of its schema");
  }
  row_offset_ = batch.offset;
  const auto bind = [&](const std::unique_ptr<arrow_column>& column, std::int64_t child) {
    if (column) column->bind(*batch.children[child], row_offset_);
  };
  bind(contact_, contact_child_);
  bind(type_, type_child_);
  bind(at_, at_child_);
  bind(id_, id_child_);
  bind(data_, data_child_);
  data_array_ = is_data_struct_ ? batch.children[data_child_] : nullptr;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const auto child = member_children_[i];
    if (is_data_struct_) {
      if (child >= data_array_->n_children) throw arrow_problem("arrow.damaged", "the struct \"data\" lacks a column");
      members_[i]->bind(*data_array_->children[child], row_offset_ + data_array_->offset);
    } else {
      members_[i]->bind(*batch.children[child], row_offset_);
    }
  }
}

void event_columns::add(std::int64_t row) {
  leadline_event made{};
  const auto put = [&](const std::unique_ptr<arrow_column>& column, const char*& text, std::uint32_t& size) {
    if (!column || column->is_null(row)) return;
    const std::string_view found = column->text(row);
    text = found.data();
    size = short_size(found, column->name());
  };
  put(contact_, made.contact, made.contact_size);
  put(type_, made.type, made.type_size);
  put(id_, made.id, made.id_size);
  put(data_, made.data, made.data_size);
  if (at_->is_null(row)) throw arrow_problem("event.bad_at", "column \"at\" is null");
  made.at_ms = at_->instant_ms(row);
  const std::size_t first_field = fields_.size();
  const bool has_members = data_array_ == nullptr || data_array_->buffers == nullptr ||
                           data_array_->buffers[0] == nullptr ||
                           bit_at(data_array_->buffers[0], data_array_->offset + row_offset_ + row);
  if (has_members) {
    for (const auto& each : members_) {
      if (each->is_null(row)) continue;
      const leadline_field field = each->field(row, room_);
      if (field.kind == LEADLINE_VALUE_NULL) continue;
      fields_.push_back(field);
      ++made.field_count;
    }
  }
  first_fields_.push_back(first_field);
  events_.push_back(made);
}

const std::vector<leadline_event>& event_columns::events() {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (events_[i].field_count != 0) events_[i].fields = fields_.data() + first_fields_[i];
  }
  return events_;
}

void event_columns::clear() noexcept {
  events_.clear();
  fields_.clear();
  first_fields_.clear();
  room_.clear();
}

}  // namespace leadline::python
