"""Plain data of the program: masks, prompts, photos, items, sheets, classes and the two views.

This room knows numpy, Pillow (with its HEIC plug-in) and pycocotools alone.
"""

from rvergui.core.errors import PhotoError, RverError
from rvergui.core.item import Item, ItemState, Source, SourceKind, Suggestion
from rvergui.core.mask import Mask
from rvergui.core.photo import Photo
from rvergui.core.prompt import Box, Point, Prompt
from rvergui.core.sheet import Sheet
from rvergui.core.taxonomy import FoodClass, Taxonomy
from rvergui.core.views import views

__all__ = [
    "Box",
    "FoodClass",
    "Item",
    "ItemState",
    "Mask",
    "Photo",
    "PhotoError",
    "Point",
    "Prompt",
    "RverError",
    "Sheet",
    "Source",
    "SourceKind",
    "Suggestion",
    "Taxonomy",
    "views",
]
