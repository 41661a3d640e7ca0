"""A worker process of `tests.bench.growth`: the product's own engine over a model that takes its time.

It says `ready`, begins when it is told to, and ends with its standard input; its last line is what it used.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from app import WORKERS
from core.ports import Answer, S, Wording
from tests.bench.scene import Counted, Instant, roomy
from tests.support.house import open_home, sure_model
from tests.support.models import ScriptedModel


class Slow:
    """The scripted model behind a line that takes so many milliseconds."""

    def __init__(self, model: ScriptedModel, takes_ms: int) -> None:
        self._model, self._takes_s = model, takes_ms / 1000

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        time.sleep(self._takes_s)
        return self._model.read(schema, purpose=purpose, instructions=instructions, text=text)

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        time.sleep(self._takes_s)
        return self._model.write(purpose=purpose, template=template, facts=facts, text=text)


def main(folder: Path, model_ms: int) -> None:
    """One process, until its standard input ends."""
    model = sure_model()
    model.asked = Counted()
    home = open_home(folder, Slow(model, model_ms), policies=roomy(folder))  # type: ignore[arg-type]
    operation, mail = home.house.registry.operation("mail.reply")
    home.house.registry._operations["mail.reply"] = (operation, Instant(mail))
    engine = home.house.engine()
    print("ready", flush=True)
    sys.stdin.readline()
    engine.start()
    begun = time.process_time()
    sys.stdin.read()
    used = {"cpu_s": time.process_time() - begun, "threads": getattr(engine, "_workers", WORKERS)}
    engine.stop()
    home.house.close()
    print(json.dumps(used), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
