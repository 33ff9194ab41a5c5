// The hash, held to values worked out with Python's hashlib:
//   hashlib.blake2b(bytes(97 + i % 26 for i in range(n)), digest_size=16).hexdigest()

#include <gtest/gtest.h>

#include <string>

#include "leadline/base/digest.hpp"

namespace leadline::test::digest_test {
namespace {

[[nodiscard]] std::string letters(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('a' + i % 26);
  return out;
}

TEST(digest, is_blake2b_of_sixteen_bytes) {
  struct known {
    std::size_t size;
    const char* text;
  };
  for (const known& each :
       {known{0, "cae66941d9efbd404e4d88758ea67670"}, known{1, "27c35e6e9373877f29e562464e46497e"},
        known{3, "cf4ab791c62b8d2b2109c90275287816"}, known{127, "6538c0188abc07f3600268cf8f528301"},
        known{128, "b17466a99e866eaf42b6c806c9df5be2"}, known{129, "e3c5e473ad83883b794eec135dee4685"},
        known{255, "d9b263eece9a1a2db9f6ac61f1e14c47"}, known{256, "3e2002790daa334fe2473b4084cfbb95"},
        known{257, "5a872f2cf222924394ca9b0d84d51100"}, known{1000, "3aa6e59e7fbb8728c8e454ea2221cde2"},
        known{100000, "02532250bf3cd60924e1115993acbf66"}}) {
    EXPECT_EQ(digest::of(letters(each.size)).text(), each.text) << each.size << " bytes";
  }
}

TEST(digest, is_the_same_in_whatever_pieces_the_bytes_come) {
  const std::string text = letters(1'000);
  for (const std::size_t piece : {1U, 7U, 64U, 127U, 128U, 129U, 500U}) {
    digest_writer writer;
    for (std::size_t at = 0; at < text.size(); at += piece) writer.write(std::string_view(text).substr(at, piece));
    EXPECT_EQ(writer.finish(), digest::of(text)) << piece;
  }
}

TEST(digest, tells_texts_apart_by_where_they_end) {
  digest_writer one;
  one.write_text("ab");
  one.write_text("c");
  digest_writer other;
  other.write_text("a");
  other.write_text("bc");
  EXPECT_NE(one.finish(), other.finish());
}

}  // namespace
}  // namespace leadline::test::digest_test
