"""What we say in Dutch of what the rules of drift find."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Found
from monitor.domain.finding import FindingKind

FINDINGS: Mapping[FindingKind, Found] = {
    FindingKind.ORDER_BROKEN: Found(
        name="Verkeerde volgorde: {line}",
        says="{last} kreeg {what}, terwijl {first} die nog niet had.",
        means=(
            "Software kon er op {first} niet tegen worden getest voordat dit op {last} live "
            "ging. Controleer uw eigen software nu tegen {last}."
        ),
    ),
    FindingKind.LAG: Found(
        name="Uitrol: {line}",
        says="{line} draait nog niet overal dezelfde versie; de nieuwste is {version}.",
        means=(
            "Wat u in de ene omgeving test, kan zich in de andere anders gedragen totdat de "
            "uitrol klaar is."
        ),
    ),
    FindingKind.DIFFERS: Found(
        name="Versies verschillen: {line}",
        says="{line} draait op {where} versies waarvan niet te zeggen is welke nieuwer is.",
        means="Wat u in de ene omgeving test, kan zich in de andere anders gedragen.",
    ),
    FindingKind.CONTRACT_DIFFERS: Found(
        name="Contract verschilt: {line}",
        says="{line} noemt op {where} dezelfde versie, met contracten die niet gelijk zijn.",
        means=(
            "Wat in de ene omgeving werkt, kan in de andere mislukken, hoewel de versie gelijk "
            "is. De pagina toont pad voor pad wat verschilt."
        ),
    ),
    FindingKind.CONTRACT_CHANGED: Found(
        name="Contract gewijzigd: {place}",
        says="Het contract van {place} is gewijzigd, terwijl de versie {version} bleef.",
        means="Controleer uw software ertegen; de pagina toont pad voor pad wat is gewijzigd.",
    ),
    FindingKind.MISSING: Found(
        name="Ontbreekt: {place}",
        says="{place} is daar beloofd, en antwoordt dat het er niet is.",
        means="Het koppelvlak kan daar nu niet worden aangeroepen.",
    ),
    FindingKind.NOT_RETIRED: Found(
        name="Nog aanwezig na de laatste dag: {place}",
        says="{place} antwoordt, hoewel de laatste dag voorbij is.",
        means="Reken er niet op: het kan elk moment weg zijn en wordt niet ondersteund.",
    ),
    FindingKind.EARLY: Found(
        name="Aanwezig vóór de eerste dag: {place}",
        says="{place} antwoordt, hoewel de eerste dag daar nog moet komen.",
        means="Tot die dag kan het nog veranderen of weer verdwijnen.",
    ),
    FindingKind.ROLLED_BACK: Found(
        name="Versie teruggezet: {place}",
        says="{place} is teruggezet naar een oudere versie: {version}.",
        means="Wat de nieuwere versie bracht, is er voorlopig niet.",
    ),
    FindingKind.MIXED: Found(
        name="Gemengde versies: {place}",
        says="{place} antwoordt om beurten met meer dan één versie.",
        means="Dezelfde aanroep kan van het ene moment op het andere anders worden beantwoord.",
    ),
}

TOLERATED = "{found} Tot {until} is dat de normale gang van zaken."

FOUND = Found(
    name="Versieverschil: {line}",
    says="{line} wijkt op {where} af van wat is beloofd.",
    means="De pagina toont wat waar is gelezen.",
)
