"""What we say in English."""

from monitor.alerts.wording.english.events import EVENTS, WITHDRAWN
from monitor.alerts.wording.english.findings import FINDINGS, FOUND, TOLERATED
from monitor.alerts.wording.english.notes import NOTES
from monitor.alerts.wording.english.phrases import LABELS, PHRASES, VALUES
from monitor.alerts.wording.vocabulary import Vocabulary

ENGLISH = Vocabulary(
    code="en",
    phrases=PHRASES,
    events=EVENTS,
    withdrawn=WITHDRAWN,
    findings=FINDINGS,
    found=FOUND,
    tolerated=TOLERATED,
    notes=NOTES,
    labels=LABELS,
    values=VALUES,
    causes={},
)
