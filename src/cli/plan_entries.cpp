#include "cli/plan_entries.hpp"

#include <string>
#include <utility>

#include "cli/object_members.hpp"

namespace leadline::cli {

deliverable deliverable_of(document::node line, diagnostics& problems) {
  object_members members(line, problems, "plan", {"item", "volume", "leads", "hours"});
  deliverable out;
  out.name = members.text("item");
  out.volume = members.number("volume");
  out.leads_each = members.number("leads");
  out.hours_each = members.number("hours");
  return out;
}

revenue_funnel funnel_of(document::node line, diagnostics& problems) {
  object_members members(line, problems, "plan",
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
}

std::optional<spend_line> spend_of(document::node object, const time_zone& zone, diagnostics& problems) {
  object_members members(object, problems, "plan", {"period", "channel", "side", "spend", "hours", "quota"});
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
}

}  // namespace leadline::cli
