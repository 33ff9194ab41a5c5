"""Random clocks, cadences and dispositions, and the events that concern them."""

import json

from model.instants import DAY, instant_text

HOUR = 3_600_000
CALENDARS = ["sales", "night", "weekend", "halves", "south"]
# Instants a few days before the clocks are put forward or back somewhere, and the calendars that it concerns.
CHANGING = {
    "2026-03-06T14:00:00Z": ["sales"],
    "2026-03-27T16:30:00.250Z": ["night", "weekend", "south"],
    "2026-04-02T09:00:00Z": ["weekend", "south"],
    "2026-09-04T20:15:00Z": ["south"],
    "2026-10-02T12:00:59.999Z": ["weekend"],
    "2026-10-23T08:00:00Z": ["night"],
    "2026-10-30T11:00:00Z": ["sales"],
}
CODES = ["later", "no", "again", "stay", "date"]
CHANNELS = ["call", "email", "fax"]


def calendars():
    return {
        "sales": {
            "time_zone": "America/New_York",
            "hours": {"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": ["22:00-02:00"]},
            "dates": {"2026-03-09": [], "2026-03-10": [], "2026-10-26": ["10:00-11:00"], "2026-11-01": ["00:30-04:00"]},
        },
        "night": {
            "time_zone": "Europe/Berlin",
            "hours": {"mon-thu": ["22:00-06:00"], "sat,sun": ["00:00-04:30"]},
            "dates": {
                "2026-03-04": [],
                "2026-03-29": ["00:00-01:30", "02:15-05:00"],  # it opens within the hour that is left out
                "2026-03-31": [],
                "2026-10-24": ["22:00-05:00"],
                "2026-10-27": [],
            },
        },
        # Open all day while the clocks are put forward or back, by half an hour.
        "weekend": {
            "time_zone": "Australia/Lord_Howe",
            "hours": {"sat-mon": ["00:00-24:00"], "wed": ["08:00-08:45"]},
            "dates": {"2026-04-06": [], "2026-10-05": ["10:00-15:00"]},
        },
        # The hour that is left out, or comes twice, lies beside midnight.
        "south": {
            "time_zone": "America/Santiago",
            "hours": {"mon-fri": ["08:00-20:00"], "sat,sun": ["00:00-24:00"]},
            "dates": {"2026-04-03": [], "2026-09-07": [], "2026-09-08": ["23:30-00:30"]},
        },
        "halves": {
            "time_zone": "Asia/Kolkata",
            "hours": {"mon-sat": ["10:00-14:00"]},
            "dates": {"2026-03-05": [], "2026-03-06": [], "2026-10-21": ["14:00-15:00"], "2024-02-29": ["23:00-01:00"]},
        },
    }


class Duties:
    """Makes sections with a `random_packs.Maker`, whose dice it throws."""

    def __init__(self, maker, stages, with_funnel):
        self.maker, self.stages, self.with_funnel = maker, stages, with_funnel
        self.calendars = CALENDARS
        if maker.chance(0.6):
            maker.start = maker.one(sorted(CHANGING))
            self.calendars = CALENDARS + CHANGING[maker.start] * 4
        self.clock_ids = [f"k{index}" for index in range(maker.random.randint(1, 3))]
        self.cadence_ids = [f"d{index}" for index in range(maker.random.randint(0, 2))]

    def readings(self):
        """Conditions over clocks and cadences."""
        one = self.maker.one
        states = ["none", "running", "paused", "met", "breached", "cancelled"]
        out = [{one(["==", "!="]): [{"var": f"clock.{one(self.clock_ids)}"}, one(states)]}]
        out.append({"in": [{"var": f"clock.{one(self.clock_ids)}"}, self.maker.some(states)]})
        if self.cadence_ids:
            name = one(self.cadence_ids)
            out.append({"==": [{"var": f"cadence.{name}"}, one(["none", "running", "completed", "missed", "stopped"])]})
            out.append({">=": [{"var": f"cadence.{name}.count"}, self.maker.random.randint(1, 3)]})
        return out

    def condition(self):
        extra = [*self.readings(), *(self.maker.in_funnel() if self.with_funnel else [])]
        return self.maker.condition(1, False, extra) if self.maker.chance(0.6) else self.maker.one(extra)

    def trigger(self):
        maker = self.maker
        forms = ["on", "on", "on", "when", "assigned"] + (["enter", "enter", "leave"] if self.with_funnel else [])
        form = maker.one(forms)
        if form == "on":
            kind = maker.one(["visit", "open", "order", "call", "touch", "touch", "disposition"])
            if kind in ("touch", "disposition"):
                out = {"on": kind}
                if maker.chance(0.4):
                    out["where"] = (
                        {"==": [{"var": "event.channel"}, maker.one(CHANNELS)]}
                        if kind == "touch"
                        else {"in": [{"var": "event.code"}, maker.some(CODES)]}
                    )
                return out
            out = {"on": maker.one([kind, kind, [kind, "owner.set"], [kind, "status.set"]])}
            if maker.chance(0.4) and out["on"] == kind:
                out["where"] = maker.event_where(kind)
            return out
        if form == "when":
            return {"when": self.condition()}
        if form == "assigned":
            return {"assigned": True}
        return {form: maker.one([maker.one(self.stages), maker.some(self.stages)])}

    def triggers(self):
        return self.maker.one([self.trigger(), self.trigger(), [self.trigger(), self.trigger()]])

    def duration(self, largest="bd"):
        choices = ["90m", "6h", "36h", "2d12h", "3d", "5d", "45s"]
        choices += ["30bm", "4bh", "9bh30bm", "20bh", "31bh"]
        if largest == "bd":
            choices += ["1bd", "2bd", "3bd", "5bd"]
        return self.maker.one(choices)

    def target(self, is_last):
        maker = self.maker
        out = {"within": self.duration()}
        if out["within"].endswith("bd") and maker.chance(0.3):
            out["at"] = "close"
            if maker.chance(0.3):
                out["within"] = "0bd"
        if maker.chance(0.12):
            out = {"due": {"var": f"contact.{maker.one(['joined', 'ends'])}"}}
            if maker.chance(0.7):
                out["offset"] = maker.one(["", "-"]) + self.duration()
        if not is_last or maker.chance(0.2):
            out["when"] = maker.one(
                [
                    {"==": [{"var": "contact.country"}, maker.one(["US", "DE"])]},
                    {"<": [{"var": "contact.size"}, maker.one([10, 100])]},
                    {"==": [{"var": "contact.vip"}, True]},
                    maker.still(),
                ]
            )
        return out

    def warning(self):
        return self.maker.one(["50%", "75%", "90%", "33.333%", "100%", "-30m", "-2h", "-1bh", "-30bm", "-1d", "-8bh"])

    def clock(self, name):
        maker = self.maker
        start = {"on": "visit"} if maker.chance(0.3) else {"enter": "visitor"} if self.with_funnel else {"on": "open"}
        out = {"id": name, "calendar": maker.one(self.calendars), "start": maker.one([start, self.triggers()])}
        if maker.chance(0.2):
            out["calendar"] = {"owner": out["calendar"]}
        for role, share in (("stop", 0.8), ("cancel", 0.4), ("restart", 0.25)):
            if maker.chance(share):
                out[role] = self.triggers()
        if maker.chance(0.65):
            out["pause"] = maker.one(
                [
                    {"when": {maker.one(["==", "!="]): [{"var": "contact.vip"}, True]}},
                    {"when": {"<": [{"var": "contact.size"}, 100]}},
                    {"when": self.condition()},
                    {"on": "call"},
                    [{"on": "open"}, {"when": {"==": [{"var": "contact.country"}, "DE"]}}],
                    self.triggers(),
                ]
            )
            if maker.chance(0.6):
                out["resume"] = maker.one([{"on": "open"}, {"on": "touch"}, self.triggers()])
        if f'"clock.{name}"' in json.dumps([out.get("pause"), out.get("resume")]):
            out["pause"] = {"on": "call"}  # one that pauses while it runs never comes to rest
            out.pop("resume", None)
        count = maker.one([1, 2, 2, 3])
        out["target"] = [self.target(index + 1 == count) for index in range(count)]
        if maker.chance(0.6):
            out["warn"] = [self.warning() for _ in range(maker.random.randint(1, 3))]
        if maker.chance(0.5):
            out["escalate"] = [
                {"after": maker.one(["0s", self.duration(), self.duration()]), "to": to}
                for to in ("lead", "boss")[: maker.random.randint(1, 2)]
            ]
        if maker.chance(0.4):
            out["on_breach"] = [maker.action()]
        if maker.chance(0.85):
            out["on_change"] = maker.one(["keep", "rebase", "rebase", "retroactive", "retroactive"])
        if maker.chance(0.12):
            out["repeat"] = True
            # One that comes round every few seconds would tell nothing else.
            for target in out["target"]:
                if "due" in target or target["within"] in ("45s", "90m", "30bm"):
                    for key in ("due", "offset"):
                        target.pop(key, None)
                    target["within"] = maker.one(["1d", "2d12h", "20bh", "2bd"])
        return out

    def cadence(self, name):
        maker = self.maker
        where = {"!=": [{"var": "event.channel"}, "fax"]}
        out = {
            "id": name,
            "start": self.triggers(),
            "touch": {"on": "touch", **({"where": where} if maker.chance(0.4) else {})},
            "within": self.duration(),
            "calendar": maker.one(self.calendars),
        }
        if maker.chance(0.6):
            out["at_least"] = maker.random.randint(1, 4)
        if maker.chance(0.4) or "at_least" not in out:
            out["mix"] = {"by": "channel", **{channel: maker.random.randint(1, 2) for channel in maker.some(CHANNELS[:2])}}
        if maker.chance(0.4):
            out["spacing"] = maker.one(["1h", "12h", "1bh", "30bm", "1bd"])
        if maker.chance(0.5):
            out["stop"] = self.triggers()
        if self.with_funnel and maker.chance(0.5):
            out["guards"] = maker.some(self.stages[1:])[:2]
            if maker.chance(0.4):
                out["guard_until"] = "miss"
        if maker.chance(0.4):
            out["on_miss"] = [maker.action()]
        return out

    def dispositions(self):
        maker = self.maker
        codes = {
            "later": {"label": "Later", "to": "nurture", "tag": "hot", "wake": maker.one(["12h", "2d", "30d"])},
            "no": {"to": maker.one(["nurture", "visitor"]), "do": [maker.action()], "unguarded": maker.chance(0.5)},
            "again": {"to": maker.one(["lead", "mql"]), "tag": "vip"},
            "stay": {"label": "Stays", "do": [maker.action()], "wake": "1d", "on_wake": [maker.action()]},
            "date": {"to": maker.one(["nurture", "sql"]), "wake": {"var": "event.until"}, "on_wake": [maker.action()]},
        }
        if not self.with_funnel:
            for code in codes.values():
                code.pop("to", None)
        out = {"on": "disposition", "codes": codes}
        if self.with_funnel and maker.chance(0.5):
            out["required_from"] = maker.some(self.stages)[:2]
        return out

    def add_to(self, pack):
        maker = self.maker
        pack["calendars"] = calendars()
        pack["events"]["touch"] = {"activity": False, "fields": {"channel": "string"}}
        pack["events"]["disposition"] = {"activity": False, "fields": {"code": "string", "until": "date"}}
        pack["clocks"] = [self.clock(name) for name in self.clock_ids]
        if self.cadence_ids:
            pack["cadences"] = [self.cadence(name) for name in self.cadence_ids]
        pack["dispositions"] = self.dispositions()
        for transition in pack.get("funnel", {}).get("transitions", []):
            if maker.chance(0.15):
                transition["unguarded"] = True
            if "when" in transition and "after" not in transition and maker.chance(0.3):
                transition["when"] = maker.one(self.readings())

    def data(self, kind, at):
        maker = self.maker
        if kind == "touch":
            return {"channel": maker.one([*CHANNELS, None])} if maker.chance(0.9) else {}
        if kind == "disposition":
            code = {"code": maker.one([*CODES, *CODES, "odd", None])}
            until = instant_text(at + maker.random.randint(-DAY, 3 * DAY))
            return {**code, **({"until": until} if maker.chance(0.5) else {})}
        return {"clock": maker.one(self.clock_ids)}
