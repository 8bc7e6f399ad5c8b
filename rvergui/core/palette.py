"""The colours that classes get, in this order.

The first dozen are far apart for eyes of every kind; a hundred cannot be, so no state is ever told by colour alone.
The table is what ``colour_vision.far_apart`` gives (a test looks); it is written down because making it takes too long
while somebody waits.
"""

from __future__ import annotations

_TABLE = """
    0073bd ff6a15 ffaabf 9500ff 954055 95ea80 bf0000 bfaaea 80aa6a aa6a95 ff40ff bfea00 40d440 6a40d4 aa0095 558040
    d48095 5595ff 80eaea ff0040 006a00 aa80bf 40956a d400bf aa156a 6abf55 bf2aff ff80bf ffaa40 aad495 6a802a ea2a55
    d42a80 956ad4 eabfff 555595 d495ff ff2aaa ff9580 406a2a 55aa00 aaea6a ff4080 bfd415 40aa40 ea55ea d42a2a 6a55aa
    ea95aa d4bf6a d46ad4 408055 559555 4040ea 6a55d4 95bf80 d42aea d4aaff 95d4aa 955595 aa406a bf1580 ffd455 eaaad4
    00bf2a aa2aaa 008000 ff6ad4 bf6aaa 9500bf 80eaaa bf95ea 9555bf 2ad4d4 d41500 eabf55 bf6a6a 40aa95 80bf95 aa0080
    0095aa bfea95 6aaa55 95eabf aa2a2a aa556a aa55ea ea55bf d46a80 ea2ad4 55ead4 556aff 6ad46a 15bfaa ff8040 6a00ff
    9540ea 8095ea bfbf00 15ff2a ea8080 55bf6a d480bf aa9500 d46aff 8015ea 95d455 ead480 d4552a ea2a80 0055d4 aa2a40
    958040 952abf bfaa6a d4aa55 bf95d4 ffaaea 952aff 95aaff 009540 d495bf bf802a 6aea40 9580ea ffbf95 9555ff aa80ff
"""

COLOURS = tuple(f"#{colour}" for colour in _TABLE.split())


def palette_colour(index: int) -> str:
    """The ``index``-th colour, "#rrggbb"; after the last one they begin again."""
    return COLOURS[index % len(COLOURS)]
