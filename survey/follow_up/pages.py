"""All pages of the register, for the roof to register."""

from __future__ import annotations

from survey.follow_up import files, line, register
from survey.follow_up.blueprint import pages

__all__ = ["files", "line", "pages", "register"]
