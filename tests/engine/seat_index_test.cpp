#include "leadline/engine/detail/seat_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/case_count.hpp"

namespace leadline::test::seat_index_test {
namespace {

using detail::seat_index;

TEST(seat_index, finds_what_a_map_finds_while_ids_come_and_go) {
  std::mt19937_64 random(20261123);
  for (int round = 0; round < case_count(200); ++round) {
    seat_index index(random());
    // Short ids of few letters, so that many are there, and some are alike but for their ends.
    std::map<std::string, std::uint32_t> wanted;
    std::vector<std::string> names;
    for (int step = 0; step < 500; ++step) {
      const std::string id = std::string(random() % 20, 'x') + std::to_string(random() % 100);
      const std::uint32_t hash = index.hash_of(id);
      const std::uint32_t found = index.find(hash, [&](std::uint32_t each) { return names[each] == id; });
      const auto known = wanted.find(id);
      ASSERT_EQ(found, known == wanted.end() ? seat_index::none : known->second) << id;
      if (known == wanted.end()) {
        index.add(hash, wanted[id] = static_cast<std::uint32_t>(names.size()));
        names.push_back(id);
      } else if (random() % 2 == 0) {
        index.erase(hash, found);
        wanted.erase(known);
      }
      ASSERT_EQ(index.size(), wanted.size());
    }
  }
}

TEST(seat_index, spreads_ids_that_were_chosen_to_come_to_one_cell_of_another) {
  const seat_index known(1);
  const seat_index other(2);
  constexpr std::uint32_t cells = 1U << 12;
  std::vector<std::string> chosen;
  for (int i = 0; chosen.size() < 200; ++i) {
    std::string id = "visitor-" + std::to_string(i);
    if (known.hash_of(id) % cells == 7) chosen.push_back(std::move(id));
  }
  std::set<std::uint32_t> places;
  for (const std::string& each : chosen) places.insert(other.hash_of(each) % cells);
  EXPECT_GT(places.size(), 180U);
}

}  // namespace
}  // namespace leadline::test::seat_index_test
