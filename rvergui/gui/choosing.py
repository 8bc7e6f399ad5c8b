"""Choosing what to work on: folders, projects, photos, checkpoints."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from rvergui.core.paths import shipped_weights
from rvergui.gui.feature import Feature, Slots

# Ships, but is no project's default unless its classes are groceries.
GROCERIES = "groceries.safetensors"


class Choosing(Feature):
    """Asks for files and hands them to the session."""

    def slots(self) -> Slots:  # noqa: D102
        session = self.session
        return {
            "open-folder": self.choose_folder,
            "open-project": self.choose_project,
            "add-photos": self.choose_photos,
            "demo": self.open_demo,
            "segmenter-starter": lambda: session.use_segmenter("starter"),
            "segmenter-grabcut": lambda: session.use_segmenter("grabcut"),
            "segmenter-sam": self.choose_sam,
            "open-model": self.choose_model,
            "default-model": lambda: session.adopt_model(None),
            "groceries-model": lambda: session.adopt_model(shipped_weights() / GROCERIES),
        }

    def begin(self) -> None:  # noqa: D102
        welcome = self.window.welcome
        welcome.open_folder.connect(self.choose_folder)
        welcome.open_project.connect(self.choose_project)
        welcome.demo.connect(self.open_demo)

    def open_path(self, path: Path) -> None:
        """Open a folder, a photo or a project."""
        self.window.memory.put("last-folder", str(path if path.is_dir() else path.parent))
        self.session.open(path)
        self.window.canvas.setFocus()

    def open_demo(self) -> None:
        """Make the sample meals (once) and open them."""
        from rvergui.project.demo import create_demo_project

        folder, strip = self.session.home / "sample-meals", self.window.strip
        cooking = self.tr("Cooking the sample meals …")
        strip.hold(cooking)

        def serve(project: Path) -> None:
            strip.take_back(cooking)
            self.open_path(project)

        self.session.loader.submit(lambda: create_demo_project(folder, count=16, labelled=8), serve, strip.problem)

    def choose_folder(self) -> None:
        """Ask for a folder of photos."""
        title = self.tr("Open a folder of photos")
        chosen = QFileDialog.getExistingDirectory(self.window, title, self._last_folder())
        if chosen:
            self.open_path(Path(chosen))

    def choose_project(self) -> None:
        """Ask for a project file."""
        chosen = self._ask(self.tr("Open a project"), self.tr("Projects (*.rver)"))
        if chosen is not None:
            self.open_path(chosen)

    def choose_photos(self) -> None:
        """Ask for photos to add."""
        chosen, _ = QFileDialog.getOpenFileNames(self.window, self.tr("Add photos"), self._last_folder())
        if chosen:
            self.session.add([Path(name) for name in chosen])

    def choose_sam(self) -> None:
        """Ask for a SAM checkpoint."""
        kinds = self.tr("Checkpoints (*.pth *.pt *.safetensors)")
        chosen = self._ask(self.tr("Open a SAM checkpoint"), kinds)
        if chosen is not None:
            self.session.use_segmenter("sam", chosen)

    def choose_model(self) -> None:
        """Ask for a RveRNet checkpoint."""
        chosen = self._ask(self.tr("Open a RveRNet checkpoint"), self.tr("Checkpoints (*.safetensors)"))
        if chosen is not None:
            self.session.adopt_model(chosen)

    def _ask(self, title: str, kinds: str) -> Path | None:
        chosen, _ = QFileDialog.getOpenFileName(self.window, title, self._last_folder(), kinds)
        return Path(chosen) if chosen else None

    def _last_folder(self) -> str:
        return str(self.window.memory.get("last-folder") or Path.home())
