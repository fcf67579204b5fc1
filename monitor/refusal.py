"""What is asked of us cannot be done as things are."""


class Refusal(Exception):  # noqa: N818  named as the fact that it is
    """The text says where and what to do about it, and holds no secret."""
