from datetime import datetime, timezone

import leadline
import pytest


def test_a_rule_is_evaluated_over_data():
    rule = leadline.Condition({"cat": [{"lower": [{"var": "name"}]}, "!"]})
    assert rule.evaluate({"name": "ANN"}) == "ann!"
    assert rule.evaluate('{"name": "BO"}') == "bo!"
    assert rule.evaluate(b'{"name": "\xc3\x84"}').endswith("!")


def test_it_holds_or_not():
    rule = leadline.Condition('{">=": [{"var": "size"}, 50]}')
    assert rule.holds({"size": 50}) is True
    assert rule.holds({"size": 49}) is False
    assert rule.holds({}) is False


def test_semantics_differ():
    rule = {"<": [{"var": "x"}, 50]}
    assert leadline.Condition(rule).holds({"x": None}) is False
    assert leadline.Condition(rule, semantics="jsonlogic").holds({"x": None}) is True


def test_values_come_as_python_has_them():
    rule = leadline.Condition({"var": "v"})
    for value in [None, True, 7, -2.5, "text", [1, "two", None], {"a": {"b": []}}]:
        assert rule.evaluate({"v": value}) == value


def test_now_is_given():
    rule = leadline.Condition({"elapsed_since": {"var": "at"}})
    data = {"at": "2026-03-02T00:00:00Z"}
    assert rule.evaluate(data, now=datetime(2026, 3, 2, 5, tzinfo=timezone.utc)) == 5 * 3600
    assert rule.evaluate(data, "2026-03-02T00:00:00.500Z") == 0.5
    assert rule.holds(data, now=0) is True


@pytest.mark.parametrize("rule", ['{"lowr": ["A"]}', "{", "[1, {\"nothing\": 2}]", ""])
def test_what_is_no_rule_is_refused_with_its_place(rule):
    with pytest.raises(leadline.InputError) as refused:
        leadline.Condition(rule)
    assert refused.value.code
    assert refused.value.diagnostics


def test_a_wrong_name_has_a_suggestion():
    with pytest.raises(leadline.PackError) as refused:
        leadline.Condition({"lowr": ["A"]})
    assert refused.value.suggestion == "lower"


def test_data_that_is_no_json_is_refused():
    rule = leadline.Condition({"var": "v"})
    with pytest.raises(leadline.InputError):
        rule.evaluate("{")
    with pytest.raises(TypeError):
        rule.evaluate({"v": object()})
    with pytest.raises(ValueError):
        rule.evaluate({"v": float("nan")})
    with pytest.raises(leadline.InputError):
        leadline.Condition({"var": "v"}, semantics="other")
