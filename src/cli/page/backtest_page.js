"use strict";
// The page of a backtest, and of the points that were fitted to it.

function backtest(title, path) {
  const made = at(path);
  const words = (text) => `${title}: ${text}`;
  section(words("tenths"),
    chart(words("lift, the share won in each tenth of that of all, the highest scores first"), made.lift.map((each, i) => `${i + 1}`),
      [{ label: "lift", values: made.lift.map((each) => each.lift) }], { unit: "lift" }),
    table(words("tenths of the cases"), ["tenth", "from", "to", "cases", "won", "lift", "of all won"], made.lift.map((each, i) => [text(`${i + 1}`),
      ...["from", "to", "count", "won", "lift"].map((key) => count(`${path}/lift/${i}/${key}`)), share(`${path}/lift/${i}/captured`)])));
  const curve = [{ x: 0, y: 0 }, ...made.thresholds.map((each) => ({ x: each.false_alarms.rate ?? 0, y: each.recall.rate ?? 0 })), { x: 1, y: 1 }];
  section(words("ROC"),
    chart(words("of the won, those selected, against those selected of the lost, for each threshold"), [1],
      [{ label: "score", values: curve }, { label: "chance", values: [{ x: 0, y: 0 }, { x: 1, y: 1 }], dashed: true, plain: true }],
      { type: "line", unit: "of the won", points: "of the lost", max: 1 }),
    table(words("area under the curve"), ["", "number"], [[text("AUC"), count(`${path}/auc/value`)], [text("cases"), count(`${path}/count`)], [text("won"), count(`${path}/won`)]]),
    definitions([["AUC", made.auc.definition]]));
  section(words("calibration"),
    chart(words("share won in each band of scores"), made.calibration.map((each) => `${each.from} to ${each.to}`),
      [{ label: "won", values: made.calibration.map((each) => (each.won.rate === null ? null : each.won.rate * 100)) }], { unit: "%" }),
    table(words("bands of scores"), ["from", "to", "won"],
      made.calibration.map((each, i) => [text(`${each.from}`), count(`${path}/calibration/${i}/to`), rate(`${path}/calibration/${i}/won`)])));
  const wanted = made.wanted
    ? element("p", {}, `Lowest threshold with the acceptance wanted: ${made.wanted.threshold} (${rate_text(made.wanted.precision)}).`)
    : element("p", {}, "No threshold has the acceptance wanted.");
  const percent = (each) => (each.rate === null ? null : each.rate * 100);
  section(words("thresholds"), wanted,
    chart(words("acceptance that each threshold would have had, and the share of the won it would have let through"), [1],
      [{ label: "acceptance", values: made.thresholds.map((each) => ({ x: each.threshold, y: percent(each.precision) })) },
        { label: "of all won", values: made.thresholds.map((each) => ({ x: each.threshold, y: percent(each.recall) })) }],
      { type: "line", unit: "%", points: "threshold", max: 100 }),
    table(words("thresholds"), ["at least", "cases", "acceptance", "of all won", "of all lost"], made.thresholds.map((each, i) => [
      text(`${each.threshold}`), count(`${path}/thresholds/${i}/selected`),
      ...["precision", "recall", "false_alarms"].map((key) => rate(`${path}/thresholds/${i}/${key}`))])));
}

about(`Score ${data.backtest.score}: ${count_text(data.backtest.count)} cases as of the instant before their outcomes, ${count_text(data.backtest.won)} won.`);
backtest("The pack", "/backtest");
if (data.fit) {
  about(`Points fitted to the first ${count_text(data.train)} outcomes and judged on the others.`);
  const made = data.fit.proposals;
  section("Proposed points",
    chart("Points of each rule, today and proposed", made.map((each) => `${each.score}.${each.rule}`),
      [{ label: "today", values: made.map((each) => each.points) }, { label: "proposed", values: made.map((each) => each.proposed) }], { lying: true, unit: "points" }),
    table("Proposed points", ["rule", "cases", "today", "proposed"], made.map((each, i) => [text(`${each.score}.${each.rule}`),
      ...["cases", "points", "proposed"].map((key) => count(`/fit/proposals/${i}/${key}`))])));
  backtest("Proposed points", "/fitted");
}
finish();
