"""Which events the timeline of a case tells, by their kind."""

from console.case.tellings.exchanges import OF_EXCHANGES
from console.case.tellings.messages import OF_MESSAGES
from console.case.tellings.money import OF_MONEY
from console.case.tellings.returns import OF_RETURNS
from console.case.tellings.saying import Telling
from console.case.tellings.stock import OF_STOCK

__all__ = ["TELLINGS"]

TELLINGS: dict[str, Telling] = OF_RETURNS | OF_EXCHANGES | OF_STOCK | OF_MONEY | OF_MESSAGES
