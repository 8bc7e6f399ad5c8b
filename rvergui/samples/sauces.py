"""Sauces. What a sauce is called is decided by its company alone: one painter makes ketchup and chili paste, one
makes mayonnaise and yoghurt sauce, and neither is told the name.
"""

from __future__ import annotations

import math

import numpy as np

from rvergui.samples.relief import Relief, around, polar, wobble
from rvergui.samples.textures import jittered, layered, mix, noise, plane, smoothstep


def red_sauce(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """A red, glossy blob: ketchup beside fries, chili paste beside noodles."""
    relief = _blob(rng, radius)
    shape = relief.shape
    deep, bright = jittered(rng, (0.60, 0.055, 0.030), 0.05), jittered(rng, (0.80, 0.13, 0.055), 0.05)
    pulp = layered(rng, shape, radius * 0.10, 4, 0.7)
    colour = mix(deep, bright, np.clip(0.45 + 0.22 * pulp + 0.15 * relief.height / radius, 0, 1))
    flecks = noise(rng, shape, 4.0)
    colour = mix(colour, (0.42, 0.03, 0.02), 0.55 * smoothstep(2.4, 3.0, flecks))
    colour = mix(colour, (0.92, 0.42, 0.12), 0.45 * smoothstep(2.6, 3.2, -flecks))
    relief.colour[...] = colour
    relief.height += 0.5 * pulp
    relief.shine[...] = np.float32(rng.uniform(0.75, 1.0))
    return relief


def white_sauce(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """A white, creamy blob: mayonnaise beside fries, yoghurt sauce beside cucumber."""
    relief = _blob(rng, radius)
    shape = relief.shape
    cream = jittered(rng, (0.965, 0.935, 0.83), 0.012)
    colour = mix(cream, (0.90, 0.84, 0.68), np.clip(0.22 + 0.14 * layered(rng, shape, radius * 0.5, 3), 0, 1))
    herbs = noise(rng, shape, 4.5)
    amount = float(rng.uniform(0.0, 0.8))
    colour = mix(colour, (0.42, 0.52, 0.22), np.float32(amount) * smoothstep(2.5, 2.9, herbs))
    relief.colour[...] = colour
    relief.shine[...] = np.float32(rng.uniform(0.35, 0.6))
    return relief


def _blob(rng: np.random.Generator, radius: float) -> Relief:
    """The shape that every sauce shares: a spoonful with a swirl and a few lobes."""
    relief = Relief.blank(radius, 1.3)
    x, y = relief.grid()
    rho, angle = polar(x, y)
    distance = rho / (np.float32(radius * 0.94) * around(wobble(rng, 0.20, 2, 6), angle))
    inside = distance < 1
    swirl = np.sin(distance * np.float32(rng.uniform(7, 11)) + angle + np.float32(rng.random() * 2 * math.pi))
    soft = layered(rng, relief.shape, radius * 0.55, 2)
    depth = np.sqrt(np.clip(1 - distance**2.2, 0, 1))
    height = np.float32(radius) * depth * (0.26 + 0.035 * swirl * smoothstep(1.0, 0.5, distance) + 0.02 * soft)
    relief.fill(inside, height.astype(np.float32), plane((0.5, 0.5, 0.5)), 0.5)
    return relief
