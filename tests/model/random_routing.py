"""Random routing, and the events of reps who go and come back."""

from model.instants import instant_text

REPS = ["ana", "bo", "cy", "dee"]


class Desks:
    """Makes the section with a `random_packs.Maker`; `duties` makes its triggers."""

    def __init__(self, maker, duties):
        self.maker, self.duties = maker, duties

    def rep(self):
        maker = self.maker
        out = {}
        if maker.chance(0.6):
            out["calendar"] = maker.one(["sales", "night", "halves"])
        if maker.chance(0.4):
            out["capacity"] = maker.random.randint(0, 2)
        if maker.chance(0.4):
            out["weight"] = maker.one([1, 2, 3, 0.5])
        if maker.chance(0.35):
            out["territories"] = maker.some(["US", "DE", "FR"])
        return out

    def pool(self, others):
        maker = self.maker
        reps = maker.some(REPS)
        maker.random.shuffle(reps)
        out = {"reps": reps, "balance": maker.one(["round_robin", "weighted", "weighted", "least_open", "can_meet"])}
        if maker.chance(0.3):
            out["only_open"] = True
        none = [{"hold": True}, {"hold": True}, {"owner": maker.one(REPS)}, {"anyone": True}]
        if others:
            none += [{"pool": maker.one(others)}] * 2
        if maker.chance(0.7):
            out["when_none"] = maker.one(none)
        if maker.chance(0.3):
            out["on_return"] = "catch_up"
        return out

    def rule(self, index, pools):
        maker = self.maker
        out = {"id": f"rule{index}"}
        if maker.chance(0.5):
            out["when"] = maker.one([maker.still(), maker.still(), *self.duties.readings()])
        if maker.chance(0.25):
            out["owner"] = maker.one([{"var": "contact.country"}, "ana", {"var": "signal.last_sku"}, None])
            return out
        out["pool"] = maker.one(pools)
        if maker.chance(0.4):
            out["territory"] = maker.one([{"var": "contact.country"}, "US"])
        if maker.chance(0.3):
            out["exclude"] = maker.one(["bo", ["ana", "cy"], {"var": "owner"}])
        if maker.chance(0.4):
            out["keep"] = True
        return out

    def add_to(self, pack):
        maker = self.maker
        pools = {}
        for name in ("p0", "p1")[: maker.random.randint(1, 2)]:
            pools[name] = self.pool(list(pools))
        start = {"enter": maker.one(["visitor", "lead", "mql"])} if self.duties.with_funnel else {"on": "visit"}
        pack["routing"] = {
            "on": maker.one([start, [start, self.duties.trigger()], self.duties.triggers()]),
            "reps": {rep: self.rep() for rep in REPS},
            "pools": pools,
            "rules": [self.rule(index, list(pools)) for index in range(maker.random.randint(1, 3))],
        }
        if maker.chance(0.5):
            pack["routing"]["reroute"] = {
                "on": maker.one(
                    [
                        {"when": {"==": [{"var": f"clock.{maker.one(self.duties.clock_ids)}"}, "breached"]}},
                        {"on": "open"},
                        self.duties.triggers(),
                    ]
                )
            }
            if maker.chance(0.5):
                pack["routing"]["reroute"]["max_hops"] = maker.random.randint(1, 2)

    def coming_and_going(self, at):
        maker = self.maker
        return {
            "type": maker.one(["rep.away", "rep.away", "rep.back"]),
            "at": instant_text(at),
            "data": {"rep": maker.one(REPS)},
        }
