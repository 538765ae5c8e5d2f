"""What a partner's program may do with an exchange: the console's commands, one address each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.commands import Command, Nothing, Reasoned
from api.exchanges.actions import list_actions_of
from api.exchanges.bodies import Adjusted, Cancelled, RefusedGoods, Replacements, Substituted
from api.exchanges.reading import read_amount, read_replacements
from api.exchanges.telling import ExchangeNow
from api.exchanges.views import AboutExchanges
from api.scopes import Scope
from api.shapes import AllowedAction
from exchanges import services
from exchanges.models import Exchange
from exchanges.rules import WantedReplacement
from returns.queries import read_lines


class ExchangeCommand(AboutExchanges, Command):
    scopes = {"POST": Scope.WRITE_EXCHANGES}
    bodies = {"POST": Nothing}
    answers = {"POST": ExchangeNow}

    def list_actions(self, found: Exchange) -> list[AllowedAction]:
        return list_actions_of(found)

    def read_goods(self, found: Exchange, said: Mapping[str, Any]) -> list[WantedReplacement]:
        """`replaces` counts the lines of the case."""
        lines = [line.order_line_id for line in read_lines(found.return_case)]
        return read_replacements(self.partner, said["replacements"], lines)


class AcceptedQuote(ExchangeCommand):
    """The customer agreed: the replacement order is made and the hold runs long."""

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.accept_quote(exchange_id=found.pk, **who)


class QuotedAgain(ExchangeCommand):
    """A new quote for the same goods, as money and stock stand now."""

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.quote_exchange(exchange_id=found.pk, **who)


class ChangedItems(ExchangeCommand):
    """Other goods go out: one new quote, one new hold; an approval of the old quote is void."""

    bodies = {"POST": Replacements}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        goods = self.read_goods(found, said)
        services.quote_exchange(exchange_id=found.pk, replacements=goods, **who)


class SubstitutedGoods(ExchangeCommand):
    """Something else goes out for what the warehouse did not find."""

    bodies = {"POST": Substituted}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.substitute_replacement(
            exchange_id=found.pk,
            replacements=self.read_goods(found, said),
            reason=said["reason"],
            **who,
        )


class AdjustedQuote(ExchangeCommand):
    """Another fee for sending it, and a new quote with it."""

    bodies = {"POST": Adjusted}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        fee = read_amount(said["shipping_fee"], pointer="/shipping_fee")
        services.adjust_quote(exchange_id=found.pk, shipping_fee=fee, reason=said["reason"], **who)


class AskedApproval(ExchangeCommand):
    """The quote is put up once more to a second person."""

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.ask_approval(exchange_id=found.pk, **who)


class SentPaymentLink(ExchangeCommand):
    """The customer is asked for what is due by a link that ends with the hold."""

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.send_payment_link(exchange_id=found.pk, **who)


class HeldAgain(ExchangeCommand):
    """Stock is held anew after its hold ended."""

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.hold_again(exchange_id=found.pk, **who)


class ExtendedHold(ExchangeCommand):
    """The hold runs once more for its full length from now."""

    bodies = {"POST": Reasoned}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.extend_hold(exchange_id=found.pk, reason=said["reason"], **who)


class ReleasedHold(ExchangeCommand):
    """The stock is given back; the exchange goes on and can hold it again."""

    bodies = {"POST": Reasoned}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.release_hold(exchange_id=found.pk, reason=said["reason"], **who)


class DroppedRest(ExchangeCommand):
    """What has yet to leave never will; what was paid for it goes back once."""

    bodies = {"POST": Reasoned}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.drop_rest(exchange_id=found.pk, reason=said["reason"], **who)


class DecidedRefused(ExchangeCommand):
    """Charge refused goods or let them be; above an agent's limit a person has to agree."""

    bodies = {"POST": RefusedGoods}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.decide_refused_goods(
            exchange_id=found.pk, charges=said["charges"], reason=said["reason"], **who
        )


class ConvertedToRefund(ExchangeCommand):
    """The customer wants money instead; it is paid when the goods have passed inspection."""

    bodies = {"POST": Reasoned}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.convert_to_refund(exchange_id=found.pk, reason=said["reason"], **who)


class ConvertedToSale(ExchangeCommand):
    """The customer keeps the old goods too: paid in full before it leaves, charged once after."""

    bodies = {"POST": Reasoned}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.convert_to_sale(exchange_id=found.pk, reason=said["reason"], **who)


class CancelledExchange(ExchangeCommand):
    """The exchange is called off; the goods may still come back for money."""

    bodies = {"POST": Cancelled}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        services.cancel_exchange(
            exchange_id=found.pk,
            continue_return=said["continue_return"],
            reason=said["reason"],
            **who,
        )
