"""Who buys at the demo shop: names in the scripts that real desks see, with places they live."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

FICTION = {"DE": "+4917139200{:02}"}


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    postcode: str
    city: str
    street: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. E-mail addresses end in `.example`, so that no mail can reach anybody."""

    name: str
    mailbox: str
    locale: str
    place: Place
    tier: str = "standard"

    @property
    def email(self) -> str:
        return f"{self.mailbox}@mail.example"

    @property
    def phone(self) -> str:
        """Of a range that is kept for films and books; blank where a country keeps none."""
        place = FICTION.get(self.place.country)
        return place.format(zlib.crc32(self.mailbox.encode()) % 100) if place else ""


_BERLIN = Place("DE", "10115", "Berlin", "Chausseestraße 12")
_LEIPZIG = Place("DE", "04109", "Leipzig", "Ritterstraße 4")
_MUNICH = Place("DE", "80331", "München", "Sendlinger Straße 31")
_COLOGNE = Place("DE", "50667", "Köln", "Hohe Straße 88")
_VIENNA = Place("AT", "1010", "Wien", "Wollzeile 7")
_ZAGREB = Place("HR", "10000", "Zagreb", "Ilica 44")
_PARIS = Place("FR", "75011", "Paris", "12 rue Oberkampf")
_LYON = Place("FR", "69002", "Lyon", "3 rue Mercière")
_MADRID = Place("ES", "28012", "Madrid", "Calle de Atocha 9")
_WROCLAW = Place("PL", "50-101", "Wrocław", "Rynek 5")
_WARSAW = Place("PL", "00-020", "Warszawa", "Szpitalna 8")
_ATHENS = Place("GR", "10557", "Αθήνα", "Ερμού 21")
_SOFIA = Place("BG", "1000", "София", "ул. Граф Игнатиев 10")
_AMSTERDAM = Place("NL", "1012 JS", "Amsterdam", "Damstraat 14")
_OSLO = Place("NO", "0155", "Oslo", "Dronningens gate 3")
_LONDON = Place("GB", "E1 6AN", "London", "18 Commercial Street")
_LEEDS = Place("GB", "LS1 5AB", "Leeds", "7 Park Row")
_EDINBURGH = Place("GB", "EH1 1RE", "Edinburgh", "22 Cockburn Street")
_BRISTOL = Place("GB", "BS1 4DJ", "Bristol", "5 Queen Square")
_NEW_YORK = Place("US", "10013", "New York", "77 Mercer Street", "NY")
_PORTLAND = Place("US", "97205", "Portland", "812 SW Washington Street", "OR")
_AUSTIN = Place("US", "78701", "Austin", "301 Congress Avenue", "TX")
_CHICAGO = Place("US", "60611", "Chicago", "400 N Michigan Avenue", "IL")
_TOKYO = Place("JP", "150-0001", "渋谷区", "神宮前 3-14-5", "東京都")
_OSAKA = Place("JP", "530-0001", "大阪市", "北区梅田 2-4-9", "大阪府")
_KYOTO = Place("JP", "604-8005", "京都市", "中京区恵比須町 427", "京都府")

SHOPIFY_DE = (
    Person("Ana Kovačević", "ana.kovacevic", "de", _LEIPZIG, "gold"),
    Person("Jürgen Weiß", "juergen.weiss", "de", _BERLIN),
    Person("Zoë Lefèvre", "zoe.lefevre", "fr", _PARIS),
    Person("Łukasz Wójcik", "lukasz.wojcik", "en", _WROCLAW),
    Person("Małgorzata Żółkiewska", "m.zolkiewska", "en", _WARSAW, "gold"),
    Person("Νίκος Παπαδόπουλος", "nikos.papadopoulos", "en", _ATHENS),
    Person("Мария Иванова", "maria.ivanova", "en", _SOFIA),
    Person("Sørine Ødegård", "sorine.odegard", "en", _OSLO),
    Person("Íñigo Núñez", "inigo.nunez", "es", _MADRID),
    Person("Petra Šimić", "petra.simic", "de", _ZAGREB),
    Person("Anneliese Groß", "anneliese.gross", "de", _MUNICH),
    Person("Mehmet Yıldız", "mehmet.yildiz", "de", _COLOGNE),
    Person("Sanne de Vries", "sanne.devries", "en", _AMSTERDAM),
    Person("Élodie Marchand", "elodie.marchand", "fr", _LYON),
    Person("Franz Haider", "franz.haider", "de", _VIENNA, "business"),
    Person("ليلى حداد", "leila.haddad", "de", _BERLIN),
)
WOOCOMMERCE_UK = (
    Person("Tom Whitfield", "tom.whitfield", "en", _LONDON),
    Person("Niamh O'Sullivan", "niamh.osullivan", "en", _LEEDS),
    Person("Siân Pritchard", "sian.pritchard", "en", _BRISTOL),
    Person("Priya Raghunathan", "priya.raghunathan", "en", _LONDON, "gold"),
    Person("Callum MacLeod", "callum.macleod", "en", _EDINBURGH),
    Person("Oluwaseun Adébáyò", "seun.adebayo", "en", _LONDON),
    Person("王 思雨", "siyu.wang", "en", _LEEDS),
    Person("Hannah Clarke", "hannah.clarke", "en", _BRISTOL),
)
SHOPIFY_US = (
    Person("Darnell Brooks", "darnell.brooks", "en", _CHICAGO, "gold"),
    Person("María José Hernández", "mj.hernandez", "es", _AUSTIN),
    Person("Grace Kim", "grace.kim", "en", _NEW_YORK),
    Person("Nguyễn Thị Lan", "lan.nguyen", "en", _PORTLAND),
    Person("Avi Goldberg", "avi.goldberg", "en", _NEW_YORK),
    Person("Kealoha Nāone", "kealoha.naone", "en", _PORTLAND),
    Person("Emily Carter", "emily.carter", "en", _CHICAGO),
    Person("김민준", "minjun.kim", "en", _NEW_YORK),
)
WOOCOMMERCE_JP = (
    Person("山本 花子", "hanako.yamamoto", "ja", _TOKYO),
    Person("株式会社山本", "yamamoto.kk", "ja", _OSAKA, "business"),
    Person("佐藤 健", "ken.sato", "ja", _TOKYO),
    Person("鈴木 さくら", "sakura.suzuki", "ja", _KYOTO, "gold"),
    Person("高橋 翔太", "shota.takahashi", "ja", _OSAKA),
    Person("Alice Tremblay", "alice.tremblay", "ja", _TOKYO),
)
