"""How much may come of an archive, so that no bomb is unpacked.

Bombs are small files that fill the memory: members that are one byte repeated, share their
bytes, say that they have holes, or are archives themselves.
"""

from __future__ import annotations

import io
import os
from typing import IO

from follownet.errors import DamagedExportError

#: No export shrinks more than this: text of one kind is packed to a thirtieth at best.
_DENSEST = 100
#: Too little to do harm, however densely it is packed.
HARMLESS = 2**24


class Budget:
    """How much may come of one archive, whatever it says of itself and whatever is inside it."""

    def __init__(self, packed: int) -> None:
        self.left = max(HARMLESS, _DENSEST * packed)

    def copy(self) -> Budget:
        """Return one that is used up by itself."""
        copied = Budget(0)
        copied.left = self.left
        return copied

    def require(self, size: int) -> None:
        """Raise for what would become so much larger that it was made to do harm."""
        if size > self.left:
            raise DamagedExportError(
                f"would expand to more than {_DENSEST} times its size, as no export does"
            )

    def take(self, size: int) -> None:
        """Take from what is left, or raise."""
        self.require(size)
        self.left -= size


class Metered(io.RawIOBase):
    """A decompressed stream that may not grow out of proportion to what is packed."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._stream = stream
        # Going back unpacks again, which takes time and no more memory.
        self._budget = budget.copy()

    def readable(self) -> bool:
        """Return that it is read."""
        return True

    def seekable(self) -> bool:
        """Return that places can be gone to, at the cost of reading."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return bytes, or raise where there are too many."""
        most = self._budget.left - self._stream.tell() + 1
        content = self._stream.read(most if size is None or size < 0 else min(size, most))
        self._budget.require(self._stream.tell())
        return content

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, or raise where it is too far."""
        # Going there unpacks what lies between.
        self._budget.require(place)
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        """Return the place in what is decompressed."""
        return self._stream.tell()
