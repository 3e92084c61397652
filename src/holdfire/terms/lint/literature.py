"""The guidance, catalogues and law that rules rest on, and what tells of precedents. All are paraphrased."""

from __future__ import annotations

from holdfire.terms.lint.rule import Source

GUIDANCE = Source(
    "UN DPPA, Guidance on Mediation of Ceasefires (2022)",
    "https://reliefweb.int/report/world/guidance-mediation-ceasefires",
)
PAX = Source(
    "PA-X Peace Agreements Database and codebook (Bell and Badanjak 2019)", "https://doi.org/10.1177/0022343318819123"
)
ETH_PRIO = Source(
    "ETH/PRIO Civil Conflict Ceasefire dataset and codebook (Clayton and others 2022)",
    "https://doi.org/10.1177/00220027221129195",
)
HAGUE = Source(
    "Hague Regulations of 1907, articles 36 to 41, on armistices",
    "https://ihl-databases.icrc.org/en/ihl-treaties/hague-conv-iv-1907",
)
CUSTOMARY = Source(
    "ICRC, Customary International Humanitarian Law, rules 7 and 8 (civilian objects, military objectives)",
    "https://ihl-databases.icrc.org/en/customary-ihl/v1",
)
VIENNA = Source(
    "Vienna Convention on the Law of Treaties, article 33 (texts in two or more languages)",
    "https://legal.un.org/ilc/texts/instruments/english/conventions/1_1_1969.pdf",
)

COLD_SPELL = Source("cases/cold-spell-2026", "../cases/cold-spell-2026/data/statements.csv")
VICTORY_DAY = Source("cases/victory-day-2025", "../cases/victory-day-2025/data/statements.csv")
TWELVE_DAYS = Source(
    "NIAC, 24 June 2025",
    "https://niacouncil.org/from-ceasefire-to-the-table-will-iran-and-the-u-s-negotiate-again/",
)
MORATORIUM_END = Source(
    "Pravda.ru, April 2025", "https://english.pravda.ru/news/world/162103-energy-strikes-moratorium"
)
MORATORIUM_UNSURE = Source(
    "Energynews, April 2025",
    "https://energynews.pro/en/kremlin-maintains-uncertainty-over-end-of-energy-moratorium-with-ukraine",
)
MORATORIUM_LIST = Source("Meduza, 25 March 2025", "https://chemicals.einnews.com/article/797050074")
DEBALTSEVE = Source(
    "Channel 4 FactCheck, 19 February 2015",
    "https://www.channel4.com/news/factcheck/factcheck-prorussian-separatists-broken-ceasefire",
)
DISENGAGEMENT = Source("Interfax-Ukraine, 14 October 2019", "https://en.interfax.com.ua/news/general/618755.html")
JOINT_CENTRE = Source(
    "UAWire, December 2017",
    "https://www.uawire.org/russia-issues-conditions-for-the-return-of-its-officers-to-the-jccc",
)
HODEIDAH = Source("Stockholm Agreement, UN document S/2018/1134", "https://undocs.org/S/2018/1134")
HODEIDAH_RULES = Source(
    "Fanack, quoting International Crisis Group, 2019",
    "https://fanack.com/politics/features-insights/hodeidah-ceasefire~111609/",
)
LIBYA = Source(
    "dpa, 23 January 2021", "https://cde.news/deadline-ends-for-foreign-forces-departure-from-conflict-torn-libya/"
)
SYRIA = Source("Terms of 22 February 2016, annexed to S/RES/2268 (2016)", "https://undocs.org/S/RES/2268(2016)")
LEBANON = Source("24.kg, 27 November 2024", "https://24.kg/english/312364__Israel_and_Hezbollah_agree_to_ceasefire/")
TERRITORIES = Source(
    "France 24, 22 November 2017", "https://www.france24.com/en/20171122-tricky-un-resolution-middle-east-peace"
)
