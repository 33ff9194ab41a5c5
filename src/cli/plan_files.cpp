#include "cli/plan_files.hpp"

#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>
#include <utility>

#include "cli/input_lines.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/nearest_name.hpp"

namespace leadline::cli {

namespace {

/// The members of the object of one line, each taken once; what was not as it should be is told.
class line_members {
 public:
  line_members(document::node object, diagnostics& problems, std::vector<std::string_view> names)
      : object_(object), problems_(&problems), names_(std::move(names)) {
    if (!object_.is_object()) {
      problems_->add(object_.blame({.code = "plan.not_an_object", .message = "the line is not an object"}));
      return;
    }
    for (const document::node each : object_.children()) {
      if (std::find(names_.begin(), names_.end(), each.key()) != names_.end()) continue;
      problems_->add(each.blame_key({.code = "plan.unknown_key",
                                     .message = "there is no key \"" + std::string(each.key()) + "\"",
                                     .suggestion = nearest_name(each.key(), names_),
                                     .allowed = {names_.begin(), names_.end()}}));
    }
  }

  [[nodiscard]] std::string text(std::string_view name) {
    const document::node value = object_[name];
    if (value.is_text() && !value.text().empty()) return std::string(value.text());
    wrong(name, value, "a text");
    return {};
  }

  [[nodiscard]] ratio number(std::string_view name) {
    const std::optional<ratio> value = number_if(name);
    if (!value && !object_[name]) wrong(name, {}, "a number");
    return value.value_or(ratio(0));
  }

  /// Absent is nothing.
  [[nodiscard]] std::optional<ratio> number_if(std::string_view name) {
    const document::node value = object_[name];
    if (!value) return std::nullopt;
    // The digits as written: a double would not be the number that stands there.
    const std::optional<ratio> read = value.is_number() ? ratio::parse(value.source()) : std::nullopt;
    if (!read) wrong(name, value, "a number of at most 18 digits, without exponent");
    return read;
  }

  [[nodiscard]] std::optional<std::int64_t> count_if(std::string_view name) {
    const document::node value = object_[name];
    if (!value) return std::nullopt;
    if (value.is_integer()) return value.integer();
    wrong(name, value, "a whole number");
    return std::nullopt;
  }

  void wrong(std::string_view name, document::node value, std::string expected) {
    if (!object_.is_object()) return;
    if (value) {
      problems_->add(value.blame({.code = "plan.wrong_type",
                                  .message = "\"" + std::string(name) + "\" is " + std::string(value.source()),
                                  .expected = std::move(expected)}));
    } else {
      problems_->add(object_.blame({.code = "plan.missing_key",
                                    .message = "\"" + std::string(name) + "\" is not there",
                                    .expected = std::move(expected)}));
    }
  }

 private:
  document::node object_;
  diagnostics* problems_;
  std::vector<std::string_view> names_;
};

/// Reads every line with `read`; each problem is told with the line of the file in which it is.
template <class Entry, class Read>
[[nodiscard]] std::optional<std::vector<Entry>> read_lines(const std::string& path, Read read) {
  result<input_lines> lines = input_lines::open(path);
  if (!lines) {
    print_problems(lines.error());
    return std::nullopt;
  }
  std::vector<Entry> out;
  bool is_good = true;
  while (const std::optional<std::string_view> line = lines->next()) {
    if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
    diagnostics problems;
    const std::string text(*line);
    const result<document> read_line = document::parse(text, input_name(path));
    if (read_line) {
      out.push_back(read(read_line->root(), problems));
    } else {
      problems.append(read_line.error());
    }
    for (diagnostic& each : problems) each.where.line = static_cast<std::uint32_t>(lines->line_number());
    if (problems.empty()) continue;
    is_good = false;
    print_problems(problems);
  }
  if (lines->problem()) {
    print_problems(*lines->problem());
    is_good = false;
  }
  if (!is_good) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::vector<deliverable>> read_deliverables(const std::string& path) {
  return read_lines<deliverable>(path, [](document::node line, diagnostics& problems) {
    line_members members(line, problems, {"item", "volume", "leads", "hours"});
    deliverable out;
    out.name = members.text("item");
    out.volume = members.number("volume");
    out.leads_each = members.number("leads");
    out.hours_each = members.number("hours");
    return out;
  });
}

std::optional<std::vector<revenue_funnel>> read_funnels(const std::string& path) {
  return read_lines<revenue_funnel>(path, [](document::node line, diagnostics& problems) {
    line_members members(line, problems,
                         {"funnel", "customers", "leads", "mqls", "sqls", "opportunities", "deals", "revenue", "cost"});
    revenue_funnel out;
    out.name = members.text("funnel");
    const document::node customers = line["customers"];
    if (customers.is_text() && customers.text() == "existing") {
      out.customers = customer_kind::existing;
    } else if (!customers.is_text() || customers.text() != "new") {
      members.wrong("customers", customers, R"("new" or "existing")");
    }
    out.leads = members.count_if("leads");
    out.mqls = members.count_if("mqls");
    out.sqls = members.count_if("sqls");
    out.opportunities = members.count_if("opportunities");
    out.deals = members.count_if("deals");
    out.revenue = members.number("revenue");
    out.cost = members.number_if("cost");
    return out;
  });
}

std::optional<std::vector<spend_line>> read_spend(const std::string& path, const time_zone& zone) {
  const auto read = read_lines<std::optional<spend_line>>(
      path, [&](document::node object, diagnostics& problems) -> std::optional<spend_line> {
        line_members members(object, problems, {"period", "channel", "side", "spend", "hours", "quota"});
        const std::string period_text = members.text("period");
        const result<report_period> period = report_period::parse(period_text, zone);
        if (!period) {
          if (!period_text.empty()) members.wrong("period", object["period"], "such as 2026-03, 2026-Q1 or 2026-W10");
          return std::nullopt;
        }
        spend_line out{.period = *period};
        if (object["channel"]) out.channel = members.text("channel");
        if (object["side"]) {
          const std::string side = members.text("side");
          if (side != "marketing" && side != "sales") {
            members.wrong("side", object["side"], "\"marketing\" or \"sales\"");
          }
          if (side == "sales") out.side = target_side::sales;
        }
        for (const auto& [name, into] :
             {std::pair("spend", &out.spend), std::pair("hours", &out.hours), std::pair("quota", &out.quota)}) {
          *into = members.number_if(name);
          if (*into && **into < 0) members.wrong(name, object[name], "0 or more");
        }
        return out;
      });
  if (!read) return std::nullopt;
  std::vector<spend_line> out;
  for (const std::optional<spend_line>& each : *read) {
    if (each) out.push_back(*each);
  }
  return out;
}

}  // namespace leadline::cli
