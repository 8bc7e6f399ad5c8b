"""The official weights of segmenters: what they are, where they come from, and by what they are recognised.

Sizes and checksums are those that the publishers' own download pages and several independent copies agree on.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rvergui.core.errors import RverError


@dataclass(frozen=True)
class Entry:
    """One official file.

    Attributes:
        name: the segmenter's name, by which commands know the file.
        title: what people read.
        file: the published file name.
        url: where it is published.
        size: in bytes.
        sha256: of the whole file, 64 hexadecimal digits.
        licence: its SPDX name.
        source: the project that published it.
        purpose: what it is good for, a phrase.
        cost: what it takes in time and memory, a phrase.
    """

    name: str
    title: str
    file: str
    url: str
    size: int
    sha256: str
    licence: str
    source: str
    purpose: str
    cost: str

    @property
    def host(self) -> str:
        """The computer that the file is fetched from."""
        return urlsplit(self.url).hostname or self.url


_SEGMENT_ANYTHING = "https://dl.fbaipublicfiles.com/segment_anything/"
_MOBILE_SAM = "https://github.com/ChaoningZhang/MobileSAM/raw/f706ad9c4eb7f219c00d9050e46328518ffb65d2/weights/"

OFFICIAL = (
    Entry(
        name="mobile_sam",
        title="MobileSAM",
        file="mobile_sam.pt",
        url=f"{_MOBILE_SAM}mobile_sam.pt",
        size=40_728_226,
        sha256="6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
        licence="Apache-2.0",
        source="MobileSAM",
        purpose="The small one: quick even without a graphics card, with outlines close to those of ViT-B",
        cost="some two seconds a photo on a processor",
    ),
    Entry(
        name="sam_vit_b",
        title="SAM ViT-B",
        file="sam_vit_b_01ec64.pth",
        url=f"{_SEGMENT_ANYTHING}sam_vit_b_01ec64.pth",
        size=375_042_383,
        sha256="ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
        licence="Apache-2.0",
        source="Segment Anything",
        purpose="Sure outlines, and still bearable without a graphics card",
        cost="seven to fifteen seconds a photo on a processor, up to 3 GB of memory",
    ),
    Entry(
        name="sam_vit_l",
        title="SAM ViT-L",
        file="sam_vit_l_0b3195.pth",
        url=f"{_SEGMENT_ANYTHING}sam_vit_l_0b3195.pth",
        size=1_249_524_607,
        sha256="3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
        licence="Apache-2.0",
        source="Segment Anything",
        purpose="Finer outlines, close to the largest; for a graphics card",
        cost="about three times the work of ViT-B a photo",
    ),
    Entry(
        name="sam_vit_h",
        title="SAM ViT-H",
        file="sam_vit_h_4b8939.pth",
        url=f"{_SEGMENT_ANYTHING}sam_vit_h_4b8939.pth",
        size=2_564_550_879,
        sha256="a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
        licence="Apache-2.0",
        source="Segment Anything",
        purpose="The largest, with the finest outlines; for a graphics card with much memory",
        cost="about six times the work of ViT-B a photo",
    ),
)


def entry(name: str) -> Entry:
    """The entry of this name; its file name and a spelling with dashes are understood, too.

    Raises:
        RverError: there is none; the sentence says which there are.
    """
    wanted = name.strip().lower().replace("-", "_")
    for known in OFFICIAL:
        if wanted in (known.name, known.file.lower().replace("-", "_")):
            return known
    names = [known.name for known in OFFICIAL]
    near = difflib.get_close_matches(wanted, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the known ones are: {', '.join(names)}."
    raise RverError(f"There are no official weights called {name!r}; {hint}")


def installed(name: str, folders: Iterable[Path] | None = None) -> Path | None:
    """The whole file of the entry ``name``, or None; a file that a check found damaged does not count.

    Args:
        name: as for ``entry``.
        folders: where to look, in this order; None means the folders of ``RVERGUI_WEIGHTS``, then the program's own,
            then what came along.

    Raises:
        RverError: there is no such entry.
    """
    from rvergui.runtime.catalogue_state import State, holding  # which stands on this module

    found = holding(entry(name), folders)
    return found.path if found.state is State.INSTALLED else None
