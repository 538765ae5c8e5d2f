"""What the law gives customers at least, by country, whatever a policy says.

Data, with its source, on purpose out of every editor's reach: a change comes with a release. It
holds what cannot be contracted out of with a consumer and can be counted in days and months.
What a country leaves to a judge (Dutch life expectancy of goods, British reasonable time) is not
in it; a shop writes that into its warranty rules. As of November 2026.

It was put together by engineers from the texts that it names, and is no legal advice: a lawyer of
the countries a shop sells to has to read it before the shop relies on it. Another country, or a
change of law, is one more row with its source; nothing else knows countries.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

EU_WITHDRAWAL = "Directive 2011/83/EU, art. 9"
EU_WARRANTY = "Directive (EU) 2019/771, art. 10"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFloor:
    """Days from delivery to withdraw from a distance sale, months to claim a defect; 0: none."""

    country: str
    withdrawal_days: int = 0
    withdrawal_source: str = ""
    warranty_months: int = 0
    warranty_source: str = ""


def _eu(country: str, months: int = 24, source: str = EU_WARRANTY) -> LegalFloor:
    return LegalFloor(
        country=country,
        withdrawal_days=14,
        withdrawal_source=EU_WITHDRAWAL,
        warranty_months=months,
        warranty_source=source,
    )


_AS_THE_DIRECTIVES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "FI", "FR", "GR", "HR", "HU", "IE", "IT"),
    *("LT", "LU", "LV", "MT", "NL", "PL", "RO", "SI", "SK", "IS", "LI", "NO"),
)

FLOORS: dict[str, LegalFloor] = {
    floor.country: floor
    for floor in (
        *(_eu(country) for country in _AS_THE_DIRECTIVES),
        _eu("ES", 36, "Real Decreto Legislativo 1/2007, art. 120"),
        _eu("PT", 36, "Decreto-Lei 84/2021, art. 12"),
        _eu("SE", 36, "Konsumentköplag (2022:260), kap. 5 § 2"),
        LegalFloor(
            country="GB",
            withdrawal_days=14,
            withdrawal_source="Consumer Contracts Regulations 2013, reg. 30",
        ),
        LegalFloor(country="CH", warranty_months=24, warranty_source="Obligationenrecht, art. 210"),
        LegalFloor(
            country="TR",
            withdrawal_days=14,
            withdrawal_source="Law 6502, art. 48",
            warranty_months=24,
            warranty_source="Law 6502, art. 12",
        ),
        LegalFloor(
            country="BR",
            withdrawal_days=7,
            withdrawal_source="Lei 8.078/1990, art. 49",
            warranty_months=3,
            warranty_source="Lei 8.078/1990, art. 26",
        ),
        LegalFloor(
            country="KR",
            withdrawal_days=7,
            withdrawal_source="E-Commerce Consumer Protection Act, art. 17",
        ),
        LegalFloor(
            country="CN",
            withdrawal_days=7,
            withdrawal_source="Consumer Protection Law, art. 25",
        ),
    )
}


def floor_of(country: str) -> LegalFloor:
    """The floor of a country; one without days and months where we know of none."""
    return FLOORS.get(country) or LegalFloor(country=country)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month; its last day where that month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    following = dt.date(day.year + years + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return dt.date(day.year + years, month + 1, min(day.day, last))
