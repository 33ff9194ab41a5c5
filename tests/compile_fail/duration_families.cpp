// Elapsed time, business time and business days neither convert into each other nor mix, and a bare number is none of
// them.
#include <cstdint>

#include "leadline/time/business_calendar.hpp"
#include "leadline/time/duration.hpp"
#include "leadline/time/instant.hpp"

using namespace leadline;

bool use(const business_calendar& calendar, instant at) {
  elapsed_duration elapsed = elapsed_duration::hours(4);
  business_duration business = business_duration::hours(4);
  business_days days(4);
  bool agree = calendar.add(at, business).has_value() && calendar.add(at, days).has_value();
  agree = agree && (at + elapsed) - at == elapsed && business == business_duration::minutes(240);
  business = calendar.elapsed(at, at + elapsed);
#if CASE == 1
  // expect-gcc: conversion from 'leadline::business_duration' to non-scalar type 'leadline::elapsed_duration' requested
  // expect-clang: no viable conversion from 'leadline::business_duration' to 'leadline::elapsed_duration'
  elapsed_duration converted = business;
#endif
#if CASE == 2
  // expect-gcc: conversion from 'leadline::elapsed_duration' to non-scalar type 'leadline::business_duration' requested
  // expect-clang: no viable conversion from 'leadline::elapsed_duration' to 'leadline::business_duration'
  business_duration converted = elapsed;
#endif
#if CASE == 3
  // expect-gcc: conversion from 'leadline::business_days' to non-scalar type 'leadline::business_duration' requested
  // expect-clang: no viable conversion from 'leadline::business_days' to 'leadline::business_duration'
  business_duration converted = days;
#endif
#if CASE == 4
  // expect-gcc: conversion from 'leadline::business_days' to non-scalar type 'leadline::elapsed_duration' requested
  // expect-clang: no viable conversion from 'leadline::business_days' to 'leadline::elapsed_duration'
  elapsed_duration converted = days;
#endif
#if CASE == 5
  // expect-gcc: no matching function for call to 'leadline::elapsed_duration::elapsed_duration(
  // expect-clang: no matching conversion for functional-style cast from 'leadline::business_duration'
  agree = elapsed == elapsed_duration(business);
#endif
#if CASE == 6
  // expect-gcc: no match for 'operator+'
  // expect-clang: invalid operands to binary expression
  agree = at + business == at;
#endif
#if CASE == 7
  // expect-gcc: no match for 'operator+'
  // expect-clang: invalid operands to binary expression
  agree = at + days == at;
#endif
#if CASE == 8
  // expect-gcc: no match for 'operator+'
  // expect-clang: invalid operands to binary expression
  agree = (elapsed + business).ms() == 0;
#endif
#if CASE == 9
  // expect-gcc: no match for 'operator<'
  // expect-clang: invalid operands to binary expression
  agree = elapsed < business;
#endif
#if CASE == 10
  // expect-gcc: no match for 'operator=='
  // expect-clang: invalid operands to binary expression
  agree = business == days;
#endif
#if CASE == 11
  // expect: no matching
  // expect: elapsed_duration
  agree = calendar.add(at, elapsed).has_value();
#endif
#if CASE == 12
  // expect: no matching
  agree = calendar.add(at, std::int64_t{4}).has_value();
#endif
#if CASE == 13
  // expect-gcc: conversion from 'int' to non-scalar type 'leadline::elapsed_duration' requested
  // expect-clang: no viable conversion from 'int' to 'leadline::elapsed_duration'
  elapsed_duration bare = 4;
#endif
#if CASE == 14
  // expect-gcc: no match for 'operator+'
  // expect-clang: invalid operands to binary expression
  agree = at + 3'600'000 == at;
#endif
#if CASE == 15
  // expect-gcc: no match for 'operator+'
  // expect-clang: invalid operands to binary expression
  agree = at + at == at;
#endif
#if CASE == 16
  // expect-gcc: no match for 'operator='
  // expect-clang: no viable overloaded '='
  elapsed = calendar.elapsed(at, at);
#endif
  return agree;
}

int main() {}
