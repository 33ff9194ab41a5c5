// A failure cannot be lost: neither by ignoring it, nor by reading it as a value.
#include <string>

#include "leadline/base/result.hpp"

leadline::result<int> parse(const std::string& text) {
  if (text.empty()) return leadline::failure({.code = "test.empty", .message = "empty"});
  return 1;
}

int main() {
  const leadline::result<int> parsed = parse("1");
  int value = parsed ? *parsed : 0;
#if CASE == 1
  // expect-gcc: cannot convert
  // expect-clang: assigning to 'int' from incompatible type
  value = parse("2");
#endif
#if CASE == 2
  // expect: nodiscard
  leadline::failure(leadline::diagnostic{.code = "test.lost", .message = "lost"});
#endif
  return value == 1 ? 0 : 1;
}
