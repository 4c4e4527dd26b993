"""What a form of a page is told when it cannot be taken: whole sentences, for people. The API never answers these."""

from __future__ import annotations

from ptsp.errors import N_, BadRequest, FileRefused, NotSignedIn


class WrongPassword(NotSignedIn):
    """Login and password do not belong together; which of the two is not said."""

    code = "wrong_password"
    message = N_("The user name or the password is not right.")


class PasswordTooShort(BadRequest):
    """Too few characters, or hardly any different ones."""

    code = "password_too_short"
    message = N_("The password needs at least %(least)s characters, not all alike.")


class PasswordTooCommon(BadRequest):
    """One of those that attackers try first."""

    code = "password_too_common"
    message = N_("This password is too common. Please choose one that is harder to guess.")


class PasswordsDiffer(BadRequest):
    """Typed twice, and not the same."""

    code = "passwords_differ"
    message = N_("The two passwords are not the same. Please type them again.")


class LoginInUse(BadRequest):
    """Somebody else signs in with it; in another office, perhaps."""

    code = "login_in_use"
    message = N_("The user name %(login)s is taken. Please choose another.")


class PersonIncomplete(BadRequest):
    """A person has a name, a login and a role that is known."""

    code = "person_incomplete"
    message = N_("Please give a name, a user name and a role.")


class NameMissing(BadRequest):
    """Nothing but spaces where a name belongs."""

    code = "name_missing"
    message = N_("Please give a name.")


class NoCounterBeside(BadRequest):
    """A kiosk or a board faces no counter."""

    code = "no_counter_beside"
    message = N_("Only a survey screen stands at a counter. Please choose that kind, or no counter.")


class PictureTooLarge(FileRefused):
    """More points than are read."""

    code = "picture_too_large"
    message = N_("This picture is too large: at most %(most)s million pixels. Nothing was stored.")


class NotADate(BadRequest):
    """What was asked for is no date."""

    code = "not_a_date"
    message = N_("This is not a date. Please choose a day.")
