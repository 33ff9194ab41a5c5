#include "cli/handoff_report.hpp"

#include <optional>

#include "cli/event_lines.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "cli/report_documents.hpp"
#include "leadline/report/handoff_package.hpp"

namespace leadline::cli {

exit_code run_handoff(const handoff_options& options) {
  if (options.events.empty() || options.contact.empty() || !options.at) {
    print_problems(diagnostic{.code = "report.no_contact",
                              .message = "a handoff package is of one contact at one instant",
                              .expected = "--contact, --at, and --events with the events of the run"});
    return exit_code::wrong_usage;
  }
  const instant at = *options.at;
  const model_file file = read_model(options.pack);
  if (!file.model) return file.outcome;
  handoff_maker maker(file.model, options.contact);
  const auto take = [&](const event& each) {
    if (each.at <= at) maker.take(each);
  };
  bool is_good = read_events(options.events, take, [] {});
  const std::optional<handoff_package> made = maker.make(at);
  if (!made) {
    print_problems(
        diagnostic{.code = "contact.unknown",
                   .message = "no accepted event up to that instant is of the contact \"" + options.contact + "\""});
    return exit_code::input_problems;
  }
  output out;
  out.text() += options.format == handoff_format::json ? to_json(*made) + "\n" : handoff_document(*made);
  if (!out.flush()) is_good = false;
  return is_good ? exit_code::done : exit_code::input_problems;
}

}  // namespace leadline::cli
