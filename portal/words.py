"""What the customer's pages say, in the languages that letters are written in."""

from __future__ import annotations

from collections.abc import Mapping

FALLBACK = "en"
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Photos for your return",
        "open_words": "Open the page on which you can send us photos.",
        "open": "Continue",
        "over": "This link does not work any more",
        "over_words": "It was used, replaced or is too old. Please answer our e-mail if you still want to send us photos.",
        "intro": "Please show us what is wrong. Photos of the fault and of the type plate help most.",
        "photos": "Photos",
        "choose": "Choose or take photos",
        "serial": "Serial number",
        "serial_help": "It stands on the type plate, often beneath or behind. Leave it blank if there is none.",
        "send": "Send",
        "have": "Sent so far",
        "of": "{count} of {wanted}",
        "thanks": "Thank you. We have everything we need and go on from here.",
        "got": "Thank you, we have got it.",
        "more": "You can send more.",
        "none": "Choose a photo, or give the serial number.",
        "bad": "Not taken",
        "bad_serial": "That is no serial number.",
        "formats": "JPEG, PNG or WebP, up to 15 MB each.",
    },
    "de": {
        "title": "Fotos zu Ihrer Rücksendung",
        "open_words": "Öffnen Sie die Seite, auf der Sie uns Fotos schicken können.",
        "open": "Weiter",
        "over": "Dieser Link gilt nicht mehr",
        "over_words": "Er wurde benutzt, ersetzt oder ist zu alt. Bitte antworten Sie auf unsere E-Mail, wenn Sie noch Fotos schicken möchten.",
        "intro": "Bitte zeigen Sie uns den Fehler. Am meisten helfen Fotos der Stelle und des Typenschilds.",
        "photos": "Fotos",
        "choose": "Fotos wählen oder aufnehmen",
        "serial": "Seriennummer",
        "serial_help": "Sie steht auf dem Typenschild, oft unten oder hinten. Lassen Sie das Feld leer, wenn es keine gibt.",
        "send": "Senden",
        "have": "Bisher gesendet",
        "of": "{count} von {wanted}",
        "thanks": "Vielen Dank. Wir haben alles, was wir brauchen, und machen weiter.",
        "got": "Vielen Dank, es ist angekommen.",
        "more": "Sie können noch mehr senden.",
        "none": "Wählen Sie ein Foto oder geben Sie die Seriennummer an.",
        "bad": "Nicht angenommen",
        "bad_serial": "Das ist keine Seriennummer.",
        "formats": "JPEG, PNG oder WebP, je bis 15 MB.",
    },
    "fr": {
        "title": "Photos pour votre retour",
        "open_words": "Ouvrez la page qui vous permet de nous envoyer des photos.",
        "open": "Continuer",
        "over": "Ce lien n’est plus valable",
        "over_words": "Il a été utilisé, remplacé ou est trop ancien. Répondez à notre e-mail si vous souhaitez encore envoyer des photos.",
        "intro": "Montrez-nous le défaut. Les photos de l’endroit et de la plaque signalétique aident le plus.",
        "photos": "Photos",
        "choose": "Choisir ou prendre des photos",
        "serial": "Numéro de série",
        "serial_help": "Il figure sur la plaque signalétique, souvent dessous ou derrière. Laissez vide s’il n’y en a pas.",
        "send": "Envoyer",
        "have": "Déjà envoyé",
        "of": "{count} sur {wanted}",
        "thanks": "Merci. Nous avons tout ce qu’il faut et poursuivons.",
        "got": "Merci, c’est bien arrivé.",
        "more": "Vous pouvez en envoyer d’autres.",
        "none": "Choisissez une photo ou indiquez le numéro de série.",
        "bad": "Non accepté",
        "bad_serial": "Ce n’est pas un numéro de série.",
        "formats": "JPEG, PNG ou WebP, 15 Mo au plus chacun.",
    },
    "es": {
        "title": "Fotos para su devolución",
        "open_words": "Abra la página en la que puede enviarnos fotos.",
        "open": "Continuar",
        "over": "Este enlace ya no funciona",
        "over_words": "Se ha usado, se ha sustituido o es demasiado antiguo. Responda a nuestro correo si aún desea enviarnos fotos.",
        "intro": "Muéstrenos el defecto. Lo que más ayuda son fotos del lugar y de la placa de características.",
        "photos": "Fotos",
        "choose": "Elegir o hacer fotos",
        "serial": "Número de serie",
        "serial_help": "Está en la placa de características, a menudo debajo o detrás. Déjelo en blanco si no lo hay.",
        "send": "Enviar",
        "have": "Enviado hasta ahora",
        "of": "{count} de {wanted}",
        "thanks": "Gracias. Tenemos todo lo necesario y seguimos adelante.",
        "got": "Gracias, ha llegado.",
        "more": "Puede enviar más.",
        "none": "Elija una foto o indique el número de serie.",
        "bad": "No aceptado",
        "bad_serial": "Eso no es un número de serie.",
        "formats": "JPEG, PNG o WebP, hasta 15 MB cada una.",
    },
    "ja": {
        "title": "返品のための写真",
        "open_words": "写真をお送りいただくページを開きます。",
        "open": "次へ",
        "over": "このリンクは使えなくなりました",
        "over_words": "使用済み、差し替え、または期限切れです。写真をお送りになる場合は、当店のメールにご返信ください。",
        "intro": "不具合の様子をお見せください。不具合の箇所と銘板の写真がいちばん役に立ちます。",
        "photos": "写真",
        "choose": "写真を選ぶ・撮る",
        "serial": "シリアル番号",
        "serial_help": "本体の底面や背面の銘板に記載されています。ない場合は空欄のままにしてください。",
        "send": "送信",
        "have": "送信済み",
        "of": "{count} / {wanted}",
        "thanks": "ありがとうございます。必要なものがすべてそろいました。手続きを進めます。",
        "got": "ありがとうございます。受け取りました。",
        "more": "続けてお送りいただけます。",
        "none": "写真を選ぶか、シリアル番号を入力してください。",
        "bad": "受け付けできませんでした",
        "bad_serial": "シリアル番号ではありません。",
        "formats": "JPEG・PNG・WebP、1 枚 15 MB まで。",
    },
}  # fmt: skip


def words_for(locale: str) -> tuple[str, Mapping[str, str]]:
    """The nearest language there is, and its words: de-AT → de → en."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    known = language if language in WORDS else FALLBACK
    return known, WORDS[known]


def best_of(accepted: str) -> str:
    """The first language of an Accept-Language header that there are words for."""
    for part in accepted.split(",")[:10]:
        language = part.partition(";")[0].strip().partition("-")[0].lower()
        if language in WORDS:
            return language
    return FALLBACK
