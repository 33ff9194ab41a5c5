// Writes the questions that all peers are asked, and answers them with Leadline.
//
//   leadline_calendar_peer write FOLDER     writes calendar.txt and questions.txt
//   leadline_calendar_peer serve FOLDER     answers compare.py's commands (see there) on standard input

#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "leadline/time/business_calendar.hpp"
#include "office_calendar.hpp"

namespace {

using namespace leadline;

struct question {
  instant from;
  std::int64_t argument;  // add: hours; elapsed: an instant in milliseconds; is_open: nothing
};

constexpr std::size_t question_count = 2'000;
constexpr std::uint64_t seed = 311;

int write(const std::string& folder) {
  std::ofstream calendar(folder + "/calendar.txt");
  calendar << "zone America/New_York\n";
  for (const auto& [date, intervals] : bench::office_spec().dates) calendar << "holiday " << date.text() << '\n';

  std::ofstream questions(folder + "/questions.txt");
  const std::vector<instant> starts = bench::random_starts(question_count, seed);
  struct span {
    const char* name;
    std::int64_t business_hours;
    std::int64_t hours;
  };
  for (const span each : {span{"hour", 1, 1}, span{"month", 168, 730}, span{"five_years", 10'040, 43'824}}) {
    for (const instant from : starts) {
      questions << "add_" << each.name << ' ' << from.ms() << ' ' << each.business_hours << '\n';
    }
    for (const instant from : starts) {
      questions << "elapsed_" << each.name << ' ' << from.ms() << ' '
                << (from + elapsed_duration::hours(each.hours)).ms() << '\n';
    }
  }
  for (const instant from : starts) questions << "is_open " << from.ms() << " 0\n";
  return calendar && questions ? 0 : 1;
}

std::int64_t answer(const business_calendar& office, char kind, const question& asked) {
  switch (kind) {
    case 'a': return office.add(asked.from, business_duration::hours(asked.argument))->ms();
    case 'e': return office.elapsed(asked.from, instant::from_ms(asked.argument)).ms();
    default: return office.is_open(asked.from) ? 1 : 0;
  }
}

int serve(const std::string& folder) {
  const business_calendar office = bench::office_calendar();
  std::map<std::string, std::vector<question>> questions;
  std::ifstream file(folder + "/questions.txt");
  std::string kind;
  for (std::int64_t from = 0, argument = 0; file >> kind >> from >> argument;) {
    questions[kind].push_back({instant::from_ms(from), argument});
  }
  std::cout << "ready leadline " LEADLINE_VERSION << std::endl;
  std::string command;
  for (std::size_t count = 0; std::cin >> command >> kind >> count;) {
    const std::vector<question>& asked = questions.at(kind);
    if (command == "answers") {
      for (std::size_t i = 0; i < count; ++i) std::cout << answer(office, kind[0], asked[i]) << ' ';
    } else {
      const auto begin = std::chrono::steady_clock::now();
      std::int64_t sum = 0;
      for (std::size_t n = 0, i = 0; n < count; ++n) {
        sum += answer(office, kind[0], asked[i]);
        i = i + 1 < asked.size() ? i + 1 : 0;
      }
      const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
      // The sum is printed so that the work cannot be left out.
      std::cout << taken.count() / static_cast<double>(count) << ' ' << sum;
    }
    std::cout << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::vector<std::string> words(arguments, arguments + argument_count);
  if (words.size() == 3 && words[1] == "write") return write(words[2]);
  if (words.size() == 3 && words[1] == "serve") return serve(words[2]);
  std::cerr << "leadline_calendar_peer write|serve FOLDER\n";
  return 2;
}
