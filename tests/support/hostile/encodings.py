"""Texts in many encodings, and what is found of each."""

from __future__ import annotations

from dataclasses import dataclass

ENGLISH = "The minister said that the firm’s offer of £5 was “naïve” – no more. "
GERMAN = "Die Straße nach Köln wurde für den Verkehr gesperrt, sagte der Bürgermeister. "
POLISH = "Minister powiedział, że żadna spółka nie złożyła oferty w terminie. "
CZECH = "Ministr řekl, že žádná společnost nepodala nabídku včas, a že další šance už nebude. "
RUSSIAN = "Министр сказал, что компания не получит новый контракт в этом году. "
GREEK = "Ο υπουργός δήλωσε ότι η εταιρεία δεν θα λάβει νέα σύμβαση. "
JAPANESE = "大臣は月曜日に、会社との契約は更新されないと述べた。"
CHINESE = "部长周一表示，该公司的合同将不会续签。"
KOREAN = "장관은 월요일에 회사와의 계약이 갱신되지 않을 것이라고 말했다. "
HEBREW = "השר אמר ביום שני כי החוזה עם החברה לא יחודש. "
ARABIC = "قال الوزير يوم الاثنين إن العقد لن يجدد. "
TURKISH = "Bakan pazartesi günü şirketin sözleşmesinin yenilenmeyeceğini söyledi. "
THAI = "รัฐมนตรีกล่าวเมื่อวันจันทร์ว่าสัญญาจะไม่ได้รับการต่ออายุ "


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text in an encoding.

    Attributes:
        codec: How it is encoded.
        found: The encoding that must be found, or None where the file must fail.
        exact: Whether the text must be the same.
        notes: Words that the notes must have; there must be none of them if it is empty.
    """

    codec: str
    text: str
    found: str | None
    exact: bool = True
    notes: str = ""

    @property
    def data(self) -> bytes:
        """The bytes."""
        return self.text.encode(self.codec, "ignore")


def _long(codec: str, text: str, found: str | None, *, exact: bool = True, notes: str = "") -> Encoding:
    repeated = text * 20
    return Encoding(codec, repeated.encode(codec, "ignore").decode(codec), found, exact, notes)


def _guessed(codec: str, text: str, found: str | None = None) -> Encoding:
    return _long(codec, text, found or codec, notes=f"encoding guessed: {found or codec}")


ACCENTS = "more than expected"

ENCODINGS: tuple[Encoding, ...] = (
    _long("ascii", ENGLISH, "utf-8"),
    _long("utf-8", ENGLISH, "utf-8"),
    _long("utf-8-sig", ENGLISH, "utf-8-sig"),
    _long("utf-16", ENGLISH, "utf-16"),
    _long("utf-16-le", ENGLISH, "utf-16-le"),
    _long("utf-16-be", ENGLISH, "utf-16-be"),
    _long("utf-32", ENGLISH, "utf-32"),
    _long("utf-32-le", ENGLISH, "utf-32-le"),
    _long("utf-32-be", ENGLISH, "utf-32-be"),
    _long("utf-7", ENGLISH, "utf-8", exact=False),
    _long("cp1252", ENGLISH, "cp1252"),
    _long("latin-1", GERMAN, "cp1252", notes=ACCENTS),
    _long("iso8859-15", GERMAN, "cp1252", notes=ACCENTS),
    _guessed("mac-roman", ENGLISH),
    _guessed("cp437", GERMAN, "cp850"),
    _guessed("cp850", GERMAN),
    _guessed("cp037", ENGLISH),
    _guessed("cp500", ENGLISH, "cp037"),
    _guessed("cp1250", POLISH),
    _guessed("iso8859-2", POLISH, "cp1250"),
    _long("iso8859-2", CZECH, "cp1250", exact=False, notes="guessed: cp1250 or iso8859-2"),
    _guessed("cp852", POLISH),
    _guessed("mac-latin2", POLISH),
    _guessed("cp1251", RUSSIAN),
    _guessed("koi8-r", RUSSIAN),
    _guessed("koi8-u", RUSSIAN, "koi8-r"),
    _guessed("iso8859-5", RUSSIAN),
    _guessed("cp866", RUSSIAN),
    _guessed("mac-cyrillic", RUSSIAN),
    _guessed("cp1253", GREEK),
    _guessed("iso8859-7", GREEK, "cp1253"),
    _long("cp1254", TURKISH, "cp1252", exact=False, notes=ACCENTS),
    _long("iso8859-9", TURKISH, "cp1252", exact=False, notes=ACCENTS),
    _guessed("cp1255", HEBREW),
    _guessed("iso8859-8", HEBREW, "cp1255"),
    _guessed("cp1256", ARABIC),
    _guessed("iso8859-6", ARABIC),
    _guessed("tis-620", THAI, "cp874"),
    _guessed("cp874", THAI),
    _guessed("shift_jis", JAPANESE, "cp932"),
    _guessed("euc_jp", JAPANESE),
    _long("iso2022_jp", JAPANESE, "iso2022_jp"),
    _guessed("gb2312", CHINESE, "gb18030"),
    _guessed("gbk", CHINESE, "gb18030"),
    _guessed("gb18030", CHINESE),
    _guessed("big5", CHINESE),
    _long("hz", CHINESE, "utf-8", exact=False),
    _guessed("euc-kr", KOREAN, "cp949"),
    _guessed("cp949", KOREAN),
    _long("iso2022_kr", KOREAN, "iso2022_kr"),
    _guessed("johab", KOREAN),
)
"""Long texts."""

NEWS = "The minister said that the offer was no more, and that the firm would be told. " * 30


def _few(codec: str, text: str, found: str | None, notes: str = "", *, exact: bool = True) -> Encoding:
    return Encoding(codec, text, found, exact, notes)


MIXED: tuple[Encoding, ...] = (
    _few(
        "cp1252", f"{NEWS}The café’s owner, Mr Škoda – “naïve”, he said – paid £5 or 5°, ½ of it.", "cp1252"
    ),
    _few(
        "cp1252",
        "Es heißt, daß Änderungen möglich sind. Ce que l’été a créé, où ça? El Niño, ¿qué? ¡No! O’Neill´s 10 m².",
        "cp1252",
        ACCENTS,
    ),
    _few("cp1252", f"{NEWS}It was Lego®bricks.", "cp1252", "1 characters look wrong"),
    _few("cp1252", f"{NEWS}PeA±a, PeA±a and SÃ©golÃ ne’s vetÃ© of Mr BasAA¡AA±ez.", "cp1252"),
    _few(
        "mac-roman",
        f"{NEWS}\n“We will,” the firm’s chief said. “It’s ours.”",
        "mac-roman",
        "guessed: mac-roman",
    ),
    _few("mac-roman", f"{NEWS}The firm’s chief.", "cp1252", "1 characters look wrong", exact=False),
    _few(
        "cp1250",
        f"{NEWS}“Lech Wałęsa’s time is over,” Donald Tusk said in Wałbrzych.",
        "cp1250",
        "guessed: cp1250",
    ),
    _few("cp1250", f"{NEWS}Mr Jiří Šedivý said so.", "cp1252", exact=False),
    _few("cp1251", f"{NEWS}\n{RUSSIAN}\n{NEWS}", "cp1251", "guessed: cp1251"),
    _few("gb18030", f"{NEWS}\n{CHINESE}\n{NEWS}", "gb18030", "guessed: gb18030"),
    _few("euc-jp", f"{NEWS}\n{JAPANESE}", "cp1252", "48 characters look like another alphabet", exact=False),
    _few("euc-jp", JAPANESE, None),
    _few("iso8859-6", ARABIC, None),
)
"""A little of another encoding in English, and what cannot be decided: then the notes say it, but where nothing shows it."""

DECLARED: tuple[tuple[str, str], ...] = (
    ("utf-8", ENGLISH), ("windows-1252", ENGLISH), ("iso-8859-15", GERMAN), ("iso-8859-2", POLISH), ("windows-1250", POLISH),
    ("windows-1251", RUSSIAN), ("koi8-r", RUSSIAN), ("iso-8859-5", RUSSIAN), ("windows-1253", GREEK), ("iso-8859-7", GREEK),
    ("windows-1254", TURKISH), ("iso-8859-9", TURKISH), ("windows-1255", HEBREW), ("windows-1256", ARABIC), ("tis-620", THAI),
    ("shift_jis", JAPANESE), ("euc-jp", JAPANESE), ("gb2312", CHINESE), ("gbk", CHINESE), ("gb18030", CHINESE), ("big5", CHINESE),
    ("euc-kr", KOREAN),
)  # fmt: skip
"""Encodings that pages name, with a text in each."""
