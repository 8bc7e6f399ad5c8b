from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest
from pydantic import ValidationError

from rvergui.rvernet.integration import INTEGRATION_KINDS
from rvergui.rvernet.network_plan import INTEGRATIONS, Integration, NetworkPlan


def test_a_pair_uses_the_roi_backbone_twice_unless_told_otherwise() -> None:
    assert NetworkPlan(roi="mnet").second == "mnet"
    assert NetworkPlan(roi="mnet", extra_roi="vit").second == "vit"
    assert NetworkPlan(roi="mnet", looks_at="roi").second is None


@pytest.mark.parametrize(
    ("looks_at", "view"), [("pair", "masked"), ("roi", "masked"), ("photo", "photo"), ("box", "box")]
)
def test_a_plan_says_what_its_first_branch_must_be_shown(looks_at: str, view: str) -> None:
    assert NetworkPlan.model_validate({"roi": "mnet", "looks_at": looks_at}).roi_view == view


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"looks_at": "photo", "extra_roi": "vit"}, "looks at the photo alone has one branch"),
        ({"looks_at": "roi", "shared": True}, "looks at the roi alone has one branch"),
        ({"looks_at": "box", "integration": "gated"}, "gated joins two views"),
        ({"looks_at": "roi", "integration": "cross_attention"}, "cross_attention joins two views"),
        ({"shared": True, "extra_roi": "vit"}, "cannot be mnet and vit"),
        ({"integration": "cross_attention", "features": "logits"}, "joins feature maps, not logits"),
        ({"integration": "addition"}, "concatenation"),
        ({"hidden": 0}, "greater than or equal to 1"),
    ],
)
def test_plans_that_make_no_sense_are_refused(fields: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        NetworkPlan.model_validate({"roi": "mnet", **fields})


def test_every_integration_that_can_be_named_is_there() -> None:
    assert set(get_args(Integration)) == set(INTEGRATIONS) == set(INTEGRATION_KINDS)


def test_a_plan_needs_no_torch() -> None:
    code = "import sys; import rvergui.rvernet.network_plan; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
