"""The program for Python: projects, photos, networks, under the same few names everywhere.

``import rvergui`` offers everything here (``rvergui.open_project`` and so on) and loads it when it is first asked for.
docs/api.md tells it with examples.
"""

from rvergui.api.checks import validate
from rvergui.api.folders import predict
from rvergui.api.networks import Found, Model, Segmenter, load_model, load_segmenter
from rvergui.api.photos import load_photo, views
from rvergui.api.project import Item, Project, ProjectPhoto, create_project, open_project
from rvergui.batch.predict import PredictReport
from rvergui.checking.findings import CheckReport, Finding
from rvergui.core.errors import RverError
from rvergui.core.item import Suggestion
from rvergui.core.photo import Photo

__all__ = [
    "CheckReport",
    "Finding",
    "Found",
    "Item",
    "Model",
    "Photo",
    "PredictReport",
    "Project",
    "ProjectPhoto",
    "RverError",
    "Segmenter",
    "Suggestion",
    "create_project",
    "load_model",
    "load_photo",
    "load_segmenter",
    "open_project",
    "predict",
    "validate",
    "views",
]
