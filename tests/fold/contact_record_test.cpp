#include "leadline/fold/contact_record.hpp"

#include <string>

#include "fold/fold_case.hpp"

namespace leadline::test::contact_record_test {
namespace {

[[nodiscard]] std::string pack_with(const std::string& lateness) {
  return R"({"leadline": 1, "name": "t", "time_zone": "UTC", "engine": {"lateness": ")" + lateness + R"("},
    "attributes": {"country": {"type": "string"}, "size": {"type": "number"}},
    "events": {"visit": {"activity": true, "fields": {"path": "string", "n": "number"}}},
    "signals": {"visits_7d": {"count": "visit", "within": "7d"}, "idle": {"since": "any_activity"},
                "paths": {"distinct": "visit", "by": "path"}, "first_path": {"first": "visit", "of": "path"},
                "spent": {"sum": "visit", "of": "n"}, "days": {"streak": "visit", "unit": "day"}},
    "scores": {"s": {"rules": [
      {"id": "v", "on": "visit", "points": 10, "decay": {"half_life": "10d"}, "limit": {"times": 3, "per": "1d"}},
      {"id": "w", "on": "visit", "points": 7, "decay": {"linear": "5d"}},
      {"id": "big", "when": {">": [{"var": "contact.size"}, 100]}, "points": 20, "otherwise": -5}]}},
    "grades": {"g": {"of": "s", "bands": [{"at_least": 20, "is": "hot"}, {"is": "cold"}]}},
    "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
      "transitions": [{"id": "up", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.s"}, 30]}}]}})";
}

void live(folded& c) {
  c.step("contact.set", "2026-03-01T00:00:00Z",
         R"({"country": "US", "size": 120, "undeclared": {"a": [1, 2.5, null]}})");
  c.step({"e1", "visit", "2026-03-01T10:00:00Z", R"({"path": "/pricing", "n": 12.5})"});
  c.step({"e2", "visit", "2026-03-02T10:00:00Z", R"({"path": "/docs", "n": -3})"});
  c.step("tag.add", "2026-03-02T11:00:00Z", R"({"tag": "partner"})");
  c.step("owner.set", "2026-03-02T12:00:00Z", R"({"owner": "ana"})");
  c.step("score.override", "2026-03-02T12:30:00Z", R"({"score": "s", "value": 55.5, "until": "2026-04-01T00:00:00Z"})");
  c.advance("2026-03-04T00:00:00Z");
}

class a_record : public ::testing::TestWithParam<const char*> {};

TEST_P(a_record, is_opened_as_the_contact_that_was_sealed) {
  folded c(pack_with(GetParam()));
  live(c);
  contact_record record(compiled_from(pack_with(GetParam())));
  const std::string sealed(record.seal(c.who()));
  const result<contact> opened = record.open(sealed);
  ASSERT_TRUE(opened.has_value()) << to_text(opened.error());
  EXPECT_EQ(record.seal(*opened), sealed);
  EXPECT_EQ(opened->id, "c1");
  EXPECT_EQ(opened->seq, c.who().seq);
  EXPECT_EQ(opened->closed_ms, c.who().closed_ms);
  EXPECT_EQ(opened->state.attributes()[0].content().text(), "US");
  EXPECT_EQ(to_json(opened->state.other_attributes.at("undeclared").content()), R"({"a":[1,2.5,null]})");
  EXPECT_EQ(opened->state.tags, std::vector<std::string>{"partner"});
  EXPECT_EQ(opened->state.owner, "ana");
  EXPECT_EQ(opened->state.pins()[0].milli, 55'500);
  EXPECT_EQ(opened->state.wakeup_ms, c.who().state.wakeup_ms);
  EXPECT_EQ(record.state_digest(*opened), record.state_digest(c.who()));
}

TEST_P(a_record, lets_texts_outlive_it_and_the_bytes) {
  folded c(pack_with(GetParam()));
  live(c);
  contact other(c.pack(), "c1");
  {
    contact_record record(compiled_from(pack_with(GetParam())));
    std::string packed(record.pack(c.who()));
    ASSERT_TRUE(record.unpack(packed, other));
    packed.assign(packed.size(), 'x');
  }
  const contact_state copied = other.state;
  contact_record again(compiled_from(pack_with(GetParam())));
  // The copy still needs the texts, so that the contact may not read over them.
  ASSERT_TRUE(again.unpack(again.pack(contact(c.pack(), "c1")), other));
  EXPECT_TRUE(other.state.attributes()[0].is_null());
  EXPECT_EQ(copied.attributes()[0].content().text(), "US");
}

TEST_P(a_record, of_a_merged_contact_goes_on_as_that_contact) {
  const auto model = compiled_from(pack_with(GetParam()));
  folded from(pack_with(GetParam()));
  folded into(pack_with(GetParam()));
  live(from);
  into.step({"e9", "visit", "2026-03-03T10:00:00Z", R"({"path": "/docs", "n": 4})"});
  into.advance("2026-03-04T00:00:00Z");
  contact_fold fold(model);
  const event merge{
      .id = value::of("m1"), .contact = "c0", .type = "contact.merge", .at = at("2026-03-04T00:00:01Z"), .data = {}};
  contact gone = from.who();
  gone.id = "c0";
  static_cast<void>(fold.merge(gone, into.who(), merge));
  contact_record record(model);
  result<contact> opened = record.open(record.seal(into.who()));
  ASSERT_TRUE(opened.has_value());
  for (contact* const each : {&into.who(), &*opened})
    static_cast<void>(fold.advance(*each, at("2026-04-20T00:00:00Z")));
  const std::string again(record.seal(*opened));
  EXPECT_EQ(record.seal(into.who()), again);
}

INSTANTIATE_TEST_SUITE_P(with_and_without_lateness, a_record, ::testing::Values("0s", "7d"));

TEST(records, of_another_model_are_an_error) {
  folded c(pack_with("0s"));
  live(c);
  contact_record record(compiled_from(pack_with("0s")));
  contact_record other(compiled_from(pack_with("1s")));
  const result<contact> opened = other.open(record.seal(c.who()));
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().front().code, "record.other_model");
}

TEST(records, of_a_version_to_come_are_an_error_that_says_so) {
  contact_record record(compiled_from(pack_with("0s")));
  std::string sealed(record.seal(contact(record.model(), "c1")));
  sealed[3] = static_cast<char>(contact_record::version + 1);
  const result<contact> opened = record.open(sealed);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().front().code, "record.newer");
}

TEST(records, are_told_from_other_bytes_and_from_damaged_ones) {
  contact_record record(compiled_from(pack_with("0s")));
  const auto code_of = [&](std::string_view bytes) { return record.open(bytes).error().front().code; };
  EXPECT_EQ(code_of(""), "record.not_a_record");
  EXPECT_EQ(code_of("{\"state\": 1}"), "record.not_a_record");
  const std::string sealed(record.seal(contact(record.model(), "c1")));
  EXPECT_EQ(code_of(sealed.substr(0, 20)), "record.damaged");
  EXPECT_EQ(code_of(sealed.substr(0, sealed.size() - 1)), "record.damaged");
  EXPECT_EQ(code_of(sealed + "x"), "record.damaged");
}

TEST(records, of_a_contact_to_which_nothing_happened_hold_two_empty_masks) {
  contact_record record(compiled_from(pack_with("0s")));
  EXPECT_EQ(record.pack(contact(record.model(), "c1")).size(), 8U);
}

TEST(state_digests, do_not_tell_how_the_state_came_about) {
  folded in_one_go(pack_with("7d"));
  live(in_one_go);
  folded in_steps(pack_with("7d"));
  live(in_steps);
  in_one_go.advance("2026-03-20T00:00:00Z");
  for (instant to = at("2026-03-04T06:00:00Z"); to <= at("2026-03-20T00:00:00Z"); to = to + elapsed_duration::hours(6))
    in_steps.advance(to);
  // Told again, and too late to be taken in: seq and counters differ.
  in_steps.step({"e2", "visit", "2026-03-02T10:00:00Z", R"({"path": "/docs", "n": -3})"});
  contact_record record(compiled_from(pack_with("7d")));
  // What seal gives is good until the next.
  const std::string of_one_go(record.seal(in_one_go.who()));
  EXPECT_NE(record.seal(in_steps.who()), of_one_go);
  EXPECT_EQ(record.state_digest(in_one_go.who()), record.state_digest(in_steps.who()));
  in_steps.step("tag.add", "2026-03-21T11:00:00Z", R"({"tag": "vip"})");
  EXPECT_NE(record.state_digest(in_one_go.who()), record.state_digest(in_steps.who()));
}

TEST(state_digests, are_equal_for_events_that_came_late_and_in_order) {
  folded in_order(pack_with("7d"));
  in_order.step({"e1", "visit", "2026-03-01T10:00:00Z", R"({"path": "/pricing", "n": 12.5})"});
  in_order.step({"e2", "visit", "2026-03-02T10:00:00Z", R"({"path": "/docs", "n": 4})"});
  folded late(pack_with("7d"));
  late.step({"e2", "visit", "2026-03-02T10:00:00Z", R"({"path": "/docs", "n": 4})"});
  late.step({"e1", "visit", "2026-03-01T10:00:00Z", R"({"path": "/pricing", "n": 12.5})"});
  in_order.advance("2026-03-05T00:00:00Z");
  late.advance("2026-03-05T00:00:00Z");
  contact_record record(compiled_from(pack_with("7d")));
  EXPECT_EQ(record.state_digest(in_order.who()), record.state_digest(late.who()));
}

}  // namespace
}  // namespace leadline::test::contact_record_test
