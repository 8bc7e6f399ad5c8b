from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Item, RverError, Source, SourceKind, views
from rvergui.core.photo import short_key
from rvergui.interchange.photo_parts import record_parts
from rvergui.project import Project
from rvergui.rvernet.preprocessing import Preprocessing, network_views
from rvergui.training.sources import read_source
from tests.training.little_data import PHOTOS, photo_with, write_pairs, write_project

SMALL = Preprocessing(size=32)
LIMIT = 1_000_000


def test_a_project_gives_its_confirmed_objects_as_the_network_sees_them(tmp_path: Path) -> None:
    source = read_source(write_project(tmp_path, [["tomato", "pea"], ["plum"]], ["corn"]))
    assert source.order == ("tomato", "pea", "plum", "corn")
    first, second = (work.cut(SMALL, LIMIT) for work in source.work)
    assert [o.class_name for o in first.objects] == ["tomato", "pea"]
    assert [o.class_name for o in second.objects] == ["plum"]
    assert first.photo_key != second.photo_key
    pixels, masks = photo_with(["tomato", "pea"], 0)
    for cut, mask in zip(first.objects, masks, strict=True):
        roi, extra = network_views(pixels, mask, SMALL)
        ours = cut.example.views()
        assert np.array_equal(ours[0], roi)
        assert np.array_equal(ours[1], extra)


def test_what_nobody_confirmed_is_left_out_and_merges_are_followed(tmp_path: Path) -> None:
    path = write_project(tmp_path, [["tomato", "pea"], ["plum", "tomato"]])
    with Project.open(path) as project:
        taxonomy = project.taxonomy()
        plum, pea = taxonomy.find("plum"), taxonomy.find("pea")
        assert plum is not None
        assert pea is not None
        project.save_taxonomy(taxonomy, taxonomy.merged(plum.id, pea.id), "merge")
        record = project.photos()[0]
        before = project.sheet(record.id)
        machine = Source.now(SourceKind.MODEL, "network")
        guess = Item.new(before.items[0].mask, machine).named(pea.id, machine)
        project.save_sheet(before, before.with_item(guess), "propose")
    source = read_source(path)
    names = [o.class_name for work in source.work for o in work.cut(SMALL, LIMIT).objects]
    assert names == ["tomato", "pea", "pea", "tomato"]
    assert source.current_name("Plum") == "pea"
    assert source.current_name("soup") is None


def test_reading_a_project_takes_no_lock(tmp_path: Path) -> None:
    path = write_project(tmp_path, PHOTOS[:2])
    with Project.open(path) as window:
        assert not window.read_only
        assert len(read_source(path).work) == 2
        assert not window.read_only


def test_a_pairs_folder_keeps_its_parts_and_gives_the_same_views(tmp_path: Path) -> None:
    source = read_source(write_pairs(tmp_path / "pairs", PHOTOS[:4], test=[3]))
    assert [work.split for work in source.work].count("test") == 2
    pixels, masks = photo_with(PHOTOS[0], 0)
    cut = [work.cut(SMALL, LIMIT) for work in source.work if work.split == "train"]
    mine = next(c for c in cut if c.photo_key == "photo00" and c.objects[0].class_name == "tomato")
    roi, extra = network_views(pixels, masks[0], SMALL)
    ours = mine.objects[0].example.views()
    assert np.array_equal(ours[0], roi)
    assert np.array_equal(ours[1], extra)


def test_a_project_keeps_the_parts_that_its_data_came_with(tmp_path: Path) -> None:
    path = write_project(tmp_path, PHOTOS[:3])
    with Project.open(path) as project:
        ids = [record.id for record in project.photos()]
        record_parts(project, {ids[0]: "train", ids[2]: "test"})
    assert [work.split for work in read_source(path).work] == ["train", None, "test"]


def test_pairs_give_the_published_views_or_close_ups(tmp_path: Path) -> None:
    source = read_source(write_pairs(tmp_path / "pairs", PHOTOS[:1]))
    pixels, masks = photo_with(PHOTOS[0], 0)
    by_name = dict(zip(PHOTOS[0], masks, strict=True))
    for how in (SMALL, Preprocessing(size=32, kind="close_up"), Preprocessing(size=32, roi="box")):
        for work in source.work:
            (cut,) = work.cut(how, LIMIT).objects
            wanted = network_views(pixels, by_name[cut.class_name], how)
            for ours, theirs in zip(cut.example.views(), wanted, strict=True):
                assert np.array_equal(ours, theirs)


def test_a_pair_that_does_not_match_is_named(tmp_path: Path) -> None:
    root = write_pairs(tmp_path / "pairs", PHOTOS[:2])
    Image.new("RGB", (5, 5)).save(root / "train" / "roi" / "pea" / "photo00.png")
    work = next(w for w in read_source(root).work if w.cut.__self__.roi.parent.name == "pea")  # type: ignore[attr-defined]
    with pytest.raises(RverError, match=r"photo00\.png of class pea: .*same size"):
        work.cut(SMALL, LIMIT)


def test_a_mask_of_another_version_of_the_photo_is_left_out_alone(tmp_path: Path) -> None:
    path = write_project(tmp_path, [["tomato", "pea"]])
    pixels, _ = photo_with(["plum"], 0, size=(40, 40))
    Image.fromarray(pixels).save(tmp_path / "p00.png")
    cut = read_source(path).work[0].cut(SMALL, LIMIT)
    assert cut.objects == ()
    assert len(cut.problems) == 2
    assert "p00.png (tomato)" in cut.problems[0]


def test_data_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="no labelled data at"):
        read_source(tmp_path / "gone.rver")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RverError, match="no labelled data at"):
        read_source(tmp_path / "empty")
    path = write_project(tmp_path / "p", [["tomato"]])
    with Project.open(path) as project:
        sheet = project.sheet(project.photos()[0].id)
        project.save_sheet(sheet, sheet.without([sheet.items[0].id]), "delete")
    with pytest.raises(RverError, match=r"little\.rver has no confirmed object"):
        read_source(path)


def test_content_hashes_are_shortened_and_other_keys_are_not() -> None:
    assert short_key("0123456789abcdef0123456789abcdef") == "0123456789ab"
    assert short_key("IMG_0001 of the canteen, second of May") == "IMG_0001 of the canteen, second of May"


def test_the_views_of_a_pair_add_up() -> None:
    pixels, masks = photo_with(["tomato", "pea"], 1)
    roi, extra = views(pixels, masks[1])
    assert np.array_equal(roi + extra, pixels)
