#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/report/decision_log.hpp"

namespace leadline::test {

/// Lines of decisions, with only what counts written out: kind, contact, instant and the rest of the object.
class log_lines {
 public:
  log_lines& add(std::string_view contact, std::string_view at, std::string_view kind, std::string_view rest) {
    std::uint64_t& seq = seqs_[std::string(contact)];
    text_.push_back("{\"seq\": " + std::to_string(++seq) + ", \"at\": \"" + std::string(at) + "\", \"contact\": \"" +
                    std::string(contact) + "\", \"kind\": \"" + std::string(kind) + "\"" +
                    (rest.empty() ? "" : ", " + std::string(rest)) + "}");
    return *this;
  }
  log_lines& move(std::string_view contact, std::string_view at, std::string_view to, std::string_view rule) {
    return add(
        contact, at, "stage",
        R"("from": null, "to": ")" + std::string(to) + R"(", "rule": ")" + std::string(rule) + R"(", "cause": null)");
  }
  log_lines& clock(std::string_view contact, std::string_view at, int cycle, std::string_view what,
                   std::int64_t used_ms) {
    return add(contact, at, "clock",
               R"("clock": "speed-to-lead", "cycle": )" + std::to_string(cycle) + R"(, "what": ")" + std::string(what) +
                   R"(", "due": "2026-03-03T00:00:00.000Z", "used": )" + std::to_string(used_ms) +
                   R"(, "left": 0, "late": 0, "cause": null)");
  }

  [[nodiscard]] decision_log read() const {
    decision_log log;
    log.keep_score("lead");
    for (const std::string& each : text_) {
      const result<void> done = log.add_line(each);
      EXPECT_TRUE(done) << each << "\n" << (done ? "" : to_text(done.error()));
    }
    return log;
  }
  [[nodiscard]] decision_log settled() const {
    decision_log log = read();
    log.settle();
    return log;
  }

 private:
  std::vector<std::string> text_;
  std::map<std::string, std::uint64_t> seqs_;
};

}  // namespace leadline::test
