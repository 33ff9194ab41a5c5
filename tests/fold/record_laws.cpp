// Holds contact_record to its laws over cases named on standard input, a line "PACK EVENTS UNTIL" each. Prints what was
// looked at; the first law broken ends it with 1.

#include "leadline/fold/contact_record.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <string>

#include "fold/case_file.hpp"

namespace {

using namespace leadline;

struct counts {
  std::size_t records = 0;
  std::size_t bytes = 0;
  std::size_t damaged = 0;
  std::size_t harmless = 0;
};

std::string at_case;

void require(bool holds, const std::string& law) {
  if (holds) return;
  std::printf("%s: broken: %s\n", at_case.c_str(), law.c_str());
  std::exit(1);
}

std::string lines(std::span<const decision> told) {
  std::string out;
  for (const decision& each : told) {
    append_json(out, each);
    out.push_back('\n');
  }
  return out;
}

/// Where a fold upon a contact may begin. What damage throws decades back lives through all of them, and every cycle of
/// a repeating clock is told.
std::int64_t oldest_ms(const contact& who) {
  std::int64_t oldest = who.state.now_ms;
  if (who.base) oldest = std::min(oldest, who.base->now_ms);
  for (const contact::kept_event& each : who.kept) oldest = std::min(oldest, each.at_ms);
  return oldest;
}

/// Every truncation and many flips: refused when sealed, refused or harmless when not.
void damage(contact_record& record, contact_fold& fold, const contact& who, const event& next, std::mt19937_64& random,
            counts& seen) {
  const std::string sealed(record.seal(who));
  for (std::size_t size = 0; size < sealed.size(); size += sealed.size() < 400 ? 1 : 1 + random() % 50) {
    require(!record.open(std::string_view(sealed).substr(0, size)).has_value(), "a truncated record is refused");
    ++seen.damaged;
  }
  for (int i = 0; i < 40; ++i) {
    std::string flipped = sealed;
    flipped[random() % flipped.size()] ^= static_cast<char>(1U << (random() % 8));
    require(!record.open(flipped).has_value(), "a record with a bit flipped is refused");
    ++seen.damaged;
  }
  const std::string packed(record.pack(who));
  contact other(record.model(), who.id);
  for (int i = 0; i < 40 && !packed.empty(); ++i) {
    std::string flipped = packed;
    if (random() % 4 == 0) {
      flipped.resize(random() % flipped.size());
    } else {
      for (std::uint64_t n = 1 + random() % 3; n != 0; --n)
        flipped[random() % flipped.size()] = static_cast<char>(random());
    }
    ++seen.damaged;
    if (!record.unpack(flipped, other)) {
      require(record.pack(other) == record.pack(contact(record.model(), who.id)),
              "what was refused leaves a fresh contact");
      continue;
    }
    ++seen.harmless;
    const std::string again(record.pack(other));
    contact third(record.model(), who.id);
    require(record.unpack(again, third) && record.pack(third) == again, "what was read is written and read again");
    if (oldest_ms(other) < next.at.ms() - elapsed_duration::days(60).ms()) continue;
    static_cast<void>(fold.step(other, next));
    if (next.at < instant::max() - elapsed_duration::days(800))
      static_cast<void>(fold.advance(other, next.at + elapsed_duration::days(30)));
  }
}

void check(const test::case_file& given, instant until, std::mt19937_64& random, counts& seen) {
  contact_fold plain(given.pack());
  contact_fold stored(given.pack());
  contact_record record(given.pack());
  std::map<std::string, contact, std::less<>> contacts;
  std::map<std::string, std::string, std::less<>> rows;
  contact recycled(*given.pack(), "");
  std::uint64_t arrival = 0;
  const auto compare = [&](const contact& expected, const std::string& row) {
    require(record.seal(expected) == row, "equal contacts give equal bytes");
    ++seen.records;
    seen.bytes += record.pack(expected).size();
  };
  const auto forward = [&](contact& who, std::string& row, const auto& step) {
    const std::string expected = lines(step(plain, who));
    result<contact> opened = record.open(row);
    require(opened.has_value(), "what was sealed can be opened");
    require(record.state_digest(*opened) == record.state_digest(contact(*opened)), "a copy has the same digest");
    const std::string packed(record.pack(*opened));
    recycled.id = opened->id;
    require(record.unpack(packed, recycled), "what was packed can be unpacked");
    require(record.pack(recycled) == packed, "a recycled contact is as a new one");
    const std::string found = lines(step(stored, recycled));
    require(found == expected, "decisions after reading a record:\n" + found + "instead of\n" + expected);
    require(lines(step(stored, *opened)) == expected, "decisions after opening a record");
    require(record.state_digest(recycled) == record.state_digest(who), "equal folds have equal digests");
    row = record.seal(recycled);
    compare(who, row);
  };
  for (const event& sent : given.events()) {
    if (sent.contact.empty() || sent.type == "contact.merge" || sent.type == "contact.forget") continue;
    auto at = contacts.find(sent.contact);
    if (at == contacts.end()) {
      at = contacts.emplace(std::string(sent.contact), contact(*given.pack(), std::string(sent.contact))).first;
      rows[at->first] = record.seal(at->second);
    }
    ++arrival;
    const bool is_numbered = random() % 2 == 0;
    forward(at->second, rows[at->first],
            [&](contact_fold& fold, contact& who) { return fold.step(who, sent, is_numbered ? arrival : 0); });
    if (random() % 6 == 0) damage(record, stored, at->second, sent, random, seen);
    if (random() % 4 != 0) continue;
    const instant to = sent.at + elapsed_duration::from_ms(static_cast<std::int64_t>(random() % 500'000'000));
    forward(at->second, rows[at->first], [&](contact_fold& fold, contact& who) { return fold.advance(who, to); });
  }
  for (auto& [id, who] : contacts)
    forward(who, rows[id], [&](contact_fold& fold, contact& each) { return fold.advance(each, until); });
}

}  // namespace

int main() {
  std::mt19937_64 random(20261122);
  counts seen;
  std::size_t count = 0;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string pack;
    std::string events;
    std::string until;
    words >> pack >> events >> until;
    at_case = pack;
    check(test::case_file(pack, events), instant::parse(until).value(), random, seen);
    ++count;
  }
  std::printf("%zu packs, %zu records of %.1f bytes on average, %zu damaged, %zu of them read and folded on\n", count,
              seen.records, static_cast<double>(seen.bytes) / static_cast<double>(seen.records ? seen.records : 1),
              seen.damaged, seen.harmless);
  return 0;
}
