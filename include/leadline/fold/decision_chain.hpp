#pragma once

#include <string>

#include "leadline/base/config.hpp"
#include "leadline/base/digest.hpp"
#include "leadline/fold/decision.hpp"

namespace leadline {

/// One digest for all decisions of a contact so far, each hashed together with the digest before it: whoever holds the
/// latest can tell that none was changed, left out or put in between.
///
///     decision_chain chain(row.chain);                      // or from nothing, for a new contact
///     for (const decision& each : fold.step(c42, event)) chain.add(each);
///     row.chain = chain.head();
///
/// What is hashed is the decision's line of JSON, as `append_json` writes it. A plain value; one thread at a time.
class decision_chain {
 public:
  decision_chain() = default;
  explicit decision_chain(const digest& head) : head_(head) {}

  void add(const decision& told) {
    line_.assign(reinterpret_cast<const char*>(head_.bytes().data()), digest::size);
    append_json(line_, told);
    head_ = digest::of(line_);
  }

  [[nodiscard]] const digest& head() const noexcept { return head_; }

 private:
  digest head_;
  std::string line_;
};

}  // namespace leadline
