"""What an action refuses; str() is a message for the one who asked."""


class ActionError(Exception):
    """The action was refused and nothing was written."""


class WrongState(ActionError):
    """The record is not in the state that this step starts from."""


class SamePerson(ActionError):
    """The one who submitted a registration may not approve it."""


class StaleRecord(ActionError):
    """Somebody else changed the record since it was read."""


class Incomplete(ActionError):
    """Something that the step needs is missing or cannot be right."""


class AlreadyTaken(ActionError):
    """The number belongs to another record, which the message does not name."""
