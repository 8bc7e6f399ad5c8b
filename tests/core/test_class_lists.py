"""Lists of class names."""

from __future__ import annotations

from pathlib import Path

import pytest

from rvergui.core import RverError, Taxonomy
from rvergui.core.class_lists import paper_classes, read_class_list


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "classes.txt"
    path.write_bytes(data)
    return path


def test_the_papers_classes() -> None:
    names = paper_classes()
    assert len(names) == len({n.casefold() for n in names}) == 105
    assert names[:3] == ["candy", "egg tart", "french fries"]
    assert names[102:] == ["other ingredients", "ketchup", "chili paste"]
    # Numbers of FoodSeg103's category_id.txt, in which 0 is the background.
    for number, name in {9: "cheese butter", 24: "egg", 46: "steak", 52: "sauce", 63: "wonton dumplings"}.items():
        assert names[number - 1] == name
    for number, name in {66: "rice", 73: "tomato", 84: "carrot", 87: "broccoli", 96: "French beans"}.items():
        assert names[number - 1] == name
    assert "background" not in names
    assert Taxonomy.from_names(names).names() == names


def test_comments_blank_lines_marks_and_line_ends(tmp_path: Path) -> None:
    data = "\ufeff# my list\r\n  rice \r\n\r\n\tegg   tart\r\n  # no\r\ncrème\u2028 brulee".encode()
    assert read_class_list(written(tmp_path, data)) == ["rice", "egg tart", "crème brulee"]


def test_a_double_is_named_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(RverError, match=r"“RICE” is on line 2 and again on line 5 of classes\.txt"):
        read_class_list(written(tmp_path, b"# x\nrice\n\negg\nRICE\n"))


def test_an_impossible_name_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RverError, match=r"Line 2 of classes\.txt.*control"):
        read_class_list(written(tmp_path, b"rice\nnoo\x00dles\n"))


@pytest.mark.parametrize("data", [b"", b"\n \n", b"# only\n", b"\xef\xbb\xbf"])
def test_an_empty_list_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(RverError, match="no names"):
        read_class_list(written(tmp_path, data))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="does not exist"):
        read_class_list(tmp_path / "gone.txt")
    with pytest.raises(RverError, match="could not be read"):
        read_class_list(tmp_path)
    with pytest.raises(RverError, match="not UTF-8"):
        read_class_list(written(tmp_path, "crème".encode("latin-1")))
    with pytest.raises(RverError, match="not UTF-8"):
        read_class_list(written(tmp_path, "rice\n".encode("utf-16")))
