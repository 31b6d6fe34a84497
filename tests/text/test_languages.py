"""Text that is not English is told as such and not annotated; English never is, nor what is short or masked."""

from __future__ import annotations

import re

import pytest

from policy_news.text.document import FOREIGN, Source
from policy_news.text.layout import find_layout

FOREIGN_TEXTS = {
    "cs": "Ministr řekl, že most bude otevřen na jaře a že se na něj čeká už pět let. Stavba je podle něj hotová, ale město ještě nemá peníze na světla, která jsou pro řidiče nutná.",
    "da": "Ministeren sagde, at broen bliver åbnet til foråret, og at den ikke har kostet mere end ventet. Det er en god dag for byen, men der mangler stadig penge til lys, som kommunen skal betale.",
    "de": "Der Minister sagte, dass die Brücke im Frühjahr eröffnet wird und nicht mehr kostet als geplant. Die Stadt hat sich auf den Tag lange vorbereitet, aber für das Licht ist noch kein Geld da.",
    "es": "El ministro dijo que el puente se abrirá en la primavera y que no ha costado más de lo previsto. La ciudad espera la obra desde hace cinco años, pero todavía no hay dinero para las luces.",
    "fi": "Ministeri sanoi, että silta avataan keväällä ja että se ei ole maksanut enempää kuin oli arvioitu. Kaupunki on odottanut sitä viisi vuotta, mutta valoihin ei vielä ole rahaa, joka on kaikkien harmi.",
    "fr": "Le ministre a dit que le pont sera ouvert au printemps et qu'il n'a pas coûté plus que prévu. La ville attend les travaux depuis cinq ans, mais il manque encore de l'argent pour les lampes, qui sont dans le plan.",
    "hu": "A miniszter azt mondta, hogy a híd tavasszal megnyílik, és nem került többe, mint ahogy tervezték. A város már öt éve vár az építkezésre, de még nincs pénz a lámpákra, és ezt senki nem érti.",
    "id": "Menteri mengatakan bahwa jembatan itu akan dibuka pada musim semi dan tidak lebih mahal dari rencana. Kota ini telah menunggu pembangunan itu selama lima tahun, tetapi belum ada uang untuk lampu yang akan dipasang.",
    "it": "Il ministro ha detto che il ponte sarà aperto in primavera e che non è costato più del previsto. La città aspetta i lavori da cinque anni, ma non ci sono ancora i soldi per le luci, che sono nel piano.",
    "nl": "De minister zei dat de brug in het voorjaar wordt geopend en niet meer heeft gekost dan verwacht. De stad wacht al vijf jaar op het werk, maar er is nog geen geld voor de lampen, die ook in het plan staan.",
    "pl": "Minister powiedział, że most zostanie otwarty na wiosnę i że nie kosztował więcej, niż się spodziewano. Miasto czeka na budowę od pięciu lat, ale nie ma jeszcze pieniędzy na lampy, które są w planie.",
    "pt": "O ministro disse que a ponte será aberta na primavera e que não custou mais do que o previsto. A cidade espera pela obra há cinco anos, mas ainda não há dinheiro para as luzes, que foram pedidas pelo povo.",
    "ro": "Ministrul a spus că podul va fi deschis în primăvară și că nu a costat mai mult decât era prevăzut. Orașul așteaptă lucrările de cinci ani, dar nu sunt încă bani pentru lumini, care au fost cerute de oameni.",
    "sv": "Ministern sade att bron öppnas till våren och att den inte har kostat mer än väntat. Staden har väntat på bygget i fem år, men det finns ännu inte pengar till lamporna, som är en del av planen.",
    "tr": "Bakan, köprünün ilkbaharda açılacağını ve planlanandan daha pahalı olmadığını söyledi. Şehir bu iş için beş yıldır bekliyor, ancak lambalar için henüz para yok ve bu çok kişi için bir sorun olarak görülüyor.",
    "ar": "قال الوزير إن الجسر سيفتح في الربيع وإنه لم يكلف أكثر مما كان متوقعا.",
    "el": "Ο υπουργός είπε ότι η γέφυρα θα ανοίξει την άνοιξη και ότι δεν κόστισε περισσότερο.",
    "hi": "मंत्री ने कहा कि पुल वसंत में खुलेगा और इसकी लागत योजना से अधिक नहीं है।",
    "ru": "Министр сказал, что мост откроют весной и что он стоил не больше, чем ожидалось.",
    "zh": "部长说这座桥将在春天开放而且费用没有超出计划这个城市已经等了五年",
}
ENGLISH = [
    "The minister said that the bridge would open in the spring and that it had not cost more than planned.",
    "Results: Hull 3, Leeds 2; York 1, Bath 0; Ely 4, Ripon 4; Truro 0, Wells 2; Derby 1, Poole 1; Luton 2, Crewe 0; Bury 1, Stoke 2.",
    'He said in French: "Le pont est ouvert."',
    "Le pont sera ouvert au printemps.",
    "The draft calls `git commit -m done` and `pip install roe`, and then it says that nobody was asked about the bridge in Hull.",
    "La Paz, Los Angeles, San Juan, El Paso, Las Vegas, Le Havre, La Plata, San Jose, Los Cabos, El Salvador, La Rochelle, San Diego.",
]


@pytest.mark.parametrize(("code", "text"), FOREIGN_TEXTS.items())
def test_a_document_in_another_language_is_noted_and_not_annotated(code: str, text: str) -> None:
    layout = find_layout(Source(f"{text[:30]}\n\n{text}"))
    assert (layout.language, layout.notes) == (code, f"{FOREIGN}: {code}")
    assert {section.kind for section in layout.sections} == {"boilerplate"}


@pytest.mark.parametrize(("code", "text"), FOREIGN_TEXTS.items())
def test_a_section_in_another_language_is_no_text_of_an_english_document(code: str, text: str) -> None:
    layout = find_layout(Source("\n\n".join([*[ENGLISH[0]] * 4, text, ENGLISH[0]])))
    assert layout.language == "en"
    assert [section.kind for section in layout.sections[1:]] == ["paragraph"] * 3 + [
        "boilerplate",
        "paragraph",
    ]


@pytest.mark.parametrize("text", ENGLISH)
@pytest.mark.parametrize("masked", [False, True])
def test_english_short_and_masked_text_is_english(text: str, masked: bool) -> None:
    shown = re.sub(r"\b\w{4,}\b", lambda match: "*" * len(match[0]), text) if masked else text
    assert find_layout(Source(f"Bridge opens\n\n{shown}")).language == "en"
