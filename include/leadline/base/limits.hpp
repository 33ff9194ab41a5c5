#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound of the library, with its arithmetic. Crossing one is an error that names the limit, the value
/// and the maximum; docs/reference/limits.md is the readable list.
namespace leadline::limits {

// --- Documents: rule packs, conditions, calendars -------------------------------------------------------------

/// Bytes of one JSON document. The largest seed pack is 40 kB; a pack of 1,000 rules is about 300 kB.
inline constexpr std::size_t document_size_max = std::size_t{16} << 20;
/// Nesting of arrays and objects. Conditions written by people stay below 20; builders below 40.
inline constexpr std::size_t document_depth_max = 128;
/// Values in one document. A pack of 1,000 rules has about 40,000. Reading costs up to 270 ns a value, so 200,000 keep
/// a hostile document near 50 ms, and at 64 bytes a value below 16 MiB; longer lists stand in files.
inline constexpr std::size_t document_node_count_max = 200'000;
/// Bytes of one text or key, after escapes are undone.
inline constexpr std::size_t document_text_size_max = std::size_t{1} << 20;
/// Problems told in one go. A file with more is not a pack with mistakes but another kind of file.
inline constexpr std::size_t diagnostic_count_max = 1'000;

// --- Time -----------------------------------------------------------------------------------------------------

/// Instants are milliseconds from 1970-01-01T00:00:00Z (0) to 2200-01-01T00:00:00Z, both included.
inline constexpr std::int64_t instant_min_ms = 0;
/// 84,006 days of 86,400,000 ms: 230 years, 56 of them leap years (2100 and 2200 are none).
inline constexpr std::int64_t instant_max_ms = std::int64_t{84'006} * 86'400'000;
/// The longest duration in elapsed or business time: as long as the range of instants.
inline constexpr std::int64_t duration_max_ms = instant_max_ms;
/// The longest duration in business days: one a day over the whole range.
inline constexpr std::int64_t business_days_max = 84'006;
/// How far a calendar is searched for its next opening. A calendar closed for longer is an error.
inline constexpr std::int64_t calendar_search_max_ms = std::int64_t{400} * 86'400'000;
/// Dated exceptions in one calendar: every date of the whole range.
inline constexpr std::size_t calendar_date_count_max = 84'008;
/// Opening intervals on one date. One a quarter of an hour.
inline constexpr std::size_t calendar_interval_count_max = 96;
/// Calendars in one pack.
inline constexpr std::size_t calendar_count_max = 10'000;
/// Bytes of one file of the zone database. The largest known is below 4 kB.
inline constexpr std::size_t zone_file_size_max = std::size_t{256} << 10;
/// Offset changes of one zone that a file may list (the largest known lists 243), the closing rule not counted.
inline constexpr std::size_t zone_transition_count_max = 10'000;
/// Bytes of a zone's name. The longest known is 32.
inline constexpr std::size_t zone_name_size_max = 64;
/// Bytes of text that is looked at as an instant, a duration, a date or an interval.
inline constexpr std::size_t time_text_size_max = 64;

// --- Rule packs -----------------------------------------------------------------------------------------------

/// Entries of one map or list of a pack (attributes, signals, rules of a score, codes, pools). A rule takes about
/// 300 bytes of text and 2 kB compiled: 10,000 are 3 MB of a pack and 20 MB of a model.
inline constexpr std::size_t pack_entry_count_max = 10'000;
/// Stages of a funnel. 1,000 stages with a move between each two are a million moves, which still fit the document.
inline constexpr std::size_t stage_count_max = 1'000;
/// Statuses of one stage.
inline constexpr std::size_t status_count_max = 1'000;
/// Clocks and cadences of a pack: each running one costs a contact 40 bytes, 1,000 of them 40 kB.
inline constexpr std::size_t clock_count_max = 1'000;
inline constexpr std::size_t cadence_count_max = 1'000;
/// Warnings, and escalations, of one clock.
inline constexpr std::size_t clock_mark_count_max = 100;
/// Reps of a pack. The largest sales forces count some 50,000.
inline constexpr std::size_t rep_count_max = 100'000;
/// Texts of one list, and bytes of a list's file. The longest known list of disposable mail domains has 200,000
/// entries of 15 bytes, 3 MB.
inline constexpr std::size_t list_item_count_max = 2'000'000;
inline constexpr std::size_t list_file_size_max = std::size_t{64} << 20;
/// Bytes of one entry of a list. A host name has at most 253, an e-mail address 254.
inline constexpr std::size_t list_item_size_max = 1'024;
/// Bytes of a name: a signal, a stage, an event type.
inline constexpr std::size_t pack_name_size_max = 128;
/// Counts an author writes: "at least 3 of them", a rep's capacity. Fits 32 bits with room to add.
inline constexpr std::int64_t pack_count_max = 1'000'000'000;
/// A rule's sum of points: 10^7, in thousandths.
inline constexpr std::int64_t points_milli_max = std::int64_t{10'000'000} * 1'000;
/// A score, a cap or a threshold: 10,000 rules of 10^7 points are 10^11; weighted sums of scores may reach 10^12.
/// In thousandths 10^15, so that 9,223 of them still add up within int64.
inline constexpr std::int64_t score_milli_max = std::int64_t{1'000'000'000'000} * 1'000;
/// The weight of a score in a sum, in thousandths.
inline constexpr std::int64_t weight_milli_max = std::int64_t{1'000} * 1'000;
/// Cases that a static check of a pack tries before it says nothing: 20,000 evaluations of 100 ns are 2 ms.
inline constexpr std::size_t check_case_count_max = 20'000;

// --- Conditions -----------------------------------------------------------------------------------------------

/// Values in one condition, lists of constants included. The longest seen in a CRM's export had 1,900; a list of
/// texts that is longer belongs into `lists`.
inline constexpr std::size_t condition_node_count_max = 20'000;
/// Steps of one evaluation. A step is one operator or operand of the body of `map`, `filter`, `reduce`, `all`, `some`
/// or `none`, for each item; 64 bytes of a text or 4 items of a list that is built; 16,384 comparisons of bytes in a
/// search. 100,000 take about a millisecond and, at 64 bytes each, hold at most 6.4 MB.
inline constexpr std::uint64_t condition_steps_max = 100'000;
/// Bytes of a regular expression. RE2 needs up to a few hundred bytes of program for each.
inline constexpr std::size_t pattern_size_max = 1'000;
/// Bytes that one regular expression may take, its automaton's cache included (RE2 gives up beyond).
inline constexpr std::int64_t pattern_memory_max = std::int64_t{1} << 20;
/// Bytes of a text that a regular expression looks at. RE2 is linear: 64 KiB take about 0.1 ms.
inline constexpr std::size_t pattern_text_size_max = std::size_t{64} << 10;
/// Nesting of JSON data that a condition reads. As for documents.
inline constexpr std::size_t data_depth_max = 128;
/// Texts of a set for which a table without collisions is sought: at most 192 tries of as many steps, 0.1 ms.
inline constexpr std::size_t perfect_text_count_max = 256;
/// Sum of the weights of `fractional`, and each of them: 2^31 - 1, as flagd has it.
inline constexpr std::int64_t fractional_weight_max = 2'147'483'647;

// --- Contacts -------------------------------------------------------------------------------------------------

/// Bytes of a contact's id, and of an event's. The longest in use are e-mail addresses (254) and hashes (128).
inline constexpr std::size_t event_id_size_max = 1'024;
/// Bytes of one event as JSON. The largest form submissions seen are some 20 kB.
inline constexpr std::size_t event_size_max = std::size_t{1} << 20;

/// Events kept of one contact so that later ones can come late: a thousand a day over two months of lateness.
inline constexpr std::size_t late_event_count_max = 65'536;
/// Instants or values in the window of one signal: 24 bytes each, 1.5 MB.
inline constexpr std::size_t window_entry_count_max = 65'536;
/// Different values of one signal or one `once_per`, 16 bytes each.
inline constexpr std::size_t distinct_value_count_max = 16'384;

/// Groups of one report: each is a page of its own, which nobody reads by the thousand.
inline constexpr std::size_t report_group_count_max = 1'000;

/// Different fields that a pack's targets of completeness ask for: a bit each of one word beside an entry.
inline constexpr std::size_t report_field_count_max = 64;

}  // namespace leadline::limits
