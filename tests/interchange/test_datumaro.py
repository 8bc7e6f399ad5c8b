"""Exports read by datumaro, a program that other people's data sets pass through.

It is no test dependency: it holds OpenCV below 5 and Pillow at 12, so with it everything else would be tested with
older versions than users get. ``pip install datumaro`` in an environment of its own runs these.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from rvergui.core import Mask
from rvergui.interchange.exports.division import Division
from tests.interchange.export_cases import export, hard_project, out_path

datumaro = pytest.importorskip("datumaro", reason="datumaro is not installed; it wants an older OpenCV and Pillow")


@pytest.fixture
def project(tmp_path):
    with hard_project(tmp_path / "p") as made:
        yield made


def read(folder, format):
    return datumaro.Dataset.import_from(str(folder), format)


def names_of(dataset) -> list[str]:
    return [category.name for category in dataset.categories()[datumaro.AnnotationType.label]]


def labelled(project) -> list[tuple[str, Mask]]:
    taxonomy = project.taxonomy()
    return [(taxonomy.get(item.class_id).name, item.mask) for _, sheet in project.labelled() for item in sheet]


@pytest.mark.parametrize("segmentation", ["rle", "polygons"])
def test_coco(project, tmp_path, segmentation):
    out = tmp_path / "coco"
    export(project, out, "coco", division=Division(0.4), segmentation=segmentation, images="copy")
    dataset = read(out, "coco_instances")
    names = names_of(dataset)
    found = Counter()
    for item in dataset:
        groups: dict[int, list] = {}
        for shape in item.annotations:
            groups.setdefault(shape.group, []).append(shape)
        for shapes in groups.values():
            found[names[shapes[0].label]] += 1
    assert found == Counter(name for name, _ in labelled(project))
    if segmentation == "rle":
        masks = [shape for item in dataset for shape in item.annotations if shape.type == datumaro.AnnotationType.mask]
        theirs = sorted(int(np.asarray(mask.image).sum()) for mask in masks)
        assert theirs == sorted(mask.area for _, mask in labelled(project))


def test_folders_of_crops(project, tmp_path):
    out = out_path(tmp_path, "crops")
    export(project, out, "crops", division=Division(0.0))  # datumaro wants every class in every part
    dataset = read(out, "imagenet_with_subset_dirs")
    assert len(dataset) == len(labelled(project))


def test_yolo_boxes(project, tmp_path):
    out = out_path(tmp_path, "yolo")
    export(project, out, "yolo", labels="boxes", images="copy", division=Division(0.4))
    dataset = read(out, "yolo")
    found = sorted(tuple(round(edge) for edge in box.get_bbox()) for item in dataset for box in item.annotations)
    assert found == sorted(mask.bbox for _, mask in labelled(project))
