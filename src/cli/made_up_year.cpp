#include "cli/made_up_year.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "leadline/time/instant.hpp"

namespace leadline::cli {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;
/// Thursday 1 January 2026, 00:00 in New York. The made-up country keeps that offset all year.
constexpr std::int64_t begin_ms = 1'767'243'600'000;
constexpr std::uint32_t hours_a_week = 168;

using words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 16> first_names{"Ana",   "Bo",    "Chidi", "Dana",      "Elif", "Femi",
                                                       "Grace", "Hugo",  "Ines",  "Jun",       "Kofi", "Lea",
                                                       "Mateo", "Nadia", "Omar",  "Zo\xC3\xAB"};
constexpr std::array<std::string_view, 16> last_names{"Abara", "Berg",  "Costa", "Dahl",   "Evans", "Fontaine",
                                                      "Grant", "Haas",  "Ito",   "Jensen", "Kovac", "Lind",
                                                      "Mbeki", "Novak", "Ortiz", "Park"};
constexpr std::array<std::string_view, 12> company_beginnings{"North", "Blue",  "Iron",  "Cedar", "Bright", "Stone",
                                                              "River", "Solar", "Maple", "Grand", "Swift",  "Amber"};
constexpr std::array<std::string_view, 8> company_endings{"wind", "field", "works", "bridge",
                                                          "port", "forge", "gate",  "leaf"};
constexpr std::array<std::string_view, 6> industries{"software", "manufacturing", "retail",
                                                     "finance",  "healthcare",    "education"};
constexpr std::array<std::string_view, 6> channels{"organic", "paid_search", "referral", "event", "social", "partner"};
constexpr std::array<std::string_view, 5> paths{"/", "/blog", "/features", "/customers", "/docs"};
constexpr std::array<std::string_view, 4> papers{"Buyer's guide", "Benchmark report", "Checklist", "Case study"};
constexpr std::array<std::string_view, 4> loss_reasons{"price", "competitor", "no_decision", "timing"};
/// As the free-mail list of rules/standard.json has them. The names before the @ have a hyphen, and the first two of
/// these have no mailbox with one, so that no line holds the address of somebody.
constexpr std::array<std::string_view, 2> free_mail{"gmail.com", "googlemail.com"};

struct rank {
  std::string_view seniority;
  std::string_view title;
};
constexpr std::array<rank, 5> ranks{rank{"c_suite", "Chief Operating Officer"}, rank{"vp", "VP Sales"},
                                    rank{"director", "Director of Marketing"}, rank{"manager", "Operations Manager"},
                                    rank{"staff", "Analyst"}};

/// How much happens in an hour of a week that begins on a Thursday at 00:00.
[[nodiscard]] constexpr std::uint32_t weight_of(std::uint32_t hour_of_week) noexcept {
  const std::uint32_t day = hour_of_week / 24;
  const std::uint32_t hour = hour_of_week % 24;
  const bool is_weekend = day == 2 || day == 3;
  if (hour < 6 || hour >= 23) return 1;
  if (is_weekend) return 3;
  return hour >= 9 && hour < 17 ? 20 : 5;
}

[[nodiscard]] constexpr bool is_weekend(std::int64_t at_ms) noexcept {
  const std::int64_t day = (at_ms - begin_ms) / day_ms % 7;
  return day == 2 || day == 3;
}

[[nodiscard]] constexpr std::int64_t hour_of_day(std::int64_t at_ms) noexcept {
  return (at_ms - begin_ms) % day_ms / hour_ms;
}

/// The instant itself in working hours; else somewhere in the first two hours of the next working day.
[[nodiscard]] std::int64_t in_working_hours(std::int64_t at_ms, made_up_numbers& numbers) {
  if (!is_weekend(at_ms) && hour_of_day(at_ms) >= 9 && hour_of_day(at_ms) < 17) return at_ms;
  std::int64_t day_begin_ms = at_ms - (at_ms - begin_ms) % day_ms;
  if (hour_of_day(at_ms) >= 9) day_begin_ms += day_ms;
  while (is_weekend(day_begin_ms)) day_begin_ms += day_ms;
  return day_begin_ms + 9 * hour_ms + numbers.below(2 * 3600 * 1000);
}

/// A visit in the small hours is mostly one of the morning after.
[[nodiscard]] std::int64_t awake(std::int64_t at_ms, made_up_numbers& numbers) {
  return hour_of_day(at_ms) < 6 && numbers.percent(90) ? at_ms + 7 * hour_ms : at_ms;
}

// No expression of this file draws twice but through && or ?:, since the order of other operands is the compiler's
// choice.

[[nodiscard]] std::int64_t minutes(made_up_numbers& numbers, std::uint32_t least, std::uint32_t most) {
  const std::int64_t whole_ms = (least + numbers.below(most - least)) * minute_ms;
  return whole_ms + numbers.below(60'000);
}

[[nodiscard]] std::int64_t days(made_up_numbers& numbers, std::uint32_t least, std::uint32_t most) {
  const std::int64_t whole_ms = (least + numbers.below(most - least)) * day_ms;
  return whole_ms + numbers.below(8 * 3600 * 1000);
}

template <typename Items>
[[nodiscard]] const auto& one_of(const Items& items, made_up_numbers& numbers) {
  return items[numbers.below(static_cast<std::uint32_t>(items.size()))];
}

/// The higher, the rarer.
[[nodiscard]] const rank& rank_of(made_up_numbers& numbers) {
  const std::uint32_t one = numbers.below(5);
  const std::uint32_t other = numbers.below(5);
  return ranks[std::max(one, other)];
}

/// Numbers for what a contact is, apart from those for what it does: the same whenever they are asked for.
[[nodiscard]] made_up_numbers numbers_of(std::uint64_t seed, std::uint32_t contact, std::uint32_t purpose) {
  made_up_numbers of_seed(seed);
  made_up_numbers of_contact(of_seed.next() + (std::uint64_t{contact} << 8) + purpose);
  return made_up_numbers(of_contact.next());
}

/// `, "key": "content"`; the first member of an object goes without the comma. The words above need no escapes.
class members {
 public:
  explicit members(std::string& line) : line_(line) {}

  void add(std::string_view key, std::string_view content) {
    begin(key);
    line_ += '"';
    line_ += content;
    line_ += '"';
  }
  void add(std::string_view key, std::uint64_t number) {
    begin(key);
    line_ += std::to_string(number);
  }

 private:
  void begin(std::string_view key) {
    if (!is_first_) line_ += ", ";
    is_first_ = false;
    line_ += '"';
    line_ += key;
    line_ += "\": ";
  }

  std::string& line_;
  bool is_first_ = true;
};

}  // namespace

std::uint64_t made_up_numbers::next() noexcept {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31);
}

std::uint32_t made_up_numbers::below(std::uint32_t bound) noexcept {
  return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
}

std::uint32_t made_up_numbers::heavy_tailed(std::uint32_t largest) noexcept {
  return std::min(largest, 65'536 / (1 + below(65'536)));
}

made_up_year::made_up_year(const options& chosen) : options_(chosen), end_at_ms_(begin_ms + chosen.day_count * day_ms) {
  for (std::uint32_t hour = 0; hour < hours_a_week; ++hour)
    week_weights_[hour + 1] = week_weights_[hour] + weight_of(hour);
  const std::uint32_t hours = chosen.day_count * 24;
  weight_sum_ = std::uint64_t{hours / hours_a_week} * week_weights_.back() + week_weights_[hours % hours_a_week];
}

/// The arrivals stand in order and are spread over the time by the weight of its hours, so that no list of them is
/// needed: contact i of n comes when i/n of the weight has passed, plus a part of its own n-th.
std::int64_t made_up_year::arrival_ms(std::uint32_t contact) const {
  made_up_numbers numbers = numbers_of(options_.seed, contact, 0);
  // In units of 1/65,536 of a weight. 3,660 days are below 2^20 weights, so a span is below 2^36; with a contact's
  // place below 2^27 every product stays below 2^63.
  const std::uint64_t span = weight_sum_ << 16;
  const std::uint64_t count = options_.contact_count;
  const std::uint64_t position =
      span / count * contact + span % count * contact / count + (span / count) * numbers.below(65'536) / 65'536;
  const std::uint64_t weight = position >> 16;
  const std::uint64_t week = weight / week_weights_.back();
  const auto in_week = static_cast<std::uint32_t>(weight % week_weights_.back());
  const auto after = std::upper_bound(week_weights_.begin(), week_weights_.end(), in_week);
  const auto hour = static_cast<std::uint64_t>(after - week_weights_.begin()) - 1;
  const std::uint64_t hour_begin = std::uint64_t{week_weights_[hour]} << 16;
  const std::uint64_t hour_weight = (std::uint64_t{week_weights_[hour + 1]} << 16) - hour_begin;
  const std::uint64_t in_hour = (std::uint64_t{in_week} << 16) + (position & 0xFFFF) - hour_begin;
  return begin_ms + static_cast<std::int64_t>(week * hours_a_week + hour) * hour_ms +
         static_cast<std::int64_t>(in_hour * static_cast<std::uint64_t>(hour_ms) / hour_weight);
}

made_up_year::life made_up_year::born(std::uint32_t contact) const {
  life made{.at_ms = arrival_ms(contact),
            .numbers = numbers_of(options_.seed, contact, 1),
            .contact = contact,
            .visits_left = 0};
  made.visits_left = static_cast<std::uint16_t>(made.numbers.heavy_tailed(200));
  made.has_email = !made.numbers.one_in(50);
  made.next = made.numbers.percent(70) ? kind::subscribed : kind::form_submitted;
  return made;
}

/// What comes after `of.next`, and when.
void made_up_year::go_on(life& of) const {
  switch (of.now) {
    case phase::arriving:
      // Most are looked up by a service within minutes of their coming in.
      of.now = phase::browsing;
      if (of.numbers.percent(80)) {
        of.next = kind::enriched;
        of.at_ms += minutes(of.numbers, 1, 20);
        return;
      }
      visit_next(of);
      return;
    case phase::browsing: visit_next(of); return;
    case phase::working:
    case phase::accepted:
    case phase::qualified:
    case phase::negotiating: sell_next(of); return;
    case phase::over: return;
  }
}

void made_up_year::visit_next(life& of) const {
  made_up_numbers& numbers = of.numbers;
  // Who asks for a demo is called; so is, mostly, who has shown enough of interest.
  const bool is_hot = of.interest >= 45 && numbers.percent(60);
  if (of.next == kind::demo_requested || is_hot) {
    of.now = phase::working;
    of.touch_count = 0;
    of.is_hand_raiser = of.next == kind::demo_requested;
    sell_next(of);
    return;
  }
  if (of.visits_left == 0 || of.next == kind::unsubscribed) {
    of.now = phase::over;
    return;
  }
  --of.visits_left;
  // Visits come in bursts: the next page is minutes away, or days, or now and then weeks.
  std::int64_t pause_ms = 0;
  if (numbers.percent(60)) {
    pause_ms = minutes(numbers, 1, 15);
  } else {
    pause_ms = days(numbers, 0, 3);
    pause_ms += numbers.heavy_tailed(40) * day_ms / 2;
  }
  of.at_ms = awake(of.at_ms + pause_ms, numbers);
  const std::uint32_t what = numbers.below(100);
  if (what < 56) {
    of.next = kind::page_view;
    of.interest = static_cast<std::uint16_t>(of.interest + 2);
  } else if (what < 74) {
    of.next = kind::email_clicked;
    of.interest = static_cast<std::uint16_t>(of.interest + 3);
  } else if (what < 83) {
    of.next = kind::content_downloaded;
    of.interest = static_cast<std::uint16_t>(of.interest + 10);
  } else if (what < 88) {
    of.next = kind::webinar_attended;
    of.interest = static_cast<std::uint16_t>(of.interest + 15);
  } else if (what < 93) {
    of.next = kind::form_submitted;
  } else if (what < 98) {
    of.next = kind::demo_requested;
  } else {
    of.next = kind::unsubscribed;
  }
}

/// The part of sales, in working hours.
void made_up_year::sell_next(life& of) const {
  made_up_numbers& numbers = of.numbers;
  std::int64_t pause_ms = 0;
  switch (of.now) {
    case phase::working:
      if (of.next == kind::disposition_not_now && of.visits_left > 0) {
        // Sent back for now; it goes on visiting, and may come again.
        of.now = phase::browsing;
        of.interest = 0;
        visit_next(of);
        return;
      }
      if (of.next == kind::disposition_no_answer || of.next == kind::disposition_not_now ||
          of.next == kind::disposition_no_fit || of.next == kind::disposition_bad_data) {
        of.now = phase::over;
        return;
      }
      if (of.next == kind::reply) {
        pause_ms = minutes(numbers, 20, 600);
        const std::uint32_t what = numbers.below(100);
        if (!of.has_email) {
          of.next = kind::disposition_bad_data;
        } else if (what < 70) {
          of.next = kind::sales_accepted;
          of.now = phase::accepted;
        } else {
          of.next = what < 85 ? kind::disposition_not_now : kind::disposition_no_fit;
        }
      } else if (of.next == kind::touch && numbers.percent(22)) {
        of.next = kind::reply;
        pause_ms = minutes(numbers, 10, 1500);
      } else if (of.touch_count >= 8) {
        // Given up after eight touches; who never raised a hand is told to have put it off.
        of.next = of.is_hand_raiser ? kind::disposition_no_answer : kind::disposition_not_now;
        pause_ms = days(numbers, 1, 3);
      } else {
        // The first call within minutes, or hours, or a day late; the others a day or two apart.
        pause_ms = of.touch_count > 0    ? days(numbers, 1, 3)
                   : numbers.percent(60) ? minutes(numbers, 2, 60)
                                         : minutes(numbers, 60, 2400);
        of.next = kind::touch;
        ++of.touch_count;
      }
      break;
    case phase::accepted:
      pause_ms = days(numbers, 1, 8);
      if (of.next == kind::sales_accepted) {
        of.next = kind::touch;
      } else if (numbers.percent(65)) {
        of.next = kind::sales_qualified;
        of.now = phase::qualified;
      } else {
        of.next = numbers.percent(50) ? kind::disposition_no_fit : kind::disposition_not_now;
        of.now = phase::working;
      }
      break;
    case phase::qualified:
      if (numbers.percent(25)) {
        of.now = phase::over;
        return;
      }
      pause_ms = days(numbers, 1, 15);
      of.amount = 100 * numbers.below(100);
      of.amount *= numbers.heavy_tailed(50);
      of.amount += 5000;
      of.next = kind::opportunity_created;
      of.now = phase::negotiating;
      of.touch_count = static_cast<std::uint8_t>(numbers.below(5));
      break;
    case phase::negotiating:
      if (of.next == kind::deal_won || of.next == kind::deal_lost) {
        of.now = phase::over;
        return;
      }
      pause_ms = days(numbers, 3, 20);
      if (of.touch_count > 0) {
        of.next = of.next == kind::touch && numbers.percent(50) ? kind::reply : kind::touch;
        if (of.next == kind::touch) --of.touch_count;
      } else {
        of.next = numbers.percent(35) ? kind::deal_won : kind::deal_lost;
      }
      break;
    case phase::arriving:
    case phase::browsing:
    case phase::over: return;
  }
  of.at_ms = in_working_hours(of.at_ms + pause_ms, numbers);
}

/// E-mail, name, company and title, each blank here and there, the same in every form that the contact fills in.
void made_up_year::write_person(const life& of, bool has_channel) {
  made_up_numbers who = numbers_of(options_.seed, of.contact, 2);
  const std::string_view first = one_of(first_names, who);
  const std::string_view last = one_of(last_names, who);
  const std::string_view beginning = one_of(company_beginnings, who);
  const std::string_view ending = one_of(company_endings, who);
  const rank& position = rank_of(who);
  const std::uint32_t mail = who.below(100);
  const std::string_view free = one_of(free_mail, who);
  const std::string_view channel = one_of(channels, who);
  std::string company = std::string(beginning) + std::string(ending) + ' ' + std::to_string(1 + who.below(99));
  members data(line_);
  if (of.has_email) {
    std::string email = "made-up." + std::to_string(of.contact + 1) + '@';
    if (mail < 20) {
      email += free;
    } else if (mail < 22) {
      email += "competitor.example";
    } else {
      for (const char letter : company) {
        if (letter != ' ') email += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
      }
      email += ".example";
    }
    data.add("email", email);
  }
  if (of.next != kind::subscribed) {
    if (who.percent(95)) data.add("name", std::string(first) + ' ' + std::string(last));
    if (who.percent(90)) data.add("company", company);
    if (who.percent(85)) data.add("title", position.title);
  }
  if (has_channel) data.add("channel", channel);
}

void made_up_year::write_line(const life& of) {
  // The fields of an event have numbers of their own, so that what a contact does next does not hang on them.
  made_up_numbers field = numbers_of(options_.seed, of.contact, 3 + of.event_count);
  static constexpr std::array<std::string_view, 20> types{
      "subscribed",       "form_submitted",      "contact.set",  "page_view", "email_clicked", "content_downloaded",
      "webinar_attended", "demo_requested",      "unsubscribed", "reply",     "touch",         "sales_accepted",
      "sales_qualified",  "opportunity_created", "deal_won",     "deal_lost", "disposition",   "disposition",
      "disposition",      "disposition"};
  const std::string contact = std::to_string(of.contact + 1);
  line_ = "{\"id\": \"e" + contact + '-' + std::to_string(of.event_count + 1) + "\", \"contact\": \"c" + contact +
          "\", \"type\": \"";
  line_ += types[static_cast<std::size_t>(of.next)];
  line_ += "\", \"at\": \"";
  instant::from_ms(of.at_ms).append_to(line_);
  line_ += "\", \"data\": {";
  members data(line_);
  switch (of.next) {
    case kind::subscribed:
    case kind::form_submitted: write_person(of, true); break;
    case kind::demo_requested: write_person(of, false); break;
    case kind::enriched: {
      made_up_numbers who = numbers_of(options_.seed, of.contact, 2);
      for (int i = 0; i < 4; ++i) static_cast<void>(who.next());  // as in write_person: the rank comes fifth and sixth
      const rank& position = rank_of(who);
      if (field.percent(90)) data.add("seniority", position.seniority);
      if (field.percent(90)) data.add("employees", 1 + 5 * field.heavy_tailed(20'000));
      if (field.percent(90)) data.add("industry", one_of(industries, field));
      break;
    }
    case kind::page_view: data.add("path", field.percent(15) ? "/pricing" : one_of(paths, field)); break;
    case kind::email_clicked:
      data.add("email_id", "newsletter-" + std::to_string(1 + (of.at_ms - begin_ms) / (7 * day_ms)));
      break;
    case kind::content_downloaded: data.add("title", one_of(papers, field)); break;
    case kind::webinar_attended:
      data.add("webinar", "webinar-" + std::to_string(1 + (of.at_ms - begin_ms) / (30 * day_ms)));
      break;
    case kind::reply: data.add("channel", field.percent(60) ? "email" : "call"); break;
    case kind::touch:
      data.add("direction", "outbound");
      if (of.now == phase::working) {
        data.add("channel", field.percent(60) ? "call" : "email");
      } else {
        data.add("channel", "meeting");
      }
      break;
    case kind::opportunity_created:
      if (field.percent(95)) data.add("amount", of.amount);
      break;
    case kind::deal_won: data.add("amount", of.amount); break;
    case kind::deal_lost: data.add("reason", one_of(loss_reasons, field)); break;
    case kind::disposition_no_answer: data.add("code", "no_answer"); break;
    case kind::disposition_not_now: {
      std::string until;
      instant::from_ms(of.at_ms + (30 + field.below(90)) * day_ms).append_to(until);
      data.add("code", "not_now");
      data.add("until", until);
      break;
    }
    case kind::disposition_no_fit: data.add("code", "no_fit"); break;
    case kind::disposition_bad_data: data.add("code", "bad_data"); break;
    case kind::unsubscribed:
    case kind::sales_accepted:
    case kind::sales_qualified: break;
  }
  line_ += "}}";
}

std::optional<std::string_view> made_up_year::next() {
  for (;;) {
    while (born_count_ < options_.contact_count && (lives_.empty() || arrival_ms(born_count_) <= lives_.top().at_ms)) {
      lives_.push(born(born_count_++));
    }
    const bool is_delayed_next =
        !delayed_.empty() && (lives_.empty() || delayed_.top().arrives_at_ms <= lives_.top().at_ms);
    if (is_delayed_next) {
      line_ = delayed_.top().line;
      delayed_.pop();
      return line_;
    }
    if (lives_.empty()) return std::nullopt;
    life now = lives_.top();
    lives_.pop();
    write_line(now);
    // A visit may be told late: two in a hundred within five days, one in a thousand after the week that lateness
    // allows. What sales do is told as it happens.
    made_up_numbers field = numbers_of(options_.seed, now.contact, 3 + now.event_count);
    static_cast<void>(field.next());
    const std::uint32_t fate = field.below(1000);
    std::int64_t delay_ms = 0;
    if (now.next == kind::page_view || now.next == kind::email_clicked || now.next == kind::content_downloaded) {
      if (fate == 0) delay_ms = days(field, 9, 20);
      if (fate > 0 && fate <= 20) delay_ms = minutes(field, 10, 5 * 24 * 60);
    }
    const std::int64_t arrives_at_ms = now.at_ms + delay_ms;
    ++now.event_count;
    go_on(now);
    if (now.now != phase::over && now.at_ms < end_at_ms_) lives_.push(now);
    if (delay_ms == 0) return line_;
    // What arrives after the last day is next year's.
    if (arrives_at_ms < end_at_ms_) delayed_.push({arrives_at_ms, delayed_count_++, line_});
  }
}

}  // namespace leadline::cli
