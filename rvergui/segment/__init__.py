"""From a click to a mask: the segmenter protocol and its backends."""

from rvergui.segment.protocol import Candidates, Embedding, Segmenter

__all__ = ["Candidates", "Embedding", "Segmenter"]
