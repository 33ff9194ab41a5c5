"use strict";
// The page of a report: the same sections as its Markdown, with charts.

const is_declared = (node) => typeof node === "object" && node !== null;
const name_of = (value) => value ?? "none";

function percent(rate) {
  return rate.rate === null ? null : Number((rate.rate * 100).toFixed(2));
}

function hours(ms) {
  return ms === null ? null : Number((ms / 3600000).toFixed(3));
}

function targets() {
  if (data.targets.length === 0) return;
  const rows = data.targets.map((each, i) => [
    text(each.target), text(each.side), text(each.metric), text(each.period || "all"), text(each.bound),
    count(`/targets/${i}/actual`), text(each.status, each.status === "met" ? "text met" : each.status === "missed" ? "text missed" : "text"),
  ]);
  section("Targets", table("Targets and what came of them", ["target", "of", "metric", "period", "bound", "actual", "status"], rows),
    definitions(data.targets.map((each) => [each.target, each.definition])));
}

function funnel_tables(base, before) {
  const funnel = at(`${base}/funnel`);
  const has_before = is_declared(before ? at(`${before}/funnel`) : null);
  const stages = funnel.stages.map((each, i) => {
    const path = `/funnel/stages/${i}`;
    const row = [text(each.stage + (each.aside ? " (aside)" : "")), count(`${base}${path}/entries`), count(`${base}${path}/contacts`)];
    return has_before ? [...row, count(`${before}${path}/entries`)] : row;
  });
  const steps = funnel.steps.map((each, i) => {
    const path = `/funnel/steps/${i}`;
    const row = [text(`${each.from} to ${each.to}`), rate(`${base}${path}/strict`), rate(`${base}${path}/reached`)];
    return has_before ? [...row, rate(`${before}${path}/reached`)] : row;
  });
  return [
    table("Entries into each stage", ["stage", "entries", "contacts", ...(has_before ? ["entries before"] : [])], stages),
    table("From each stage to the next", ["step", "passed through", "reached", ...(has_before ? ["reached before"] : [])], steps),
  ];
}

function funnel(base, before) {
  const made = at(`${base}/funnel`);
  if (!is_declared(made)) return;
  const main = made.stages.map((each, i) => ({ ...each, i })).filter((each) => !each.aside);
  const earlier = before ? at(`${before}/funnel`) : null;
  const series = [{ label: data.period ? data.period.name : "entries", values: main.map((each) => each.entries) }];
  if (is_declared(earlier)) series.push({ label: data.period_before.name, values: main.map((each) => earlier.stages[each.i].entries) });
  section("Funnel",
    chart("Entries into each stage of the funnel", main.map((each) => each.stage), series, { lying: true, unit: "entries" }),
    chart("Of the entries into each stage, the share that passed through the next one, and that reached it or a later one",
      made.steps.map((each) => `${each.from} to ${each.to}`),
      [{ label: "passed through", values: made.steps.map((each) => percent(each.strict)) },
        { label: "reached", values: made.steps.map((each) => percent(each.reached)) }], { unit: "%", max: 100 }),
    ...funnel_tables(base, before),
    definitions(made.steps.flatMap((each) => [
      [`${each.from} to ${each.to}, passed through`, each.strict.definition], [`${each.from} to ${each.to}, reached`, each.reached.definition]])));
  cohorts(base, made);
}

function cohorts(base, made) {
  const names = [...new Set(made.steps.flatMap((each) => each.cohorts.map((row) => row.cohort)))].sort();
  if (names.length === 0) return;
  const value = (row) => (row && row.entered > 0 ? Number(((row.reached / row.entered) * 100).toFixed(2)) : null);
  const series = made.steps.map((each, i) => ({
    label: `${each.from} to ${each.to}`, dashed: i >= series_colors.length,
    values: names.map((name) => value(each.cohorts.find((row) => row.cohort === name))) }));
  const rows = made.steps.flatMap((each, i) => each.cohorts.map((row, j) => {
    const path = `${base}/funnel/steps/${i}/cohorts/${j}`;
    return [text(`${each.from} to ${each.to}, ${row.cohort}`), count(`${path}/entered`), count(`${path}/strict`), count(`${path}/reached`),
      ...["median_ms", "mean_ms"].map((key) => time(`${path}/elapsed/${key}`))];
  }));
  const times = made.steps.map((each, i) => ({ ...series[i],
    values: names.map((name) => hours(each.cohorts.find((row) => row.cohort === name)?.elapsed.mean_ms ?? null)) }));
  section("Cohorts", chart("Share of each cohort of entries that reached the next stage", names, series, { type: "line", unit: "%", max: 100 }),
    chart("Mean time of each cohort of entries to the next stage, in hours", names, times, { type: "line", unit: "hours" }),
    table("Cohorts by the time of entry", ["step and cohort", "entered", "passed through", "reached", "median time", "mean time"], rows));
}

function velocity(base) {
  const pairs = at(`${base}/velocity`);
  const kept = pairs.map((each, i) => ({ ...each, i })).filter((each) => each.elapsed.count > 0);
  if (kept.length === 0) return;
  const has_business = is_declared(kept[0].business);
  // All pairs stand in the table; the chart has those of the funnel's own steps.
  const steps = kept.filter((each) => at(`${base}/funnel/steps`).some((step) => step.from === each.from && step.to === each.to));
  const series = [{ label: "median", values: steps.map((each) => hours(each.elapsed.median_ms)) },
    { label: "mean", values: steps.map((each) => hours(each.elapsed.mean_ms)) }];
  if (has_business) series.push({ label: "median, business time", values: steps.map((each) => hours(each.business.median_ms)) });
  const rows = kept.map((each) => {
    const path = `${base}/velocity/${each.i}`;
    const row = [text(`${each.from} to ${each.to}`), count(`${path}/elapsed/count`),
      ...["median_ms", "mean_ms", "min_ms", "max_ms", "p90_ms"].map((key) => time(`${path}/elapsed/${key}`))];
    return has_business ? [...row, time(`${path}/business/median_ms`), time(`${path}/business/p90_ms`)] : row;
  });
  section("Velocity",
    chart("Time from an entry into one stage to an entry into the next, in hours", steps.map((each) => `${each.from} to ${each.to}`), series,
      { lying: true, unit: "hours" }),
    table("Time from entry to entry", ["from, to", "count", "median", "mean", "least", "most", "90 %",
      ...(has_business ? ["median, business", "90 %, business"] : [])], rows));
}

function reasons(base, title, path, chart_words) {
  const rows = at(path);
  if (!rows || rows.length === 0) return [];
  const label = (each) => each.reason + (each.label ? ` ${each.label}` : "");
  return [
    chart(chart_words, rows.map(label), [{ label: title, values: rows.map((each) => each.share.count) }], { lying: true }),
    table(title, ["", "share"], rows.map((each, i) => [text(label(each)), rate(`${path}/${i}/share`)])),
  ];
}

function handoff(base) {
  const made = at(`${base}/handoff`);
  if (!is_declared(made)) return;
  const path = `${base}/handoff`;
  section(`Handoff: ${made.stage} to ${made.next}`,
    table("What sales accepted", ["", "share"], [[text("accepted"), rate(`${path}/accepted`)], [text("entered before"), rate(`${path}/again`)],
      [text("median time since then"), time(`${path}/until_again/median_ms`)],
      [text("touches of sales, on average"), made.touches.missing ? text(made.touches.missing) : count(`${path}/touches/value`)]]),
    ...reasons(base, "Reasons", `${path}/reasons`, `Entries into ${made.stage} by reason`),
    ...(made.overlaps.length > 0 ? [table("Contacts that came for both reasons", ["reasons", "share"],
      made.overlaps.map((each, i) => [text(each.reason), rate(`${path}/overlaps/${i}/share`)]))] : []),
    definitions([["accepted", made.accepted.definition], ["entered before", made.again.definition], ["touches of sales, on average", made.touches.definition]]));
}

function owners(base) {
  const made = at(`${base}/owners`);
  if (made.length === 0) return;
  const names = made.map((each) => each.owner ?? "nobody");
  section("Owners",
    chart("For each owner the share of entries, of them accepted, and clocks attained", names,
      [["share", "share"], ["accepted", "accepted"], ["in time", "attained"]].map(([label, key]) => ({ label, values: made.map((each) => percent(each[key])) })),
      { unit: "%", max: 100 }),
    table("Owners", ["owner", "share", "accepted", "in time"],
      made.map((each, i) => [text(names[i]), ...["share", "accepted", "attained"].map((key) => rate(`${base}/owners/${i}/${key}`))])),
    definitions([["share", made[0].share.definition], ["accepted", made[0].accepted.definition], ["in time", made[0].attained.definition]]));
}

function clocks(base) {
  const made = at(`${base}/clocks`);
  if (made.length === 0) return;
  const keys = ["started", "met", "breached", "untouched", "cancelled", "running"];
  section("Clocks",
    chart("Cycles of each clock: met, breached but stopped later, breached and never touched", made.map((each) => each.clock),
      [{ label: "met", shade: "third", values: made.map((each) => each.met) },
        { label: "breached, stopped late", shade: "second", values: made.map((each) => each.breached - each.untouched) },
        { label: "breached, untouched", shade: "bad", values: made.map((each) => each.untouched) }], { stacked: true, lying: true }),
    table("Clocks", ["clock", "attained", ...keys, "median used", "90 % used"], made.map((each, i) => {
      const path = `${base}/clocks/${i}`;
      return [text(each.clock), rate(`${path}/attained`), ...keys.map((key) => count(`${path}/${key}`)), time(`${path}/used/median_ms`), time(`${path}/used/p90_ms`)];
    })), definitions(made.map((each) => [`${each.clock}, attained`, each.attained.definition])));
}

function speed(base) {
  const made = at(`${base}/speed_to_lead`);
  if (!is_declared(made)) return;
  const names = made.bands.map((each) => each.band);
  const path = `${base}/speed_to_lead`;
  section(`Speed to lead: ${made.clock}`,
    chart("How many were answered in each band of time", names, [{ label: "count", values: made.bands.map((each) => each.count) }]),
    chart("Of those answered in each band, the share that went on to a later stage", names,
      [{ label: "went on", values: made.bands.map((each) => percent(each.conversion)) }], { unit: "%", max: 100 }),
    table("Bands", ["answered", "count", "went on"],
      made.bands.map((each, i) => [text(each.band), count(`${path}/bands/${i}/count`), rate(`${path}/bands/${i}/conversion`)])),
    table("Response", ["", "median", "mean", "90 %"],
      [[text("wall time"), ...["median_ms", "mean_ms", "p90_ms"].map((key) => time(`${path}/response/${key}`))]]),
    definitions([["went on", made.bands[0].conversion.definition]]));
}

function cadences(base) {
  const made = at(`${base}/cadences`);
  if (made.length === 0) return;
  const keys = ["started", "completed", "missed", "completed_late", "stopped", "running"];
  section("Cadences",
    chart("Runs of each cadence", made.map((each) => each.cadence),
      [["completed", "third"], ["missed", "bad"], ["stopped", "fourth"], ["running", "first"]].map(([key, shade]) => ({ label: key, shade, values: made.map((each) => each[key]) })),
      { stacked: true, lying: true }),
    table("Cadences", ["cadence", "kept", "started", "completed", "missed", "completed late", "stopped", "running"],
      made.map((each, i) => [text(each.cadence), rate(`${base}/cadences/${i}/kept`), ...keys.map((key) => count(`${base}/cadences/${i}/${key}`))])),
    definitions(made.map((each) => [`${each.cadence}, kept`, each.kept.definition])));
}

function dispositions(base) {
  at(`${base}/dispositions`).forEach((each, i) => {
    const path = `${base}/dispositions/${i}`;
    section(`Dispositions: ${each.stage}`,
      table("Disposed", ["", "share"], [[text("disposed or gone on"), rate(`${path}/disposed`)]]),
      ...reasons(base, "Codes", `${path}/codes`, `Why contacts left ${each.stage}`),
      definitions([["disposed or gone on", each.disposed.definition]]));
  });
}

function completeness(base) {
  const made = at(`${base}/completeness`);
  if (made.length === 0) return;
  const rows = made.flatMap((each, i) => [
    [text(`${each.target}: all fields, at ${each.stage}`), rate(`${base}/completeness/${i}/complete`)],
    ...each.fields.map((field, j) => [text(field.field), rate(`${base}/completeness/${i}/fields/${j}/known`)])]);
  const fields = made.flatMap((each) => each.fields);
  section("Completeness",
    chart("Of the entries, the share with each field known", fields.map((each) => each.field),
      [{ label: "known", values: fields.map((each) => percent(each.known)) }], { lying: true, unit: "%", max: 100 }),
    table("Fields known at the entry", ["field", "share"], rows),
    definitions(made.map((each) => [each.target, each.complete.definition])));
}

function money(base) {
  const made = at(`${base}/business`);
  if (!is_declared(made)) return;
  const path = `${base}/business`;
  const measure = (label, key, form) => [text(label), made[key].missing ? text(made[key].missing) : form(`${path}/${key}/value`)];
  section("Deals",
    chart("Deals of the period", ["opened", "won", "lost", "sent back", "open at the end"],
      [{ label: "deals", values: ["opened", "won", "lost", "returned", "open"].map((key) => made[key]) }], { unit: "deals" }),
    table("Deals", ["", "number"], [
      ...[["opened", "opened"], ["won", "won"], ["lost", "lost"], ["sent back", "returned"], ["open at the end", "open"],
        ["without an amount", "without_amount"], ["pipeline created", "pipeline_created"], ["pipeline open", "pipeline_open"],
        ["revenue", "revenue"]].map(([label, key]) => [text(label), count(`${path}/${key}`)]),
      [text("won, of those won or lost"), rate(`${path}/win_rate`)],
      measure("deal size", "deal_size", count), measure("pipeline sourced by marketing", "sourced", share),
      measure("pipeline sourced by sales", "sales_sourced", share), measure("revenue influenced by marketing", "influenced", share),
      measure("pipeline coverage", "coverage", count), measure("spend", "spend", count), measure("cost of a customer", "cac", count),
      measure("cost of an opportunity", "cpo", count), measure("hours a lead", "hours_per_lead", count)]),
    definitions(["deal_size", "sourced", "sales_sourced", "influenced", "coverage", "cac", "cpo", "hours_per_lead"]
      .map((key) => [key.replaceAll("_", " "), made[key].definition])));
  if (made.lost_reasons.length > 0) section("Lost deals", ...reasons(base, "Lost because", `${path}/lost_reasons`, "Why deals were lost"));
  if (made.attribution.length > 0) {
    const names = made.attribution.map((each) => each.touch ?? "none");
    section("Attribution",
      chart("Revenue credited to each marketing touch by the first touch, the last, and all alike", names,
        ["first", "last", "linear"].map((key) => ({ label: key, values: made.attribution.map((each) => each[key]) })), { lying: true, unit: "revenue" }),
      table("Revenue by marketing touch", ["touch", "first", "last", "linear"],
        names.map((name, i) => [text(name), ...["first", "last", "linear"].map((key) => count(`${path}/attribution/${i}/${key}`))])));
  }
  if (made.channels.length > 0) {
    const names = made.channels.map((each) => each.channel ?? "unknown");
    section("Channels",
      chart("Revenue and spend of each channel", names, ["revenue", "spend"].map((key) => ({ label: key, values: made.channels.map((each) => each[key]) }))),
      table("Channels", ["channel", "won", "revenue", "spend", "cost of a customer"],
        names.map((name, i) => [text(name), ...["won", "revenue", "spend", "cac"].map((key) => count(`${path}/channels/${i}/${key}`))])));
  }
}

function deals() {
  if (!data.details || data.details.deals.length === 0) return;
  const rows = data.details.deals.map((each, i) => [text(each.contact), text(each.outcome), count(`/details/deals/${i}/amount`), time(`/details/deals/${i}/cycle_ms`),
    text(each.channel), text(each.touches.length > 0 ? each.touches[0].type : null), text(each.reason)]);
  section("Deal by deal", table("Deals won or lost in the period, and open at its end", ["contact", "outcome", "amount", "cycle", "channel", "first touch", "reason"], rows));
}

function groups() {
  if (!data.by) return;
  const made = data.by.groups;
  const accepted = made.map((each, i) => ({ ...each, i })).filter((each) => is_declared(each.now.handoff));
  section(`By ${data.by.path}`,
    chart(`Entries into the handoff for each ${data.by.path}`, accepted.map((each) => name_of(each.value)),
      [{ label: "entries", values: accepted.map((each) => each.now.handoff.accepted.of) },
        { label: "accepted", values: accepted.map((each) => each.now.handoff.accepted.count) }]),
    table("Accepted", [data.by.path, "accepted", "accepted before"], accepted.map((each) => [text(name_of(each.value)),
      rate(`/by/groups/${each.i}/now/handoff/accepted`), each.before ? rate(`/by/groups/${each.i}/before/handoff/accepted`) : text("-")])),
    ...made.filter((each) => is_declared(each.now.funnel)).map((each) => {
      const i = made.indexOf(each);
      return element("details", {}, element("summary", {}, name_of(each.value)),
        ...funnel_tables(`/by/groups/${i}/now`, each.before ? `/by/groups/${i}/before` : null));
    }));
}

const first = data.log.first ? `, from ${data.log.first} to ${data.log.last}` : "";
about(`${count_text(data.log.contacts)} contacts, ${count_text(data.log.decisions)} decisions${first}. Rule pack ${data.pack} ${data.version}.`);
if (data.period) about(`Period ${data.period.name}, beside ${data.period_before.name}.`);
targets();
const before = data.all.before ? "/all/before" : null;
funnel("/all/now", before);
velocity("/all/now");
handoff("/all/now");
owners("/all/now");
clocks("/all/now");
speed("/all/now");
cadences("/all/now");
dispositions("/all/now");
completeness("/all/now");
money("/all/now");
deals();
groups();
finish();
