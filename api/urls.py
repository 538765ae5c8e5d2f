from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from api.allocations.views import (
    Allocations,
    CancelledAllocation,
    OneAllocation,
    ShippedAllocation,
)
from api.bulk.views import NewBulkReturns, OneBulk
from api.decisions.views import Decisions, OneDecision
from api.docs import views as docs
from api.documents.views import Documents, OneDocument
from api.events.views import Events
from api.exchanges import commands as on_exchange
from api.exchanges.views import Exchanges, OneExchange
from api.memos.views import CreditMemos, OneCreditMemo
from api.orders.views import OneOrder, Orders
from api.payments.views import OnePayment, Payments
from api.quotes.previews import QuotePreviews
from api.quotes.views import OneQuote, Quotes
from api.requests.views import Requests
from api.reservations.views import OneReservation, Reservations
from api.returns import commands as on_return
from api.returns.options import Options, TakenOption
from api.returns.previews import ReturnPreviews
from api.returns.views import OneReturn, Returns
from api.sandbox.views import Clock
from api.schema.views import document
from api.shipments.views import OneParcel, OneShipment, Parcels, Shipments
from api.stock.views import Availability, Locations, StockChanges, StockEntries, StockLevels
from api.views import ApiView, NoSuchAddress
from api.visits import views as visits
from api.webhooks.views import (
    AcknowledgedMessage,
    OneWebhookMessage,
    ReplayedEndpoint,
    ResentMessage,
    WebhookEndpoints,
    WebhookMessages,
)

# A number or a reference in an address; whatever else stands there is no address of ours.
NAME = r"(?P<reference>[A-Za-z0-9._:-]{1,120})"


def many(plural: str, view: type[ApiView]) -> URLPattern:
    return path(f"v1/{plural}", view.as_view(), name=f"api-{plural}")


def one(plural: str, view: type[ApiView], *, called: str = "") -> URLPattern:
    name = called or plural.removesuffix("s")
    return re_path(rf"^v1/{plural}/{NAME}\Z", view.as_view(), name=f"api-{name}")


def commands(plural: str, views: dict[str, type[ApiView]], *, called: str = "") -> list[URLPattern]:
    """An address of its own for each thing that can be done with one of them."""
    name = called or plural.removesuffix("s")
    return [
        re_path(rf"^v1/{plural}/{NAME}/{action}\Z", view.as_view(), name=f"api-{name}-{action}")
        for action, view in views.items()
    ]


urlpatterns: list[Any] = [
    path("docs/", docs.start, name="api-docs"),
    path("docs/errors/", docs.errors, name="api-docs-errors"),
    path("docs/changes/", docs.changes, name="api-docs-changes"),
    path("docs/<slug:tag>/", docs.resource, name="api-docs-resource"),
    path("v1/openapi.json", document, name="api-document"),
    many("allocations", Allocations),
    one("allocations", OneAllocation),
    *commands("allocations", {"cancel": CancelledAllocation, "ship": ShippedAllocation}),
    many("availability", Availability),
    path("v1/bulk/returns", NewBulkReturns.as_view(), name="api-bulk-returns"),
    one("bulk", OneBulk),
    path("v1/clock", Clock.as_view(), name="api-clock"),
    many("credit-memos", CreditMemos),
    one("credit-memos", OneCreditMemo),
    many("decisions", Decisions),
    one("decisions", OneDecision),
    many("documents", Documents),
    one("documents", OneDocument),
    many("events", Events),
    many("exchanges", Exchanges),
    one("exchanges", OneExchange),
    *commands(
        "exchanges",
        {
            "accept": on_exchange.AcceptedQuote,
            "quote": on_exchange.QuotedAgain,
            "change-items": on_exchange.ChangedItems,
            "substitute": on_exchange.SubstitutedGoods,
            "adjust": on_exchange.AdjustedQuote,
            "ask-approval": on_exchange.AskedApproval,
            "send-payment-link": on_exchange.SentPaymentLink,
            "hold-again": on_exchange.HeldAgain,
            "extend-hold": on_exchange.ExtendedHold,
            "release-hold": on_exchange.ReleasedHold,
            "drop-rest": on_exchange.DroppedRest,
            "arrange-visit": visits.ArrangedVisit,
            "decide-refused": on_exchange.DecidedRefused,
            "convert-to-refund": on_exchange.ConvertedToRefund,
            "convert-to-sale": on_exchange.ConvertedToSale,
            "cancel": on_exchange.CancelledExchange,
        },
    ),
    many("locations", Locations),
    many("orders", Orders),
    one("orders", OneOrder),
    many("parcels", Parcels),
    one("parcels", OneParcel),
    many("payments", Payments),
    one("payments", OnePayment),
    many("quote-previews", QuotePreviews),
    many("quotes", Quotes),
    one("quotes", OneQuote),
    many("requests", Requests),
    many("reservations", Reservations),
    one("reservations", OneReservation),
    many("return-previews", ReturnPreviews),
    many("returns", Returns),
    one("returns", OneReturn),
    *commands(
        "returns",
        {
            "authorise": on_return.AuthorisedReturn,
            "reject": on_return.RejectedReturn,
            "depart": on_return.DepartedReturn,
            "clear-risk": on_return.ClearedRisk,
            "change-outcome": on_return.ChangedOutcome,
            "ask-exception": on_return.AskedException,
            "exchange-instead": on_return.ExchangedInstead,
            "keep": on_return.KeptGoods,
            "short-close": on_return.ShortClosedReturn,
            "appeal": on_return.AppealedReturn,
            "cancel": on_return.CancelledReturn,
            "options": Options,
            "take-option": TakenOption,
        },
    ),
    many("shipments", Shipments),
    one("shipments", OneShipment),
    many("stock-changes", StockChanges),
    many("stock-entries", StockEntries),
    many("stock-levels", StockLevels),
    many("visits", visits.Visits),
    one("visits", visits.OneVisit),
    *commands(
        "visits",
        {
            "depart": visits.DepartedVisit,
            "arrive": visits.ArrivedVisit,
            "report": visits.ReportedVisit,
        },
    ),
    many("visit-slots", visits.VisitSlots),
    many("webhook-endpoints", WebhookEndpoints),
    *commands("webhook-endpoints", {"replay": ReplayedEndpoint}, called="webhook"),
    many("webhook-messages", WebhookMessages),
    one("webhook-messages", OneWebhookMessage),
    *commands(
        "webhook-messages",
        {"acknowledge": AcknowledgedMessage, "resend": ResentMessage},
        called="webhook",
    ),
    re_path(r"", NoSuchAddress.as_view(), name="api-nowhere"),
]
