"""The features of the window. A new one is a line here, its acts and slots are in its own file."""

from __future__ import annotations

from rvergui.gui.acts import WINDOW_ACTS, arranged
from rvergui.gui.appearance import Appearance
from rvergui.gui.canvas_acts import CanvasActs
from rvergui.gui.check_acts import CheckActs
from rvergui.gui.choosing import Choosing
from rvergui.gui.draft_keeper import DraftKeeper
from rvergui.gui.drops import Drops
from rvergui.gui.evaluation.feature import Evaluating
from rvergui.gui.feature import Feature
from rvergui.gui.folder_watch import FolderWatch
from rvergui.gui.gate.feature import Gate
from rvergui.gui.history_dock import HistoryDock
from rvergui.gui.importing import Importing
from rvergui.gui.item_acts import ItemActs
from rvergui.gui.key_acts import KeyActs
from rvergui.gui.learning.feature import InstantLearning
from rvergui.gui.look_alike_groups import LookAlikeGroups
from rvergui.gui.moved_folder import MovedFolder
from rvergui.gui.naming_acts import NamingActs
from rvergui.gui.photo_acts import PhotoActs
from rvergui.gui.preloading import Preloading
from rvergui.gui.queue.feature import Reviewing
from rvergui.gui.queue.second_looks import SecondLooks
from rvergui.gui.recent import Recent
from rvergui.gui.reporting import Reporting
from rvergui.gui.showing import Showing
from rvergui.gui.statistics.feature import Statistics
from rvergui.gui.tour import Tour
from rvergui.gui.training_dock import TrainingDock
from rvergui.gui.view_acts import ViewActs
from rvergui.gui.weights_shown import Weights

FEATURES: tuple[type[Feature], ...] = (
    Choosing,
    Recent,
    Drops,
    CanvasActs,
    ViewActs,
    KeyActs,
    NamingActs,
    PhotoActs,
    FolderWatch,
    MovedFolder,
    HistoryDock,
    DraftKeeper,
    Reviewing,
    Statistics,
    Showing,
    Importing,
    Reporting,
    ItemActs,
    CheckActs,
    TrainingDock,
    InstantLearning,
    Evaluating,
    LookAlikeGroups,
    Gate,
    SecondLooks,
    Preloading,
    Weights,
    Appearance,
    Tour,
)

ACTS = arranged(WINDOW_ACTS, *(feature.ACTS for feature in FEATURES))
