// Task B in one npm engine, one pass a line of standard input: `<engine> <way>` in, a line of JSON out.
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
const WEEK_MS = 7 * 86_400_000;

/// The same rules in SQL: a score for each contact, then their sum.
const sql = (from) => `
  with sent as materialized (from ${from}),
  earned as (
    select contact, sum(case type
      when 'page_view' then case when props.path = '/pricing' then 10 when props.path[1:5] = '/blog' then 1 else 0 end
      when 'email_open' then 1
      when 'email_click' then case when props.campaign in ('spring-26', 'q1-launch', 'abm-east', 'abm-west', 'winback')
        then 3 else 0 end
      when 'form_submit' then case when props.form in ('contact', 'demo') then 20 else 0 end
      when 'webinar_attended' then case when props.minutes >= 30 then 15 else 0 end
      when 'unsubscribe' then -40
      when 'session_start' then case when props.utm_source in ('google', 'linkedin') and props.pages >= 2 then 2 else 0 end
      else 0 end) as points
    from sent group by contact),
  sessions as (
    select contact, count(*) over (partition by contact order by ts range between ${WEEK_MS - 1} preceding and current row) as n
    from sent where type = 'session_start'),
  badges as (select distinct contact, 15 as points from sessions where n >= 3)
  select sum(earned.points + coalesce(badges.points, 0))::bigint from earned left join badges using (contact)`;

const columns = `{ts: 'bigint', id: 'varchar', contact: 'varchar', type: 'varchar', props: 'struct(path varchar, campaign varchar,
  form varchar, minutes bigint, utm_source varchar, pages bigint)'}`;

async function prepare() {
  const file = path.join(data, "events.jsonl");
  if (engine === "duckdb") {
    const { DuckDBInstance } = require("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
    const read = `read_json('${file.replaceAll("'", "''")}', format = 'newline_delimited', columns = ${columns})`;
    await connection.run(`create table events as select * from ${read}`);
    const ask = async (from) => Number((await connection.runAndReadAll(sql(from))).getRows()[0][0]);
    return {
      count: Number((await connection.runAndReadAll("select count(*) from events")).getRows()[0][0]),
      typed: () => ask("events"),
      json: () => ask(read),
    };
  }
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line));
  let conditions;
  if (engine === "json-logic-js") {
    const logic = require("json-logic-js");
    conditions = rules.B.map(([, points, rule]) => [points, (row) => logic.truthy(logic.apply(rule, row))]);
  } else {
    const { LogicEngine } = require("json-logic-engine");
    const logic = new LogicEngine();
    conditions = rules.B.map(([, points, rule]) => [points, logic.build(rule)]);
  }
  const badge = rules.B.findIndex(([name]) => name === "sessions_3_in_7d");
  // What the engine cannot keep the host keeps: the score, the sessions of the last seven days, whether it was told.
  const total = (of, read) => {
    const contacts = new Map();
    for (let i = 0; i < of.length; ++i) {
      const e = read(of[i]);
      let who = contacts.get(e.contact);
      if (who === undefined) contacts.set(e.contact, (who = { score: 0, sessions: [], badge: false }));
      if (e.type === "session_start") {
        who.sessions.push(e.ts);
        while (who.sessions[0] <= e.ts - WEEK_MS) who.sessions.shift();
      }
      const row = { e, s7: who.sessions.length, badge: who.badge };
      for (let k = 0; k < conditions.length; ++k) {
        const [points, holds] = conditions[k];
        if (!holds(row)) continue;
        who.score += points;
        if (k === badge) who.badge = true;
      }
    }
    let sum = 0;
    for (const who of contacts.values()) sum += who.score;
    return sum;
  };
  return { count: lines.length, typed: () => total(events, (each) => each), json: () => total(lines, JSON.parse) };
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
  const began = spent();
  const sum = await work[line.split(" ")[1]]();
  const seconds = (spent() - began) / 1e9;
  console.log(JSON.stringify({ rate: Math.round(work.count / seconds), sum }));
}
process.exit(0);
