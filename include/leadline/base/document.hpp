#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/base/result.hpp"

namespace leadline {

enum class json_kind : std::uint8_t { null, boolean, integer, real, text, array, object };

/// What a whole number outside int64 is: an error in what an author writes, the nearest real in data that comes
/// from elsewhere.
enum class large_integers : std::uint8_t { refused, as_reals };

/// A JSON text read into a flat tree that remembers where every value stands.
///
/// It reads what an author may write: JSON in UTF-8 with `//` and `/* */` comments. It refuses, with a place:
/// broken syntax, a key that stands twice in one object, a whole number outside int64, a real that is not
/// finite, and whatever crosses a bound of `limits.hpp`; bounds are checked while reading, before memory is
/// taken.
///
///     result<document> pack = document::parse(text, "pack.json");
///     if (!pack) return print(to_text(pack.error(), text));
///     for (document::node entry : pack->root()["calendars"].children()) use(entry.key(), entry);
///
/// Immutable after `parse`; nodes are handles into the document and must not outlive it. May be read from many
/// threads.
class document {
 public:
  class node;
  class children_range;

  /// Reads `text`; `file` is only for messages. On a syntax error that one problem is told (what follows it
  /// cannot be trusted); duplicate keys and numbers out of range are told together.
  [[nodiscard]] static result<document> parse(std::string text, std::string file = {},
                                              large_integers treatment = large_integers::refused);

  [[nodiscard]] node root() const noexcept;
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

  /// The line and column of a stretch of bytes. O(log lines), however long the line.
  [[nodiscard]] source_range range(std::size_t offset, std::size_t size) const;

 private:
  friend class document_builder;
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  struct record {
    json_kind kind = json_kind::null;
    bool boolean = false;
    std::uint32_t parent = none;
    std::uint32_t first_child = none;
    std::uint32_t next_sibling = none;
    std::uint32_t child_count = 0;
    std::uint32_t index_in_parent = 0;
    std::uint32_t value_offset = 0, value_size = 0;  // as written, quotes included
    std::uint32_t key_offset = 0, key_size = 0;      // as written, quotes included
    std::uint32_t key_text = none;                   // index into texts_
    std::uint32_t text = none;                       // index into texts_
    union {
      std::int64_t integer = 0;
      double real;
    };
  };

  std::string text_;
  std::string file_;
  std::vector<record> records_;
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> line_starts_;

  /// A place within a long line with the code points of the line before it.
  struct column_mark {
    std::uint32_t offset = 0;
    std::uint32_t length_before = 0;
  };
  void mark_columns(std::size_t line_start, std::size_t line_end);
  std::vector<column_mark> column_marks_;
};

/// One value of a document: a cheap handle, copied freely. An absent one (a key that is not there) is false and
/// answers every question as null does.
class document::node {
 public:
  node() = default;

  [[nodiscard]] explicit operator bool() const noexcept { return owner_ != nullptr; }
  [[nodiscard]] json_kind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == json_kind::null; }
  [[nodiscard]] bool is_boolean() const noexcept { return kind() == json_kind::boolean; }
  [[nodiscard]] bool is_integer() const noexcept { return kind() == json_kind::integer; }
  [[nodiscard]] bool is_number() const noexcept { return is_integer() || kind() == json_kind::real; }
  [[nodiscard]] bool is_text() const noexcept { return kind() == json_kind::text; }
  [[nodiscard]] bool is_array() const noexcept { return kind() == json_kind::array; }
  [[nodiscard]] bool is_object() const noexcept { return kind() == json_kind::object; }

  /// Each REQUIRES the kind it names (`real` also takes an integer).
  [[nodiscard]] bool boolean() const noexcept;
  [[nodiscard]] std::int64_t integer() const noexcept;
  [[nodiscard]] double real() const noexcept;
  [[nodiscard]] std::string_view text() const noexcept;

  /// Children of an array or an object; 0 for anything else.
  [[nodiscard]] std::size_t size() const noexcept;
  /// The member of an object by key, absent when there is none. O(children).
  [[nodiscard]] node operator[](std::string_view key) const noexcept;
  [[nodiscard]] children_range children() const noexcept;
  [[nodiscard]] node first_child() const noexcept;
  [[nodiscard]] node next_sibling() const noexcept;
  [[nodiscard]] node parent() const noexcept;

  /// The key under which this stands in its object; empty in an array and at the root.
  [[nodiscard]] std::string_view key() const noexcept;
  /// RFC 6901; the root is the empty text.
  [[nodiscard]] std::string pointer() const;
  [[nodiscard]] source_range where() const;
  [[nodiscard]] source_range key_where() const;
  /// The value as written, quotes and comments included.
  [[nodiscard]] std::string_view source() const noexcept;
  [[nodiscard]] const std::string& file() const noexcept;

  /// `problem` with this value's file, place and pointer filled in (`at_key`: the place of its key).
  [[nodiscard]] diagnostic blame(diagnostic problem) const;
  [[nodiscard]] diagnostic blame_key(diagnostic problem) const;

  /// The same value of the same document.
  [[nodiscard]] friend bool operator==(node a, node b) noexcept { return a.owner_ == b.owner_ && a.index_ == b.index_; }

 private:
  friend class document;
  friend class document_builder;
  friend class children_range;
  node(const document* owner, std::uint32_t index) noexcept : owner_(owner), index_(index) {}
  [[nodiscard]] const record& self() const noexcept { return owner_->records_[index_]; }

  const document* owner_ = nullptr;
  std::uint32_t index_ = 0;
};

/// The children of a node, in the order written.
class document::children_range {
 public:
  class iterator {
   public:
    explicit iterator(node at = {}) noexcept : at_(at) {}
    [[nodiscard]] node operator*() const noexcept { return at_; }
    iterator& operator++() noexcept {
      at_ = at_.next_sibling();
      return *this;
    }
    [[nodiscard]] friend bool operator==(const iterator&, const iterator&) noexcept = default;

   private:
    node at_;
  };

  explicit children_range(node parent) noexcept : parent_(parent) {}
  [[nodiscard]] iterator begin() const noexcept { return iterator(parent_.first_child()); }
  [[nodiscard]] iterator end() const noexcept { return iterator(); }

 private:
  node parent_;
};

/// A kind's name as authors know it: "a number", "a text", "an object".
[[nodiscard]] std::string_view name_of(json_kind kind) noexcept;

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/base/detail/document_inl.hpp"
#endif
