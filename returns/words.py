"""What customers read about a difference, in their own language."""

from __future__ import annotations

from returns.states import MismatchKind, MoneyRule

K = MismatchKind
R = MoneyRule

Sentences = dict[str, str]

FOUND: dict[str, Sentences] = {
    "en": {
        K.MISSING: "your parcel has arrived, but these were not in it:",
        K.EXTRA: "your parcel has arrived, and there was something in it that was not announced:",
        K.WRONG_ITEM: "your parcel has arrived, but there was something else in it than announced:",
        K.WRONG_SERIAL: "your parcel has arrived, but the serial number is not that of the unit "
        "we sold you:",
        K.FOREIGN_SERIAL: "your parcel has arrived, but the unit in it is not the one we sold you:",
        K.EMPTY_BOX: "your parcel has arrived, but there was nothing in it. We expected:",
        K.DAMAGED: "your parcel has arrived, but this was damaged on the way:",
    },
    "de": {
        K.MISSING: "Ihr Paket ist angekommen, aber es fehlte darin:",
        K.EXTRA: "Ihr Paket ist angekommen. Darin lag etwas, das nicht angekündigt war:",
        K.WRONG_ITEM: "Ihr Paket ist angekommen, aber darin lag etwas anderes als angekündigt:",
        K.WRONG_SERIAL: "Ihr Paket ist angekommen, aber die Seriennummer ist nicht die, die wir "
        "Ihnen verkauft haben:",
        K.FOREIGN_SERIAL: "Ihr Paket ist angekommen, aber das Gerät darin ist nicht das, das wir "
        "Ihnen verkauft haben:",
        K.EMPTY_BOX: "Ihr Paket ist angekommen, war aber leer. Erwartet hatten wir:",
        K.DAMAGED: "Ihr Paket ist angekommen, aber dies wurde unterwegs beschädigt:",
    },
    "fr": {
        K.MISSING: "votre colis est arrivé, mais il y manquait :",
        K.EXTRA: "votre colis est arrivé et contenait un article non annoncé :",
        K.WRONG_ITEM: "votre colis est arrivé, mais il contenait autre chose que prévu :",
        K.WRONG_SERIAL: "votre colis est arrivé, mais le numéro de série n’est pas celui de "
        "l’appareil que nous vous avons vendu :",
        K.FOREIGN_SERIAL: "votre colis est arrivé, mais l’appareil n’est pas celui que nous vous "
        "avons vendu :",
        K.EMPTY_BOX: "votre colis est arrivé, mais il était vide. Nous attendions :",
        K.DAMAGED: "votre colis est arrivé, mais ceci a été endommagé pendant le transport :",
    },
    "es": {
        K.MISSING: "su paquete ha llegado, pero faltaba lo siguiente:",
        K.EXTRA: "su paquete ha llegado y contenía algo que no estaba anunciado:",
        K.WRONG_ITEM: "su paquete ha llegado, pero contenía algo distinto de lo anunciado:",
        K.WRONG_SERIAL: "su paquete ha llegado, pero el número de serie no es el de la unidad que "
        "le vendimos:",
        K.FOREIGN_SERIAL: "su paquete ha llegado, pero la unidad no es la que le vendimos:",
        K.EMPTY_BOX: "su paquete ha llegado, pero estaba vacío. Esperábamos:",
        K.DAMAGED: "su paquete ha llegado, pero esto se dañó por el camino:",
    },
    "ja": {
        K.MISSING: "お荷物は届きましたが、次の商品が入っていませんでした。",
        K.EXTRA: "お荷物は届きましたが、ご連絡のない商品が入っていました。",
        K.WRONG_ITEM: "お荷物は届きましたが、ご連絡いただいた商品とは別のものが入っていました。",
        K.WRONG_SERIAL: "お荷物は届きましたが、製造番号がお売りした品と異なります。",
        K.FOREIGN_SERIAL: "お荷物は届きましたが、お売りした品とは別の個体でした。",
        K.EMPTY_BOX: "お荷物は届きましたが、中は空でした。お待ちしていた商品は次のとおりです。",
        K.DAMAGED: "お荷物は届きましたが、輸送中に次の商品が破損していました。",
    },
}

FOLLOWS: dict[str, Sentences] = {
    "en": {
        R.WAIT: "We keep your return open until the right goods are here.",
        R.ASK: "Please answer this message and tell us what happened. We keep everything as it is "
        "until then.",
        R.ACCEPT: "You need not do anything: we accept it as it came.",
        R.SUBSTITUTE: "You need not do anything: we accept it in place of what was announced.",
        R.SHORT_CLOSE: "As nothing more has come, we close this part of the return without a "
        "credit. The goods stay yours.",
        R.CREDIT_ANYWAY: "You need not do anything: we credit it all the same.",
        R.CARRIER_CLAIM: "You need not do anything: we take it up with the carrier, and the way "
        "back is at our risk.",
        R.SEND_BACK: "It stays yours: we send it back to you, and you will get a tracking number.",
        R.WRITE_OFF: "As agreed, we keep it and recycle it.",
    },
    "de": {
        R.WAIT: "Wir halten Ihre Rücksendung offen, bis die richtige Ware hier ist.",
        R.ASK: "Bitte antworten Sie auf diese Nachricht und sagen Sie uns, was geschehen ist. "
        "Bis dahin lassen wir alles, wie es ist.",
        R.ACCEPT: "Sie müssen nichts tun: wir nehmen es an, wie es kam.",
        R.SUBSTITUTE: "Sie müssen nichts tun: wir nehmen es anstelle des Angekündigten an.",
        R.SHORT_CLOSE: "Da nichts weiter gekommen ist, schließen wir diesen Teil der Rücksendung "
        "ohne Gutschrift. Die Ware bleibt Ihre.",
        R.CREDIT_ANYWAY: "Sie müssen nichts tun: wir schreiben es Ihnen trotzdem gut.",
        R.CARRIER_CLAIM: "Sie müssen nichts tun: wir klären es mit dem Paketdienst, denn den "
        "Rückweg tragen wir.",
        R.SEND_BACK: "Es bleibt Ihres: wir schicken es Ihnen zurück und nennen Ihnen die "
        "Sendungsnummer.",
        R.WRITE_OFF: "Wie vereinbart behalten wir es und verwerten es.",
    },
    "fr": {
        R.WAIT: "Votre retour reste ouvert jusqu’à l’arrivée du bon article.",
        R.ASK: "Merci de répondre à ce message pour nous dire ce qui s’est passé. D’ici là, "
        "rien ne change.",
        R.ACCEPT: "Vous n’avez rien à faire : nous l’acceptons en l’état.",
        R.SUBSTITUTE: "Vous n’avez rien à faire : nous l’acceptons à la place de l’article prévu.",
        R.SHORT_CLOSE: "Rien d’autre n’étant arrivé, nous clôturons cette partie du retour sans "
        "avoir. L’article reste à vous.",
        R.CREDIT_ANYWAY: "Vous n’avez rien à faire : nous vous créditons malgré tout.",
        R.CARRIER_CLAIM: "Vous n’avez rien à faire : nous voyons cela avec le transporteur, le "
        "retour étant à notre charge.",
        R.SEND_BACK: "Il reste à vous : nous vous le renvoyons avec un numéro de suivi.",
        R.WRITE_OFF: "Comme convenu, nous le gardons et le recyclons.",
    },
    "es": {
        R.WAIT: "Mantenemos abierta su devolución hasta que llegue el artículo correcto.",
        R.ASK: "Responda a este mensaje y díganos qué ocurrió. Hasta entonces lo dejamos todo "
        "como está.",
        R.ACCEPT: "No tiene que hacer nada: lo aceptamos tal como llegó.",
        R.SUBSTITUTE: "No tiene que hacer nada: lo aceptamos en lugar de lo anunciado.",
        R.SHORT_CLOSE: "Como no ha llegado nada más, cerramos esta parte de la devolución sin "
        "abono. El artículo sigue siendo suyo.",
        R.CREDIT_ANYWAY: "No tiene que hacer nada: se lo abonamos de todos modos.",
        R.CARRIER_CLAIM: "No tiene que hacer nada: lo reclamamos al transportista, pues la vuelta "
        "corre por nuestra cuenta.",
        R.SEND_BACK: "Sigue siendo suyo: se lo enviamos de vuelta con un número de seguimiento.",
        R.WRITE_OFF: "Según lo acordado, nos lo quedamos y lo reciclamos.",
    },
    "ja": {
        R.WAIT: "正しい商品が届くまで、返品手続きをそのままお待ちします。",
        R.ASK: "お手数ですが、このメールにご返信のうえ状況をお知らせください。"
        "それまで手続きはそのままにいたします。",
        R.ACCEPT: "お客様のお手続きは不要です。そのままお受けいたします。",
        R.SUBSTITUTE: "お客様のお手続きは不要です。ご連絡の商品の代わりにお受けいたします。",
        R.SHORT_CLOSE: "その後お荷物が届いていないため、この分は返金なしで終了いたします。"
        "商品はお客様のものです。",
        R.CREDIT_ANYWAY: "お客様のお手続きは不要です。この分も返金いたします。",
        R.CARRIER_CLAIM: "お客様のお手続きは不要です。返送中の事故は当店が負担し、"
        "運送会社と対応いたします。",
        R.SEND_BACK: "お客様の品ですので返送いたします。追跡番号を追ってお知らせします。",
        R.WRITE_OFF: "お申し合わせのとおり、当店で引き取り処分いたします。",
    },
}

# What changes something for the customer, they read of without anybody thinking of it.
SILENT = (MoneyRule.WAIT, MoneyRule.ACCEPT)


def say_found(kind: str, language: str) -> str:
    return FOUND.get(language, FOUND["en"])[kind]


def say_follows(rule: str, language: str) -> str:
    return FOLLOWS.get(language, FOLLOWS["en"])[rule]


def writes_by_itself(rule: str) -> bool:
    """Whether the customer is written to unless somebody says otherwise."""
    return rule not in SILENT
