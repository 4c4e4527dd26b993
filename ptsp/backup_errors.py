"""What can stand in the way of a backup or of putting one back. Nothing was changed then."""


class BackupError(Exception):
    """Base of both; the text says which file or program, and what it said."""


class BadBackup(BackupError):
    """The copy is not sound, or this program is too old for it."""


class DatabaseInUse(BackupError):
    """Somebody has the database open: the server, most likely."""
