"""Short documents of the kinds that people have, for the plain questions of `test_plain_questions.py`."""

MARKDOWN, TEXT = "text/markdown", "text/plain"

HANDBOOK = """# Lindqvist Handbook

## Leave
### Sick leave
Tell your team lead before ten o'clock if you are ill. A doctor's note is needed from the fourth day.

### Sabbatical
After five years everybody may take a sabbatical of three months. It must be requested at least six months
before it begins.
The request goes to Staff Affairs (SA).

## Travel
### Hotels
- At most 140 euros a night
- Breakfast is paid
- No suites

### Trains
Second class is the rule because the board wants to save money. Trips of more than four hours may be made in
first class.

## Offices
| Office | Street | Desks | Lead |
|---|---|---|---|
| Oslo | Storgata 12 | 48 | Hedda Moen |
| Porto | Rua do Almada 7 | 19 | Rui Teles |
| Leeds | Park Row 30 | 26 | Amy Clough |

## Safety
The fire officer is Piotr Zawada. The muster point is the car park behind the canteen.
"""

PEOPLE = """# Hedda Moen
Hedda Moen (born 9 June 1984 in Tromsø) is a Norwegian civil engineer and cellist. She studied at Aalto
University and joined Lindqvist in 2012. Her brother, Aksel Moen, is a glaciologist.

# Aksel Moen
Aksel Moen (born 2 February 1989) is a Norwegian glaciologist. He wrote the book "Cold Rivers" and teaches at
the University of Bergen.

# Peter Ashdown (painter)
Peter Ashdown (1901–1967) was a Welsh painter of harbours. He lived in Swansea and died of pneumonia.

# Peter Ashdown (rower)
Peter Ashdown (born 1958) is an English rower who won a silver medal in Moscow in 1980.
"""

MINUTES = """Minutes of the weekly call, 14 May 2024

[10:00] Rui: The move to the new ledger is done.
[10:03] Amy: I will write the runbook by 24 May.
[10:05] Hedda: The audit has been put off to September.
[10:07] Rui: We need a second phone line, I think it costs 35 euros a month.
[10:09] Amy: I will order the phone line next week.
"""

CHANGELOG = """# Changelog of Tally

## 2.4.0 (2024-03-18)
- Added the command `tally export`
- Removed support for Python 3.8

## 2.3.0 (2023-11-02)
- Added dark mode
- Fixed a crash with empty ledgers
"""

API = """# Tally API

## Authentication
Send the key in the header `X-Tally-Key`. Keys are valid for 90 days.

## Limits
The API allows 600 requests per minute. A request that comes too often gets the status 429.

## Time to live (TTL)
The TTL of a cached entry is 300 seconds.

## GET /entries
Returns the entries of a ledger. The parameter `page_size` is at most 200 and 50 by default.
"""

README = """# Tally

Tally is a command-line ledger for small clubs. It is written in Rust and licensed under the MIT licence.

## Install
```sh
cargo install tally-ledger
tally init --currency EUR
```

## Configuration
The configuration is kept in `~/.config/tally.toml`. Set `autosave = true` to save after every entry.
"""

FAQ = """# Questions about Tally

## Can I use several currencies?
Yes, since version 2.1 every account has its own currency.

## Where is my data stored?
All data is stored in a single SQLite file named ledger.db.

## How do I restore a backup?
Run `tally restore` with the path of the backup file.
"""

RECIPE = """# Potato soup

Serves four people.

## Ingredients
- 800 g potatoes
- 1 leek
- 1 litre vegetable stock
- 100 ml cream

## Steps
1. Peel the potatoes and cut them into cubes.
2. Simmer them with the leek in the stock for 25 minutes.
3. Add the cream and season with nutmeg.
"""

CONTRACT = """# Rental agreement

## 1. Parties
The landlord is Fjordbo AS and the tenant is Lindqvist Ltd.

## 2. Rent
The monthly rent is 4,200 euros. It is due on the third working day of each month.

## 3. Notice
Either party may terminate the agreement with a notice period of three months. Notice must be given in writing.

## 4. Deposit
The tenant pays a deposit of two monthly rents. It is returned within 30 days after the keys are handed over.
"""

SCHOOL = """Calder Moor High School

Calder Moor High School is a secondary school in Haworth, England. It opened in 1931. Its motto is "Steady as
stone". The students write a monthly newspaper, The Moor Lantern. The school was closed for a year in 1962
because of a flood.
"""

BAND = """The Salt Lamps

The Salt Lamps were an Irish band that played shanty punk. They were formed in Galway in 2003 by Niamh Deegan
and Colm Tuohy. Their first album, Low Tide Letters, was released by Harbour Wall Records in 2006. The band
broke up in 2011 due to a quarrel over royalties. The Salt Lamps were nominated for the Meteor Award three
times.
"""

NURSE = """Orla Whitcombe

Orla Whitcombe (3 March 1871 – 19 August 1940) was a British nurse and the first matron of the Seamen's
Hospital. She was appointed when she was thirty years old. Whitcombe was succeeded by Edith Farrow. She died
of heart failure and is buried in the churchyard of St Alban at Deptford.
"""

DOCUMENTS: tuple[tuple[str, str, str], ...] = (
    ("handbook.md", HANDBOOK, MARKDOWN),
    ("people.md", PEOPLE, MARKDOWN),
    ("minutes.txt", MINUTES, TEXT),
    ("changelog.md", CHANGELOG, MARKDOWN),
    ("api.md", API, MARKDOWN),
    ("readme.md", README, MARKDOWN),
    ("faq.md", FAQ, MARKDOWN),
    ("recipe.md", RECIPE, MARKDOWN),
    ("contract.md", CONTRACT, MARKDOWN),
    ("school.txt", SCHOOL, TEXT),
    ("band.txt", BAND, TEXT),
    ("nurse.txt", NURSE, TEXT),
)
"""The address of each, its text and its media type."""
