"""`restore FILE`: a backup becomes the installation again, and stands still until a person has looked.

FILE ─► laid out beside the target ─► migrated, checked, marked (`workflows.restored`) ─► put in place, or copied to a server
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from commands.backup import workbench
from commands.context import CommandContext, Installation, ProviderCall
from commands.move import shown
from commands.verb import Answer
from commands.words import count, utc
from core import archive, copying
from core.archive import Manifest, path_of
from core.audit import Anchor
from core.copying import Copied
from core.crypto import Cipher, load_or_make_key
from core.errors import BadInput
from core.moment import from_us
from core.places import Place, counts, hidden, rows_at, systems_filled
from core.ports import Member
from core.schema import HEAD
from core.settings import Settings
from workflows.restored import Doubts, Gap, Restored

LISTED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--to", default="", metavar="URL")
    parser.add_argument("--aside", action="store_true", help="keep the database that is there under another name")
    parser.add_argument(
        "--systems", action="store_true", help="the embedded systems' database too, although one is there"
    )
    parser.add_argument("--unsound", action="store_true", help="although its record is not as it was written")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """What was restored, what nobody knows any more, and what to do next."""
    target = replace(context.settings, database_url=options.to) if options.to else context.settings
    file = Path(options.file)
    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    cipher = _cipher(target)
    if rows_at(target.database_url) and not (options.aside and target.on_sqlite):
        raise BadInput(_not_empty(target))
    parent = path_of(target.database_url).parent if target.on_sqlite else target.var
    parent.mkdir(parents=True, exist_ok=True)
    with context.installations.alone(target), workbench(parent) as folder:
        manifest = archive.unpack(file, folder, cipher)
        if manifest.revision > HEAD:
            raise BadInput(
                f"This backup has schema {manifest.revision}; this Baton knows {HEAD}. Restore it with a newer one."
            )
        restoring = Restoring(context, options, target, manifest, folder, cipher)
        found = restoring.to_file() if target.on_sqlite else restoring.to_server()
    return _said(target, options, manifest, found)


def _cipher(settings: Settings) -> Cipher:
    """The key that is there; a restore never makes one."""
    if not settings.key_file.exists():
        raise BadInput(f"There is no key at {settings.key_file}. Put the one there that this backup was written with.")
    return Cipher(load_or_make_key(settings.key_file))


def _not_empty(target: Settings) -> str:
    if not target.on_sqlite:
        return f"The database {hidden(target.database_url)} is not empty. Make a new one, and name it with --to."
    return (
        f"There is a database already: {path_of(target.database_url)}. With --aside it is kept under a name with today's date, "
        "and the backup takes its place."
    )


# Restoring -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it. `since`: what the embedded systems were asked after the backup; of these, `unheard` are of effects that
    the restored ledger never heard of."""

    gap: Gap
    doubts: Doubts
    since: tuple[ProviderCall, ...]
    unheard: int
    systems_kept: bool
    other_rules: bool
    faults: tuple[str, ...]
    aside: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Restoring:
    """A backup that is laid out in `folder`, on its way to `target`."""

    context: CommandContext
    options: argparse.Namespace
    target: Settings
    manifest: Manifest
    folder: Path
    cipher: Cipher

    def to_file(self) -> Found:
        """Its files take their places; what lay there is kept under other names."""
        target = self.target
        with self.context.installations.open(archive.staged(target, self.folder)) as laid:
            there = Place(target.database_url, target.systems_url, laid.place.systems)
            alive = path_of(target.systems_url).exists() and bool(systems_filled(there))
            found = self._marked(laid, alive and not self.options.systems, self._lost_lines())
        paths = [target.anchor, _history(target), path_of(target.database_url)]
        if not found.systems_kept:
            paths.append(path_of(target.systems_url))
        with archive.set_aside(paths, found.gap.until) as aside:
            archive.put_in_place(self.folder, target, systems=not found.systems_kept)
        return replace(found, aside=aside)

    def to_server(self) -> Found:
        """Its rows are copied to the empty database. The anchor of a lost one, on this machine, is kept under another name."""
        opened, lost = self.context.installations.open, self._lost_lines()
        with (
            archive.set_aside([self.target.anchor, _history(self.target)], self.context.clock.now()) as aside,
            opened(archive.staged(self.target, self.folder)) as laid,
            opened(self.target) as there,
        ):
            alive = systems_filled(there.place)
            if alive and self.options.systems:
                raise BadInput(
                    f"The embedded systems' tables there hold rows ({', '.join(alive)}). Give an empty database."
                )
            found = self._marked(laid, bool(alive), lost)
            accept = copying.vouched_for(
                laid.services.ledger.anchor, there.services.ledger.anchor, unsound=self.options.unsound
            )
            copying.copy(laid.place, there.place, accept, still=True, with_systems=not alive)
        return replace(found, aside=aside)

    def _marked(self, laid: Installation, keep_systems: bool, lost_lines: int) -> Found:
        """Checks what is laid out, and lets it say that it comes out of a backup."""
        faults = self._faults(laid)
        if faults and not self.options.unsound:
            listed = "; ".join(faults[:3])
            raise BadInput(
                f"This backup is not sound: {listed}. Take an older one, or restore it all the same with --unsound."
            )
        since = from_us(self.manifest.taken_at)
        calls = self.context.installations.calls(self.target if keep_systems else laid.services.settings)
        gap = Gap(since, self.context.clock.now(), {each.effect_id: each.outcome for each in calls}, lost_lines)
        services = laid.services
        doubts = Restored(services.ledger, services.policy).begin(gap)
        later = tuple(each for each in calls if each.at >= since)
        unheard = sum(not services.ledger.rows("effect.get", id=each.effect_id) for each in later)
        return Found(
            gap, doubts, later, unheard, keep_systems, services.policy().version != self.manifest.policy, faults
        )

    def _faults(self, laid: Installation) -> tuple[str, ...]:
        record = laid.services.verify()
        faults = list(record.faults)
        if (record.rows, record.head) != (self.manifest.audit_seq, self.manifest.audit_hash):
            faults.append("the record does not end as its list of contents says")
        there = counts(laid.place)
        wrong = [name for name, rows in self.manifest.rows.items() if there.get(name) != rows]
        if wrong and self.manifest.revision == HEAD:
            faults.append(f"rows are missing in {', '.join(wrong)}")
        return tuple(faults)

    def _lost_lines(self) -> int:
        """How many lines of the record came after the backup, as the anchor that lies there tells."""
        if not self.target.anchor.exists():
            return 0
        anchor = Anchor(self.target.anchor, self.cipher)
        try:
            return max(0, anchor.read()[0] - self.manifest.audit_seq)
        finally:
            anchor.close()


def _history(settings: Settings) -> Path:
    return settings.anchor.with_suffix(".history")


# Words ---------------------------------------------------------------------------------------------------------------


def _said(target: Settings, options: argparse.Namespace, manifest: Manifest, found: Found) -> Answer:
    gap, doubts = found.gap, found.doubts
    data = {
        "to": hidden(target.database_url), "backup_at": gap.since.isoformat(), "restored_at": gap.until.isoformat(),
        "rows": manifest.rows, "unknown": [asdict(each) for each in doubts.unknown],
        "asked_again": list(doubts.asked_again), "to_people": list(doubts.to_people), "first_task": f"T-{doubts.next_task}",
        "systems_kept": found.systems_kept, "calls_since": len(found.since), "calls_unheard_of": found.unheard,
        "lost_audit_lines": gap.lost_lines, "faults": list(found.faults), "aside": [str(path) for path in found.aside],
    }  # fmt: skip
    backup = f"the backup of {utc(gap.since)}, Baton {manifest.baton}, schema {manifest.revision}"
    head = [
        f"Restored to {hidden(target.database_url)}: {backup}.",
        "",
        shown([Copied(name, rows) for name, rows in manifest.rows.items()]),
    ]
    lines = [*head, "", *_unsure(found), "", *_next(target, options, found)]
    return Answer("\n".join(lines), data)


def _unsure(found: Found) -> list[str]:
    gap, doubts = found.gap, found.doubts
    lines = [f"Everything is paused. What was done from {utc(gap.since)} to {utc(gap.until)} is not in it:"]
    if gap.lost_lines:
        lines.append(f"  {count(gap.lost_lines, 'line')} of the record, as its anchor on this machine tells")
    if found.since:
        kinds = ", ".join(f"{n} {name}" for name, n in sorted(Counter(each.operation for each in found.since).items()))
        lines.append(f"  {count(len(found.since), 'call')} in the embedded systems' own log: {kinds}")
        lines.append(f"  {found.unheard} of these for actions that this database never heard of")
    unknown = [f"{each.operation} of {each.task_id}{_heard(each.log)}" for each in doubts.unknown]
    lines += _listed("not known whether they went out", unknown)
    lines += _listed("with an approval that is asked again", doubts.asked_again)
    lines += _listed("with people now", doubts.to_people)
    lines += [f"  the record is NOT as it was written: {fault}" for fault in found.faults[:5]]
    if found.other_rules:
        lines.append("  the rules are others than at the backup; what is decided from now on follows today's")
    return lines


def _heard(log: str) -> str:
    return f" (its system's own log: {log})" if log else ""


def _listed(what: str, each: list[str] | tuple[str, ...]) -> list[str]:
    if not each:
        return []
    more = f" and {len(each) - LISTED} more" if len(each) > LISTED else ""
    return [f"  {len(each)} {what}: {', '.join(each[:LISTED])}{more}"]


def _next(target: Settings, options: argparse.Namespace, found: Found) -> list[str]:
    where = "Set BATON_DATABASE_URL to the address that you gave, and start Baton" if options.to else "Start Baton"
    lines = [
        "Next:",
        f"1. {where}: make run. It takes things in, and sends nothing.",
        "2. Look into the systems themselves, and answer on the cards. What came in since then must be let in again.",
        f"3. resume everything. What is not known stays so until somebody says it. New tasks: from T-{found.doubts.next_task}.",
    ]
    if found.systems_kept:
        lines.append("The embedded systems' database was left as it was; with --systems the backup's takes its place.")
    lines += [f"Kept: {path}" for path in found.aside]
    return lines
