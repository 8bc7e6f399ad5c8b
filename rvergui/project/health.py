"""Whether a project file is sound."""

from __future__ import annotations

from rvergui.core import RverError
from rvergui.project.connection import Guarded

_WRONG_COUNTS = """SELECT count(*) FROM photos LEFT JOIN
    (SELECT photo, count(*) AS items, sum(state = 'confirmed') AS confirmed, sum(verified_kind IS NOT NULL) AS verified,
            min(CASE WHEN state <> 'confirmed' THEN margin END) AS margin
     FROM items GROUP BY photo) AS counted
    ON counted.photo = photos.number
    WHERE photos.items <> coalesce(counted.items, 0) OR photos.confirmed <> coalesce(counted.confirmed, 0)
          OR photos.verified <> coalesce(counted.verified, 0) OR photos.margin IS NOT counted.margin"""


def problems(reader: Guarded) -> list[str]:
    """What is wrong with the file, sentences; none if all is well."""
    try:
        damage = [f"The file is damaged: {row[0]}." for row in reader.rows("PRAGMA integrity_check") if row[0] != "ok"]
    except RverError as error:  # damaged so badly that not even the check can read it
        return [str(error)]
    if damage:  # then the questions below cannot be answered
        return damage
    found = []
    lost = len(reader.rows("PRAGMA foreign_key_check"))
    if lost:
        found.append(f"{lost} items belong to photos that are not in the project.")
    (wrong,) = reader.rows(_WRONG_COUNTS)[0]
    if wrong:
        found.append(f"The item counts of {wrong} photos are wrong.")
    return found
