"""Texts in many encodings, and what is found of each."""

from __future__ import annotations

from dataclasses import dataclass

ENGLISH = "The minister said that the firm’s offer of £5 was “naïve” – no more. "
GERMAN = "Die Straße nach Köln wurde für den Verkehr gesperrt, sagte der Bürgermeister. "
POLISH = "Minister powiedział, że żadna spółka nie złożyła oferty w terminie. "
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
        found: The encoding that must be found, or None where the file must be set aside.
        exact: Whether the text must be the same; without a mark, other encodings of one byte cannot be told from cp1252.
    """

    codec: str
    text: str
    found: str | None
    exact: bool

    @property
    def data(self) -> bytes:
        """The bytes."""
        return self.text.encode(self.codec, "ignore")


def _encoding(codec: str, text: str, found: str | None, *, exact: bool = False) -> Encoding:
    repeated = text * 20
    return Encoding(codec, repeated.encode(codec, "ignore").decode(codec), found, exact)


ENCODINGS: tuple[Encoding, ...] = (
    _encoding("ascii", ENGLISH, "utf-8", exact=True),
    _encoding("utf-8", ENGLISH, "utf-8", exact=True),
    _encoding("utf-8-sig", ENGLISH, "utf-8-sig", exact=True),
    _encoding("utf-16", ENGLISH, "utf-16", exact=True),
    _encoding("utf-16-le", ENGLISH, "utf-16-le", exact=True),
    _encoding("utf-16-be", ENGLISH, "utf-16-be", exact=True),
    _encoding("utf-32", ENGLISH, "utf-32", exact=True),
    _encoding("utf-32-le", ENGLISH, "utf-32-le", exact=True),
    _encoding("utf-32-be", ENGLISH, "utf-32-be", exact=True),
    _encoding("utf-7", ENGLISH, "utf-8"),
    _encoding("cp1252", ENGLISH, "cp1252", exact=True),
    _encoding("latin-1", GERMAN, "cp1252", exact=True),
    _encoding("iso8859-15", GERMAN, "cp1252", exact=True),
    _encoding("mac-roman", ENGLISH, "cp1252"),
    _encoding("cp437", GERMAN, "cp437", exact=True),
    _encoding("cp850", GERMAN, "cp437", exact=True),
    _encoding("cp037", ENGLISH, "cp037", exact=True),
    _encoding("cp500", ENGLISH, "cp037", exact=True),
    _encoding("cp1250", POLISH, "cp1252"),
    _encoding("iso8859-2", POLISH, "cp1252"),
    _encoding("cp852", POLISH, "cp1252"),
    _encoding("mac-latin2", POLISH, "cp1252"),
    _encoding("cp1251", RUSSIAN, "cp1252"),
    _encoding("koi8-r", RUSSIAN, "cp1252"),
    _encoding("koi8-u", RUSSIAN, "cp1252"),
    _encoding("iso8859-5", RUSSIAN, "cp1252"),
    _encoding("cp866", RUSSIAN, "cp1252"),
    _encoding("mac-cyrillic", RUSSIAN, "cp1252"),
    _encoding("cp1253", GREEK, "cp1252"),
    _encoding("iso8859-7", GREEK, "cp1252"),
    _encoding("cp1254", TURKISH, "cp1252"),
    _encoding("iso8859-9", TURKISH, "cp1252"),
    _encoding("cp1255", HEBREW, "cp1252"),
    _encoding("iso8859-8", HEBREW, "cp1252"),
    _encoding("cp1256", ARABIC, "cp1252"),
    _encoding("iso8859-6", ARABIC, "cp1252"),
    _encoding("tis-620", THAI, "cp1252"),
    _encoding("cp874", THAI, "cp1252"),
    _encoding("shift_jis", JAPANESE, "cp932", exact=True),
    _encoding("euc-jp", JAPANESE, "cp1252"),
    _encoding("iso2022-jp", JAPANESE, "utf-8"),
    _encoding("gb2312", CHINESE, "cp1252"),
    _encoding("gbk", CHINESE, "cp1252"),
    _encoding("gb18030", CHINESE, "cp1252"),
    _encoding("big5", CHINESE, "cp1252"),
    _encoding("hz", CHINESE, "utf-8"),
    _encoding("euc-kr", KOREAN, "cp1252"),
    _encoding("cp949", KOREAN, "cp1252"),
    _encoding("iso2022-kr", KOREAN, None),
    _encoding("johab", KOREAN, "johab", exact=True),
)

DECLARED: tuple[tuple[str, str], ...] = (
    ("utf-8", ENGLISH), ("windows-1252", ENGLISH), ("iso-8859-15", GERMAN), ("iso-8859-2", POLISH), ("windows-1250", POLISH),
    ("windows-1251", RUSSIAN), ("koi8-r", RUSSIAN), ("iso-8859-5", RUSSIAN), ("windows-1253", GREEK), ("iso-8859-7", GREEK),
    ("windows-1254", TURKISH), ("iso-8859-9", TURKISH), ("windows-1255", HEBREW), ("windows-1256", ARABIC), ("tis-620", THAI),
    ("shift_jis", JAPANESE), ("euc-jp", JAPANESE), ("gb2312", CHINESE), ("gbk", CHINESE), ("gb18030", CHINESE), ("big5", CHINESE),
    ("euc-kr", KOREAN),
)  # fmt: skip
"""Encodings that pages name, with a text in each."""
