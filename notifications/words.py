"""The few words around every message to a customer, by language."""

from __future__ import annotations

from enum import StrEnum

from core.formats import language_of


class FOOTER(StrEnum):
    """What stands under a letter, and on the page behind its last link."""

    BELONGS = "belongs"
    OPTIONAL = "optional"
    UNSUBSCRIBE = "unsubscribe"
    OPEN = "open"
    ASK = "ask"
    BUTTON = "button"
    DONE = "done"
    STILL = "still"
    UNKNOWN = "unknown"


WORDS: dict[str, dict[str, str]] = {
    "en": {
        "belongs": "This message belongs to your order, which is why it cannot be unsubscribed.",
        "optional": "You need no such messages? End them with this link:",
        "unsubscribe": "Unsubscribe from messages like this",
        "open": "Continue",
        "ask": "End messages of this sort?",
        "button": "Unsubscribe",
        "done": "Done. We will not send you messages of this sort any more.",
        "still": "What belongs to an order of yours, such as a confirmation, still reaches you.",
        "unknown": "This link is not complete. Please open it again from the message.",
    },
    "de": {
        "belongs": "Diese Nachricht gehört zu Ihrer Bestellung und lässt sich daher nicht"
        " abbestellen.",
        "optional": "Sie brauchen solche Nachrichten nicht? Hier bestellen Sie sie ab:",
        "unsubscribe": "Nachrichten dieser Art abbestellen",
        "open": "Weiter",
        "ask": "Nachrichten dieser Art abbestellen?",
        "button": "Abbestellen",
        "done": "Erledigt. Nachrichten dieser Art schicken wir Ihnen nicht mehr.",
        "still": "Was zu einer Bestellung gehört, etwa eine Bestätigung, erhalten Sie weiterhin.",
        "unknown": "Dieser Link ist unvollständig. Bitte öffnen Sie ihn noch einmal aus der"
        " Nachricht.",
    },
    "fr": {
        "belongs": "Ce message concerne votre commande : il n’est donc pas possible de s’en"
        " désabonner.",
        "optional": "Vous ne souhaitez plus recevoir ces messages ? Désabonnez-vous ici :",
        "unsubscribe": "Ne plus recevoir ce type de message",
        "open": "Continuer",
        "ask": "Ne plus recevoir ce type de message ?",
        "button": "Se désabonner",
        "done": "C’est fait. Nous ne vous enverrons plus de messages de ce type.",
        "still": "Vous recevrez toujours ce qui concerne vos commandes, comme une confirmation.",
        "unknown": "Ce lien est incomplet. Veuillez le rouvrir depuis le message.",
    },
    "es": {
        "belongs": "Este mensaje forma parte de su pedido y por eso no puede darse de baja de él.",
        "optional": "¿No necesita estos mensajes? Puede darse de baja aquí:",
        "unsubscribe": "Dejar de recibir mensajes como este",
        "open": "Continuar",
        "ask": "¿Dejar de recibir mensajes como este?",
        "button": "Darse de baja",
        "done": "Hecho. No le enviaremos más mensajes de este tipo.",
        "still": "Seguirá recibiendo lo que forma parte de un pedido, como una confirmación.",
        "unknown": "Este enlace no está completo. Ábralo de nuevo desde el mensaje.",
    },
    "ja": {
        "belongs": "このメールはご注文に関する大切なお知らせのため、配信停止はできません。",
        "optional": "この種のお知らせが不要な場合は、次のリンクから配信を停止できます。",
        "unsubscribe": "この種のお知らせの配信を停止する",
        "open": "次へ進む",
        "ask": "この種のお知らせの配信を停止しますか。",
        "button": "配信を停止する",
        "done": "配信を停止しました。今後、この種のお知らせはお送りしません。",
        "still": "ご注文の確認など、ご注文に関するお知らせは引き続きお送りします。",
        "unknown": "リンクが正しくありません。メールからもう一度開いてください。",
    },
}


def words_for(locale: str) -> dict[str, str]:
    return WORDS.get(language_of(locale), WORDS["en"])
