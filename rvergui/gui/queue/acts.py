"""The acts of the review window: its menus, its keys."""

from __future__ import annotations

from rvergui.gui.acts import Act

# The keys of acts that are ``canvas_only`` work while the grid has the keyboard, so that fields can be typed in.
REVIEW_ACTS = (
    Act("review-undo", "Edit", "Undo", ("Ctrl+Z",), "undo"),
    Act("review-redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    Act("review-select-all", "Edit", "Select all", ("Ctrl+A",), "", "some", separator=True, canvas_only=True),
    Act("review-select-alike", "Edit", "Select all that are alike", ("Ctrl+Shift+A",), "", "current"),
    Act("review-order-margin", "View", "The least certain first", ("Alt+1",), "", "project", checkable=True),
    Act("review-order-class", "View", "Class by class", ("Alt+2",), "", "project", checkable=True),
    Act("review-order-disagreement", "View", "Model and name disagree", ("Alt+3",), "", "project", checkable=True),
    Act("review-order-photo", "View", "Photo by photo", ("Alt+4",), "", "project", checkable=True),
    Act("review-next", "View", "Next object to look at", ("Ctrl+Down",), "", "some", separator=True, canvas_only=True),
    Act("review-open", "View", "Open the photo", ("Ctrl+Return", "Ctrl+Enter"), "photo", "current", canvas_only=True),
    Act("review-reload", "View", "Make the queue anew", ("F5",), "", "project"),
    Act("review-close", "View", "Close", ("Ctrl+W",), separator=True),
    Act("review-accept", "Label", "Accept the model's name", ("Return", "Enter"), "check", "current", canvas_only=True),
    Act("review-verify", "Label", "Verify the name", ("Space",), "check", "current", canvas_only=True),
    Act("review-reject", "Label", "Take the name back", ("Del", "Backspace"), "delete", "current", canvas_only=True),
    Act("review-search", "Label", "Search a name", ("/", "F2"), "find", "current", canvas_only=True),
    *(
        Act(f"review-{place}", "Label", text, (str(place),), "", "current", separator=place == 1, canvas_only=True)
        for place, text in enumerate(
            (
                "Give the 1st suggested name",
                "Give the 2nd suggested name",
                "Give the 3rd suggested name",
                "Give the 4th suggested name",
                "Give the 5th suggested name",
            ),
            start=1,
        )
    ),
    Act(
        "review-accept-alike", "Label", "Accept all look-alikes", ("Shift+Return", "Shift+Enter"), "", "alike",
        separator=True, canvas_only=True,
    ),
    Act("review-ask", "Model", "Name what no network has seen", ("Ctrl+Shift+N",), "", "project"),
    Act("review-ask-again", "Model", "Ask the network again for all of this queue", (), "", "some"),
    Act("review-shortcuts", "Help", "Keyboard shortcuts", ("?", "F1"), "info"),
)  # fmt: skip
MENUS = ("Edit", "View", "Label", "Model", "Help")
