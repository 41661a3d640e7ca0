"""The table at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.faults.loop import Result


def spread(values: Sequence[float]) -> str:
    """p50 / p95 / max in seconds."""
    if not values:
        return "none"
    ordered = sorted(values)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95)]
    return f"{at[0]:.2f} / {at[1]:.2f} / {ordered[-1]:.2f} s  (n={len(ordered)})"


def lines(result: Result) -> Iterable[tuple[str, str]]:
    """One run, as name and value."""
    plan, found = result.plan, result.found
    yield "database", f"{plan.database}, {plan.processes} process{'es' if plan.processes > 1 else ''}, seed {plan.seed}"
    yield "SIGKILLs", str(len(result.kills))
    yield "database restarts", str(result.restarts)
    yield "stood still and woke (SIGSTOP)", str(result.stops)
    yield "tasks let in", str(found.tasks)
    yield "effects", str(found.effects)
    yield "clicks", str(found.clicks)
    yield "lost (tasks, clicks)", str(len(found.lost))
    yield "duplicate calls, by the providers' logs", str(len(found.twice))
    yield "calls without a claim that allowed them", str(len(found.late))
    yield "unknown / of them not shown", f"{found.unknown} / {len(found.not_shown)}"
    yield "unknown cleared up by a person", str(found.cleared_up)
    yield "stuck", str(len(found.stuck))
    yield "given up to a person", str(found.given_up)
    yield "cards about a gateway's outage", str(found.outages)
    yield "repeated under a known key, changing nothing", str(found.repeated)
    yield "audit", f"{found.audit_rows} lines, " + ("verified" if not found.audit_faults else "BROKEN")
    yield "from a kill to the next job done, p50/p95/max", spread(result.to_work_s)
    yield "from a kill to its jobs taken up, p50/p95/max", spread(result.to_take_over_s)
    yield "came down by themselves", str(result.came_down)
    yield "took", f"{result.seconds:.0f} s"


def table(results: Sequence[Result]) -> str:
    """All runs beside each other."""
    columns = [list(lines(result)) for result in results]
    names = [name for name, _ in columns[0]]
    width = max(map(len, names))
    widths = [max(len(value) for _, value in column) for column in columns]
    rows = []
    for row, name in enumerate(names):
        cells = "  ".join(column[row][1].ljust(wide) for column, wide in zip(columns, widths, strict=True))
        rows.append(f"{name.ljust(width)}  {cells}".rstrip())
    return "\n".join(rows)
