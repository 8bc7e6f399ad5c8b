"""What a segmenter answers, looked at before anything is built on it.

Backends may come from other packages: what they answer, and how they fail, is not in our hands. Everything that asks
one goes through here, so that a bad answer is one sentence that names the backend.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from rvergui.core import Photo, Prompt, RverError
from rvergui.segment.protocol import Candidates, Embedding, Segmenter

log = logging.getLogger(__name__)

# A logit that leaves no doubt: a probability of 1e-13.
_CERTAIN = 30.0
# How PyTorch, OpenCV and OpenVINO say that memory ran out; only Python itself raises MemoryError.
_NO_MEMORY = ("out of memory", "not enough memory", "insufficient memory", "can't allocate memory", "bad_alloc")


def look(segmenter: Segmenter, photo: Photo) -> Embedding:
    """``segmenter.encode(photo)``, checked.

    Raises:
        RverError: it failed, there is not enough memory, or what it gave is no embedding of this photo.
    """
    _check_photo(photo)
    try:
        embedding = segmenter.encode(photo)
    except RverError:
        raise
    except Exception as error:  # a plug-in is other people's code and may raise anything
        raise _failed(segmenter, _looking(photo), error) from error
    return _check_embedding(segmenter, embedding, photo)


def look_in_steps(segmenter: Segmenter, photo: Photo) -> Iterator[Embedding | float | None]:
    """``look`` in as many steps as the segmenter can do it, so that something else can be done in between.

    Yields how much is done (0..1, None where it is not known) and at last the embedding. One that is not finished is
    ended by closing the iterator.

    Raises:
        RverError: as ``look``.
    """
    encode_steps = steps_of(segmenter)
    if encode_steps is None:
        yield look(segmenter, photo)
        return
    _check_photo(photo)
    steps = encode_steps(photo)
    try:
        for step in steps:
            if step is None or isinstance(step, float | int):
                yield None if step is None else min(max(float(step), 0.0), 1.0)
            else:
                yield _check_embedding(segmenter, step, photo)
                return
    except RverError:
        raise
    except Exception as error:  # as above
        raise _failed(segmenter, _looking(photo), error) from error
    finally:
        close = getattr(steps, "close", None)
        if close is not None:
            close()
    raise _wrong(segmenter, "looked at a photo and gave no embedding")


def steps_of(segmenter: Segmenter) -> Callable[[Photo], Iterator[Embedding | float | None]] | None:
    """The segmenter's ``encode_steps`` (``StepwiseSegmenter``), None if it cannot be interrupted."""
    steps: Callable[[Photo], Iterator[Embedding | float | None]] | None = getattr(segmenter, "encode_steps", None)
    return steps


def _check_photo(photo: Photo) -> None:
    if 0 in photo.size:
        raise RverError("This photo has no pixels; remove it from the list.")


def _looking(photo: Photo) -> str:
    height, width = photo.size
    return f"to look at this photo of {width}x{height} pixels"


def _check_embedding(segmenter: Segmenter, embedding: object, photo: Photo) -> Embedding:
    if not isinstance(embedding, Embedding):
        raise _wrong(segmenter, f"gave {type(embedding).__name__} for a photo instead of an embedding")
    if embedding.size != photo.size:
        raise _wrong(segmenter, "gave an embedding of another size than the photo's")
    return embedding


def ask(segmenter: Segmenter, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
    """``segmenter.decode(embedding, prompt, previous)``, checked; infinite logits become large ones.

    Raises:
        RverError: it failed, there is not enough memory, or the answer cannot be used (``check_answer``).
    """
    try:
        answer = segmenter.decode(embedding, prompt, previous)
    except RverError:
        raise
    except Exception as error:  # a plug-in is other people's code and may raise anything
        raise _failed(segmenter, "to answer this click", error) from error
    check_answer(segmenter, answer, embedding)
    if np.isinf(answer.logits).any():  # between infinities nothing can be interpolated
        answer = replace(answer, logits=np.clip(answer.logits, -_CERTAIN, _CERTAIN))
    return answer


def check_answer(segmenter: Segmenter, answer: Candidates, embedding: Embedding) -> None:
    """Refuse candidates that no mask can be made of.

    Raises:
        RverError: there is none, its arrays do not fit together or the photo, or hold values that are no numbers.
    """
    if not isinstance(answer, Candidates):
        raise _wrong(segmenter, f"answered with {type(answer).__name__} instead of candidates")
    logits, scores = np.asarray(answer.logits), np.asarray(answer.scores)
    if logits.ndim != 3:
        raise _wrong(segmenter, f"answered with logits of {logits.ndim} dimensions instead of three")
    if len(logits) == 0:
        raise _wrong(segmenter, "answered with no candidate at all")
    if 0 in logits.shape:
        raise _wrong(segmenter, f"answered with empty logits ({'x'.join(map(str, logits.shape))})")
    if scores.shape != (len(logits),):
        raise _wrong(segmenter, f"answered with {len(logits)} candidates but scores of shape {scores.shape}")
    if not (_is_real(logits) and _is_real(scores)):
        raise _wrong(segmenter, f"answered with {logits.dtype} logits and {scores.dtype} scores instead of numbers")
    if answer.size != embedding.size:
        raise _wrong(segmenter, "answered for a photo of another size")
    if len(answer.scale) != 2 or not all(0 < side < float("inf") for side in answer.scale):
        raise _wrong(segmenter, f"answered with the impossible scale {answer.scale}")
    if not np.isfinite(scores).all():
        raise _wrong(segmenter, "gave its candidates scores that are no numbers")
    if np.isnan(logits).any():
        raise _wrong(segmenter, "answered with logits that are no numbers")


def _is_real(values: np.ndarray) -> bool:
    return values.dtype.kind in "fiu"


def _wrong(segmenter: Segmenter, what: str) -> RverError:
    return RverError(f"The segmenter {segmenter.name!r} {what}; update it or choose another segmenter.")


def _failed(segmenter: Segmenter, what: str, error: Exception) -> RverError:
    text = str(error).strip().splitlines()
    if isinstance(error, MemoryError) or any(words in str(error).lower() for words in _NO_MEMORY):
        return RverError(
            f"There is not enough memory for {segmenter.description} {what}; "
            "close other programs or choose a smaller segmenter."
        )
    log.info("segmenter %s failed %s", segmenter.name, what, exc_info=error)  # for who wrote it
    reason = f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
    return RverError(
        f"The segmenter {segmenter.name!r} failed {what} ({reason}); try again or choose another segmenter."
    )
