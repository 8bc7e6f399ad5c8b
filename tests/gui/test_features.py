"""How a feature becomes part of the window."""

from __future__ import annotations

import pytest

from rvergui.gui.acts import Act, arranged


def test_acts_of_features_come_where_they_say() -> None:
    base = (Act("a", "File", "A"), Act("b", "File", "B"))
    more = (Act("c", "File", "C", after="a"), Act("d", "File", "D", after="c"), Act("e", "Help", "E"))
    assert [act.key for act in arranged(base, more)] == ["a", "c", "d", "b", "e"]


@pytest.mark.parametrize("bad", [Act("a", "File", "Again"), Act("c", "File", "C", after="nobody")])
def test_an_act_that_is_there_twice_or_follows_nobody_is_a_defect(bad: Act) -> None:
    with pytest.raises(ValueError, match=bad.key):
        arranged((Act("a", "File", "A"),), (bad,))
