"""`/metrics`, as Prometheus reads it (prometheus.io, exposition formats, text-based format).

Names are frozen; nothing of a customer is in it. What is counted from the rows is the same in every process; `lanes_held` and
`database_up` are this process's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from workflows.gauges import Gauges

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ROLES = ("all", "face", "work", "clock")

# Name, kind and meaning of each.
KNOWN: Mapping[str, tuple[str, str]] = {
    "baton_database_up": ("gauge", "1 when this process reaches the database; without it most others are left out"),
    "baton_lanes_held": ("gauge", "channels that this process posts to, where several processes could"),
    "baton_jobs_due": ("gauge", "jobs whose time has come and that are not done"),
    "baton_oldest_job_seconds": ("gauge", "how long the oldest of them has been due"),
    "baton_jobs_running": ("gauge", "jobs that run now, as of the processes' last beats"),
    "baton_takeovers_total": ("counter", "jobs that were taken over from a process that was gone"),
    "baton_effects_unknown": ("gauge", "effects of which nobody knows whether they went out"),
    "baton_breakers_open": ("gauge", "gateways to which nothing goes out because they did not answer"),
    "baton_cards_behind": ("gauge", "cards that do not yet show what their row says"),
    "baton_processes": ("gauge", "processes that are alive, by role"),
    "baton_last_beat_seconds": ("gauge", "since the last beat of each process that has not said goodbye"),
}


def text_of(found: Gauges | None, lanes_held: int) -> str:
    """The whole page. `found` is None while the database cannot be reached."""
    lines = []
    for name, samples in _samples(found, lanes_held).items():
        kind, meaning = KNOWN[name]
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *(f"{name}{sample}" for sample in samples)]
    return "\n".join(lines) + "\n"


def _samples(found: Gauges | None, lanes_held: int) -> dict[str, list[str]]:
    own = {"baton_database_up": [f" {int(found is not None)}"], "baton_lanes_held": [f" {lanes_held}"]}
    if found is None:
        return own
    return own | {
        "baton_jobs_due": [f" {found.jobs_due}"],
        "baton_oldest_job_seconds": [f" {found.waits_s:.3f}"],
        "baton_jobs_running": [f" {found.jobs_running}"],
        "baton_takeovers_total": [f" {found.taken_over}"],
        "baton_effects_unknown": [f" {found.effects_unknown}"],
        "baton_breakers_open": [f" {found.breakers_open}"],
        "baton_cards_behind": [f" {found.cards_behind}"],
        "baton_processes": list(_by_role(found)),
        "baton_last_beat_seconds": [
            f'{{process="{each.id}",role="{each.role}"}} {each.silent_s:.3f}'
            for each in found.processes
            if each.state in ("alive", "silent")
        ],
    }


def _by_role(found: Gauges) -> Iterator[str]:
    alive = Counter(each.role for each in found.processes if each.state == "alive")
    return (f'{{role="{role}"}} {alive[role]}' for role in ROLES)
