// Zones: what the files say, what local times mean, and files that are broken in every way.

#include "leadline/time/time_zone.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/time/instant.hpp"
#include "leadline/time/zone_source.hpp"
#include "support/calendar_words.hpp"
#include "support/case_count.hpp"
#include "support/slow_calendar.hpp"

namespace leadline::test::time_zone_test {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

time_zone zone(std::string_view name) { return time_zone::load(name, system_zones()).value(); }

/// The hours to add to UTC.
double offset_hours(std::string_view name, std::string_view when) {
  return static_cast<double>(zone(name).offset_ms_at(at(when))) / static_cast<double>(hour_ms);
}

/// The instant that a local time, written as if it were UTC, means.
std::string meant(std::string_view name, std::string_view local) {
  return zone(name).instant_of(at(local).ms()).text();
}

/// A TZif file, built byte by byte.
struct zone_bytes {
  struct change {
    std::int64_t at_seconds;
    std::uint8_t type;
  };
  char version = '2';
  std::vector<std::int32_t> offsets_seconds = {-18'000, -14'400};
  std::vector<change> changes;
  std::string footer = "EST5EDT,M3.2.0,M11.1.0";
  std::uint32_t leap_count = 0;

  static void append_number(std::string& out, std::uint64_t value, int size) {
    for (int i = size - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  }

  [[nodiscard]] std::string block(int time_size) const {
    std::string out = "TZif";
    out += version;
    out.append(15, '\0');
    for (const std::uint64_t count :
         {std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{leap_count}, std::uint64_t{changes.size()},
          std::uint64_t{offsets_seconds.size()}, std::uint64_t{4}}) {
      append_number(out, count, 4);
    }
    for (const change& one : changes) append_number(out, static_cast<std::uint64_t>(one.at_seconds), time_size);
    for (const change& one : changes) out += static_cast<char>(one.type);
    for (const std::int32_t offset : offsets_seconds) {
      append_number(out, static_cast<std::uint32_t>(offset), 4);
      out.append(2, '\0');
    }
    out += std::string("ABC\0", 4);
    out.append(leap_count * static_cast<std::size_t>(time_size + 4), '\0');
    return out;
  }

  [[nodiscard]] std::string text() const {
    if (version < '2') return block(4);
    return block(4) + block(8) + "\n" + footer + "\n";
  }
};

std::string code_of(std::string_view bytes) {
  const result<time_zone> read = time_zone::from_bytes("Test/Zone", bytes);
  return read ? std::string("read") : read.error().front().code;
}

// --- Offsets ---------------------------------------------------------------------------------------------------

TEST(time_zone, has_the_offset_of_its_season) {
  EXPECT_EQ(offset_hours("America/New_York", "2026-03-02T12:00:00Z"), -5);
  EXPECT_EQ(offset_hours("America/New_York", "2026-07-01T12:00:00Z"), -4);
  EXPECT_EQ(offset_hours("America/New_York", "2026-03-08T06:59:59.999Z"), -5);
  EXPECT_EQ(offset_hours("America/New_York", "2026-03-08T07:00:00Z"), -4);
  EXPECT_EQ(offset_hours("America/New_York", "2026-11-01T05:59:59.999Z"), -4);
  EXPECT_EQ(offset_hours("America/New_York", "2026-11-01T06:00:00Z"), -5);
  EXPECT_EQ(offset_hours("Asia/Kathmandu", "2026-01-01T00:00:00Z"), 5.75);
  EXPECT_EQ(offset_hours("Asia/Kathmandu", "1980-01-01T00:00:00Z"), 5.5);
  EXPECT_EQ(offset_hours("UTC", "2026-01-01T00:00:00Z"), 0);
}

TEST(time_zone, keeps_its_daylight_saving_beyond_the_last_change_its_file_lists) {
  for (const std::string year : {"2038", "2045", "2150", "2199"}) {
    EXPECT_EQ(offset_hours("America/New_York", year + "-07-01T12:00:00Z"), -4) << year;
    EXPECT_EQ(offset_hours("America/New_York", year + "-01-15T12:00:00Z"), -5) << year;
    EXPECT_EQ(offset_hours("Europe/Berlin", year + "-07-01T12:00:00Z"), 2) << year;
    EXPECT_EQ(offset_hours("Australia/Lord_Howe", year + "-07-01T12:00:00Z"), 10.5) << year;
    EXPECT_EQ(offset_hours("Australia/Lord_Howe", year + "-01-15T12:00:00Z"), 11) << year;
  }
}

TEST(time_zone, knows_the_odd_ones) {
  EXPECT_EQ(offset_hours("Pacific/Apia", "2011-12-30T09:59:59Z"), -10);
  EXPECT_EQ(offset_hours("Pacific/Apia", "2011-12-30T10:00:00Z"), 14);
  EXPECT_EQ(offset_hours("Pacific/Kiritimati", "2026-01-01T00:00:00Z"), 14);
  // Ireland's file says that winter is the exception; the offsets are those of London all the same.
  EXPECT_EQ(offset_hours("Europe/Dublin", "2026-01-15T12:00:00Z"), 0);
  EXPECT_EQ(offset_hours("Europe/Dublin", "2026-07-15T12:00:00Z"), 1);
  EXPECT_EQ(offset_hours("Africa/Monrovia", "1970-01-01T00:00:00Z") * 3'600, -44.5 * 60);
}

// --- Local times -----------------------------------------------------------------------------------------------

TEST(local_time, that_exists_once_is_that_instant) {
  EXPECT_EQ(meant("America/New_York", "2026-03-02T09:00:00Z"), utc("2026-03-02T09:00:00-05:00"));
  EXPECT_EQ(meant("America/New_York", "2026-07-01T09:00:00Z"), utc("2026-07-01T09:00:00-04:00"));
  EXPECT_EQ(meant("America/New_York", "2026-03-08T03:00:00Z"), utc("2026-03-08T03:00:00-04:00"));
  EXPECT_EQ(meant("America/New_York", "2026-03-08T01:59:59.999Z"), utc("2026-03-08T01:59:59.999-05:00"));
}

TEST(local_time, in_a_spring_gap_is_read_with_the_offset_before_it) {
  EXPECT_EQ(meant("America/New_York", "2026-03-08T02:00:00Z"), utc("2026-03-08T03:00:00-04:00"));
  EXPECT_EQ(meant("America/New_York", "2026-03-08T02:30:00Z"), utc("2026-03-08T03:30:00-04:00"));
  EXPECT_EQ(meant("America/New_York", "2026-03-08T02:59:59.999Z"), utc("2026-03-08T03:59:59.999-04:00"));
  EXPECT_EQ(meant("Australia/Lord_Howe", "2026-10-04T02:15:00Z"), utc("2026-10-04T02:45:00+11:00"));
  // A whole day: 2011-12-30 09:00 in Samoa is the 31st.
  EXPECT_EQ(meant("Pacific/Apia", "2011-12-30T09:00:00Z"), utc("2011-12-31T09:00:00+14:00"));
  // A date that begins at 01:00: São Paulo, 2018-11-04.
  EXPECT_EQ(meant("America/Sao_Paulo", "2018-11-04T00:00:00Z"), utc("2018-11-04T01:00:00-02:00"));
}

TEST(local_time, that_occurs_twice_is_its_first_occurrence) {
  EXPECT_EQ(meant("America/New_York", "2026-11-01T01:00:00Z"), utc("2026-11-01T01:00:00-04:00"));
  EXPECT_EQ(meant("America/New_York", "2026-11-01T01:59:59.999Z"), utc("2026-11-01T01:59:59.999-04:00"));
  EXPECT_EQ(meant("America/New_York", "2026-11-01T02:00:00Z"), utc("2026-11-01T02:00:00-05:00"));
  EXPECT_EQ(meant("America/St_Johns", "2010-11-07T00:00:30Z"), utc("2010-11-07T00:00:30-02:30"));
}

TEST(local_time, is_what_a_walk_along_the_offsets_finds_in_every_zone) {
  // Around every change of every zone, from two days before it to two days after.
  const system_zones source;
  const std::vector<std::string> names = source.names();
  ASSERT_GT(names.size(), 300U);
  std::int64_t compared_count = 0;
  const std::size_t step = std::max<std::size_t>(1, names.size() / static_cast<std::size_t>(case_count(600)));
  for (std::size_t n = 0; n < names.size(); n += step) {
    const time_zone one = time_zone::load(names[n], source).value();
    // The slow walk costs as much as there are changes; those of the closing rule repeat themselves.
    const std::size_t changes = std::min<std::size_t>(one.stretches().size(), 140);
    for (std::size_t i = 1; i < changes; ++i) {
      const std::int64_t change_ms = one.stretches()[i].begin_ms;
      const std::int64_t offset_ms = one.stretches()[i - 1].offset_ms;
      for (const std::int64_t apart_ms :
           {-48 * hour_ms, -25 * hour_ms, -hour_ms - 1, -hour_ms, -hour_ms / 2, std::int64_t{-1}, std::int64_t{0},
            std::int64_t{1}, hour_ms / 2, hour_ms - 1, hour_ms, 2 * hour_ms, 25 * hour_ms}) {
        const std::int64_t local_ms = change_ms + offset_ms + apart_ms;
        ++compared_count;
        ASSERT_EQ(one.instant_of(local_ms).ms(), slow_calendar::instant_ms_of(one, local_ms))
            << names[n] << " at local " << instant::from_ms(local_ms).text();
      }
    }
  }
  RecordProperty("compared", static_cast<int>(compared_count));
  EXPECT_GT(compared_count, 100);
}

// --- Files -----------------------------------------------------------------------------------------------------

TEST(zone_file, of_our_own_making_is_read) {
  zone_bytes made;
  made.changes = {{1'000'000'000, 1}, {1'010'000'000, 0}};
  const result<time_zone> read = time_zone::from_bytes("Test/Zone", made.text());
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->name(), "Test/Zone");
  EXPECT_EQ(read->offset_ms_at(instant::from_ms(999'999'999'999)), -5 * hour_ms);
  EXPECT_EQ(read->offset_ms_at(instant::from_ms(1'000'000'000'000)), -4 * hour_ms);
  EXPECT_EQ(read->offset_ms_at(instant::from_ms(1'010'000'000'000)), -5 * hour_ms);
  EXPECT_EQ(read->offset_ms_at(at("2100-07-01T00:00:00Z")), -4 * hour_ms);
  for (const char version : {'3', '4'}) {
    made.version = version;
    EXPECT_EQ(code_of(made.text()), "read") << version;
  }
}

TEST(zone_file, of_the_first_version_has_times_of_32_bits_and_no_closing_rule) {
  zone_bytes made;
  made.version = '\0';
  made.changes = {{1'000'000'000, 1}, {1'010'000'000, 0}};
  const result<time_zone> read = time_zone::from_bytes("Test/Zone", made.text());
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->offset_ms_at(at("2001-10-01T00:00:00Z")), -4 * hour_ms);
  EXPECT_EQ(read->offset_ms_at(at("2100-07-01T00:00:00Z")), -5 * hour_ms);
}

TEST(zone_file, without_changes_follows_its_closing_rule) {
  zone_bytes made;
  EXPECT_EQ(time_zone::from_bytes("Z", made.text()).value().offset_ms_at(at("1990-07-01T00:00:00Z")), -4 * hour_ms);
  made.footer = "<+0330>-3:30";
  EXPECT_EQ(time_zone::from_bytes("Z", made.text()).value().offset_ms_at(at("1990-07-01T00:00:00Z")), 7 * hour_ms / 2);
  made.footer = "";
  EXPECT_EQ(time_zone::from_bytes("Z", made.text()).value().offset_ms_at(at("1990-07-01T00:00:00Z")), -5 * hour_ms);
}

TEST(zone_file, may_give_its_closing_rule_in_every_form_of_posix) {
  const auto offset_at = [](std::string footer, std::string_view when) {
    zone_bytes made;
    made.footer = std::move(footer);
    const result<time_zone> read = time_zone::from_bytes("Z", made.text());
    return read ? read->offset_ms_at(at(when)) : -1;
  };
  // Day 60 of the year without leap days is 1 March, always; day 59 counted from 0 with them is 29 February or 1 March.
  EXPECT_EQ(offset_at("EST5EDT,J60/0,J300/0", "2024-03-01T04:59:59Z"), -5 * hour_ms);
  EXPECT_EQ(offset_at("EST5EDT,J60/0,J300/0", "2024-03-01T05:00:00Z"), -4 * hour_ms);
  EXPECT_EQ(offset_at("EST5EDT,J60/0,J300/0", "2023-03-01T05:00:00Z"), -4 * hour_ms);
  EXPECT_EQ(offset_at("EST5EDT,59/0,300/0", "2024-02-29T05:00:00Z"), -4 * hour_ms);
  EXPECT_EQ(offset_at("EST5EDT,59/0,300/0", "2024-02-29T04:59:59Z"), -5 * hour_ms);
  EXPECT_EQ(offset_at("EST5EDT,59/0,300/0", "2023-03-01T05:00:00Z"), -4 * hour_ms);
  // The last Sunday of March 2026 is the 29th; 01:00 UTC.
  EXPECT_EQ(offset_at("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z"), hour_ms);
  EXPECT_EQ(offset_at("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z"), 2 * hour_ms);
  // A negative rule time: two hours before midnight of the last Sunday, Saturday 22:00 at -2.
  EXPECT_EQ(offset_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z"), -2 * hour_ms);
  EXPECT_EQ(offset_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z"), -hour_ms);
  // Winter as the exception, an hour behind.
  EXPECT_EQ(offset_at("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-15T00:00:00Z"), 0);
  EXPECT_EQ(offset_at("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-15T00:00:00Z"), hour_ms);
  // Saving all the year round: from 1 January to 31 December 25:00 in the saved time.
  EXPECT_EQ(offset_at("XXX3EDT4,0/0,J365/23", "2026-07-15T00:00:00Z"), -4 * hour_ms);
  EXPECT_EQ(offset_at("EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z"), -4 * hour_ms);
  EXPECT_EQ(offset_at("EST5EDT,0/0,J365/25", "2026-12-31T23:59:59Z"), -4 * hour_ms);
}

TEST(zone_file, with_a_broken_closing_rule_is_unreadable) {
  for (const char* footer : {"E",
                             "EST",
                             "EST5EDT",
                             "EST5EDT,M3.2.0",
                             "EST5EDT,M3.2.0,",
                             "EST5EDT,M13.2.0,M11.1.0",
                             "EST5EDT,M3.0.0,M11.1.0",
                             "EST5EDT,M3.6.0,M11.1.0",
                             "EST5EDT,M3.2.7,M11.1.0",
                             "EST5EDT,J0,J365",
                             "EST5EDT,J366,J1",
                             "EST5EDT,366,1",
                             "EST5EDT,M3.2.0/168,M11.1.0",
                             "EST25",
                             "EST5:60",
                             "<EST5",
                             "5",
                             "EST5EDT,M3.2.0,M11.1.0,",
                             "EST5 EDT,M3.2.0,M11.1.0",
                             "EST99999999999999999999",
                             "EST5EDT,M3.2.0/-,M11.1.0"}) {
    zone_bytes made;
    made.footer = footer;
    EXPECT_EQ(code_of(made.text()), "time_zone.unreadable") << footer;
  }
  zone_bytes made;
  const std::string whole = made.text();
  // The line break that ends the rule is missing; everything after the data is missing.
  EXPECT_EQ(code_of(whole.substr(0, whole.size() - 1)), "time_zone.unreadable");
  EXPECT_EQ(code_of(whole.substr(0, whole.size() - made.footer.size() - 2)), "time_zone.unreadable");
}

TEST(zone_file, that_is_cut_off_anywhere_is_unreadable_and_never_a_crash) {
  zone_bytes made;
  made.changes = {{1'000'000'000, 1}, {1'010'000'000, 0}};
  const std::string whole = made.text();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // On the heap and exactly as large, so that a sanitizer sees a read beyond it.
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(code_of(std::string_view(cut.data(), cut.size())), "time_zone.unreadable") << size;
  }
  const std::string real = system_zones().read("Europe/Berlin").value();
  for (std::size_t size = 0; size < real.size(); ++size) {
    EXPECT_EQ(code_of(std::string_view(real).substr(0, size)), "time_zone.unreadable") << size;
  }
}

TEST(zone_file, with_nonsense_in_it_is_unreadable) {
  EXPECT_EQ(code_of(""), "time_zone.unreadable");
  EXPECT_EQ(code_of("Paris"), "time_zone.unreadable");
  EXPECT_EQ(code_of(std::string(100'000, 'x')), "time_zone.unreadable");
  zone_bytes made;
  made.changes = {{1'000'000'000, 1}, {1'010'000'000, 0}};
  const auto with_change = [&](auto change) {
    zone_bytes other = made;
    change(other);
    return code_of(other.text());
  };
  EXPECT_EQ(with_change([](zone_bytes& file) { file.leap_count = 27; }), "time_zone.unreadable");
  EXPECT_EQ(with_change([](zone_bytes& file) { file.changes[1].type = 2; }), "time_zone.unreadable");
  EXPECT_EQ(with_change([](zone_bytes& file) { file.changes[1].at_seconds = 1'000'000'000; }), "time_zone.unreadable");
  EXPECT_EQ(with_change([](zone_bytes& file) { file.changes[1].at_seconds = 5; }), "time_zone.unreadable");
  EXPECT_EQ(with_change([](zone_bytes& file) { file.offsets_seconds = {}; }), "time_zone.unreadable");
  EXPECT_EQ(with_change([](zone_bytes& file) { file.offsets_seconds[1] = 27 * 3'600; }), "time_zone.unreadable");
  EXPECT_EQ(with_change([](zone_bytes& file) { file.offsets_seconds[1] = std::numeric_limits<std::int32_t>::min(); }),
            "time_zone.unreadable");
  EXPECT_EQ(with_change([](zone_bytes& file) {
              file.changes.clear();
              for (int i = 0; i <= static_cast<int>(limits::zone_transition_count_max); ++i)
                file.changes.push_back({i, 0});
            }),
            "time_zone.unreadable");
  EXPECT_EQ(code_of(made.text() + std::string(limits::zone_file_size_max, ' ')), "time_zone.unreadable");
}

TEST(zone_file, with_changes_far_beyond_all_time_is_read_without_overflow) {
  zone_bytes made;
  made.changes = {{std::numeric_limits<std::int64_t>::min(), 0}, {0, 1}, {std::numeric_limits<std::int64_t>::max(), 0}};
  const result<time_zone> read = time_zone::from_bytes("Z", made.text());
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->offset_ms_at(at("2026-01-15T00:00:00Z")), -4 * hour_ms);
  EXPECT_EQ(read->offset_ms_at(instant::max()), -4 * hour_ms);
  EXPECT_EQ(read->offset_ms_at(instant::from_ms(std::numeric_limits<std::int64_t>::min())), -5 * hour_ms);
}

TEST(zone_file, of_random_bytes_or_with_bytes_changed_is_read_or_refused_but_never_a_crash) {
  std::mt19937_64 engine(2'026);
  const std::string real = system_zones().read("America/New_York").value();
  const int count = case_count(20'000);
  for (int i = 0; i < count; ++i) {
    std::string bytes = real;
    for (std::uint64_t n = engine() % 4 + 1; n > 0; --n) {
      const std::size_t place = engine() % 3 == 0 ? engine() % 60 : engine() % bytes.size();
      bytes[place] = static_cast<char>(engine());
    }
    const result<time_zone> read = time_zone::from_bytes("Z", bytes);
    if (!read) {
      ASSERT_EQ(read.error().front().code, "time_zone.unreadable");
      continue;
    }
    // Whatever it says now, its stretches are in order and a local time has an answer.
    const std::vector<time_zone::stretch>& stretches = read->stretches();
    for (std::size_t n = 1; n < stretches.size(); ++n) {
      ASSERT_LT(stretches[n - 1].begin_ms, stretches[n].begin_ms) << i;
      ASSERT_LE(stretches[n - 1].local_begin_ms, stretches[n].local_begin_ms) << i;
    }
    (void)read->instant_of(static_cast<std::int64_t>(engine() % limits::instant_max_ms));
  }
}

// --- Where zones come from -------------------------------------------------------------------------------------

/// Zones in memory, as a host without files has them.
class two_zones final : public zone_source {
 public:
  [[nodiscard]] result<std::string> read(std::string_view name) const override {
    if (name == "Test/Here") return zone_bytes{}.text();
    if (name == "Test/Broken") return std::string("not a zone");
    return failure(diagnostic{.code = "time_zone.unknown", .message = "no such zone"});
  }
  [[nodiscard]] std::vector<std::string> names() const override { return {"Test/Broken", "Test/Here"}; }
};

TEST(zone_source, may_be_a_hosts_own_memory) {
  EXPECT_EQ(time_zone::load("Test/Here", two_zones()).value().offset_ms_at(at("2026-07-01T00:00:00Z")), -4 * hour_ms);
  const auto broken = time_zone::load("Test/Broken", two_zones());
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().front().code, "time_zone.unreadable");
  const auto misspelt = time_zone::load("Test/Here", two_zones());
  ASSERT_TRUE(misspelt);
  const auto unknown = time_zone::load("Test/Heer", two_zones());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().front().suggestion, "Test/Here");
}

TEST(system_zones, lists_the_zones_and_not_their_copies) {
  const std::vector<std::string> names = system_zones().names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const char* name : {"America/New_York", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5"}) {
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), name)) << name;
  }
  for (const std::string& name : names) {
    EXPECT_FALSE(name.starts_with("posix/") || name.starts_with("right/")) << name;
    EXPECT_EQ(name.find('.'), std::string::npos) << name;
  }
}

TEST(system_zones, never_leaves_its_folder) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "leadline_zone_folder";
  std::filesystem::create_directories(folder / "inside" / "Area");
  std::ofstream(folder / "Outside", std::ios::binary) << zone_bytes{}.text();
  std::ofstream(folder / "inside" / "Area" / "City", std::ios::binary) << zone_bytes{}.text();
  std::ofstream(folder / "inside" / "notes", std::ios::binary) << "no zone";
  const system_zones source((folder / "inside").string());
  EXPECT_TRUE(source.read("Area/City"));
  EXPECT_EQ(source.names(), std::vector<std::string>{"Area/City"});
  for (const std::string& name :
       {std::string("../Outside"), std::string("Area/../../Outside"), (folder / "Outside").string(),
        std::string("Area"), std::string("Area/"), std::string("/Area/City"), std::string("notes"),
        std::string("Area/City\0", 10), std::string("Area/City\n"), std::string()}) {
    const auto read = source.read(name);
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().front().code, "time_zone.unknown") << name;
  }
  std::filesystem::remove_all(folder);
}

TEST(system_zones, says_when_there_is_no_database) {
  const system_zones source("/no/such/folder");
  const auto read = time_zone::load("Europe/Berlin", source);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().front().code, "time_zone.no_database");
  EXPECT_TRUE(source.names().empty());
}

}  // namespace
}  // namespace leadline::test::time_zone_test
