"""Which adapter answers for which operation. Built once, by the composition root."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import Bug, NotAllowed
from gateways.adapter import Adapter, Operation, ReadOperation


class Registry:
    """All gateways by the names of their operations."""

    def __init__(self, adapters: Iterable[Adapter]) -> None:
        self._operations: dict[str, tuple[Operation, Adapter]] = {}
        self._reads: dict[str, tuple[ReadOperation, Adapter]] = {}
        for adapter in adapters:
            for operation in adapter.operations:
                if operation.name in self._operations:
                    raise Bug(f"two gateways declare {operation.name}")
                self._operations[operation.name] = (operation, adapter)
            for read in adapter.reads:
                self._reads[read.name] = (read, adapter)

    @property
    def operations(self) -> frozenset[str]:
        """The names of everything that can be done."""
        return frozenset(self._operations)

    @property
    def undoes(self) -> dict[str, str]:
        """What can be taken back, and the operation that does it."""
        return {name: operation.undo for name, (operation, _) in self._operations.items() if operation.undo}

    @property
    def reads(self) -> frozenset[str]:
        """The names of everything that can be asked."""
        return frozenset(self._reads)

    @property
    def gateways(self) -> frozenset[str]:
        """The names of the systems."""
        return frozenset(name.split(".", 1)[0] for name in (*self._operations, *self._reads))

    def operation(self, name: str) -> tuple[Operation, Adapter] | None:
        """The operation and its adapter; None for an unknown one, which is then denied."""
        return self._operations.get(name)

    def read(self, name: str) -> tuple[ReadOperation, Adapter]:
        """The reading operation and its adapter. Raises `NotAllowed` for an unknown one."""
        if name not in self._reads:
            raise NotAllowed(f"no gateway can be asked {name}")
        return self._reads[name]
