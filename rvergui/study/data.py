"""What a study is run on: meals rendered for it, a project, or a folder of pairs."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rvergui.core import RverError
from rvergui.interchange.confirmed import confirmed_photos
from rvergui.interchange.pairs import export_pairs
from rvergui.interchange.pairs_layout import MARKER, read_pairs
from rvergui.interchange.photo_parts import read_parts
from rvergui.project import Project
from rvergui.project.demo import DEMO_NAME, create_demo_project
from rvergui.runtime.settings import Settings
from rvergui.samples import LOOK_ALIKES, SAMPLE_CLASSES
from rvergui.study.plan import SamplesPlan, StudyPlan
from rvergui.training.look_alikes import checked, look_alikes_beside, usable
from rvergui.training.sources import PROJECT_SUFFIX

SAMPLES = "samples"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class StudyData:
    """Examples whose test part is the same for every cell.

    Attributes:
        train: a project or a pairs folder; only what is not its test part is learnt from.
        test: what is judged by, seen by no training.
        split: which part of ``test``, as ``evaluate`` calls it.
        identity: changes when the examples do.
        name: for the report.
        look_alikes: group -> classes that are taken for one another, as far as the data say so.
        classes: every name that occurs.
    """

    train: Path
    test: Path
    split: str
    identity: str
    name: str
    look_alikes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()

    def settle(self, plan: StudyPlan) -> StudyPlan:
        """``plan`` with its look-alikes, or the data's own if it names none, spelled as the data have them.

        Raises:
            RverError: one is no class of the data; better now than after the last training.
        """
        groups = plan.look_alikes or self.look_alikes
        return plan.model_copy(update={"look_alikes": checked(groups, self.classes) if self.classes else dict(groups)})


def prepare_data(data: str, plan: StudyPlan, out: Path, progress: Progress = lambda what: None) -> StudyData:
    """The examples that ``data`` names, made ready below ``out`` where they need it.

    Args:
        data: "samples", a project (.rver) or a pairs folder with a test part.
        plan: tells the meals, and how much of a project is held out.
        out: the study's folder.
        progress: told what is being done.

    Raises:
        RverError: it is none of the three, or has no test part.
    """
    path = Path(data)
    if data == SAMPLES and not path.exists():
        return _samples(plan.samples, out / "data", progress)
    if path.suffix.lower() == PROJECT_SUFFIX and path.is_file():
        return _project(path, plan.test_share, out / "data", progress)
    if path.is_dir():
        return _pairs(path, path.absolute().name)
    raise RverError(
        f"There are no examples at {data}; give a project ({PROJECT_SUFFIX}), a folder of pairs, or the word {SAMPLES}."
    )


def _samples(plan: SamplesPlan, folder: Path, progress: Progress) -> StudyData:
    projects = []
    for count, seed in ((plan.train_meals, plan.train_seed), (plan.test_meals, plan.test_seed)):
        place = folder / f"meals-{seed}-{count}"
        if not (place / DEMO_NAME).exists():
            progress(f"Rendering {count} meals, {_minutes(count)}")
            _rendered(place, count, seed)
        projects.append(place / DEMO_NAME)
    return StudyData(
        train=projects[0],
        test=projects[1],
        split="all",
        identity=_digest([SAMPLES, *map(str, plan.model_dump().values())]),
        name=f"{plan.train_meals} + {plan.test_meals} rendered meals",
        look_alikes={" / ".join(pair): pair for pair in LOOK_ALIKES},
        classes=frozenset(SAMPLE_CLASSES),
    )


def _minutes(meals: int) -> str:
    """How long that takes, roughly: a core renders three or four a second."""
    return "less than a minute" if meals < 150 else f"about {max(round(meals / 180), 1)} min"


def _rendered(place: Path, count: int, seed: int) -> None:
    """Whole or not at all: a project that lacks half of its labels would pass for one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".meals-", dir=place.parent))
    try:
        create_demo_project(building, count, seed, labelled=count)
        building.rename(place)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _project(path: Path, test_share: float, folder: Path, progress: Progress) -> StudyData:
    """The parts that an import recorded, else one split by whole photos: no cell sees what another is judged by."""
    with Project.open(path, read_only=True) as project:
        labels = list(_labels(project))
        parts = read_parts(project)
        names = {food.name for c in confirmed_photos(project, project.taxonomy()) for _, food in c.objects}
        if not {"train", "test"} <= set(parts.values()):
            out = folder / f"pairs-{_digest([*labels, f'{test_share:g}'])}"
            if not (out / MARKER).exists():
                progress(f"Splitting {path.name} into photos to learn from and to judge by")
                export_pairs(project, out, test_share, seed=0, pixel_limit=Settings().pixel_limit)
            found = _pairs(out, path.name)
            return replace(found, look_alikes=usable(look_alikes_beside(path), found.classes))
    division = [f"{photo} {part}" for photo, part in sorted(parts.items())]
    known = frozenset(names)
    groups = usable(look_alikes_beside(path), known)
    return StudyData(path, path, "test", _digest([*labels, *division]), path.name, groups, known)


def _labels(project: Project) -> Iterator[str]:
    """What a person has confirmed, so that an edit gives another split and nothing else does."""
    for confirmed in confirmed_photos(project, project.taxonomy()):
        for item, food in confirmed.objects:
            yield f"{confirmed.record.content_hash or confirmed.record.id} {food.name} {item.mask.counts.hex()}"


def _pairs(root: Path, name: str) -> StudyData:
    pairs = read_pairs(root)
    for part in ("train", "test"):
        if not any(pair.split == part for pair in pairs):
            raise RverError(
                f"{root} has no {part} part; a study learns from one part and judges by the other, export the pairs "
                "with a test share."
            )
    facts = [f"{view.relative_to(root).as_posix()} {view.stat().st_size}" for p in pairs for view in (p.roi, p.extra)]
    known = frozenset(pair.class_name for pair in pairs)
    groups = usable(look_alikes_beside(root), known)
    return StudyData(root, root, "test", _digest(facts), name, groups, known)


def _digest(words: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(words).encode(), digest_size=8).hexdigest()
