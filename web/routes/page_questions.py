"""What a person may ask of a page: the API's questions, more kindly read."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, field_validator

from web.routes.matrix import MatrixQuestion
from web.routes.questions import Moment, Name, Question
from web.routes.release_questions import (
    FindingsQuestion,
    OrderRecordQuestion,
    RolloutsQuestion,
)
from web.words.moments import AMSTERDAM


def _of_amsterdam(value: Any) -> Any:
    """A form tells no offset: it means the time on the wall in Amsterdam."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return at if at.tzinfo else at.replace(tzinfo=AMSTERDAM)


class DriftQuestion(FindingsQuestion):
    """What others glued to the address is passed over, on every page."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: Annotated[Moment, BeforeValidator(_of_amsterdam)] = None

    @property
    def open_ones(self) -> FindingsQuestion:
        """What was open then, or is open now."""
        changed = {"state": None if self.at else "open", "cursor": None, "limit": 200}
        return self.model_copy(update=changed)

    @property
    def history(self) -> FindingsQuestion:
        return self.model_copy(update={"state": None, "at": None, "limit": 25})

    @property
    def matrix(self) -> MatrixQuestion:
        return MatrixQuestion(at=self.at, line=self.line, environment=self.environment)


class RolloutsPageQuestion(RolloutsQuestion):
    model_config = ConfigDict(frozen=True, extra="ignore")

    limit: int = 50


class GateForm(Question):
    """Of which version it is asked whether it may go on; nothing yet, at first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    line: Name = None
    version: Annotated[str, Field(max_length=100)] = ""
    environment: Annotated[str, Field(max_length=100)] = "prod"
    page: Annotated[int, Field(ge=1, le=1_000)] = 1  # of the record of order

    @field_validator("version")
    @classmethod
    def _bare(cls, version: str) -> str:
        return version.strip()


class RecordQuestion(OrderRecordQuestion):
    model_config = ConfigDict(frozen=True, extra="ignore")
