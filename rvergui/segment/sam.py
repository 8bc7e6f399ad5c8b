"""The Segment Anything family: a photo is encoded once, a click then costs the small decoder alone.

Kirillov et al., "Segment Anything", 2023. Same steps as the official predictor, but the three candidates stay at 256
cells and are not brought to the photo's size; only the one that is looked at is (``upsample``). PyTorch runs the
network on a GPU; on a processor OpenVINO does, where it is installed and as soon as the network is converted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

import numpy as np

from rvergui.core import Photo, Prompt, RverError
from rvergui.runtime.devices import Kind, choose_device
from rvergui.runtime.openvino_cache import OpenVinoCache
from rvergui.runtime.openvino_model import OpenVinoModel
from rvergui.runtime.openvino_switch import Step, Switch
from rvergui.runtime.settings import Settings
from rvergui.segment.checks import check_embedding, usable_prompt
from rvergui.segment.protocol import Candidates, Embedding
from rvergui.segment.sam_backend import SamBackend, openvino_backend, same_weights, torch_backend
from rvergui.segment.sam_frame import SamFrame
from rvergui.segment.sam_halves import FloatArray, SamPrompts
from rvergui.segment.sam_installed import find_checkpoint, segmenter_of
from rvergui.segment.sam_memory import AvailableMemory, available_memory, need_memory
from rvergui.segment.sam_openvino import sam_steps

Result = TypeVar("Result")


class SamSegmenter:
    """Any network of the family, from a checkpoint.

    Args:
        checkpoint: .pth, .pt or .safetensors; None takes the smallest installed one. What kind of network it is, its
            tensors tell and not its name.
        device: as ``choose_device``; None takes the fastest there is.
        available: asks how much main memory is free.
        int8: whether the image encoder becomes 8-bit where OpenVINO runs it; None asks the settings.
        int8_photos: a folder with photos to calibrate that with; None takes rendered meals.

    Raises:
        RverError: no weights, wrong weights, too little memory, or no such device.
    """

    name = "sam"
    only: ClassVar[str | None] = None
    """The design that this segmenter takes; None takes all."""

    def __init__(
        self,
        checkpoint: Path | None = None,
        device: str | None = None,
        available: AvailableMemory = available_memory,
        int8: bool | None = None,
        int8_photos: Path | None = None,
    ) -> None:
        settings = Settings()
        self._device = choose_device(device)
        self._available = available
        self._path = checkpoint if checkpoint is not None else self._installed()
        cache = OpenVinoCache()
        steps: list[Step] = []
        if self._device.kind is Kind.OPENVINO:
            steps = sam_steps(self._path, cache, settings.int8 if int8 is None else int8, int8_photos)
        self._switch = Switch(self._device, steps, settings.threads, cache)
        self._model: OpenVinoModel | None = None
        self._backend = self._converted() or self._from_file()
        self._switch.begin()

    @property
    def signature(self) -> str:
        """Network, weights and precision."""
        return self._backend.signature

    @property
    def description(self) -> str:
        """Which network runs where, e.g. "SAM ViT-B on CPU with OpenVINO"."""
        return f"{self._backend.title} {self._switch.place}"

    @property
    def why(self) -> str:
        """Why it runs there."""
        return self._switch.why

    @property
    def progress_text(self) -> str:
        """What is converted meanwhile, in a few words; empty if nothing is."""
        return self._switch.progress_text

    @property
    def on_change(self) -> Callable[[], None] | None:
        """Called from another thread when ``why`` changes; ``refresh`` then takes in what is new."""
        return self._switch.on_change

    @on_change.setter
    def on_change(self, listener: Callable[[], None] | None) -> None:
        self._switch.on_change = listener

    def refresh(self) -> bool:
        """Go over to OpenVINO if the network has been converted; whether anything changed since the last call."""
        changed = self._switch.refresh()
        if self._switch.model is not self._model:
            self._backend = self._converted() or self._backend
        return changed

    def wait_ready(self, progress: Callable[[str, float], None] | None = None) -> None:
        """Wait until it is as fast as it gets; ``progress`` hears the stages of a conversion and how far it is."""
        self._switch.wait(progress)
        self.refresh()

    def close(self) -> None:
        """End a conversion that is under way."""
        self._switch.close()

    def encode(self, photo: Photo) -> Embedding:
        """The image encoder's output, array "features" (channels, cells, cells) float32.

        Raises:
            RverError: the memory is not enough, or the photo has no pixels.
        """
        self.refresh()
        backend, pixels = self._begin(photo)
        return _embedding(photo, backend, self._guarded("encode this photo", lambda: backend.encoder(pixels)))

    def encode_steps(self, photo: Photo) -> Iterator[Embedding | float | None]:
        """``encode`` in steps, a block of the network or a tenth of a second each.

        Raises:
            RverError: as ``encode``.
        """
        self.refresh()
        backend, pixels = self._begin(photo)
        steps = backend.encoder.steps(pixels)
        try:
            while True:
                said = self._guarded("encode this photo", lambda: next(steps))
                if isinstance(said, np.ndarray):
                    yield _embedding(photo, backend, said)
                    return
                yield said
        finally:
            steps.close()

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        """Three candidates for a single click, one for anything less ambiguous.

        Args:
            embedding: from this network, at 8 or 32 bit.
            prompt: clicks and box in photo pixels.
            previous: its best candidate is refined. To refine another one, give it the highest score.

        Raises:
            RverError: nothing to cut lies inside the photo, or the embedding is another network's.
        """
        self._check(embedding)
        usable = usable_prompt(prompt, embedding.size)
        frame = SamFrame.of(self._backend, embedding.size)
        prompts = SamPrompts(
            points=frame.places(usable.points)[None] if usable.points else None,
            labels=np.array([[p.positive for p in usable.points]], dtype=np.int32) if usable.points else None,
            boxes=None if usable.box is None else frame.corners(usable.box)[None],
            masks=self._mask(previous),
            several=len(usable.points) == 1 and usable.box is None,
        )
        return self._answers(embedding, prompts, frame)[0]

    def decode_many(self, embedding: Embedding, prompts: Sequence[Prompt]) -> list[Candidates]:
        """What ``decode`` gives for each of ``prompts`` without previous candidates; single clicks are asked in one go.

        Raises:
            RverError: as ``decode``.
        """
        if any(len(prompt.points) != 1 or prompt.box is not None for prompt in prompts):
            return [self.decode(embedding, prompt) for prompt in prompts]
        self._check(embedding)
        points = [usable_prompt(prompt, embedding.size).points[0] for prompt in prompts]
        if not points:
            return []
        frame = SamFrame.of(self._backend, embedding.size)
        labels = np.ones((len(points), 1), dtype=np.int32)
        together = SamPrompts(points=frame.places(points)[:, None], labels=labels, several=True)
        return self._answers(embedding, together, frame)

    def _answers(self, embedding: Embedding, prompts: SamPrompts, frame: SamFrame) -> list[Candidates]:
        features = np.asarray(embedding.arrays["features"], dtype=np.float32)[None]
        decoder = self._backend.decoder
        logits, scores = self._guarded("answer this click", lambda: decoder(features, prompts))
        return [
            Candidates(logits=mine, scores=score, scale=frame.scale, size=embedding.size, finer=frame.finer)
            for mine, score in zip(logits, scores, strict=True)
        ]

    def _begin(self, photo: Photo) -> tuple[SamBackend, FloatArray]:
        """What is to encode ``photo``, and the photo as it wants it."""
        if min(photo.size) < 1:
            raise RverError("This photo has no pixels; remove it from the list.")
        backend = self._backend
        need_memory(backend.encoder_bytes, "encode this photo", backend.title, self._available)
        return backend, SamFrame.of(backend, photo.size).pixels(photo.pixels)

    def _check(self, embedding: Embedding) -> None:
        """An embedding at 8 bit serves the decoder as well as one at 32; anything else is refused."""
        if not same_weights(embedding.signature, self.signature):
            check_embedding(embedding, self.signature)

    def _mask(self, previous: Candidates | None) -> FloatArray | None:
        """The best of the ``previous`` candidates as a prompt, (1, 1, grid, grid); None if it is of another grid."""
        if previous is None or previous.logits.shape[1:] != (self._backend.grid, self._backend.grid):
            return None
        return np.asarray(previous.logits[previous.best], dtype=np.float32)[None, None]

    def _converted(self) -> SamBackend | None:
        """The network in OpenVINO; None if it is not converted yet, or does not run."""
        self._model = model = self._switch.model
        if model is None:
            return None
        self._refuse_other(str(model.info["name"]))
        try:
            return openvino_backend(model, self._switch.is_int8)
        except RverError as error:
            self._switch.reject(str(error))
            self._model = None
            return None

    def _from_file(self) -> SamBackend:
        """The network in PyTorch."""
        from rvergui.segment.sam_checkpoint import open_sam  # brings PyTorch

        file = open_sam(self._path)
        self._refuse_other(file.design.name)
        return self._guarded("be loaded", lambda: torch_backend(file, self._device, self._available), file.design.name)

    @classmethod
    def _installed(cls) -> Path:
        return find_checkpoint(None if cls.only is None else cls.name)

    def _refuse_other(self, title: str) -> None:
        if self.only is None or title == self.only:
            return
        own = segmenter_of(title) or SamSegmenter.name
        raise RverError(
            f"{self._path.name} in {self._path.parent} holds {title}, not {self.only}; choose another file, or the "
            f"segmenter {own}."
        )

    def _guarded(self, task: str, work: Callable[[], Result], title: str | None = None) -> Result:
        """``work()``, with the network's failures told in a sentence."""
        try:
            return work()
        except (RuntimeError, MemoryError) as error:
            from rvergui.rvernet.memory import is_out_of_memory  # brings PyTorch, whose words it knows

            title = title or self._backend.title
            if is_out_of_memory(error):
                raise RverError(
                    f"There was not enough memory for {title} to {task} {self._switch.place}; close other programs or "
                    "choose GrabCut."
                ) from error
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise RverError(f"{title} could not {task} ({reason}); choose another segmenter.") from error


class SamVitB(SamSegmenter):
    """The official network with the smallest vision transformer."""

    name = "sam_vit_b"
    only = "SAM ViT-B"


class SamVitL(SamSegmenter):
    """The official network with the middle vision transformer."""

    name = "sam_vit_l"
    only = "SAM ViT-L"


class SamVitH(SamSegmenter):
    """The official network with the largest vision transformer."""

    name = "sam_vit_h"
    only = "SAM ViT-H"


class MobileSam(SamSegmenter):
    """SAM's decoder behind TinyViT: by far the quickest to encode a photo."""

    name = "mobile_sam"
    only = "MobileSAM"


def _embedding(photo: Photo, backend: SamBackend, features: FloatArray) -> Embedding:
    arrays = {"features": features[0]}
    return Embedding(photo_key=photo.key, size=photo.size, signature=backend.signature, arrays=arrays)
