// Answers compare.py's commands with dayjs-business-time: TZ=America/New_York node dayjs_peer.js FOLDER MODULES.
//
// It works in the process's own time zone, and in whole minutes.
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const [folder, modules] = process.argv.slice(2);
const dayjs = require(path.join(modules, 'dayjs'));
dayjs.extend(require(path.join(modules, 'dayjs-business-time')));

const lines = (name) => fs.readFileSync(path.join(folder, name), 'utf8').trim().split('\n').map((line) => line.split(' '));
dayjs.setHolidays(lines('calendar.txt').filter(([word]) => word === 'holiday').map(([, date]) => date));
const questions = {};
for (const [kind, from, argument] of lines('questions.txt')) {
  (questions[kind] ??= []).push({ from: dayjs(+from), argument: +argument, to: dayjs(+argument) });
}

const kinds = {
  add: [(asked) => asked.from.addBusinessHours(asked.argument), (found) => found.valueOf()],
  elapsed: [(asked) => asked.from.businessMinutesDiff(asked.to), (found) => found * 60000],
  is: [(asked) => asked.from.isBusinessTime(), (found) => (found ? 1 : 0)],
};

const version = JSON.parse(fs.readFileSync(path.join(modules, 'dayjs-business-time', 'package.json'))).version;
console.log('ready dayjs-business-time ' + version);
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, kind, count] = line.split(' ');
  const [ask, toMs] = kinds[kind.split('_')[0]];
  const asked = questions[kind];
  if (command === 'answers') {
    console.log(asked.slice(0, +count).map((each) => toMs(ask(each))).join(' '));
    return;
  }
  let kept;
  const begin = process.hrtime.bigint();
  for (let n = 0; n < +count; n++) kept = ask(asked[n % asked.length]);
  const taken = Number(process.hrtime.bigint() - begin);
  console.log(taken / +count + ' ' + (kept === undefined));
});
