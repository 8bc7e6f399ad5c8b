"""Rendered meals with exact masks and names: for the demo, the tests and the study of look-alikes.

Everything is drawn by numpy and Pillow from a seed. The pixels of ketchup and chili paste (and of mayonnaise and
yoghurt sauce) come from one painter that is not told the name: only the foods beside them tell which is which.
"""

from rvergui.samples.files import write_meals
from rvergui.samples.scene import LOOK_ALIKES, SAMPLE_CLASSES, Meal, MealObject, render_meal

__all__ = ["LOOK_ALIKES", "SAMPLE_CLASSES", "Meal", "MealObject", "render_meal", "write_meals"]
