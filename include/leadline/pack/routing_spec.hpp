#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/trigger_spec.hpp"

namespace leadline {

struct rep_spec {
  name_use name;
  name_use calendar;
  std::optional<std::int64_t> capacity;
  std::int64_t weight_milli = 1'000;
  /// Nothing: all of them.
  std::optional<std::vector<std::string>> territories;
};

enum class pool_balance : std::uint8_t { round_robin, weighted, least_open, can_meet };
enum class pool_return : std::uint8_t { forgive, catch_up };
enum class pool_fallback : std::uint8_t { hold, pool, owner, anyone };

struct pool_spec {
  name_use name;
  std::vector<name_use> reps;
  pool_balance balance = pool_balance::round_robin;
  bool only_open = false;
  pool_fallback when_none = pool_fallback::hold;
  /// The pool or the rep of `when_none`.
  name_use when_none_name;
  pool_return on_return = pool_return::forgive;
};

struct routing_rule_spec {
  name_use id;
  document::node when;
  /// A rep, an expression, or null ("owner": null assigns nobody); absent where the rule names a pool.
  document::node owner;
  name_use pool;
  document::node territory;
  document::node exclude;
  bool keeps_owner = false;
  document::node where;
};

struct reroute_spec {
  std::vector<trigger_spec> on;
  std::int64_t max_hops = 3;
};

/// A pack's `routing`, field for field.
struct routing_spec {
  std::vector<trigger_spec> on;
  std::vector<rep_spec> reps;
  std::vector<pool_spec> pools;
  std::vector<routing_rule_spec> rules;
  std::optional<reroute_spec> reroute;
  document::node where;
};

}  // namespace leadline
