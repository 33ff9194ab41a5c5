#pragma once

#include <simdjson.h>

#include <cstddef>
#include <new>

namespace leadline::detail {

[[nodiscard]] bool has_all_memory(const simdjson::ondemand::parser& parser) noexcept;

/// Gives a function the private members that are its arguments: access is not checked where a template is instantiated
/// by name.
template <auto... Parts>
struct parser_memory {
  friend bool has_all_memory(const simdjson::ondemand::parser& parser) noexcept {
    return ((parser.*Parts != nullptr) && ...);
  }
};

#if SIMDJSON_DEVELOPMENT_CHECKS
template struct parser_memory<&simdjson::ondemand::parser::string_buf, &simdjson::ondemand::parser::start_positions>;
#else
template struct parser_memory<&simdjson::ondemand::parser::string_buf>;
#endif

/// Begins to read a text. simdjson (3.0) tells when some of its memory runs out, but not for the texts' own, nor, in
/// builds without optimization, for the places of its checks, which it would then write through a null pointer. Nor
/// does it get over the one or the other later. So all of it is looked at here, and a parser that lacks some is made
/// anew.
///
///     simdjson::ondemand::document document;
///     if (const auto error = opened_json(parser, text, size, room).get(document)) return error;
///
/// Throws std::bad_alloc; the next text is then read as ever. REQUIRES `room` >= `size` + SIMDJSON_PADDING readable
/// bytes.
[[nodiscard]] inline simdjson::simdjson_result<simdjson::ondemand::document> opened_json(
    simdjson::ondemand::parser& parser, const char* text, std::size_t size, std::size_t room) {
  auto opened = parser.iterate(text, size, room);
  // Another error leaves the memory as it is, for the texts after this one.
  if (opened.error() == simdjson::MEMALLOC || !has_all_memory(parser)) {
    parser = simdjson::ondemand::parser();
    throw std::bad_alloc();
  }
  return opened;
}

}  // namespace leadline::detail
