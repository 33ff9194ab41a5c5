// Task A in one npm engine, one pass a line of standard input: `<engine> <way>` in, a line of JSON out.
//
//   node worker.mjs <engine> <data folder> <folder with node_modules>
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [engine, data, folder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(path.resolve(folder, "package.json")));
const rules = JSON.parse(readFileSync(path.join(data, "rules.json"), "utf8"));

const texts = (list) => list.map((each) => `'${each}'`).join(", ");

/// The same conditions in SQL.
const sql = () => `
  select sum(
    case when title in (${texts(rules.lists.TITLES)}) then 15 else 0 end
    + case when company.size between 50 and 500 then 10 else 0 end
    + case when company.size > 500 then 20 else 0 end
    + case when company.industry in (${texts(rules.lists.IND)}) then 10 else 0 end
    + case when country = 'US' then 5 else 0 end
    + case when email_domain in (${texts(rules.lists.FREE)}) then -10 else 0 end
    + case when email like '%.edu' then -15 else 0 end
    + case when last_page = '/pricing' then 20 else 0 end
    + case when counts.page_views >= 3 then 5 else 0 end
    + case when counts.email_opens >= 3 then 5 else 0 end
    + case when demo_requested then 25 else 0 end
    + case when source in ('webinar', 'referral', 'partner') then 10 else 0 end
    + case when unsubscribed then -50 else 0 end
    + case when company.revenue >= 1000000 and company.size >= 50 then 10 else 0 end
    + case when seniority in ('vp', 'c_level', 'director') or title like '%Chief%' then 12 else 0 end)::bigint as points`;

const columns = `{title: 'varchar', email: 'varchar', email_domain: 'varchar', country: 'varchar', seniority: 'varchar',
  company: 'struct(size bigint, industry varchar, revenue bigint)', last_page: 'varchar',
  counts: 'struct(page_views bigint, email_opens bigint)', demo_requested: 'boolean', source: 'varchar',
  unsubscribed: 'boolean'}`;

/// The same conditions in ZEN's expression language.
const zen = () => {
  const list = (of) => `[${of.map((each) => JSON.stringify(each)).join(", ")}]`;
  const points = [
    [`title in ${list(rules.lists.TITLES)}`, 15],
    ["company.size != null and company.size >= 50 and company.size <= 500", 10],
    ["company.size != null and company.size > 500", 20],
    [`company.industry in ${list(rules.lists.IND)}`, 10],
    ['country == "US"', 5],
    [`email_domain in ${list(rules.lists.FREE)}`, -10],
    ['endsWith(email, ".edu")', -15],
    ['last_page == "/pricing"', 20],
    ["counts.page_views >= 3", 5],
    ["counts.email_opens >= 3", 5],
    ["demo_requested == true", 25],
    ['source in ["webinar", "referral", "partner"]', 10],
    ["unsubscribed == true", -50],
    ["company.revenue != null and company.revenue >= 1000000 and company.size != null and company.size >= 50", 10],
    ['seniority in ["vp", "c_level", "director"] or (title != null and contains(title, "Chief"))', 12],
  ];
  return points.map(([when, then]) => `((${when}) ? ${then} : 0)`).join(" + ");
};

async function prepare() {
  if (engine === "duckdb") {
    const { DuckDBInstance } = require("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
    const file = path.join(data, "contacts.jsonl").replaceAll("'", "''");
    await connection.run(`create table contacts as select * from read_json('${file}', format = 'newline_delimited', columns = ${columns})`);
    const ask = async (from) => Number((await connection.runAndReadAll(`${sql()} from ${from}`)).getRows()[0][0]);
    return {
      count: Number((await connection.runAndReadAll("select count(*) from contacts")).getRows()[0][0]),
      typed: () => ask("contacts"),
      json: () => ask(`read_json('${file}', format = 'newline_delimited', columns = ${columns})`),
    };
  }
  const lines = readFileSync(path.join(data, "contacts.jsonl"), "utf8").trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line));
  if (engine === "zen-engine") {
    const { ZenEngine } = require("@gorules/zen-engine");
    const decision = new ZenEngine().createDecision({
      nodes: [
        { id: "in", type: "inputNode", name: "in", position: { x: 0, y: 0 } },
        { id: "sum", type: "expressionNode", name: "sum", position: { x: 0, y: 0 },
          content: { expressions: [{ id: "points", key: "points", value: zen() }] } },
        { id: "out", type: "outputNode", name: "out", position: { x: 0, y: 0 } },
      ],
      edges: [{ id: "a", sourceId: "in", targetId: "sum", type: "edge" }, { id: "b", sourceId: "sum", targetId: "out", type: "edge" }],
    });
    const total = async (of, read) => {
      let sum = 0;
      for (const each of of) sum += (await decision.evaluate(read(each))).result.points;
      return sum;
    };
    return { count: lines.length, typed: () => total(rows, (row) => row), json: () => total(lines, JSON.parse) };
  }
  let conditions;
  if (engine === "json-logic-js") {
    const logic = require("json-logic-js");
    conditions = rules.A.map(([, points, rule]) => [points, (row) => logic.truthy(logic.apply(rule, row))]);
  } else {
    const { LogicEngine } = require("json-logic-engine");
    const logic = new LogicEngine();
    conditions = rules.A.map(([, points, rule]) => [points, logic.build(rule)]);
  }
  const score = (row) => {
    let sum = 0;
    for (const [points, holds] of conditions) if (holds(row)) sum += points;
    return sum;
  };
  const total = (of, read) => {
    let sum = 0;
    for (let i = 0; i < of.length; ++i) sum += score(read(of[i]));
    return sum;
  };
  return { count: lines.length, typed: () => total(rows, (row) => row), json: () => total(lines, JSON.parse) };
}

/// Processor time in nanoseconds, of this thread where the work is done by it alone (the collector's threads are not
/// counted against an engine), else of the process.
const spent = () => {
  if (engine.startsWith("json-logic") && existsSync("/proc/thread-self/schedstat")) {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]);
  }
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

const work = await prepare();
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const way = line.split(" ")[1];
  // The system counts in ticks of some milliseconds, so that a short pass is run several times.
  const began = spent();
  let sum = 0;
  let passes = 0;
  do {
    sum = await work[way]();
    ++passes;
  } while (spent() - began < 2e8);
  const seconds = (spent() - began) / 1e9;
  console.log(JSON.stringify({ rate: Math.round((passes * work.count) / seconds), sum }));
}
process.exit(0);
