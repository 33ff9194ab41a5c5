#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "leadline/base/document.hpp"
#include "leadline/base/result.hpp"
#include "leadline/fold/detail/fold_plan.hpp"
#include "leadline/fold/event.hpp"

namespace leadline::cli {

/// Reads events from lines of JSON: `{"id": "e1", "contact": "c42", "type": "page_view", "at": "...", "data": {...}}`.
///
///     event_reader reader;
///     result<event> read = reader.read(line);
///     if (read) tell(engine.apply(*read));
///
/// An event is valid until the next line is read, as long as its line is; events that `read_more` gives stay until
/// `read`, but for one that `is_fleeting`, which is gone with the next. What a line must have is a contact and an
/// instant; everything else is judged by the fold, which tells it as a decision. For one thread.
class event_reader {
 public:
  event_reader();

  /// Errors: `json.*`, `event.not_an_object`, `event.no_contact`, `event.bad_at`, `event.contact_too_long`,
  /// `event.too_deep`, `event.too_large`, `instant.*`.
  /// `readable_after` bytes behind the line may be read, whatever they are: where there are some it need not be copied.
  [[nodiscard]] result<event> read(std::string_view line, std::size_t readable_after = 0) {
    forget();
    return read_more(line, readable_after);
  }
  [[nodiscard]] result<event> read_more(std::string_view line, std::size_t readable_after = 0);
  /// Of the event read last.
  [[nodiscard]] bool is_fleeting() const noexcept { return is_fleeting_; }
  void forget() noexcept { memory_.release(); }
  /// The `data` of an event by itself, valid until the next reading. Errors: `json.*`, `event.too_deep`,
  /// `event.too_large`.
  [[nodiscard]] result<value> read_data(std::string_view json);

 private:
  /// One walk over the text, without a tree; nothing for all that is not as it should be, which `read_as_tree` judges.
  [[nodiscard]] std::optional<result<event>> read_in_one_walk(std::string_view line, std::size_t readable_after);
  [[nodiscard]] std::optional<value> walk(simdjson::ondemand::value from, std::size_t depth);
  [[nodiscard]] std::optional<std::string_view> text_of(simdjson::ondemand::value from);
  [[nodiscard]] std::optional<std::string_view> key_of(simdjson::simdjson_result<simdjson::ondemand::field>& from);
  [[nodiscard]] std::string_view kept(std::string_view text);
  [[nodiscard]] result<event> read_as_tree(std::string_view line);
  /// Throws std::bad_alloc, after which the next text is read as ever.
  [[nodiscard]] simdjson::simdjson_result<simdjson::dom::element> tree_of(std::string_view json);
  [[nodiscard]] result<event> read_slowly(std::string_view line);
  [[nodiscard]] result<event> finish(event made, value at);
  [[nodiscard]] value copy(simdjson::dom::element from, std::size_t depth);

  simdjson::ondemand::parser walker_;
  std::string padded_;
  simdjson::dom::parser parser_;
  std::vector<std::byte> room_;
  std::pmr::monotonic_buffer_resource memory_;
  bool is_too_deep_ = false;
  bool is_fleeting_ = false;
  /// Of a line that the fast parser refused: it says more exactly what is wrong, and reads numbers of any size.
  result<document> slow_ = failure(diagnostic{});
  leadline::detail::value_pool slow_pool_;
};

}  // namespace leadline::cli
