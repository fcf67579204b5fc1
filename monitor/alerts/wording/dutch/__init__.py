"""What we say in Dutch."""

from monitor.alerts.wording.dutch.causes import CAUSES
from monitor.alerts.wording.dutch.events import EVENTS, WITHDRAWN
from monitor.alerts.wording.dutch.findings import FINDINGS, FOUND, TOLERATED
from monitor.alerts.wording.dutch.notes import NOTES
from monitor.alerts.wording.dutch.phrases import LABELS, PHRASES, VALUES
from monitor.alerts.wording.vocabulary import Vocabulary

DUTCH = Vocabulary(
    code="nl",
    phrases=PHRASES,
    events=EVENTS,
    withdrawn=WITHDRAWN,
    findings=FINDINGS,
    found=FOUND,
    tolerated=TOLERATED,
    notes=NOTES,
    labels=LABELS,
    values=VALUES,
    causes=CAUSES,
)
