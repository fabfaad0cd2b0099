"""What can go wrong, each with the exit code the command line ends with."""


class JikeError(Exception):
    """A job was not done: one sentence that names file, table or KPI and the remedy."""

    exit_code = 1


class WrongInputError(JikeError):
    """The call or the delivered files break a rule that the caller can mend."""

    exit_code = 2


class AuditError(JikeError):
    """The checks did not let the build out; nothing was published."""

    exit_code = 3


class BusyError(JikeError):
    """Another process holds the lock; try again when it is done."""

    exit_code = 4
