"""Keys whose meaning depends on what is there: a draft, a proposal, a selected item."""

from __future__ import annotations

from functools import partial

from rvergui.gui.feature import Feature, Slots


class KeyActs(Feature):
    """Passes each key on to whom it means now."""

    def slots(self) -> Slots:  # noqa: D102
        session, window = self.session, self.window
        proposals = session.proposals
        return {
            "undo": session.undo,
            "redo": session.redo,
            "delete": self._delete,
            "previous": lambda: session.step_photo(-1),
            "next": lambda: session.step_photo(1),
            "accept-proposal": proposals.accept_first,
            "keep-proposal": proposals.keep,
            "merge-proposal": proposals.merge,
            "keep-all": proposals.keep_all,
            "cycle": lambda: self._cycle(1),
            "cycle-back": lambda: self._cycle(-1),
            "keep": self._keep,
            "drop": self._escape,
            **{f"accept-{rank + 1}": partial(window.suggestions.accept, rank) for rank in range(5)},
            "search": window.suggestions.begin_search,
            "next-item": lambda: self._step_item(1),
            "previous-item": lambda: self._step_item(-1),
        }

    def present(self) -> set[str]:  # noqa: D102
        session = self.session
        if session.draft is not None:
            return {"draft", "choice", "target"}
        if self._reviews and session.review is not None and session.review.proposal is not None:
            return {"proposal", "choice", "target"}
        return {"selected", "target"} if session.selected is not None else set()

    @property
    def _reviews(self) -> bool:
        """Whether keys act on a proposal."""
        return self.session.draft is None and self.session.review is not None

    def _escape(self) -> None:
        window = self.window
        if window.strip.isVisible():
            window.strip.hide()
        elif window.canvas.tool.name != "click":
            window.canvas.use_tool("click")
        elif self._reviews:
            self.session.proposals.leave()
        else:
            self.session.drop_draft()
        window.canvas.setFocus()

    def _delete(self) -> None:
        if self._reviews:
            self.session.proposals.drop()
        else:
            self.session.delete_selected()

    def _keep(self) -> None:
        if self._reviews:
            self.session.proposals.keep()
        else:
            self.session.keep_draft()

    def _cycle(self, offset: int) -> None:
        if self._reviews:
            self.session.proposals.step(offset)
        else:
            self.session.cycle_candidate(offset)

    def _step_item(self, offset: int) -> None:
        session = self.session
        if self._reviews:
            session.proposals.step(offset)
            return
        if session.sheet is None or not session.sheet.items:
            return
        ids = [item.id for item in reversed(session.sheet.items)]
        now = ids.index(session.selected) if session.selected in ids else (-1 if offset > 0 else 0)
        session.select(ids[(now + offset) % len(ids)])
