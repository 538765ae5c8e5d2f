"""The lines of an exchange, each read once for as long as it is in hand."""

from __future__ import annotations

from collections.abc import Sequence

from core.kept import KeptQuery, put_at_hand
from exchanges.models import Exchange, ExchangeLine
from orders.models import OrderLine, OrderLineTax
from returns.models import ReturnLine
from returns.queries import are_at_hand, read_lines
from returns.states import LineDecision, Outcome

NO_LONGER_BACK = (LineDecision.REJECTED, LineDecision.CANCELLED, LineDecision.EXPIRED)
_LINES: KeptQuery[ExchangeLine] = KeptQuery(
    lambda exchange_id: ExchangeLine.objects.select_related("variant__product", "replaces").filter(
        exchange=exchange_id
    )
)
_TAXES: KeptQuery[OrderLineTax] = KeptQuery(
    lambda line_ids: OrderLineTax.objects.filter(line__in=line_ids)
)


def list_lines(exchange: Exchange) -> list[ExchangeLine]:
    """What goes out, in order; read once for as long as the exchange is in hand."""
    if not are_at_hand(exchange, "lines"):
        put_at_hand(exchange, "lines", _LINES(exchange.pk), back="exchange")
    return sorted(exchange.lines.all(), key=lambda line: line.position)


def list_exchanged_lines(exchange: Exchange) -> list[ReturnLine]:
    """The return lines whose value this exchange uses: those that are to be exchanged."""
    return [
        line
        for line in read_lines(exchange.return_case)
        if line.outcome == Outcome.EXCHANGE and line.decision not in NO_LONGER_BACK
    ]


def read_taxes(lines: Sequence[OrderLine]) -> None:
    """The taxes of these lines, all of them by one statement."""
    unread = {line.pk: line for line in lines if not are_at_hand(line, "taxes")}
    taxes: dict[int, list[OrderLineTax]] = {pk: [] for pk in unread}
    for tax in _TAXES(sorted(unread)):
        taxes[tax.line_id].append(tax)
    for pk, line in unread.items():
        put_at_hand(line, "taxes", taxes[pk], back="line")
