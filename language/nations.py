"""
Nations: countries, by their names and by what their people and things are called.

Names and adjectives are those of the fields "Country name" and "Nationality" of The World Factbook (CIA, public
domain), with short forms in daily use; England, Scotland and Wales are told apart from each other, not from Britain.
"""

from __future__ import annotations

import re

_LISTING = """
Afghanistan: Afghan
Albania: Albanian
Algeria: Algerian
Argentina: Argentine Argentinian
Armenia: Armenian
Australia: Australian
Austria: Austrian
Azerbaijan: Azerbaijani
Bangladesh: Bangladeshi
Belarus: Belarusian
Belgium: Belgian
Bolivia: Bolivian
Bosnia and Herzegovina: Bosnian
Botswana: Botswanan
Brazil: Brazilian
Bulgaria: Bulgarian
Cambodia: Cambodian
Cameroon: Cameroonian
Canada: Canadian
Chile: Chilean
China: Chinese
Colombia: Colombian
Croatia: Croatian
Cuba: Cuban
Cyprus: Cypriot
Denmark: Danish
Dominican Republic: Dominican
Ecuador: Ecuadorian
Egypt: Egyptian
England: English
Estonia: Estonian
Ethiopia: Ethiopian
Finland: Finnish
France: French
Germany: German
Ghana: Ghanaian
Greece: Greek
Guatemala: Guatemalan
Haiti: Haitian
Hong Kong:
Hungary: Hungarian
Iceland: Icelandic
India: Indian
Indonesia: Indonesian
Iran: Iranian
Iraq: Iraqi
Ireland: Irish
Israel: Israeli
Italy: Italian
Ivory Coast: Ivorian
Jamaica: Jamaican
Japan: Japanese
Jordan: Jordanian
Kazakhstan: Kazakh
Kenya: Kenyan
Kuwait: Kuwaiti
Latvia: Latvian
Lebanon: Lebanese
Libya: Libyan
Lithuania: Lithuanian
Malaysia: Malaysian
Malta: Maltese
Mexico: Mexican
Mongolia: Mongolian
Morocco: Moroccan
Nepal: Nepalese Nepali
Netherlands: Dutch
New Zealand:
Nicaragua: Nicaraguan
Nigeria: Nigerian
North Macedonia: Macedonian
Norway: Norwegian
Pakistan: Pakistani
Panama: Panamanian
Paraguay: Paraguayan
Peru: Peruvian
Philippines: Filipino Philippine
Poland: Polish
Portugal: Portuguese
Romania: Romanian
Russia: Russian
Rwanda: Rwandan
Saudi Arabia: Saudi
Scotland: Scottish
Senegal: Senegalese
Serbia: Serbian
Singapore: Singaporean
Slovakia: Slovak
Slovenia: Slovene Slovenian
Somalia: Somali
South Africa: South_African
South Korea: South_Korean Korean
Soviet Union: Soviet
Spain: Spanish
Sri Lanka: Sri_Lankan
Sudan: Sudanese
Sweden: Swedish
Switzerland: Swiss
Syria: Syrian
Taiwan: Taiwanese
Tanzania: Tanzanian
Thailand: Thai
Tunisia: Tunisian
Turkey: Turkish
Uganda: Ugandan
Ukraine: Ukrainian
United Kingdom: British Britain UK U.K.
United States: American USA U.S. US U.S.A.
Uruguay: Uruguayan
Uzbekistan: Uzbek
Venezuela: Venezuelan
Vietnam: Vietnamese
Wales: Welsh
Yugoslavia: Yugoslav
Zambia: Zambian
Zimbabwe: Zimbabwean
"""
_CONTINENTS = frozenset(("africa", "asia", "europe", "america", "oceania", "scandinavia"))
_STATE_WORDS = """
Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois Indiana
Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska
Nevada Hampshire Jersey Carolina Dakota Ohio Oklahoma Oregon Pennsylvania Rhode Tennessee Texas Utah Vermont Virginia
Wisconsin Wyoming Alberta Manitoba Ontario Quebec Saskatchewan Brunswick Scotia Columbia Wales Queensland Victoria
"""
_STATES = frozenset(_STATE_WORDS.lower().split())
_COUNTRY_OF: dict[str, str] = {}
for _line in _LISTING.strip().splitlines():
    _name, _, _others = _line.partition(":")
    _COUNTRY_OF[_name] = _name
    for _other in _others.split():
        _COUNTRY_OF[_other.replace("_", " ")] = _name
_NATION = re.compile(
    r"(?<![\w.])(?:" + "|".join(map(re.escape, sorted(_COUNTRY_OF, key=lambda one: (-len(one), one)))) + r")(?!\w)"
)
_WITHIN = {"England": "United Kingdom", "Scotland": "United Kingdom", "Wales": "United Kingdom"}


def countries(text: str) -> list[str]:
    """The countries that a text names or implies (`American`), in its order, each once."""
    return list(dict.fromkeys(_COUNTRY_OF[match[0]] for match in _NATION.finditer(text)))


def is_within(one: str, other: str) -> bool:
    """Whether a country is the other, or a part of it."""
    return one == other or _WITHIN.get(one) == other


def is_state(word: str) -> bool:
    """Whether a word is of a state of the United States, Canada or Australia."""
    return word.lower() in _STATES


def is_wide(word: str) -> bool:
    """Whether a word is of a continent or such a state, which has many towns."""
    return is_state(word) or word.lower() in _CONTINENTS
